"""Giving a door back: whoever holds it cannot go there any more, and the team finds it among those that nobody holds."""

import uuid
from typing import Any

from sqlalchemy import insert

from workflow.access import Actor, door_for, require_post
from workflow.actions.give_doors import give_doors
from workflow.errors import NotPermitted, StaleVersion
from workflow.ledger.book import Book
from workflow.plan.texts import typed_reason
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Staged, table_of

HOLDERS = ("member", "team_leader")
ACTION = "Trả lại hộ"


def hand_back_door(
    book: Book, context: CampaignContext, actor: Actor, door_id: uuid.UUID, *, state_version: int | None, reason: str
) -> dict[str, Any]:
    """Give a door that the actor holds back to its team, with a reason; its people go with it.

    `state_version` is the door's, as the sender saw it. Raises NotFound, NotPermitted (somebody else holds it, or nobody),
    StaleVersion or BadInput (no reason).
    """
    door = door_for(book.connection, actor, door_id, campaign_id=context.id)
    require_post(actor, HOLDERS, door, action=ACTION)
    if door.assignee_id != actor.membership_id:
        raise NotPermitted(action=ACTION, who="người đang được giao hộ này hoặc tổ trưởng tổ công tác")
    if state_version is not None and state_version != door.state_version:
        raise StaleVersion(state="hộ đã được giao lại", theirs=door.state_version, yours=state_version)
    reason = typed_reason(reason, missing="chưa ghi lý do trả lại hộ; ghi một câu ngắn")
    book.flush()
    batch = book.new_id()
    staged = {"unit_id": book.unit_id, "batch_id": batch, "position": 1, "subject_id": door_id, "team_id": door.team_id}
    book.session.execute(insert(table_of(Staged)), staged)
    _, cases = give_doors(book, context, batch, reason=reason)
    return {"door": str(door_id), "cases": cases, "state_version": door.state_version + 1, "ledger_no": book.last_no}
