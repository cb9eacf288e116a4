"""Ending a shift: one's own open doors and what one has in hand go to the next, with a note that they read and acknowledge.

Doors go to somebody of the same team; episodes go on as `handed_on`, where whoever hands over may say so in their own name: what only
a lent post could hand on stays with that post. What stays is counted with its reason. A `note` event says that the shift was handed over, another one that it was received.
"""

import uuid
from typing import Any, Final

from sqlalchemy import and_, func, insert, literal, select, update

from rules.said import At, Said
from workflow.access import Actor
from workflow.actions.answer_escalation import MOST, answer_escalation
from workflow.actions.assign_doors import stage_doors
from workflow.actions.give_doors import give_doors
from workflow.errors import AlreadyDecided, BadInput, NotFound, WorkflowError
from workflow.ledger.book import Book
from workflow.plan.texts import typed_text
from workflow.queries.campaigns import CampaignContext
from workflow.queries.shifts import doors_in_hand, episodes_in_hand, next_on_shift, own_teams
from workflow.tables import Door, ShiftHandover, table_of

REASON: Final = "Giao ca"
_doors, _shifts = table_of(Door), table_of(ShiftHandover)


def hand_over_shift(
    book: Book, context: CampaignContext, actor: Actor, to: uuid.UUID, *, note: str | None = None
) -> dict[str, Any]:
    """Hand over to `to`; return the `shift` (its id), `doors` and `items` that went, and what was `left` by reason.

    `left` counts doors of `other_team` (not the receiver's), and `items` whose step is somebody else's to hand on; doors where nothing
    is left to do stay with whoever did them and are not counted. Raises NotPermitted through nothing: everybody may hand over what is
    theirs. Raises BadInput (not one to hand over to, or nothing to hand over) for the sender to mend.
    """
    note = typed_text("Lời nhắn", note)
    actor.acts_under(None)
    people = next_on_shift(book.session, actor, now=book.now)
    if to not in {one.membership_id for one in people}:
        raise BadInput(where="Người nhận ca", what="không nhận được; chọn một người cùng tổ hoặc cùng vị trí")
    teams = [
        team for team in own_teams(actor) if any(one.membership_id == to and one.team_id == team for one in people)
    ]
    shift = book.new_id()
    told: dict[str, Any] = {"to": to.hex}
    number = book.append("note", campaign_id=context.id, about_id=shift, data={"shift": told, "reason": note or REASON})
    items, kept = _hand_on(book, context, actor, to)
    doors, elsewhere = _give_doors(book, context, actor, teams, to)
    if not (doors or items or note):
        raise BadInput(
            where="Giao ca", what="không có hộ hay việc nào giao được cho người này; ghi lời nhắn nếu vẫn muốn báo"
        )
    row = {
        "unit_id": book.unit_id, "id": shift, "campaign_id": context.id, "from_id": actor.membership_id, "to_id": to, "note": note,
        "doors": doors, "items": items, "kept": kept + elsewhere, "handed_at": book.now, "ledger_no": number,
    }  # fmt: skip
    book.session.execute(insert(_shifts), [row])
    left = {"other_team": elsewhere, "items": kept}
    return {"shift": str(shift), "doors": doors, "items": items, "left": left, "ledger_no": book.last_no}


def receive_shift(book: Book, context: CampaignContext, actor: Actor, shift_id: uuid.UUID) -> dict[str, Any]:
    """Say that one has taken note of a shift handed over to one. Raises NotFound (another's looks absent) or AlreadyDecided."""
    mine = and_(_shifts.c.unit_id == book.unit_id, _shifts.c.id == shift_id, _shifts.c.to_id == actor.membership_id)
    row = book.session.execute(select(_shifts).where(mine, _shifts.c.campaign_id == context.id)).one_or_none()
    if row is None:
        raise NotFound
    if row.received_at is not None:
        raise AlreadyDecided(status=Said("đồng chí đã nhận ca này lúc %(at)s", at=At(row.received_at)))
    actor.acts_under(None)
    number = book.append("note", campaign_id=context.id, about_id=shift_id, data={"shift_received": row.from_id.hex})
    book.session.execute(update(_shifts).where(mine).values(received_at=book.now))
    return {"shift": str(shift_id), "ledger_no": number}


def _give_doors(
    book: Book, context: CampaignContext, actor: Actor, teams: list[uuid.UUID], to: uuid.UUID
) -> tuple[int, int]:
    """Give the open doors of these teams to the receiver; return how many went, and how many are in other teams."""
    mine, batch, staged = doors_in_hand(actor, context), book.new_id(), 0
    total = book.session.scalar(select(func.count()).where(mine)) or 0
    book.flush()
    for team in teams:
        theirs = and_(mine, _doors.c.team_id == team)
        count = book.session.scalar(select(func.count()).where(theirs)) or 0
        stage_doors(book, batch, staged, theirs, team, literal(to, _doors.c.id.type))
        staged += count
    give_doors(book, context, batch, reason=REASON)
    return staged, total - staged


def _hand_on(book: Book, context: CampaignContext, actor: Actor, to: uuid.UUID) -> tuple[int, int]:
    """Hand on what the actor has in hand, in their own name; return how many went, and how many are not theirs to hand on."""
    own = actor.hats[0]
    ids = episodes_in_hand(book.session, actor, context, limit=MOST)
    if not ids:
        return 0, 0
    try:
        with book.attempt():
            done = answer_escalation(book, context, own, ids, answer="handed_on", to=to, reason=REASON)
    except WorkflowError:  # a single one that is somebody else's step, or lies where the receiver does not work
        return 0, len(ids)
    return done["answered"], len(ids) - done["answered"]
