"""kill -9 during an import: the ledger holds all of the file or nothing, and sending it again finishes the work."""

import random
from itertools import chain, count
from pathlib import Path

import pytest

from tests.faults.killing import kill_until_done
from tests.faults.proof import assert_same
from tests.faults.town import AREAS, Town, households, roster_file
from tests.faults.victims import Victim, Victims
from tests.faults.work import Answer

pytestmark = pytest.mark.slow
ENOUGH = 50
WAITING = ("roster_files", "roster_rows")
"""What a file leaves while it waits to be applied: no ledger, no figure and no list of people reads these."""


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """A newer list: everybody known, with other accounts, and some who are new."""
    known = households("nhà", 24)
    return roster_file(tmp_path / "newer.xlsx", [*known[1:], *households("mới", 12, AREAS[:1])])


def test_killed_at_every_point_all_of_the_file_is_there_or_nothing(
    town: Town, twin: Town, victims: Victims, newer: Path
) -> None:
    commits = [f"{side} commit {number}" for number in (1, 2, 3) for side in ("before", "after")]
    commits.append("before commit 4")

    death = kill_until_done(
        town, victims, town.roster(newer), chain(commits, count(1, 3)), commit=4, new_ids=True, but=WAITING
    )

    assert death.kills >= ENOUGH
    _assert_adds_up(death.answer)
    assert twin.do(death.item)["created"] > 0
    assert_same(town.rows(*WAITING), twin.rows(*WAITING))
    _assert_nothing_waits(town)


def _assert_adds_up(answer: Answer) -> None:
    parts = [answer[name] for name in ("created", "updated", "unchanged", "rejected")]
    assert answer["rows"] == sum(parts) > 0


def _assert_nothing_waits(town: Town) -> None:
    """The file once more changes nothing; no person is left in the staging table."""
    rows = town.rows()
    assert rows["roster_rows"] == []
    assert [row["status"] for row in rows["roster_files"]].count("applied") == 2
    town.assert_sound()


def test_killed_at_any_moment_nothing_acknowledged_is_lost(town: Town, victims: Victims, tmp_path: Path) -> None:
    """File after file is sent; what dies with its sender is sent again, until every file is in, once."""
    moments, kills, attempt = random.Random(11), 0, 0
    counts = []

    for number in count():
        listed = households(f"tệp {number}", 3, AREAS[:1])
        file = roster_file(tmp_path / f"{number}.xlsx", listed)
        while True:
            attempt += 1
            item = town.roster(file, seed=5000 + attempt)
            fate = victims.run(Victim([item], after=(0, moments.uniform(0, 0.45)) if kills < ENOUGH else None))[0]
            kills += fate.killed
            town.wait_for_the_dead()
            if fate.acks:
                break
        counts.append(fate.answers[0])
        if kills >= ENOUGH:
            break

    rows = town.rows()
    applied = [row for row in rows["roster_files"] if row["status"] == "applied"]
    assert len(applied) == 1 + len(counts)
    assert all(answer["status"] in ("applied", "already") and answer["rows"] == 3 for answer in counts)
    assert len([row for row in rows["subjects"] if row["kind"] == "person"]) == 24 + 3 * len(counts)
    assert rows["roster_rows"] == []
    town.assert_sound()
