"""The bench measures something only if both of its sides write the same rows: checked here at small size, without any limit on time."""

import gc
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.__main__ import main
from bench.checking import bench_checking
from bench.close import bench_close
from bench.figures import bench_figures
from bench.guard import bench_guard
from bench.measure import Meter, Result, Side, compare, interleave
from bench.move import bench_move
from bench.pages import MOST_STATEMENTS, bench_pages
from bench.papers import bench_papers
from bench.report import table
from bench.roster import bench_roster
from bench.rows import must_agree
from bench.sweep import bench_sweep
from bench.town import STEP
from bench.world import SMALLEST, Ground, build, discard, settle
from tests.conftest import KINDS


@pytest.fixture(scope="module", autouse=True)
def only_ours_is_collected() -> Iterator[None]:
    """Keep what the tests before left in memory out of the collections: the bench collects before every round."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(params=KINDS)
def ground(request, tmp_path: Path) -> Ground:
    """A small database of each kind."""
    built = build(request.param, tmp_path, 2 * SMALLEST)
    settle(built)
    yield built
    discard(built)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_both_sweeps_open_the_same_episodes(kind, tmp_path):
    first, *others = bench_sweep(kind, tmp_path, 2 * SMALLEST)

    assert "20 due" in first.what
    assert len(others) == 2
    assert all(min(each.ours, each.limit) > 0 for each in (first, *others))


def test_both_visits_write_the_same_rows(ground):
    (visit,) = bench_move(ground)

    assert visit.ours > 0
    assert visit.limit > 0


@pytest.mark.parametrize("kind", KINDS)
def test_both_closes_count_the_same(kind, tmp_path):
    (close,) = bench_close(kind, tmp_path, 1200, rounds=1)

    assert "300 teams" in close.what


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_both_imports_enter_the_same_people(kind, tmp_path):
    seconds, memory = bench_roster(kind, tmp_path, SMALLEST, rounds=1)

    assert seconds.ratio > 0
    assert 10 < memory.ours < memory.limit


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_both_sides_of_each_page_show_the_same_words_in_few_statements(kind, tmp_path):
    results = bench_pages(kind, tmp_path, 10 * STEP, rounds=1)

    statements = [result for result in results if result.what.endswith("statements")]
    assert len(results) == 2 * len(statements) == 10
    assert all(0 < result.ours <= MOST_STATEMENTS for result in statements)


def test_a_long_right_document_is_called_right():
    assert len(bench_checking(numbers=100)) == 2


def test_a_paper_is_made_beside_docxtpls_own():
    (paper,) = bench_papers()

    assert min(paper.ours, paper.limit) > 0


def test_both_guards_decide_alike():
    assert len(bench_guard(calls=2000)) == 3


def test_different_rows_end_the_bench():
    must_agree(["a"], ["a"], "cases")

    with pytest.raises(SystemExit, match="different rows in cases: 2 and 1"):
        must_agree(["a", "b"], ["a"], "cases")


def test_sides_take_turns_and_the_first_round_is_not_counted():
    turns: list[str] = []
    sides = Side(lambda n: turns.append(f"ours {n}"), Meter()), Side(lambda n: turns.append(f"limit {n}"), Meter())

    interleave(sides, 2)

    assert turns == ["ours 0", "limit 0", "ours 1", "limit 1", "ours 2", "limit 2"]
    assert [len(side.seconds) for side in sides] == [2, 2]


def test_a_ratio_over_the_limit_is_not_ok():
    ours, limit = Side(lambda _: None, Meter(), [0.5, 0.3, 0.9]), Side(lambda _: None, Meter(), [0.1, 0.2, 0.3])
    ours.walls, limit.walls = ours.seconds, limit.seconds

    result = compare("something", ours, limit, 2.0, each=10)

    assert (result.ours, result.limit) == (pytest.approx(50), pytest.approx(20))
    assert not result.ok
    assert compare("something", ours, limit, 2.6, each=10).ok
    assert "2.50×" in table([("sqlite", result)])
    assert "OVER" in table([("sqlite", result)])


def test_what_could_not_be_measured_is_not_ok():
    assert not Result("make demo", 0, 0, "s", None, failed=True).ok


def test_a_bad_size_is_wrong_usage(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--only", "sweep", "--size", "1500"])

    assert caught.value.code == 2
    assert f"multiple of {SMALLEST}" in capsys.readouterr().err


def test_json_is_one_list_of_records(capsys, monkeypatch):
    monkeypatch.setattr("bench.__main__.bench_guard", lambda: [Result("guard", 3.0, 1.0, "ms", 2.0, "note")])

    assert main(["--only", "guard", "--database", "sqlite", "--json"]) == 1
    (printed,) = json.loads(capsys.readouterr().out)
    assert printed["ratio"] == 3.0
    assert printed["ok"] is False


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_both_sides_count_the_same_now_and_then(kind, tmp_path):
    now, past, memory = bench_figures(kind, tmp_path, 2000, rounds=1)

    assert min(now.ours, now.limit, past.ours, past.limit) > 0
    assert memory.ours < memory.limit
