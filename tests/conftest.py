"""Fixtures that every room's tests share."""

import gc
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from tests.databases import claim_server, new_database

KINDS = ("sqlite", "postgresql")
LONGEST = ("tests/journeys/", "tests/faults/")
"""Where the files are that take minutes."""
WHOLE = (
    *LONGEST,
    "tests/workflow/cli/",
    "tests/workflow/migrations/",
    "tests/workflow/operations/",
    "tests/workflow/verify/",
)
"""Where tests start processes or build whole installations: marked slow, every one."""


def pytest_configure() -> None:
    """Name the run's PostgreSQL server before workers start, so that all of them share one.

    Collect garbage less often: building statements makes very many short-lived objects, and looking for cycles among them
    after each 700 took a tenth of the run.
    """
    claim_server()
    gc.set_threshold(50_000, 10, 10)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put long files first, so that no worker is left with one at the end: by folder, then files marked slow, then the fullest."""
    for item in items:
        if item.nodeid.startswith(WHOLE):
            item.add_marker(pytest.mark.slow)
    files, slow = Counter(item.path for item in items), {item.path for item in items if item.get_closest_marker("slow")}

    def turn(item: pytest.Item) -> tuple[int, int]:
        places = [place for place, folder in enumerate(LONGEST) if item.nodeid.startswith(folder)]
        return (places[0] if places else len(LONGEST) + (item.path not in slow), -files[item.path])

    items.sort(key=turn)


def pytest_collection_finish() -> None:
    """Leave what is loaded by now, modules and tests, out of every later collection."""
    gc.collect()
    gc.freeze()


def _engine(kind: str, folder: Path) -> Iterator[Engine]:
    engine = create_engine(new_database(kind, folder, "plain"))
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def sqlite_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A plain engine on an empty SQLite file."""
    yield from _engine("sqlite", tmp_path_factory.mktemp("db"))


@pytest.fixture(scope="module")
def postgres_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A plain engine on an empty PostgreSQL database."""
    yield from _engine("postgresql", tmp_path_factory.mktemp("db"))


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest) -> Engine:
    """The plain engine of each database in turn."""
    return request.getfixturevalue("sqlite_engine" if request.param == "sqlite" else "postgres_engine")
