"""A lane of three doors and one of another team, at nine o'clock on a day of collecting."""

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.web.api.program import Program
from tests.web.site import Site
from tests.workflow.world import World

PEOPLE = ["Đỗ Quang Hằng", "Nguyễn Văn Hai", "Trần Thị Ba"]


class Town(Site):
    """The application over the lane. `doors[0]` has the three of `PEOPLE`; `foreign` belongs to the other team."""

    def __init__(self, world: World, folder: Path) -> None:
        super().__init__(world, folder)
        self.door, self.cases = world.household(list(PEOPLE), lane="Ngõ 30", house="36")
        self.doors = [self.door, world.household(["Vũ Văn Tâm"], lane="Ngõ 30", house="38")[0]]
        self.foreign = world.household(["Người Tổ Khác"], area="A2", house="99")[0]
        world.go_to("2025-05-16 09:00")


@pytest.fixture
def town(world: World, web_folder: Path) -> Town:
    """The lane."""
    return Town(world, web_folder)


@pytest.fixture
def as_(town: Town) -> Callable[[str | None], Program]:
    """Sign somebody's program in."""
    return lambda login: Program(town, login)


ABSENT = uuid.UUID(int=7)
"""The id of nothing."""
