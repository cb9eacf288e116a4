"""A world in which somebody goes away, and shorthands for planning it."""

import uuid
from dataclasses import dataclass
from typing import Any

import pytest

from rules.time import at
from tests.workflow.inbox.conftest import Silent, silent
from tests.workflow.world import World
from workflow.actions.plan_absence import end_absence, plan_absence
from workflow.queries.absences import Absence, absences_near, delegates_for

__all__ = ["silent"]


@dataclass
class Away:
    """The world, with names instead of ids."""

    world: World

    def id(self, login: str) -> uuid.UUID:
        """Return somebody's membership."""
        return self.world.actor(login).membership_id

    def plan(
        self,
        absent: str,
        delegate: str,
        from_at: str | None,
        to_at: str,
        *,
        by: str | None = None,
        key: str | None = None,
    ) -> dict[str, Any]:
        """Plan an absence, as the one who is away unless `by` says otherwise."""
        start, ids = None if from_at is None else at(from_at), (self.id(absent), self.id(delegate))
        return self.world.command(
            by or absent,
            lambda book, context, actor: plan_absence(
                book, actor, ids[0], delegate_id=ids[1], from_at=start, to_at=at(to_at)
            ),
            key=key,
            request={"plan": [absent, delegate]} if key else None,
        )

    def end(self, absence: str, by: str) -> dict[str, Any]:
        """End an absence early."""
        return self.world.command(by, lambda book, context, actor: end_absence(book, actor, uuid.UUID(absence)))

    def near(self, login: str) -> list[Absence]:
        """Return the absences that concern somebody."""
        with self.world.store.read() as session:
            return absences_near(session, self.world.unit_id, self.id(login), now=self.world.clock.now())

    def may_stand_in_for(self, login: str) -> list[str]:
        """Return who may be chosen, by name."""
        with self.world.store.read() as session:
            found = delegates_for(session, self.world.unit_id, self.id(login), now=self.world.clock.now())
            return [name for _, name in found]

    def posts(self, login: str) -> list[tuple[str, bool]]:
        """Return what somebody holds now: role, and whether it was lent to them."""
        return [(post.role, post.acting_for is not None) for post in self.world.actor(login).posts]


@pytest.fixture
def away(world: World) -> Away:
    """A world of its own."""
    return Away(world)


@pytest.fixture
def silent_away(silent: Silent) -> Away:
    """The world in which silence has been noticed."""
    return Away(silent.world)
