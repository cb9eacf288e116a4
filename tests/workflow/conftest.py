"""One database of each kind for a worker, and a new unit in it for every test that asks for a `world`."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import event

from rules.pack import Pack, load_pack
from tests.databases import WORLDS, new_database
from tests.refusals_in_english import refusals_in_english as refusals_in_english
from tests.workflow.world import PACKS, World
from workflow.store import Store
from workflow.tables import Base

KINDS = ("sqlite", "postgresql")
TEST_PACKS = Path(__file__).parents[1] / "packs"

NewWorld = Callable[..., World]


def _store(kind: str, factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store whose disk is not waited for: these tests are about what is written, others about whether it survives."""
    store = Store(new_database(kind, factory.mktemp("worlds"), "worlds"))
    hasty = "PRAGMA synchronous=OFF" if kind == "sqlite" else "SET SESSION synchronous_commit TO off"

    @event.listens_for(store.writer, "connect")
    def on_connect(connection: object, _record: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        cursor.execute(hasty)
        cursor.close()
        connection.commit()  # type: ignore[attr-defined]

    Base.metadata.create_all(store.writer)
    yield store
    store.dispose()


@pytest.fixture(scope="session")
def sqlite_worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """SQLite."""
    yield from _store("sqlite", tmp_path_factory)


@pytest.fixture(scope="session")
def postgres_worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """PostgreSQL."""
    yield from _store("postgresql", tmp_path_factory)


@pytest.fixture(params=KINDS)
def worlds(request: pytest.FixtureRequest) -> NewWorld:
    """Make new worlds, each a unit of its own, in each database in turn."""
    store: Store = request.getfixturevalue("sqlite_worlds" if request.param == "sqlite" else "postgres_worlds")

    def new(pack: str = "cat-thanh-2025", **options: object) -> World:
        number = next(WORLDS)
        return World(store, pack_called(pack), code=f"thu-{number}", seed=number, **options)  # type: ignore[arg-type]

    return new


@pytest.fixture
def world(worlds: NewWorld) -> World:
    """A unit with two teams and the town's campaign, and nothing in its ledger yet."""
    return worlds()


@pytest.fixture
def given(world: World) -> World:
    """The same world, where a test reads better so."""
    return world


@cache
def pack_called(name: str) -> Pack:
    """Return a shipped pack, or one that only tests use."""
    folder = PACKS if (PACKS / name).is_dir() else TEST_PACKS
    return load_pack(folder / name)
