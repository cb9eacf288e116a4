"""Which offices somebody belongs to or may see."""

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.orm import Session

from workflow.access.actors import Actor, Held
from workflow.access.posts import PLAN_ROLES, of_the_unit
from workflow.errors import NotFound
from workflow.tables import Body, table_of


def body_for(
    session: Session | Connection, actor: Actor, body_id: uuid.UUID, *, bodies_of: Mapping[str, str]
) -> Row[Any]:
    """Return the body's row if the actor holds a post in it or a post of the unit's plan, else raise NotFound.

    `bodies_of` has, by code of a post, the code of the body that the campaign's paper places it in.
    """
    statement = select(table_of(Body)).where(Body.unit_id == actor.unit_id, Body.id == body_id)
    row = session.execute(statement).one_or_none()
    if row is None or not any(
        sits_in(post, row, bodies_of) or (of_the_unit(post) and post.role in PLAN_ROLES) for post in actor.posts
    ):
        raise NotFound
    return row


def sits_in(post: Held, body: Any, bodies_of: Mapping[str, str]) -> bool:
    """Whether a post belongs to the body: set up there, or placed there by the campaign's paper."""
    return post.body_id == body.id or (of_the_unit(post) and bodies_of.get(post.code) == body.code)
