"""The database server is killed in the middle of a visit: the visit is carried through once it is back, or refused whole."""

import threading
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from tests.databases import new_sqlite
from tests.faults.points import KillPoints
from tests.faults.postmaster import Postmaster
from tests.faults.proof import Rows, assert_same
from tests.faults.terminal import told
from tests.faults.town import Town
from tests.faults.work import key_of

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def postmaster() -> Iterator[Postmaster]:
    """A server of this module's own."""
    postmaster = Postmaster()
    yield postmaster
    postmaster.remove()


@pytest.fixture(scope="module")
def towns(postmaster: Postmaster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Town, Town]]:
    """A town on the server, and its twin where nothing happens."""
    folder = tmp_path_factory.mktemp("postmaster")
    towns = Town(postmaster.url, folder), Town(new_sqlite(Path(folder), "twin"), folder)
    yield towns
    for town in towns:
        town.close()


def test_a_visit_comes_through_when_the_server_returns(postmaster: Postmaster, towns: tuple[Town, Town]) -> None:
    """Killed at points all through the visit: it is there once, with one answer."""
    town, twin = towns

    def restart() -> None:
        postmaster.kill()
        postmaster.start()

    for point, visit in zip(count(2, 6), town.visits(100), strict=False):
        before = town.rows()
        points = KillPoints({point}, restart).watch(town.store)
        answer = town.do(visit)
        points.fatal, passed = (), points.passed
        twin.do(visit)
        assert town.answers()[key_of(visit)] == answer == town.do(visit)
        assert len(town.rows()["visits"]) == len(before["visits"]) + 1
        if passed < point:
            break
    assert point > 15  # it was not killed before a visit's last point was behind it

    town.assert_sound()
    assert_same(_effects(town), _effects(twin))


def _effects(town: Town) -> Rows:
    """Return what visits change besides their own ids, which a visit that is begun again draws anew."""
    rows = town.rows()
    return {table: rows[table] for table in ("cases", "doors", "rollups", "unit_heads")}


def test_a_commit_whose_answer_is_lost_counts_once(postmaster: Postmaster, towns: tuple[Town, Town]) -> None:
    """The server dies after the commit is on disk and before it says so: the repeat finds the key and the stored answer."""
    town, _ = towns
    visit, before = town.visits(101)[-1], town.rows()
    dialect = town.store.writer.dialect
    commit, waits = dialect.do_commit, [threading.Thread(target=_kill_the_waiting, args=(postmaster,))]

    def never_answered(connection: Any) -> None:
        if waits:
            connection.execute("SET LOCAL synchronous_commit TO on")
            waits[0].start()
            waiting = waits.pop()
            try:
                commit(connection)
            finally:
                waiting.join()
        else:
            commit(connection)

    dialect.do_commit = never_answered  # type: ignore[method-assign, assignment]
    answer = town.do(visit)

    assert not waits
    assert answer == town.answers()[key_of(visit)] == town.do(visit)
    assert len(town.rows()["visits"]) == len(before["visits"]) + 1
    town.assert_sound()


def _kill_the_waiting(postmaster: Postmaster) -> None:
    """Kill the server as soon as a commit waits for the standby, and start it again."""
    engine, limit = create_engine(postmaster.url), time.monotonic() + 20
    with engine.connect() as connection:
        while not connection.scalar(text("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")):
            assert time.monotonic() < limit
            connection.rollback()
            time.sleep(0.005)
    postmaster.kill()
    engine.dispose()
    postmaster.start()


def test_without_a_server_the_visit_is_refused_with_a_sentence(
    postmaster: Postmaster,
    towns: tuple[Town, Town],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    town, _ = towns
    visit, before = town.visits(102)[-1], town.rows()

    postmaster.kill()
    said = told(lambda: town.do(visit), tmp_path, monkeypatch, capsys)
    postmaster.start()

    assert "Không nối được cơ sở dữ liệu" in said
    assert_same(town.rows(), before)
    assert town.do(visit) == town.answers()[key_of(visit)]
    town.assert_sound()
