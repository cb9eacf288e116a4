"""An office that hands files in, and keys to seal numbers with."""

from pathlib import Path

import pytest

from tests.workflow.roster_apply.lists import Office
from tests.workflow.world import World


@pytest.fixture
def office(world: World, tmp_path: Path) -> Office:
    """Whoever hands files in; its vault seals what is typed by hand, too."""
    return Office(world, tmp_path)
