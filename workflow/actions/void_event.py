"""Voiding: an entry that should not have been made stops counting. Both it and the void stay visible for ever.

Voiding a visit voids everything the visit did: its moves and the requests it made. Voiding a confirmed exit lets its request wait
again. Refused if somebody has built on it since; a hand-over builds on nothing, it is said again.
"""

import uuid
from typing import Any

from sqlalchemy import and_, select, update
from sqlalchemy.orm import aliased

from rules.said import Said
from workflow.access import Actor, acting_post, door_for, own_names, roles_in_words
from workflow.days import local_day
from workflow.errors import AlreadyDecided, BadInput, HistoryWouldBreak, NotFound, NotPermitted
from workflow.escalation.settle import open_settled
from workflow.gateway.door import OpenDoor
from workflow.gateway.fold import refold
from workflow.gateway.history import check_chain, effective_history, recount, restore
from workflow.gateway.live import LiveCase
from workflow.gateway.restate import append_restated, restate_transfers
from workflow.ledger.book import Book
from workflow.plan.texts import typed_reason
from workflow.queries.campaigns import CampaignContext
from workflow.queries.exit_requests import CORRECTORS, takers_back
from workflow.tables import Event, Request, Visit

VOIDABLE = ("visit", "move", "request")
NOT_HERE = "không phải lần thăm, bước chuyển hay đề nghị; mở đúng trang của việc này để sửa"
MOVED_AWAY = "có người trong lần ghi này đã chuyển sang hộ khác; chuyển người ấy về hộ cũ, sửa, rồi chuyển lại"
CONFIRMED = "đề nghị của lần ghi này đã được xác nhận ở số sổ %(no)s; sửa bước xác nhận ấy trước, rồi sửa lần ghi này"
LAST_NO = 2**63 - 1
"""The greatest number that a ledger can hold."""


def void_event(book: Book, context: CampaignContext, actor: Actor, ledger_no: int, *, reason: str) -> dict[str, Any]:
    """Void an event by its number and put everything it changed back; return the numbers voided.

    Who recorded a visit or asked for something may void it (in somebody else's name: while they stand in for them), and so may the
    leader of the team and the coordinator. A decision takes a post that may correct or decide it now, whoever made it.
    Raises NotFound, NotPermitted, BadInput (no reason, or a kind that is undone in another way), HistoryWouldBreak or AlreadyDecided;
    nothing is changed then.
    """
    if ledger_no > LAST_NO:
        raise NotFound
    event = book.session.execute(
        select(Event).where(
            Event.unit_id == book.unit_id, Event.ledger_no == ledger_no, Event.campaign_id == context.id
        )
    ).scalar_one_or_none()
    if event is None or event.door_id is None:
        raise NotFound
    row = door_for(book.session, actor, event.door_id)
    _permit(book, actor, event, row)
    reason = typed_reason(reason, missing="chưa ghi lý do sửa; ghi một câu ngắn")
    if event.kind not in VOIDABLE:
        what = "đã là một lần sửa; ghi lại việc đúng bằng một lần thăm mới" if event.kind == "void" else NOT_HERE
        raise BadInput(where=Said("Số sổ %(ledger_no)s", ledger_no=ledger_no), what=what)
    opened = open_settled(book, context, event.door_id, row=row)
    events = _with_its_effects(book, event)
    _check_not_voided(book, [item.ledger_no for item in events])
    _check_still_here(opened, events)
    _void(book, context, opened, events, reason)
    return {"voided": [item.ledger_no for item in events], "ledger_no": book.last_no}


def _permit(book: Book, actor: Actor, event: Event, door: Any) -> None:
    """Tell in whose name the actor voids the event. Raises NotPermitted naming who may."""
    confirm_by = _decided_under(book, event)
    if confirm_by is None and (event.actor_id, event.acting_for_id) in own_names(actor, door):
        actor.on_behalf.of = event.acting_for_id
        return
    roles = CORRECTORS if confirm_by is None else takers_back(confirm_by)
    post = acting_post(actor, roles, door)
    if post is None:
        who = (
            "người đã ghi, tổ trưởng tổ công tác hoặc đầu mối tổng hợp" if confirm_by is None else roles_in_words(roles)
        )
        raise NotPermitted(action="Bấm nhầm – sửa lại", who=who)
    actor.acts_under(post)


def _decided_under(book: Book, event: Event) -> str | None:
    """Return the role that confirms the request which `event` decided, or moved because of it; None if it did neither."""
    asked = select(Request.confirm_by).where(
        Request.unit_id == book.unit_id, Request.id == event.about_id, Request.asked_no != event.ledger_no
    )
    return book.session.scalar(asked)


def _with_its_effects(book: Book, event: Event) -> list[Event]:
    """Return the event and, for a visit or a confirmed exit, everything it did, in ledger order."""
    statement = (
        select(Event)
        .where(Event.unit_id == book.unit_id, Event.door_id == event.door_id, Event.about_id == event.about_id)
        .where(Event.kind.in_(VOIDABLE), ~_voided(Event))
        .order_by(Event.ledger_no)
    )
    if event.kind != "visit":
        decided_no = _confirmed_at(book, event)
        if decided_no is None or event.ledger_no < decided_no:
            return [event]
        statement = statement.where(Event.ledger_no >= decided_no)
    found = list(book.session.scalars(statement))
    return found + _withdrawn_with(book, event, found) if event.kind == "visit" else found


def _withdrawn_with(book: Book, visit: Event, did: list[Event]) -> list[Event]:
    """Return what withdrew requests because the visit ended contact with whom they were about; `did` is what the visit did."""
    statement = (
        select(Event)
        .join(Request, and_(Request.unit_id == Event.unit_id, Request.decided_no == Event.ledger_no))
        .where(Event.unit_id == book.unit_id, Event.kind == "request", ~_voided(Event))
        .where(Event.case_id.in_({each.case_id for each in did if each.kind == "move"}))
        .where(Event.recorded_at == visit.recorded_at, Event.ledger_no > visit.ledger_no, Request.status == "withdrawn")
        .order_by(Event.ledger_no)
    )
    return list(book.session.scalars(statement))


def _confirmed_at(book: Book, event: Event) -> int | None:
    """Return the number of the confirmation that `event` belongs to, or None if it belongs to none."""
    confirmed = select(Request.decided_no).where(
        Request.unit_id == book.unit_id, Request.id == event.about_id, Request.status == "confirmed"
    )
    return book.session.scalar(confirmed)


def _check_still_here(opened: OpenDoor, events: list[Event]) -> None:
    """Raise BadInput if somebody whom the entry is about has moved to another household: what it did went along."""
    for event in events:
        told = (event.data or {}).get("cases", {}) if event.kind == "visit" else {}
        about = {uuid.UUID(key) for key in told} | ({event.case_id} if event.case_id else set())
        if not about <= opened.cases.keys():
            raise BadInput(where=Said("Số sổ %(ledger_no)s", ledger_no=event.ledger_no), what=MOVED_AWAY)


def _voided(of: Any) -> Any:
    void = aliased(Event)
    return select(void.ledger_no).where(and_(void.unit_id == of.unit_id, void.voids_no == of.ledger_no)).exists()


def _check_not_voided(book: Book, numbers: list[int]) -> None:
    statement = select(Event.voids_no).where(Event.unit_id == book.unit_id, Event.voids_no.in_(numbers))
    known = book.session.scalars(statement).all()
    if known or not numbers:
        raise AlreadyDecided(status="đã sửa trước đó")


def _void(book: Book, context: CampaignContext, opened: OpenDoor, events: list[Event], reason: str) -> None:
    histories = {
        case_id: effective_history(book.session, book.unit_id, case_id)
        for case_id in {event.case_id for event in events if event.case_id is not None and event.kind == "move"}
    }
    for event in events:
        if event.kind == "request":
            _undo_request(book, event)
        case = opened.cases.get(event.case_id) if event.case_id else None
        if case is not None:
            case.version += 1
            opened.touched.add(case.id)
        book.append(
            "void",
            cause="correction",
            campaign_id=event.campaign_id,
            case_id=event.case_id,
            door_id=event.door_id,
            about_id=event.about_id,
            version=case.version if case else None,
            voids_no=event.ledger_no,
            data={"reason": reason},
        )
        if event.kind == "visit":
            book.session.execute(
                update(Visit)
                .where(Visit.unit_id == book.unit_id, Visit.id == event.about_id)
                .values(voided_no=book.last_no)
            )
    gone = {event.ledger_no for event in events}
    for case_id, before in histories.items():
        _put_back(book, context, opened.cases[case_id], before, gone)
    book.flush()
    refold(book.session, opened)
    opened.save()


def _undo_request(book: Book, event: Event) -> None:
    """A request that is undone is withdrawn; a confirmation or withdrawal that is undone lets it wait again; one returned stays so."""
    request_id = uuid.UUID((event.data or {})["request"])
    mine = (Request.unit_id == book.unit_id, Request.id == request_id)
    known = book.session.execute(select(Request.status, Request.case_id, Request.decided_no).where(*mine)).one()
    asked = (event.data or {})["status"] == "waiting"
    if known.status == "confirmed" and asked:
        raise BadInput(
            where=Said("Số sổ %(ledger_no)s", ledger_no=event.ledger_no), what=Said(CONFIRMED, no=known.decided_no)
        )
    if known.status == "waiting" and asked:
        values = {"status": "withdrawn", "by": book.actor_id, "at": book.now, "no": book.last_no + 1}
    elif known.status in ("confirmed", "withdrawn") and known.decided_no == event.ledger_no:
        _check_none_waits(book, known.case_id)
        values = {"status": "waiting", "by": None, "at": None, "no": None}
    elif asked and event.about_id != request_id:
        return  # part of a visit, and returned: nothing is left to withdraw
    else:
        raise AlreadyDecided(status="đề nghị này đã được quyết định")
    book.session.execute(
        update(Request)
        .where(*mine)
        .values(
            status=values["status"],
            decided_by_id=values["by"],
            decided_at=values["at"],
            decided_no=values["no"],
            state_version=Request.state_version + 1,
        )
    )


def _check_none_waits(book: Book, case_id: uuid.UUID) -> None:
    waits = select(Request.id).where(
        Request.unit_id == book.unit_id, Request.case_id == case_id, Request.status == "waiting"
    )
    if book.session.scalar(waits) is not None:
        raise BadInput(where="Đề nghị", what="người này có một đề nghị khác đang chờ; quyết định đề nghị ấy trước")


def _put_back(book: Book, context: CampaignContext, case: LiveCase, before: list[Any], gone: set[int]) -> None:
    track = context.pack.tracks[case.track]
    left = [step for step in before if step.ledger_no not in gone]
    if len(left) == len(before):
        raise HistoryWouldBreak(why="bước này không còn hiệu lực")
    after, restated = restate_transfers(track, left, book.last_no + 1)
    check_chain(track, after)
    cell = case.cell()
    restore(track, case, after, case.created_at)
    case.state_version += 1
    book.count("r", local_day(book.now), cell, case.cell())
    recount(book, case, before, after)
    append_restated(book, case, restated)
