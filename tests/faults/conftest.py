"""A database of each kind with a town in it, its undisturbed twin, and a server of victims."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.databases import new_database, new_sqlite
from tests.faults.town import Town
from tests.faults.victims import Victims

KINDS = ("sqlite", "postgresql")

NewTown = Callable[..., Town]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Each kind of database in turn."""
    return str(request.param)


@pytest.fixture
def town(kind: str, tmp_path: Path) -> Iterator[Town]:
    """A town in a database of its own, with the settings of a real one: every commit waits for the disk."""
    town = Town(new_database(kind, tmp_path, "faults"), tmp_path)
    yield town
    town.close()


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[Town]:
    """The same town, ids and all, in another database where nothing bad happens."""
    town = Town(new_sqlite(tmp_path, "twin"), tmp_path)
    yield town
    town.close()


@pytest.fixture
def victims(town: Town) -> Iterator[Victims]:
    """Processes that work in the town and may be killed."""
    with Victims(town.url, town.where) as victims:
        yield victims
