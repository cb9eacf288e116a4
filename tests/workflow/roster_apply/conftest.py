"""A world on each database in turn, and an office that hands files in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import new_database
from tests.workflow.roster_apply.lists import Office
from tests.workflow.world import World, new_world


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """Cát Thành's rules in a unit of two areas, on 14/5/2025 at 08:00."""
    made = new_world(new_database(request.param, tmp_path, "rosters"))
    yield made
    made.store.dispose()


@pytest.fixture
def office(world: World, tmp_path: Path) -> Office:
    """Whoever hands files in."""
    return Office(world, tmp_path)
