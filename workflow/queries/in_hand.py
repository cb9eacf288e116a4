"""Who has an episode in hand: the newest answer that stands, by whom, to whom and until when."""

import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, and_, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.queries.in_whose_name import ABSENT, ABSENT_NAME, stood_in, who_did
from workflow.queries.ladder_rows import STEPS, TO_POST, TO_TEAM
from workflow.tables import Event, Membership, Post


class InHand(NamedTuple):
    """Who has an episode in hand: the newest answer that stands, and on which level. `to` is who it was handed on to (None: the team)."""

    kind: str
    by: str
    at: Instant
    until: Instant | None
    to: str | None
    level: int
    said: str | None
    """With what instruction it was sent back; None for any other answer."""


def in_hand(session: Session, unit_id: uuid.UUID, episodes: Sequence[uuid.UUID]) -> dict[uuid.UUID, InHand]:
    """Return who has these episodes in hand, by the newest step that somebody answered. At most three statements."""
    if not episodes:
        return {}
    steps = session.execute(
        select(STEPS.c.escalation_id, STEPS.c.level, STEPS.c.answered_at, STEPS.c.answer, Membership.name)
        .join(Membership, and_(Membership.unit_id == STEPS.c.unit_id, Membership.id == STEPS.c.answered_by_id))
        .where(STEPS.c.unit_id == unit_id, STEPS.c.escalation_id.in_(episodes), STEPS.c.answered_at.is_not(None))
        .order_by(STEPS.c.answered_at, STEPS.c.level)
    ).all()
    newest = {step.escalation_id: step for step in steps}
    told = _told(session, unit_id, list(newest.values()))
    names = names_of_receivers(session, unit_id, [step.answer.partition(":")[2] for step in newest.values()])
    found = {}
    for key, step in newest.items():
        kind, _, to = step.answer.partition(":")
        until, absent, said = told.get(key, (None, None, None))
        by = who_did(step.name, absent)
        found[key] = InHand(
            kind, by, step.answered_at, until, names.get(to), step.level, said if kind == "returned" else None
        )
    return found


def _told(
    session: Session, unit_id: uuid.UUID, steps: Sequence[Row[Any]]
) -> dict[uuid.UUID, tuple[Instant | None, str | None, str | None]]:
    """Return by when the work was promised (None: nobody did), in whose name somebody else answered, and with which words.

    From the events of these answers, found by the instant at which they were recorded.
    """
    if not steps:
        return {}
    statement = (
        select(Event.about_id, Event.data, ABSENT_NAME)
        .outerjoin(ABSENT, stood_in())
        .where(
            Event.unit_id == unit_id,
            Event.recorded_at.in_(sorted({step.answered_at for step in steps})),
            Event.about_id.in_([step.escalation_id for step in steps]),
            Event.kind == "escalate",
        )
        .order_by(Event.ledger_no)
    )
    answers = {step.escalation_id: step.answer.partition(":")[0] for step in steps}
    found: dict[uuid.UUID, tuple[Instant | None, str | None, str | None]] = {}
    for about, data, absent in session.execute(statement):
        told = data or {}
        if about is not None and told.get("answer") == answers[about]:
            found[about] = (told.get("until"), absent, told.get("reason"))
    return found


def names_of_receivers(session: Session, unit_id: uuid.UUID, told: Sequence[str | None]) -> dict[str, str]:
    """Return the names of those to whom something was given, by how it is told; the team has none. At most two statements."""
    wanted = sorted({one for one in told if one and one != TO_TEAM})
    people = [uuid.UUID(one) for one in wanted if not one.startswith(TO_POST)]
    posts = [uuid.UUID(one.removeprefix(TO_POST)) for one in wanted if one.startswith(TO_POST)]
    found: dict[str, str] = {}
    if people:
        named = select(Membership.id, Membership.name).where(Membership.unit_id == unit_id, Membership.id.in_(people))
        found |= {row.id.hex: row.name for row in session.execute(named)}
    if posts:
        labelled = select(Post.id, Post.label).where(Post.unit_id == unit_id, Post.id.in_(posts))
        found |= {f"{TO_POST}{row.id.hex}": row.label for row in session.execute(labelled)}
    return found


__all__ = ["InHand", "in_hand", "names_of_receivers"]
