"""A team at work: doors with holders, and a way to count what a read asks the database."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from tests.workflow.world import World
from workflow.actions.assign_doors import reassign
from workflow.tables import Area, Team


class Teamwork:
    """A world seen by the teams in it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.teams = {team.code: team.id for team in world.rows(Team)}
        self.areas = {area.code: area.id for area in world.rows(Area)}
        self._houses = 0

    def door(self, *people: str, holder: str | None = None, area: str = "A1", **place: str) -> uuid.UUID:
        """Put a household with people on the list and give its door to somebody of the area's team."""
        self._houses += 1
        place = {"house": str(self._houses), **place}
        door, _ = self.world.household(list(people or ["Nguyễn Văn Nền"]), area=area, **place)
        if holder is not None:
            self.give([door], holder, team="T1" if area == "A1" else "T2")
        return door

    def cases(self, door: uuid.UUID) -> list[uuid.UUID]:
        from workflow.tables import Case

        return [case.id for case in self.world.rows(Case, Case.door_id == door)]

    def give(self, doors: Any, to: str | None, *, team: str = "T1", by: str = "hai", **options: Any) -> dict[str, Any]:
        """Hand doors over as somebody."""
        values = {"team_id": self.teams[team], "assignee_id": to and self.member(to), "reason": "phân công", **options}
        return self.world.command(by, lambda book, context, actor: reassign(book, context, actor, doors, **values))

    def member(self, login: str) -> uuid.UUID:
        return self.world.actor(login).membership_id

    def read(self, login: str, query: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """Ask a query of the shape (session, actor, context, …) as somebody."""
        with self.world.store.read() as session:
            return query(session, self.world.actor(login), self.world.context(), *args, **options)


@pytest.fixture
def team(world: World) -> Teamwork:
    return Teamwork(world)


@contextmanager
def statements(world: World) -> Iterator[list[str]]:
    """Collect the SELECTs that are sent meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            seen.append(statement)

    event.listen(world.store.reader, "before_cursor_execute", note)
    yield seen
    event.remove(world.store.reader, "before_cursor_execute", note)
