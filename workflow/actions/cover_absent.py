"""Covering somebody who is away: their open doors go to one other of the team, or evenly to all, and come back later.

A `note` event says who is covered and until when; the doors are handed over in the numbers right after it. That is how those that
are still where the cover put them are known when they are given back.
"""

import uuid
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, select

from rules.said import Said
from rules.time import Instant, day_end, day_vi, local_date
from workflow.access import Actor, require_post
from workflow.actions.assign_doors import ASSIGNERS, Reach, loads_of, quotas, stage_doors, stage_shares
from workflow.actions.give_doors import give_doors
from workflow.errors import AlreadyDecided, BadInput, NotFound
from workflow.ledger.book import Book
from workflow.plan.texts import typed_reason
from workflow.queries.campaigns import CampaignContext
from workflow.queries.covers import COVER, cover_of, still_there
from workflow.queries.door_filter import in_scope
from workflow.queries.team_load import members_of_team, team_seen
from workflow.tables import Door, Membership, table_of

_doors = table_of(Door)


def cover_absent(
    book: Book,
    context: CampaignContext,
    actor: Actor,
    member_id: uuid.UUID,
    *,
    team_id: uuid.UUID,
    to: uuid.UUID | None,
    until: Instant | None,
    reason: str,
) -> dict[str, Any]:
    """Give the member's open doors in the team to `to`, or (None) to the other members so that open doors end level.

    `until` is when the doors are meant to come back; nobody gives them back by themselves. Returns `cover` (its id, to give them
    back with), `moved` doors, how many `by_member`, and `left` doors of theirs where nothing is left to do.
    Raises NotFound (team, or nobody of the unit), NotPermitted or BadInput (no doors, no receiver, a day gone by or after the campaign, no reason).
    """
    team_seen(book.session, actor, team_id)
    require_post(actor, ASSIGNERS, Reach(None, team_id), action="Phân công người làm thay")
    if book.session.get(Membership, (book.unit_id, member_id)) is None:
        raise NotFound
    reason = typed_reason(reason, missing="chưa ghi lý do vắng; ghi một câu ngắn")
    if until is not None and until <= book.now:
        raise BadInput(where="Đến hết ngày", what="đã qua; chọn một ngày từ hôm nay trở đi")
    last = local_date(context.ends_at - 1)
    if until is not None and until > day_end(last):
        said = Said("sau khi đợt kết thúc; chọn muộn nhất là ngày %(day)s", day=day_vi(last))
        raise BadInput(where="Đến hết ngày", what=said)
    book.flush()
    theirs = and_(in_scope(context, actor), _doors.c.team_id == team_id, _doors.c.assignee_id == member_id)
    waiting = and_(theirs, _doors.c.open_cases > 0)
    count = book.session.scalar(select(func.count()).where(waiting)) or 0
    if not count:
        raise BadInput(where="Người vắng", what="không giữ hộ nào còn việc trong tổ này; chọn người khác")
    left = (book.session.scalar(select(func.count()).where(theirs)) or 0) - count
    shares = _shares(book, context, team_id, member_id, to, count)
    batch = book.new_id()
    told = {"member": str(member_id), "team": str(team_id), "until": until, "doors": count}
    book.append("note", campaign_id=context.id, about_id=batch, data={COVER: told, "reason": reason})
    book.flush()
    stage_shares(book, batch, 0, waiting, team_id, shares)
    moved, cases = give_doors(book, context, batch, reason=reason)
    return {
        "cover": str(batch),
        "moved": moved,
        "cases": cases,
        "left": left,
        "by_member": {str(member): share for member, share in shares if share},
        "ledger_no": book.last_no,
    }


def return_cover(
    book: Book, context: CampaignContext, actor: Actor, cover_id: uuid.UUID, *, reason: str = "Hết thời gian làm thay"
) -> dict[str, Any]:
    """Give the doors of a cover back to whom they were taken from: those still where the cover put them.

    Returns `moved` and `kept` (handed on since, so left where they are). Raises NotFound, NotPermitted, BadInput (whoever it was
    is no longer in the team) or AlreadyDecided (nothing is left to give back).
    """
    cover = cover_of(book.session, actor, context, cover_id)
    require_post(actor, ASSIGNERS, Reach(None, cover.team_id), action="Trả lại hộ sau khi làm thay")
    reason = typed_reason(reason, missing="chưa ghi; ghi một câu ngắn")
    members = dict(members_of_team(book.session, book.unit_id, cover.team_id, now=book.now))
    if cover.member_id not in members:
        raise BadInput(where="Người nhận lại", what="không còn là thành viên của tổ; chuyển hộ cho người khác")
    if not cover.still:
        raise AlreadyDecided(status="các hộ đã được trả lại hoặc chuyển tiếp")
    book.flush()
    batch = book.new_id()
    mine = and_(in_scope(context, actor), still_there(cover))
    stage_doors(book, batch, 0, mine, cover.team_id, _member(cover.member_id))
    moved, cases = give_doors(book, context, batch, reason=reason)
    return {"moved": moved, "cases": cases, "kept": cover.doors - moved, "ledger_no": book.last_no}


def _shares(
    book: Book, context: CampaignContext, team_id: uuid.UUID, member_id: uuid.UUID, to: uuid.UUID | None, count: int
) -> list[tuple[uuid.UUID, int]]:
    """Return how many doors each receiver gets. Evenly goes to members only: a leader takes doors by name."""
    if to == member_id:
        raise BadInput(where="Người làm thay", what="chính là người vắng; chọn người khác")
    if to is not None:
        if to not in dict(members_of_team(book.session, book.unit_id, team_id, now=book.now)):
            raise BadInput(
                where="Người làm thay", what="không phải thành viên của tổ này; chọn một thành viên đang làm việc"
            )
        return [(to, count)]
    everybody = members_of_team(book.session, book.unit_id, team_id, now=book.now, roles=("member",))
    others = [member for member, _ in everybody if member != member_id]
    if not others:
        raise BadInput(
            where="Người làm thay", what="tổ không còn thành viên nào khác; chọn tổ trưởng tổ công tác hoặc tổ khác"
        )
    return quotas(loads_of(book, context, others, with_work=True), count)


def _member(member_id: uuid.UUID) -> ColumnElement[Any]:
    return literal(member_id, _doors.c.id.type)
