"""Deadlines are told as their tasks stood when they came, whatever became of the tasks before a clock looked."""

from pathlib import Path

import pytest

from tests.workflow import world as small
from tests.workflow.closing.story import Days
from tests.workflow.conftest import NewWorld
from tests.workflow.notices.test_announce import told
from tests.workflow.plan.test_import_plan import row, sheet_of
from tests.workflow.sweeps.test_relayed_day import ABOVE, DAY
from workflow.actions.import_plan import import_plan
from workflow.actions.set_progress import set_progress

pytestmark = pytest.mark.slow
KINDS = ("due_soon", "missing", "overdue")
IN_TIME, LATE = ["15:00", "15:15", "15:45", "16:00", "16:15"], ["15:00", "15:15"]


@pytest.fixture
def days(worlds: NewWorld, monkeypatch: pytest.MonkeyPatch) -> Days:
    """Two teams with the police above them, in the early afternoon of 20 May; nothing is owed of the days before."""
    teams = [post for post in small.posts() if post.scope in ("T1", "T2")]
    monkeypatch.setattr(small, "posts", lambda: [*teams, *ABOVE])
    days = Days(worlds())
    days.at("2025-05-20 14:00")
    for date in range(15, 20):
        for team in ("T1", "T2"):
            days.move("hai", f"2025-05-{date}", team, "waive", reason="không hỏi đến")
    return days


def afternoon(days: Days) -> set[tuple[str, str, str, int]]:
    """Return what was told of deadlines of that afternoon to the first team's leader."""
    return {
        line
        for line in told(days.world)
        if line[0] == "team_leader T1" and line[1] >= f"{DAY} 15:00" and line[2] in KINDS
    }


@pytest.mark.parametrize("looks", [IN_TIME, LATE], ids=["in time", "late"])
@pytest.mark.parametrize(("login", "move", "back"), [("an", "submit", "return"), ("hai", "waive", "reopen")])
def test_nothing_is_told_of_a_deadline_that_came_while_the_task_was_handed_over_or_excused(
    days: Days, looks: list[str], login: str, move: str, back: str
) -> None:
    days.world.go_to(f"{DAY} 15:10")
    reason = {} if move == "submit" else {"reason": "không hỏi đến"}
    days.move(login, DAY, "T1", move, **reason)
    for moment in looks[1:]:
        days.at(f"{DAY} {moment}")
    days.world.go_to(f"{DAY} 16:20")
    days.move("hai", DAY, "T1", back, reason="thiếu số")
    days.at(f"{DAY} 17:00")

    assert afternoon(days) == set()


@pytest.mark.parametrize("looks", [IN_TIME, LATE], ids=["in time", "late"])
def test_what_was_sent_late_was_missing_and_is_told_once(days: Days, looks: list[str]) -> None:
    for moment in looks:
        days.at(f"{DAY} {moment}")
    days.world.go_to(f"{DAY} 16:20")
    days.move("an", DAY, "T1", "submit")
    for moment in ("16:30", "17:00"):
        days.at(f"{DAY} {moment}")

    assert afternoon(days) == {
        ("team_leader T1", f"{DAY} 15:00", "due_soon", 1),
        ("team_leader T1", f"{DAY} 16:00", "missing", 1),
    }


def test_a_remark_on_a_task_hides_no_deadline(days: Days) -> None:
    days.at(f"{DAY} 15:00")
    days.world.go_to(f"{DAY} 16:10")
    task = days.report(DAY, "T1").id
    days.world.command("an", lambda b, c, a: set_progress(b, c, a, task, 50, seen=None))
    days.at(f"{DAY} 17:00")

    assert {kind for _, _, kind, _ in afternoon(days)} == {"due_soon", "missing"}


@pytest.mark.parametrize("looks", [["21 00:00", "21 00:15"], []], ids=["in time", "late"])
def test_a_deadline_that_is_moved_after_it_passed_was_told_all_the_same(
    days: Days, looks: list[str], tmp_path: Path
) -> None:
    def put_in_force(due: str) -> None:
        sheet = sheet_of(tmp_path, [row(1, "Treo băng rôn", "Văn phòng", due)])
        days.world.command("khanh", lambda b, c, a: import_plan(b, c, a, sheet))

    put_in_force("trước ngày 21/5")
    days.at(f"{DAY} 23:45")
    before = told(days.world)
    for moment in looks:
        days.at(f"2025-05-{moment}")
    days.world.go_to("2025-05-21 00:20")
    put_in_force("đến hết ngày 25/5")
    for moment in ("00:30", "06:00"):
        days.at(f"2025-05-21 {moment}")

    passed = {line for line in told(days.world) - before if line[2] == "overdue"}
    assert passed == {("office unit", "2025-05-21 06:00", "overdue", 1)}
