"""Closing a period: the unit's figures become bytes at a ledger number. A team that has not sent never forbids it."""

import hashlib
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import insert, update

from rules.findings import Finding
from rules.machine import MoveRefused
from rules.said import At, Said, all_of, listed
from rules.time import Instant
from workflow.access import Actor, require_unit_post
from workflow.actions.task_writes import check_sender
from workflow.closing.draft import EARLY, UnitDraft, unit_draft
from workflow.closing.frozen import Frozen
from workflow.closing.kept import KeptClose, kept_close
from workflow.closing.life import STATE_LABELS, state_after
from workflow.errors import AlreadyDecided, GuardRefused, MoveNotAllowed, NotSure, OutsideWindow
from workflow.ledger import Book
from workflow.plan.periods import ClosePeriod, period_called
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Close, CloseReopening, table_of

ACTION: Final = "chốt số liệu"
CLOSERS: Final = ("coordinator", "chair")
READERS: Final = ("coordinator", "chair", "administrator", "duty_leader", "superior", "auditor")
"""Who may read closed figures of the unit."""
_closes, _reopenings = table_of(Close), table_of(CloseReopening)


@dataclass(frozen=True, slots=True)
class Closed:
    """A period that was closed: the kept bytes' hash, and the teams nobody vouched for."""

    id: uuid.UUID
    period: str
    revision: int
    as_of: Instant
    cut_no: int
    ledger_no: int
    sha256: str
    missing: tuple[str, ...]


def close_period(
    book: Book,
    context: CampaignContext,
    period: str,
    *,
    actor: Actor,
    without: Collection[str] = (),
    early: bool = False,
) -> Closed:
    """Close a period, or close it anew once two people have opened it again, and return what was kept.

    `without` has the codes of the teams that the sender knows to be missing: they are named, marked and left out of nothing.
    `early` says that closing long before the cut-off is meant. The coordinator and the chair may.

    Raises NotFound, NotPermitted, OutsideWindow (the period has not begun), AlreadyDecided (closed, or a later one is),
    GuardRefused (figures do not hang together, with the list) and NotSure (teams are missing, or it is early).
    """
    check_sender(book, actor, action=ACTION, cause="person")
    require_unit_post(actor, CLOSERS, action=ACTION)
    chosen = period_called(context.pack, period)
    if book.now <= chosen.opens_at:
        raise OutsideWindow(when=At(book.now), window=Said("kỳ này (bắt đầu %(at)s)", at=At(chosen.opens_at)))
    draft = unit_draft(book.session, context, chosen, now=book.now, newest=book.first_no - 1)
    if draft.last is not None and draft.reopening is None:
        raise AlreadyDecided(status=Said("kỳ này đã chốt lần %(n)s", n=draft.last.revision))
    if draft.last is None and draft.newest is not None and draft.newest.as_of >= draft.frozen.as_of:
        status = Said("số của kỳ này đã nằm trong kỳ %(period)s, chốt sau", period=draft.newest.period)
        raise AlreadyDecided(status=status)
    check_gate(draft.errors, move=ACTION)
    _check_sure(book, chosen, draft, without, early=early)
    return _keep(book, context, draft)


def check_gate(found: list[Finding], *, move: str) -> None:
    """Raise GuardRefused with every error there is; figures that do not hang together are not sent and not closed."""
    if found:
        raise GuardRefused(
            move=move,
            why=all_of(Said(str(each)) if not isinstance(each.message, Said) else each.message for each in found),
        )


def receive_close(book: Book, context: CampaignContext, period: str, revision: int, *, actor: Actor) -> KeptClose:
    """Note that the superior has received a close. Raises NotFound, NotPermitted, MoveNotAllowed."""
    check_sender(book, actor, action="nhận số đã chốt", cause="person")
    require_post_of(actor, ("superior",), action="nhận số đã chốt")
    close = kept_close(book.session, context, period, revision=revision)
    return move_close(book, context, close, "receive")


def require_post_of(actor: Actor, roles: tuple[str, ...], *, action: str) -> None:
    """Raise NotPermitted unless the actor holds a post of one of `roles`, whatever body it belongs to."""
    if not actor.holds(*roles):
        require_unit_post(actor, roles, action=action)


def move_close(book: Book, context: CampaignContext, close: KeptClose, move: str, **data: Any) -> KeptClose:
    """Move a close on, with its event; its bytes stay as they are. Raises MoveNotAllowed."""
    try:
        target = state_after(close.status, move)
    except MoveRefused as refused:
        raise MoveNotAllowed(move=_SAID.get(move, move), state=STATE_LABELS[close.status]) from refused
    by, at = (close.answered_by_id, close.answered_at) if move == "replace" else (book.actor_id, book.now)
    book.append(
        "close", campaign_id=context.id, about_id=close.id,
        data={"what": target, "period": close.period, "revision": close.revision, "scope": close.scope, **data},
    )  # fmt: skip
    book.session.execute(
        update(_closes)
        .where(_closes.c.unit_id == book.unit_id, _closes.c.id == close.id)
        .values(status=target, answered_by_id=by, answered_at=at)
    )
    return close._replace(status=target, answered_by_id=by, answered_at=at)


_SAID: Final = {"accept": "nhận", "return": "trả lại", "receive": "đã nhận", "take_back": "rút lại", "replace": "thay"}


def keep_close(
    book: Book,
    context: CampaignContext,
    frozen: Frozen,
    *,
    team_id: uuid.UUID | None,
    move: str,
    reopened: tuple[uuid.UUID, uuid.UUID] | None = None,
    **data: Any,
) -> Closed:
    """Write a close with its event and return it. The bytes are made here once and never again."""
    close_id, told = book.new_id(), frozen.to_bytes()
    sha256 = hashlib.sha256(told).hexdigest()
    state = state_after("draft", move)
    ledger_no = book.append(
        "close", campaign_id=context.id, about_id=close_id, team_id=team_id,
        data={
            "what": state, "sha256": sha256, "period": frozen.period, "revision": frozen.revision, "scope": frozen.scope,
            "cut_no": frozen.cut_no, **data,
        },
    )  # fmt: skip
    first, second = reopened or (None, None)
    row = {
        "unit_id": book.unit_id, "id": close_id, "campaign_id": context.id, "period": frozen.period,
        "revision": frozen.revision, "scope": frozen.scope, "team_id": team_id, "status": state, "as_of": frozen.as_of,
        "cut_no": frozen.cut_no, "ledger_no": ledger_no, "figures": told, "sha256": sha256, "closed_by_id": book.actor_id,
        "closed_at": book.now, "reopened_by_id": first, "reopened_with_id": second,
    }  # fmt: skip
    book.session.execute(insert(_closes), [row])
    missing = tuple(one.code for one in frozen.missing)
    return Closed(close_id, frozen.period, frozen.revision, frozen.as_of, frozen.cut_no, ledger_no, sha256, missing)


def _check_sure(book: Book, period: ClosePeriod, draft: UnitDraft, without: Collection[str], *, early: bool) -> None:
    if draft.last is None and not early and period.cut_off - book.now > EARLY:
        what = Said(
            "Còn sớm: chốt bây giờ thì kỳ này kết thúc lúc %(now)s, việc từ đó đến %(cut_off)s tính vào kỳ sau",
            now=At(book.now),
            cut_off=At(period.cut_off),
        )
        raise NotSure(what=what)
    unknown = [sender.team for sender in draft.missing if sender.team.code not in without]
    if unknown:
        names = listed(Said("%(name)s", name=team.name) for team in unknown)
        raise NotSure(what=Said("Chốt có thiếu: %(names)s chưa gửi, hoặc bị trả lại", names=names))


def _keep(book: Book, context: CampaignContext, draft: UnitDraft) -> Closed:
    reopening, last = draft.reopening, draft.last
    reopened = None
    if reopening is not None and last is not None and reopening.answered_by_id is not None:
        reopened = (reopening.asked_by_id, reopening.answered_by_id)
        book.session.execute(
            update(_reopenings)
            .where(_reopenings.c.unit_id == book.unit_id, _reopenings.c.id == reopening.id)
            .values(status="used")
        )
    missing = [one.code for one in draft.frozen.missing]
    reopening_id = None if reopening is None else str(reopening.id)
    told = {"missing": missing, **({"reopening": reopening_id} if reopening_id else {})}
    closed = keep_close(book, context, draft.frozen, team_id=None, move="close", reopened=reopened, **told)
    if last is not None:
        move_close(book, context, last, "replace", by=closed.revision)
    return closed
