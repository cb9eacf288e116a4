"""Fixtures that every room's tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from tests.databases import claim_server, new_database

KINDS = ("sqlite", "postgresql")


def pytest_configure() -> None:
    """Name the run's PostgreSQL server before workers start, so that all of them share one."""
    claim_server()


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
