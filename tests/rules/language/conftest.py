"""Both databases filled with the same rows on every edge."""

from typing import Any

import pytest
from sqlalchemy import Engine

from tests.rules.language.world import fill, rows


@pytest.fixture(scope="module")
def edge_rows() -> list[dict[str, Any]]:
    """Rows of edge values."""
    return rows(120)


@pytest.fixture(scope="module")
def engines(sqlite_engine: Engine, postgres_engine: Engine, edge_rows: list[dict[str, Any]]) -> list[Engine]:
    """SQLite and PostgreSQL, each holding the edge rows; statements are compiled afresh each time."""
    found = [engine.execution_options(compiled_cache=None) for engine in (sqlite_engine, postgres_engine)]
    for engine in found:
        fill(engine, edge_rows)
    return found
