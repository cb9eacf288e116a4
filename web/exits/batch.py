"""Which requests are decided at once: those that were ticked, or all that wait, a batch at a time, each met once."""

import uuid
from dataclasses import dataclass

from flask import request

from rules.time import Instant
from web.here import here
from workflow.actions.decide_exit import MOST_AT_ONCE
from workflow.queries.exit_requests import exits_to_decide
from workflow.queries.open_work import clockwork


@dataclass(frozen=True, slots=True)
class Batch:
    """The requests to decide now. With `is_everything` there are `left` more after them: `after` and `up_to` say where to go on."""

    ids: list[uuid.UUID]
    is_everything: bool = False
    left: int = 0
    after: str = ""
    up_to: int = 0

    @property
    def rest(self) -> dict[str, int | str]:
        """What the answer keeps besides what became of each: how many are left, and where they go on."""
        return {"left": self.left, "after": self.after, "up_to": self.up_to}

    @property
    def asked(self) -> dict[str, object]:
        """What was asked for, as the form said it: sent twice it is the same, whatever was decided by the first."""
        if self.is_everything:
            sent: dict[str, object] = {name: request.form.get(name, "") for name in ("all", "after", "up_to")}
            return {**sent, "team": request.args.get("team", "")}
        return {"decide_exits": [str(each) for each in self.ids]}


def batch_here(team_id: uuid.UUID | None) -> Batch:
    """Return what the form that was sent chose: `all` with where it goes on, or requests by id.

    What is no id is kept as an id that nobody has: it is answered like one that is not there, so the counts hold every row.
    """
    if request.form.get("all") != "1":
        return Batch([_uuid(text) for text in request.form.getlist("request")])
    up_to, after = _number(request.form.get("up_to", "")), request.form.get("after", "")
    if up_to is None:
        up_to = clockwork(here.session, here.unit.id).ledger_no
    found = exits_to_decide(here.session, here.actor, here.context, up_to=up_to, team_id=team_id, after=_mark(after))
    now, later = found[:MOST_AT_ONCE], found[MOST_AT_ONCE:]
    mark = f"{now[-1].happened_at}.{now[-1].id}" if now else after
    return Batch([one.id for one in now], True, len(later), mark, up_to)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid5(uuid.NAMESPACE_OID, text)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _mark(text: str) -> tuple[Instant, uuid.UUID] | None:
    """Return behind which request a batch goes on; None for the first one, and for what no page of ours sends."""
    at, _, key = text.partition(".")
    number = _number(at)
    try:
        return None if number is None else (number, uuid.UUID(key))
    except ValueError:
        return None
