"""A store of each database with all tables, emptied before every test."""

from collections.abc import Iterator

import pytest

from tests.databases import new_database
from tests.workflow.figures.world import World, new_store, wipe
from workflow.store import Store

KINDS = ("sqlite", "postgresql")


def _store(kind: str, factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = new_store(new_database(kind, factory.mktemp("figures"), "figures"))
    yield store
    store.dispose()


@pytest.fixture(scope="package")
def sqlite_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """SQLite."""
    yield from _store("sqlite", tmp_path_factory)


@pytest.fixture(scope="package")
def postgres_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """PostgreSQL."""
    yield from _store("postgresql", tmp_path_factory)


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest) -> Store:
    """Each database in turn, empty."""
    store: Store = request.getfixturevalue("sqlite_store" if request.param == "sqlite" else "postgres_store")
    wipe(store)
    return store


@pytest.fixture
def world(store: Store) -> World:
    """A unit with nothing in its ledger yet."""
    return World(store)
