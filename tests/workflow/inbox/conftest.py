"""A world in which silence has been noticed: 2 doors of area 1 (three people), 1 door of area 2, and one that is fine."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import event

from tests.workflow.conftest import NewWorld
from tests.workflow.world import World
from workflow.actions.answer_escalation import EpisodeGroup, answer_escalation
from workflow.actions.record_visit import Finding
from workflow.queries.episode import Episode, episode
from workflow.queries.inbox import Inbox, inbox_of
from workflow.queries.inbox_group import EpisodeLine, episodes_in_group
from workflow.queries.inbox_groups import InboxGroup
from workflow.tables import Area, Escalation
from workflow.verify import verify

RULE = "silent-registered"
BEFORE, NOTICED, CLIMBED, TOP = "2025-05-16 23:00", "2025-05-17 08:00", "2025-05-18 08:00", "2025-05-19 08:00"


@dataclass
class Silent:
    """The world, its doors and people, and shorthands for reading and answering."""

    world: World
    doors: list[uuid.UUID]
    cases: list[uuid.UUID]

    def at(self, moment: str) -> None:
        """Go to a moment and let the clock look."""
        self.world.go_to(moment)
        self.world.tick()

    def key(self, code: str) -> str:
        """Return the group key of an area."""
        return next(area.id.hex for area in self.world.rows(Area) if area.code == code)

    def group(self, code: str, **values: Any) -> EpisodeGroup:
        """Return the row of an area."""
        return EpisodeGroup(RULE, self.key(code), **values)

    def episodes(self) -> dict[uuid.UUID, Escalation]:
        """Return the episodes of silence by case."""
        return {row.subject_id: row for row in self.world.rows(Escalation, Escalation.rule_id == RULE)}

    def ids(self, *numbers: int) -> list[uuid.UUID]:
        """Return the episodes of people by their number (0 to 3)."""
        found = self.episodes()
        return [found[self.cases[number]].id for number in numbers]

    def read(self, login: str, query: Callable[..., Any], *args: Any, **values: Any) -> Any:
        """Ask a query as somebody, at the clock's instant."""
        actor, context = self.world.actor(login), self.world.context()
        with self.world.store.read() as session:
            return query(session, actor, context, *args, now=self.world.clock.now(), **values)

    def inbox(self, login: str, **values: Any) -> Inbox:
        """Return somebody's inbox."""
        return self.read(login, inbox_of, **values)

    def groups(self, login: str, **values: Any) -> list[InboxGroup]:
        """Return the rows of somebody's inbox about silence; reports of teams stand between them."""
        return [group for group in self.inbox(login, **values).groups if group.rule_id == RULE]

    def opened(self, login: str, code: str = "A1", **values: Any) -> tuple[list[EpisodeLine], int]:
        """Return the people in the row of an area."""
        return self.read(login, episodes_in_group, RULE, self.key(code), **values)

    def told(self, login: str, number: int) -> Episode:
        """Return one episode in full."""
        return self.read(login, episode, self.ids(number)[0])

    def answer(self, login: str, chosen: Any, answer: Any, *, key: str | None = None, **values: Any) -> dict[str, Any]:
        """Answer as somebody."""
        work = lambda book, context, actor: answer_escalation(book, context, actor, chosen, answer=answer, **values)  # noqa: E731
        return self.world.command(login, work, key=key, request={"answer": answer} if key else None)

    def findings(self) -> list[str]:
        """Return what the proof finds wrong; the people of this world were never sealed."""
        with self.world.store.read() as session:
            report = verify(session, [self.world.unit_id])
        own = [finding for finding in report.violations if finding.severity != "info"]
        return [f"{finding.check} {finding}" for finding in own if not finding.check.startswith("I5")]

    def statements(self, login: str, query: Callable[..., Any], *args: Any, **values: Any) -> list[str]:
        """Return the statements that a question of somebody costs, once it is known who asks and about which campaign."""
        seen: list[str] = []
        actor, context, engine = self.world.actor(login), self.world.context(), self.world.store.reader

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        with self.world.store.read() as session:
            session.connection()
            event.listen(engine, "before_cursor_execute", note)
            try:
                query(session, actor, context, *args, now=self.world.clock.now(), **values)
            finally:
                event.remove(engine, "before_cursor_execute", note)
        return [statement for statement in seen if statement.upper() not in ("BEGIN", "COMMIT", "ROLLBACK")]


def silent_world(worlds: NewWorld, pack: str = "cat-thanh-2025") -> Silent:
    """Make the world; nobody has been to the first three doors."""
    return silence_in(worlds(pack))


def silence_in(world: World) -> Silent:
    """Put four doors into a new world; nobody has been to the first three."""
    homes = [
        world.household([("Nguyễn Văn Một", "registered"), ("Nguyễn Thị Hai", "registered")], lane="Ngõ 1", house="1"),
        world.household([("Trần Văn Ba", "registered")], lane="Ngõ 1", house="2"),
        world.household([("Lê Thị Bốn", "registered")], area="A2", lane="Ngõ 9", house="7"),
        world.household([("Phạm Văn Năm", "registered")], lane="Ngõ 1", house="3"),
    ]
    world.go_to("2025-05-16 09:00")
    world.visit("an", homes[3][0], Finding("needs_help", homes[3][1][0]))
    return Silent(world, [door for door, _ in homes], [case for _, cases in homes[:3] for case in cases])


@pytest.fixture
def silent(worlds: NewWorld) -> Silent:
    """The town's world at the moment before anybody notices."""
    return silent_world(worlds)
