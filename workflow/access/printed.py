"""Which printed sheets somebody may see."""

import uuid
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, false, or_, select, true
from sqlalchemy.orm import Session

from workflow.access.actors import Actor
from workflow.access.posts import UNIT_ROLES
from workflow.errors import NotFound
from workflow.tables import PrintedList, table_of


def scope_of_printed(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on `printed_lists` that is true for the sheets the actor may see.

    Whoever sees the unit's doors sees its sheets; a team leader those of the team; a member of the team those they printed, walk
    or were handed.
    """
    sheet = PrintedList
    mine = or_(
        *(column == actor.membership_id for column in (sheet.printed_by_id, sheet.assignee_id, sheet.handed_to_id))
    )
    conditions: list[ColumnElement[bool]] = []
    for post in actor.posts:
        if post.role in UNIT_ROLES:
            conditions = [true()]
            break
        if post.role == "team_leader" and post.team_id is not None:
            conditions.append(sheet.team_id == post.team_id)
        elif post.role == "member" and post.team_id is not None:
            conditions.append(and_(sheet.team_id == post.team_id, mine))
    if not conditions:
        return false()
    return and_(sheet.unit_id == actor.unit_id, or_(*conditions))


def printed_for(session: Session, actor: Actor, campaign_id: uuid.UUID, serial: int) -> Row[Any]:
    """Return the row of the printed sheet of that serial, or raise NotFound: absent and foreign look alike."""
    statement = select(table_of(PrintedList)).where(
        PrintedList.unit_id == actor.unit_id,
        PrintedList.campaign_id == campaign_id,
        PrintedList.serial == serial,
        scope_of_printed(actor),
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    actor.acts_under(next(post for post in actor.posts if post.role in UNIT_ROLES or post.team_id == row.team_id))
    return row
