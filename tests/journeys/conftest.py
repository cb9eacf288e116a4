"""The screens over a played demonstration (one application for each module that has a fixture `demo`), and over small towns."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser

from tests.journeys.demo_site import DemoSite
from tests.journeys.story import Story, story_of
from tests.web.browsing import chromium
from tests.web.conftest import postgres_worlds, sqlite_worlds, web_folder, world, worlds
from tests.web.site import Site
from tests.workflow.conftest import NewWorld
from tests.workflow.inbox.conftest import NOTICED, Silent, silent_world
from workflow.store import Store
from workflow.vault import Vault

__all__ = ["postgres_worlds", "sqlite_worlds", "web_folder", "world", "worlds"]


NOT_PAIRED: Final = ({"sqlite", "desk"}, {"postgresql", "phone"})


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Walk each journey on both databases and on both screens, but not on each pair of them: neither knows of the other."""
    here = Path(__file__).parent
    names = {item: set(getattr(item, "callspec").id.split("-")) for item in items if hasattr(item, "callspec")}  # noqa: B009
    again = {
        item for item, said in names.items() if here in item.path.parents and any(pair <= said for pair in NOT_PAIRED)
    }
    if again:
        config.hook.pytest_deselected(items=sorted(again, key=lambda item: item.nodeid))
        items[:] = [item for item in items if item not in again]


@pytest.fixture(scope="module")
def shown(demo: tuple[Store, Vault], tmp_path_factory: pytest.TempPathFactory) -> DemoSite:
    """The application over the module's demonstration."""
    folder: Path = tmp_path_factory.mktemp("shown")
    return DemoSite(*demo, folder)


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    """A Chromium for the module."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def silent(worlds: NewWorld) -> Silent:
    """The town in which silence has just been noticed: three people wait for the leader of team 1."""
    town = silent_world(worlds)
    town.at(NOTICED)
    return town


@pytest.fixture
def story(silent: Silent, web_folder: Path, chrome: Browser) -> Iterator[Story]:
    """That town on screen."""
    with story_of(Site(silent.world, web_folder), chrome) as served:
        yield served
