"""Which doors somebody may see, with the people and requests behind them."""

import uuid
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, false, or_, select, true
from sqlalchemy.orm import Session

from workflow.access.actors import Actor, Held
from workflow.access.posts import UNIT_ROLES
from workflow.errors import NotFound
from workflow.statements.prepared import Prepared
from workflow.tables import Case, Door, Request, table_of

_doors = table_of(Door)


_DOOR = Prepared(select(_doors).where(_doors.c.unit_id == bindparam("unit"), _doors.c.id == bindparam("door")))


def scope_of_doors(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on `doors` that is true for the doors the actor may see.

    A member sees the doors given to them and those of their team that nobody holds; a leader the team's; an area head and a duty
    leader their areas'; a coordinator the unit's. Chair, superior and auditor see figures, not doors. The support desk looks up
    one person at a time and has no list.
    """
    conditions: list[ColumnElement[bool]] = []
    for post in actor.posts:
        if post.role in UNIT_ROLES or (post.role == "duty_leader" and post.area_id is None):
            conditions = [true()]
            break
        if post.role == "member" and post.team_id is not None:
            free_or_mine = or_(Door.assignee_id.is_(None), Door.assignee_id == actor.membership_id)
            conditions.append(and_(Door.team_id == post.team_id, free_or_mine))
        elif post.role == "team_leader" and post.team_id is not None:
            conditions.append(Door.team_id == post.team_id)
        elif post.role in ("area_head", "duty_leader") and post.area_id is not None:
            conditions.append(Door.area_id == post.area_id)
    if not conditions:
        return false()
    return and_(Door.unit_id == actor.unit_id, or_(*conditions))


def sees_door(actor: Actor, door: Any) -> bool:
    """Whether the actor may see a door: `scope_of_doors`, asked of one row."""
    return door.unit_id == actor.unit_id and any(_sees(actor, post, door) for post in actor.posts)


def _sees(actor: Actor, post: Held, door: Any) -> bool:
    if post.role in UNIT_ROLES:
        return True
    if post.role == "duty_leader":
        return post.area_id in (None, door.area_id)
    if post.role == "area_head":
        return post.area_id is not None and post.area_id == door.area_id
    if post.team_id is None or post.team_id != door.team_id:
        return False
    return post.role == "team_leader" or (post.role == "member" and door.assignee_id in (None, actor.membership_id))


def door_for(
    session: Session | Connection, actor: Actor, door_id: uuid.UUID, *, campaign_id: uuid.UUID | None = None
) -> Row[Any]:
    """Return the door's row, or raise NotFound: absent, foreign and (with `campaign_id`) another campaign's look alike."""
    row: Row[Any] | None = _DOOR.first(session, {"unit": actor.unit_id, "door": door_id})
    if row is None or not (sees_door(actor, row) or _let_in(actor, row)):
        raise NotFound
    if campaign_id is not None and row.campaign_id != campaign_id:
        raise NotFound
    actor.acts_under(next((post for post in actor.posts if _sees(actor, post, row)), None))
    return row


def _let_in(actor: Actor, door: Any) -> bool:
    return actor.let_in is not None and actor.unit_id == door.unit_id and actor.let_in.door_id == door.id


def case_for(session: Session, actor: Actor, case_id: uuid.UUID) -> Row[Any]:
    """Return the case's row if its door is in the actor's scope, else raise NotFound."""
    statement = (
        select(table_of(Case))
        .join(Door, and_(Door.unit_id == Case.unit_id, Door.id == Case.door_id))
        .where(Case.unit_id == actor.unit_id, Case.id == case_id, scope_of_doors(actor))
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return row


def request_for(session: Session, actor: Actor, request_id: uuid.UUID) -> Row[Any]:
    """Return the request's row if its case's door is in the actor's scope, else raise NotFound."""
    statement = (
        select(table_of(Request))
        .join(Case, and_(Case.unit_id == Request.unit_id, Case.id == Request.case_id))
        .join(Door, and_(Door.unit_id == Case.unit_id, Door.id == Case.door_id))
        .where(Request.unit_id == actor.unit_id, Request.id == request_id, scope_of_doors(actor))
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return row
