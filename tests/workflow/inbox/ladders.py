"""What tests of decisions read of a ladder, and posts that fall vacant or are filled."""

import uuid
from typing import Any

from sqlalchemy import select, update

from tests.workflow.inbox.conftest import Silent
from workflow.tables import EscalationStep, Event, Post, PostHolding, table_of


def waits_for(silent: Silent) -> dict[str, int]:
    """Return how many episodes of silence in the first area wait for whom; in the second nobody holds the post above the team's."""
    logins = ("an", "giang", "khanh", "binh", "hai")
    found = {login: [group for group in silent.groups(login) if group.place == "Tổ dân phố 1"] for login in logins}
    return {login: n for login, groups in found.items() if (n := sum(group.waiting for group in groups))}


def levels(silent: Silent, number: int = 0) -> list[tuple[int, int]]:
    """Return level and due instant of one person's steps."""
    rows = silent.world.rows(EscalationStep, EscalationStep.escalation_id == silent.ids(number)[0])
    return [(step.level, step.due_at) for step in rows]


def enter(silent: Silent, who: uuid.UUID, code: str) -> None:
    """Let somebody take up a post of the first team, the first area or the unit."""
    world, now = silent.world, silent.world.clock.now()
    post = next(post for post in world.rows(Post) if post.code == code and post.scope in ("T1", "A1", "unit"))
    with world.store.write() as session:
        row = {"unit_id": world.unit_id, "id": world.ids.new(now), "from_at": now}
        session.execute(table_of(PostHolding).insert().values(**row, post_id=post.id, membership_id=who))


def leave(silent: Silent, code: str) -> None:
    """Let whoever holds a post leave it."""
    with silent.world.store.write() as session:
        posts = select(Post.id).where(Post.unit_id == silent.world.unit_id, Post.code == code)
        held = table_of(PostHolding)
        session.execute(
            update(held)
            .where(held.c.unit_id == silent.world.unit_id, held.c.post_id.in_(posts))
            .values(to_at=silent.world.clock.now())
        )


def told(silent: Silent, number: int = 0) -> list[dict[str, Any]]:
    """Return what the ledger tells of one person's episode."""
    return [event.data for event in silent.world.events(Event.about_id == silent.ids(number)[0])]
