"""An office that hands files in to the world of a test."""

from pathlib import Path

import pytest

from tests.workflow.roster_apply.lists import Office
from tests.workflow.world import World


@pytest.fixture
def office(world: World, tmp_path: Path) -> Office:
    """Whoever hands files in."""
    return Office(world, tmp_path)
