"""Everything that waits, as one list: in the order of the time that is left, each thing once, the counts being the list."""

import uuid
from typing import Any

import pytest

from tests.workflow.inbox.conftest import CLIMBED, NOTICED, RULE, TOP, Silent
from workflow.actions.record_visit import Finding
from workflow.queries.exit_requests import count_waiting_exits
from workflow.queries.inbox import inbox_of
from workflow.queries.waiting import Counts, WaitingList, Wanted, count_waiting, total_of, waiting_list
from workflow.tables import Area, Task, Team

LOGINS = ("an", "dung", "giang", "hai", "khanh", "binh")


def told(silent: Silent, login: str, **values: Any) -> WaitingList:
    """Return somebody's list."""
    page = {name: values.pop(name) for name in ("after", "limit") if name in values}
    return silent.read(login, waiting_list, wanted=Wanted(**values), **page)


def ask_for_an_exit(silent: Silent, number: int = 2) -> None:
    """Let a member ask that somebody be taken off the list; the leader of team 1 has to confirm."""
    silent.world.visit("binh", silent.doors[1], Finding("died", silent.cases[number], evidence="giấy báo"))


@pytest.mark.parametrize("moment", [NOTICED, CLIMBED, TOP, "2025-05-20 16:30"])
@pytest.mark.parametrize("whole", [False, True])
def test_the_counts_are_the_list_and_the_badge_for_everybody(silent: Silent, moment: str, whole: bool) -> None:
    ask_for_an_exit(silent)
    silent.at(moment)
    for login in LOGINS:
        every = told(silent, login, whole_unit=whole)
        assert every.next is None
        for kind, counts in every.counts.items():
            rows = [row for row in every.rows if row.kind == kind]
            assert counts.waiting == sum(row.n for row in rows), (login, kind)
        for due in ("overdue", "today"):
            shown = told(silent, login, whole_unit=whole, due=due)
            assert getattr(every.total(), due) == sum(row.n for row in shown.rows), (login, due)
            assert shown.counts == every.counts
        gone = told(silent, login, whole_unit=whole, part="passed_up")
        assert every.total().passed_up == sum(row.n for row in gone.rows)
        assert silent.read(login, count_waiting, wanted=Wanted(whole_unit=whole)) == every.counts
        assert total_of(every.counts).waiting == sum(row.n for row in every.rows)
        untils = [row.until for row in every.rows]
        assert untils == sorted(untils)


def test_the_list_has_reminders_tasks_missing_reports_and_requests(silent: Silent) -> None:
    ask_for_an_exit(silent)
    silent.at("2025-05-17 12:00")

    kinds = {login: {row.kind for row in told(silent, login).rows} for login in LOGINS}

    assert kinds["an"] >= {"task", "exit"}
    assert "exit" not in kinds["dung"]
    (request,) = [row for row in told(silent, "an").rows if row.kind == "exit"]
    assert request.about.name == "Trần Văn Ba"
    assert request.about.may_decide
    assert silent.read("hai", lambda s, a, c, now: count_waiting_exits(s, a, c)) == 1
    assert "exit" not in kinds["hai"]  # who may decide in somebody's place is not asked first
    assert [row.kind for row in told(silent, "hai", whole_unit=True, kind="exit").rows] == ["exit"]


def test_a_task_that_is_reminded_of_stands_once(silent: Silent) -> None:
    silent.at("2025-05-18 15:10")  # the report of the day is due in 60 minutes: a reminder came
    listed = told(silent, "an")
    reminders = {row.about.rule_id: row for row in listed.rows if row.kind == "reminder"}
    assert "daily-report-due-soon" in reminders
    reports = [row.about.occurrence for row in listed.rows if row.kind == "task" and row.about.item == "daily-report"]
    own = [
        task for task in silent.world.rows(Task, Task.item == "daily-report")
        if task.is_open and task.submitted_at is None and task.opens_at <= silent.world.clock.now()
        and task.team_id == next(team.id for team in silent.world.rows(Team) if team.code == "T1")
    ]  # fmt: skip
    assert len(own) == len(reports) + reminders["daily-report-due-soon"].n


def test_pages_go_on_after_a_row_and_lose_nothing(silent: Silent) -> None:
    ask_for_an_exit(silent)
    silent.at(TOP)
    for login, whole in (("an", False), ("hai", True), ("khanh", False)):
        every = [row.mark for row in told(silent, login, whole_unit=whole).rows]
        for limit in (1, 2, 3):
            found, after = [], None
            for _ in range(len(every) + 1):
                page = told(silent, login, whole_unit=whole, after=after, limit=limit)
                assert page.counts == told(silent, login, whole_unit=whole).counts
                found += [row.mark for row in page.rows]
                after = page.next
                if after is None:
                    break
            assert found == every


def test_filters_by_sort_area_and_team(silent: Silent) -> None:
    silent.at(TOP)
    areas = {row.code: row.id for row in silent.world.rows(Area)}
    teams = {row.code: row.id for row in silent.world.rows(Team)}
    whole = told(silent, "hai", whole_unit=True)
    assert {place.sort for place in whole.places} == {"area", "team"}
    for name, ids in (("area", areas), ("team", teams)):
        for key in ids.values():
            shown = told(silent, "hai", whole_unit=True, **{name: key})
            assert shown.total().waiting == sum(row.n for row in shown.rows)
            assert shown.total().waiting <= whole.total().waiting
    only = told(silent, "hai", whole_unit=True, kind="reminder")
    assert {row.kind for row in only.rows} == {"reminder"}
    assert only.counts == whole.counts
    silence = [row.n for row in told(silent, "khanh", area=areas["A1"]).rows if row.about.rule_id == RULE]
    assert silence == [3]
    assert told(silent, "khanh", team=uuid.uuid4()).total() == Counts(0, 0, 0, 0)
    assert {place.name for place in told(silent, "an").places} >= {"Tổ dân phố 1"}


def test_the_reminders_are_those_of_the_inbox(silent: Silent) -> None:
    silent.at(CLIMBED)
    for login in LOGINS:
        counts, whole = told(silent, login).counts["reminder"], silent.read(login, inbox_of).counts
        assert (counts.waiting, counts.passed_up) == (whole.waiting, whole.passed_up)
    gone = told(silent, "an", part="passed_up").rows
    assert [row.about.rule_id for row in gone if row.about.rule_id == RULE] == [RULE]
    assert not [row for row in told(silent, "an").rows if row.kind == "reminder" and row.about.rule_id == RULE]


def test_a_page_costs_the_same_however_much_is_on_it(silent: Silent) -> None:
    ask_for_an_exit(silent)
    silent.at(NOTICED)
    pages: list[dict[str, Any]] = [{}, {"wanted": Wanted(due="overdue")}, {"wanted": Wanted(whole_unit=True)}]
    small = [[len(silent.statements(login, waiting_list, **page)) for page in pages] for login in ("an", "hai")]
    for number in range(4, 40):
        silent.world.household([(f"Ngô Văn {number}", "registered")], house=str(number))
    silent.at("2025-05-19 12:00")
    large = [[len(silent.statements(login, waiting_list, **page)) for page in pages] for login in ("an", "hai")]
    assert max(max(row) for row in (*small, *large)) <= 11
    assert [row[0] for row in large] == [row[0] for row in small]
    assert len(silent.statements("an", count_waiting)) <= 6
