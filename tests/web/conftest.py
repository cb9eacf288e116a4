"""A site over a new world for every test, on each database in turn."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.refusals_in_english import refusals_in_english
from tests.web.site import Site
from tests.workflow.conftest import NewWorld, postgres_worlds, sqlite_worlds, world, worlds
from tests.workflow.world import World

__all__ = ["postgres_worlds", "refusals_in_english", "sqlite_worlds", "world", "worlds"]


@pytest.fixture(scope="session")
def web_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One instance folder for all sites of a run: keys and files are made once."""
    return tmp_path_factory.mktemp("instance")


@pytest.fixture
def site(world: World, web_folder: Path) -> Site:
    """The application over a small world."""
    return Site(world, web_folder)


@pytest.fixture
def sites(worlds: NewWorld, web_folder: Path) -> Callable[..., Site]:
    """Make sites, each over a new world of its own."""
    return lambda *args, **options: Site(worlds(*args, **options), web_folder)
