"""A full disk: the visit is refused and rolled back whole, and the next one works once there is room again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from tests.faults.proof import assert_same
from tests.faults.terminal import told
from tests.faults.town import Town
from tests.faults.work import Item
from workflow.store import is_worth_retrying


@pytest.fixture
def kind() -> str:
    """Only SQLite lets a test say how large its file may grow."""
    return "sqlite"


@contextmanager
def _no_more_room(town: Town) -> Iterator[None]:
    """Let the file grow by two pages and fill those; afterwards let it grow as it wants."""
    with town.store.writer.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE ballast (x BLOB)")
    with town.store.writer.connect() as connection:
        size = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={size + 2}")
    for bytes_ in (3_000, 1):
        with pytest.raises(OperationalError, match="full"):
            _insert_for_ever(town, f"INSERT INTO ballast VALUES (zeroblob({bytes_}))")
    yield
    with town.store.writer.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count={size + 100_000}")


def _insert_for_ever(town: Town, statement: str) -> None:
    while True:
        with town.store.writer.begin() as connection:
            connection.exec_driver_sql(statement)


def _refusal(town: Town, visit: Item) -> OperationalError | None:
    try:
        town.do(visit)
    except OperationalError as refused:
        return refused
    return None


def test_a_visit_without_room_leaves_nothing_and_works_when_there_is_room(town: Town, twin: Town) -> None:
    visits = iter(town.visits(200))
    with _no_more_room(town):
        while True:  # some fit into the free corners of pages that are there
            visit, before = next(visits), town.rows()
            refused = _refusal(town, visit)
            if refused is not None:
                break
            twin.do(visit)
        assert "full" in str(refused.orig)
        assert not is_worth_retrying(refused)  # at once, it would be refused again
        assert_same(town.rows(), before)
        town.assert_sound()

    assert town.do(visit) == twin.do(visit)
    assert_same(town.rows(), twin.rows())


def test_a_full_disk_is_a_sentence(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def until_full() -> None:
        for visit in town.visits(200):
            town.do(visit)

    with _no_more_room(town):
        said = told(until_full, tmp_path / "instance", monkeypatch, capsys)

    assert "đĩa" in said  # what is short, so that somebody can make room
