"""One decision, with one reason, about several rows of the inbox at once: groups of reminders, and requests to confirm an exit.

Only what stood on the page is decided. The page says when it was made (`seen`), and for each row how much it stood for; whatever came
into a group since then stays where it is, whatever somebody else has answered since then is left to be looked at again, and the answer
accounts for every one: decided, settled before (and by whom), somebody else's now, changed, gone elsewhere.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import BigInteger, ColumnElement, and_, case, exists, func, literal, or_, select, true
from sqlalchemy.orm import aliased

from rules.time import Instant
from workflow.access import Actor
from workflow.actions.answer_escalation import ANSWERS, REFUSED, EpisodeSet, answer_escalation, let_climb
from workflow.actions.decide_exit import decide_exits
from workflow.days import tomorrow_of
from workflow.errors import AlreadyDecided, BadInput, NotFound, NotPermitted
from workflow.ledger.book import Book
from workflow.queries.actor_reach import reach_of
from workflow.queries.answerable import AnswerKind, stands_to_answer
from workflow.queries.campaigns import CampaignContext
from workflow.queries.escalation_reach import Reach
from workflow.queries.inbox_parts import Part, in_group, mine_in, open_episodes, rest_until, with_due, within
from workflow.queries.ladder_rows import EPISODES, HOLDER, STEPS
from workflow.queries.time_left import Due, due_sql
from workflow.tables import Event, Membership, Request

BulkAnswer = AnswerKind | Literal["confirm", "return"]
_TOLD_IN_FULL: Final = ("own_request", "own_work", "at_bottom", "nobody_below", "no_time")
"""What is left out with the same sentence as a single one."""
_IN_ROWS: Final = {
    "at_bottom": "đang ở cấp đầu tiên, không còn cấp dưới; mở dòng ấy để giao cho một người",
    "nobody_below": "cấp dưới chưa có người giữ vị trí; mở dòng ấy để giao cho một người, hoặc tự xử lý",
    "no_time": "không còn cấp nào phải chờ, hoặc cấp tiếp theo được gọi sau thời điểm ấy; mở dòng ấy để xem giờ gọi",
}
"""What is said where several rows were chosen, and giving one to somebody or the hour of a call stands on a page of its own."""
EXIT_ANSWERS: Final = ("confirm", "return")
"""What may be answered to a request to confirm an exit."""


@dataclass(frozen=True)
class ShownGroup:
    """A row of the list that stood for `n` reminders."""

    rule_id: str
    group_key: str
    n: int


@dataclass(frozen=True)
class Shown:
    """What somebody chose on a page made at `seen`, under its filters."""

    seen: Instant
    groups: tuple[ShownGroup, ...] = ()
    exits: tuple[uuid.UUID, ...] = ()
    due: Due | None = None
    area: uuid.UUID | None = None
    team: uuid.UUID | None = None
    whole_unit: bool = False
    part: Part = "waiting"

    @property
    def reminders(self) -> int:
        """How many reminders the chosen groups stood for."""
        return sum(group.n for group in self.groups)


def settle_chosen(
    book: Book,
    context: CampaignContext,
    actor: Actor,
    shown: Shown,
    *,
    answer: BulkAnswer,
    reason: str | None = None,
    until: Instant | None = None,
    to: uuid.UUID | Literal["team"] | None = None,
    to_post: uuid.UUID | None = None,
) -> dict[str, Any]:
    """Answer what was chosen, and account for it: the numbers add up to `chosen`, how many things the page stood for.

    `decided`; `settled` before, as (name or None where the reason was gone, how many); `above`, as (rule, level, how many): the step is
    of a post above; `changed` by somebody since, as (name, how many); `not_permitted`, `at_top` (nobody above to call), `outside` (not
    where the receiver works), `gone` (no longer in this group, or not to be seen), `unsuited` (another sort of answer) as counts;
    `refused`, as (sentence, how many). `new` came into the groups since and was left: it is not in `chosen`.

    Raises BadInput if nothing is chosen, nothing suits the answer, or a value (such as the reason) cannot be used.
    """
    told = _nothing(answer, shown)
    for_exits = answer in EXIT_ANSWERS
    if not (shown.exits if for_exits else shown.groups):
        raise BadInput(where="Các việc đã chọn", what=_WRONG_SORT if shown.groups or shown.exits else _NONE)
    if for_exits:
        told["unsuited"] = shown.reminders
        _settle_exits(book, context, actor, shown.exits, told, confirm=answer == "confirm", reason=reason)
    else:
        told["unsuited"] = len(shown.exits)
        values = {"reason": reason, "until": until, "to": to, "to_post": to_post}
        _settle_reminders(book, context, actor, shown, told, answer=answer, **values)
    return {**told, "ledger_no": book.last_no}


_NONE: Final = "chưa chọn việc nào; đánh dấu vào các việc cần xử lý"
_WRONG_SORT: Final = (
    "không hợp với cách xử lý này: đề nghị thì xác nhận hoặc trả lại đề nghị; việc nhắc thì dùng các nút còn lại"
)


def _nothing(answer: str, shown: Shown) -> dict[str, Any]:
    lists: dict[str, Any] = {name: [] for name in ("settled", "above", "changed", "refused")}
    counts = dict.fromkeys(("decided", "not_permitted", "at_top", "outside", "gone", "unsuited", "new"), 0)
    return {"answer": answer, "chosen": shown.reminders + len(shown.exits), **lists, **counts}


def _settle_reminders(
    book: Book,
    context: CampaignContext,
    actor: Actor,
    shown: Shown,
    told: dict[str, Any],
    *,
    answer: Any,
    **values: Any,
) -> None:
    reach = reach_of(book.session, actor, context)
    chosen = or_(*(in_group(EPISODES.c, group.rule_id, group.group_key) for group in shown.groups))
    let_climb(book, context, chosen)
    then = _stood_there(reach, shown, chosen)
    theirs = _answered_since(actor, shown.seen)
    counted = _account(book, reach, then, theirs, answer, told)
    told["new"] = _new(book, reach, shown, chosen, then)
    still = EpisodeSet(and_(then, EPISODES.c.is_open, theirs.is_(None)))
    done = answer_escalation(book, context, actor, still, answer=answer, **values)
    told["decided"] = done["answered"]
    told["at_top"], told["outside"] = done["skipped"]["at_top"], done["skipped"]["outside"]
    told["refused"] += [
        [_IN_ROWS.get(why, REFUSED[why][1]), done["skipped"][why]] for why in _TOLD_IN_FULL if done["skipped"][why]
    ]
    told["gone"] = max(shown.reminders - counted, 0)
    told["chosen"] += max(counted - shown.reminders, 0)


def _stood_there(reach: Reach, shown: Shown, chosen: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that an episode of these groups stood on the page made at `seen`, be it closed by now: waiting for the actor,
    with another post, or put aside.

    Who had it then, where that was not the newest level, is told by who has it now and by whether it was moved since.
    """
    e, step, seen = EPISODES.c, STEPS.c, shown.seen
    from_above = shown.whole_unit or shown.part == "below"
    mine, held = mine_in(reach, from_above=from_above), e.holder_level
    listed = true() if shown.whole_unit else or_(reach.level_reached > 0, reach.handed)
    if shown.part == "below" and not shown.whole_unit:
        listed = reach.lies_below
    inside = [
        chosen,
        reach.visible,
        listed,
        e.opened_at <= seen,
        or_(e.is_open, e.closed_at > seen),
        ~_open_again_since(reach, seen),
    ]
    if shown.whole_unit and not reach.coordinates:
        inside.append(~true())
    if not from_above:
        of_it = (step.unit_id == e.unit_id, step.escalation_id == e.id)
        had_gone_on = exists().where(*of_it, step.level > mine, step.opened_at <= seen)
        moved = _moved_since(seen)
        lay_here = case((held.is_(None), ~had_gone_on), (held == mine, ~moved), else_=moved)
        if shown.due != "resting":  # what was put aside is there wherever it lies
            inside.append(lay_here if shown.part == "waiting" else ~lay_here)
        inside.append(~_reached_since(reach, seen))
    inside += [
        column == wanted for column, wanted in ((e.area_id, shown.area), (e.team_id, shown.team)) if wanted is not None
    ]
    rest = literal(None, BigInteger) if from_above else rest_until(reach)
    row = select(e.id, e.answer_by, rest.label("rest_until")).where(*inside).subquery("stood").c
    due = due_sql(row, seen, tomorrow_of(seen))
    return e.id.in_(select(row.id).where(due != "resting" if shown.due is None else due == shown.due))


def _answered_since(actor: Actor, seen: Instant) -> Any:
    """Return who else has answered an episode after the page was made, by name; NULL if nobody has."""
    step, other = STEPS.c, aliased(Membership)
    return (
        select(func.max(other.name))
        .select_from(STEPS)
        .join(other, and_(other.unit_id == step.unit_id, other.id == step.answered_by_id))
        .where(step.unit_id == EPISODES.c.unit_id, step.escalation_id == EPISODES.c.id)
        .where(step.answered_at > seen, step.answered_by_id != actor.membership_id)
        .correlate(EPISODES)
        .scalar_subquery()
    )


def _account(
    book: Book, reach: Reach, then: ColumnElement[bool], theirs: Any, answer: Any, told: dict[str, Any]
) -> int:
    """Say what became of those that will not be answered; return how many there were in all. One statement."""
    e, closer = EPISODES.c, aliased(Membership)
    may = stands_to_answer(reach, answer)
    stand = case((~e.is_open, "settled"), (theirs.is_not(None), "changed"), (~may, "above"), else_="open")
    who = case((~e.is_open, closer.name), else_=theirs)
    row = (
        select(stand.label("stand"), who.label("who"), e.rule_id, HOLDER.label("level"))
        .select_from(EPISODES)
        .outerjoin(closer, and_(closer.unit_id == e.unit_id, closer.id == e.closed_by_id))
        .where(then)
        .subquery("account")
        .c
    )
    above = row.stand == "above"
    keys = (row.stand, row.who, case((above, row.rule_id)), case((above, row.level)))
    found: list[Any] = list(book.session.execute(select(*keys, func.count()).group_by(*keys).order_by(*keys)))
    for name, by, rule_id, level, n in found:
        if name == "above":
            told["above"].append([rule_id, level, n])
        elif name != "open":
            told[name].append([by, n])
    return sum(row[-1] for row in found)


def _new(book: Book, reach: Reach, shown: Shown, chosen: ColumnElement[bool], then: ColumnElement[bool]) -> int:
    """Return how many wait in these groups now that did not stand on the page."""
    e, opened = EPISODES.c, open_episodes(reach, whole_unit=shown.whole_unit, part=shown.part)
    row = with_due(opened, book.now, tomorrow_of(book.now))
    waiting = e.id.in_(select(row.id).where(*within(row, None, shown.part)))
    seen = shown.seen
    since = or_(e.opened_at > seen, _reached_since(reach, seen), _moved_since(seen), _open_again_since(reach, seen))
    came = (chosen, waiting, ~then, since)
    places = [
        column == wanted for column, wanted in ((e.area_id, shown.area), (e.team_id, shown.team)) if wanted is not None
    ]
    return book.session.scalar(select(func.count()).select_from(EPISODES).where(*came, *places)) or 0


def _reached_since(reach: Reach, seen: Instant) -> ColumnElement[bool]:
    """Return the condition that the actor's own level of an episode was called after the page was made."""
    step, e = STEPS.c, EPISODES.c
    return exists().where(
        step.unit_id == e.unit_id, step.escalation_id == e.id, step.level == reach.level_reached, step.opened_at > seen
    )


def _moved_since(seen: Instant) -> ColumnElement[bool]:
    """Return the condition that somebody took an episode over or sent it back after the page was made."""
    step, e = STEPS.c, EPISODES.c
    return exists().where(
        step.unit_id == e.unit_id, step.escalation_id == e.id, step.answered_at > seen, step.answer.in_(("taken_over", "returned")),
    )  # fmt: skip


def _open_again_since(reach: Reach, seen: Instant) -> ColumnElement[bool]:
    """Return the condition that an episode was opened again after the page was made: it may have been closed then."""
    event = Event
    again = select(event.about_id).where(
        event.unit_id == reach.context.unit_id, event.recorded_at > seen, event.kind == "escalate", event.about_id.is_not(None),
        event.data["reopened"].as_string().is_not(None),
    )  # fmt: skip
    return EPISODES.c.id.in_(again)


def _settle_exits(
    book: Book, context: CampaignContext, actor: Actor, ids: Sequence[uuid.UUID], told: dict[str, Any], *, confirm: bool, reason: str | None
) -> None:  # fmt: skip
    rows = decide_exits(book, context, actor, ids, confirm=confirm, reason=reason)["rows"]
    refused = [row for row in rows if not row["ok"]]
    told["decided"] = len(rows) - len(refused)
    told["settled"] = _deciders(book, [row["request"] for row in refused if row["code"] == AlreadyDecided.code])
    told["not_permitted"] = sum(row["code"] == NotPermitted.code for row in refused)
    told["gone"] = sum(row["code"] == NotFound.code for row in refused)
    known = {AlreadyDecided.code, NotPermitted.code, NotFound.code}
    told["refused"] = [[row["said"], 1] for row in refused if row["code"] not in known]


def _deciders(book: Book, ids: Sequence[str]) -> list[list[Any]]:
    """Return who has decided these requests, by name, each with how many."""
    if not ids:
        return []
    statement = (
        select(Membership.name, func.count())
        .select_from(Request)
        .outerjoin(Membership, and_(Membership.unit_id == Request.unit_id, Membership.id == Request.decided_by_id))
        .where(Request.unit_id == book.unit_id, Request.id.in_([uuid.UUID(one) for one in ids]))
        .group_by(Membership.name)
        .order_by(Membership.name)
    )
    return [list(row) for row in book.session.execute(statement)]


__all__ = ["ANSWERS", "EXIT_ANSWERS", "BulkAnswer", "Shown", "ShownGroup", "settle_chosen"]
