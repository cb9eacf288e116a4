"""An afternoon before the cut-off: people who took part, some whom the system has not deducted, one who ended contact."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from rules.time import at
from tests.workflow.answer.closes import close, frozen_of
from tests.workflow.world import World
from workflow.access import Actor
from workflow.actions.add_system_count import CountEntry, add_system_count
from workflow.actions.record_visit import Finding
from workflow.actions.say_figures import say_figures
from workflow.actions.void_event import void_event
from workflow.closing.quick_answer import QuickAnswer, quick_answer

SOURCE = "Trang quản trị VNeID"


@dataclass
class Afternoon:
    """A world with its doors by house number; `told` has what recording a visit answered."""

    world: World
    doors: dict[str, tuple[UUID, list[UUID]]] = field(default_factory=dict)

    def home(self, house: str, *names: str, area: str = "A1") -> None:
        """Put a household of people with an account on the list."""
        self.doors[house] = self.world.household([(name, "activated") for name in names], house=house, area=area)

    def visit(self, login: str, house: str, *outcomes: str | None, happened: str | None = None) -> int:
        """Record a visit with an outcome for each person (None: nothing; nobody home without any), and return its ledger number."""
        door, people = self.doors[house]
        findings = [Finding(outcome, who) for who, outcome in zip(people, outcomes, strict=False) if outcome]
        told = self.world.visit(login, door, *(findings or ["nobody_home"]), happened=happened)
        return int(told["ledger_no"])

    def void(self, login: str, number: int) -> None:
        """Take a visit back."""
        self.world.command(login, lambda b, c, a: void_event(b, c, a, number, reason="ghi nhầm hộ"))

    def answer(self, login: str = "hai") -> QuickAnswer:
        """Return the page of somebody."""
        actor: Actor = self.world.actor(login)
        with self.world.store.read() as session:
            return quick_answer(session, actor, self.world.context(), now=self.world.clock.now())

    def system(self, n: int, as_of: str, *, area: UUID | None = None, source: str = SOURCE) -> dict[str, Any]:
        """Enter what the system shows."""
        entry = CountEntry(area, n, at(as_of))
        return self.world.command("hai", lambda b, c, a: add_system_count(b, c, a, entry, source=source))

    def say(
        self, page: QuickAnswer, *, to: str = "UBND huyện", channel: str = "phone", by: str = "hai"
    ) -> dict[str, Any]:
        """Note that the numbers of a page were said."""
        cut = {"as_of": page.as_of, "known_no": page.ledger_no}
        return self.world.command(by, lambda b, c, a: say_figures(b, c, a, recipient=to, channel=channel, **cut))


def afternoon(world: World) -> Afternoon:
    """Return a town at 15:40 on 24/5: closed the day before at 16:00 with 2, and 5 more since, of whom 2 wait to be deducted."""
    town = Afternoon(world)
    world.go_to("2025-05-14 09:00")
    town.home("1", "Bùi Văn Một", "Bùi Văn Hai", "Bùi Văn Ba")
    town.home("2", "Lê Thị Bốn", "Lê Thị Năm")
    town.home("3", "Vũ Văn Sáu", "Vũ Văn Bảy", "Vũ Văn Tám")
    town.home("4", "Đỗ Thị Chín", "Đỗ Thị Mười", area="A2")
    world.go_to("2025-05-23 10:00")
    town.visit("an", "1", "took_part", "took_part")
    world.go_to("2025-05-23 16:00")
    close(world, frozen_of(world, as_of="2025-05-23 16:00", period="2025-05-23"))
    world.go_to("2025-05-24 09:00")
    town.visit("binh", "1", None, None, "took_part_not_deducted")
    town.visit("binh", "2", "took_part", "took_part_not_deducted")
    world.go_to("2025-05-24 15:10")
    town.visit("an", "3", "took_part", "took_part", "not_taking_part")
    world.go_to("2025-05-24 15:40")
    world.tick()
    return town
