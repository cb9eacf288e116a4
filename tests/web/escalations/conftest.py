"""The inbox on screen, over a town in which silence is about to be noticed."""

from pathlib import Path

import pytest

from tests.web.site import Site
from tests.workflow.conftest import NewWorld
from tests.workflow.inbox.conftest import Silent, silent_world


@pytest.fixture
def silent(worlds: NewWorld) -> Silent:
    """The town's world in which silence is about to be noticed."""
    return silent_world(worlds)


@pytest.fixture
def site(silent: Silent, web_folder: Path) -> Site:
    """The application over it."""
    return Site(silent.world, web_folder)
