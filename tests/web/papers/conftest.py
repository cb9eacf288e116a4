"""A town in which teams have late work, and the application over it."""

from pathlib import Path

import pytest

from tests.web.site import Site
from tests.workflow.conftest import NewWorld
from tests.workflow.inbox.conftest import Silent, silent_world
from workflow.actions.open_plan import open_plan
from workflow.tables import Team


@pytest.fixture
def silent(worlds: NewWorld) -> Silent:
    """The town's world with its plan, two days after silence was noticed."""
    silent = silent_world(worlds)
    with silent.world.book() as (book, context):
        open_plan(book, context)
    silent.at("2025-05-19 08:00")
    return silent


@pytest.fixture
def late_site(silent: Silent, web_folder: Path) -> Site:
    """The application over it."""
    return Site(silent.world, web_folder)


def key(silent: Silent, code: str) -> str:
    """Return what names a team in the address of a letter."""
    return f"team-{next(team.id.hex for team in silent.world.rows(Team) if team.code == code)}"
