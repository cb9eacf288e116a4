"""Letting a support desk in to the one person it looked up."""

import uuid
from dataclasses import replace
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.time import MINUTE, Instant
from workflow.access.actors import Actor, LookedUp
from workflow.errors import NotFound
from workflow.tables import Audit

LOOK_UP: Final = "look_up"
"""The kind of the audit row that every look-up of the support desk leaves."""
LOOKED_UP_FOR: Final = 30 * MINUTE
"""How long whom the desk found stays open to the one who looked."""


def let_in_by_look_up(session: Session, actor: Actor, *, now: Instant) -> Actor:
    """Return the actor as let in to the person their newest look-up found less than `LOOKED_UP_FOR` ago.

    One person at a time: a newer look-up, also one in vain, closes the one before. Raises NotFound if nobody is open. The door is
    open to `door_for` alone; no list ever holds it.
    """
    statement = (
        select(Audit.about_id, Audit.at, Audit.data)
        .where(
            Audit.unit_id == actor.unit_id,
            Audit.at > now - LOOKED_UP_FOR,
            Audit.kind == LOOK_UP,
            Audit.membership_id == actor.membership_id,
        )
        .order_by(Audit.at.desc(), Audit.id.desc())
        .limit(1)
    )
    row = session.execute(statement).one_or_none()
    if row is None or row.about_id is None or not actor.holds("support_desk"):
        raise NotFound
    found = LookedUp(row.about_id, uuid.UUID(row.data["door"]), row.at + LOOKED_UP_FOR)
    return replace(actor, let_in=found)
