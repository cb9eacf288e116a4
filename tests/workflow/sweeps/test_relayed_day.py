"""Who hears when of reports that travel through the police: reminded at 15:00 and 15:30, missing at 16:00; only the police can be late."""

from typing import Any

import pytest

from rules.time import at, show
from tests.workflow import world as small
from tests.workflow.closing.story import Days
from tests.workflow.conftest import NewWorld
from tests.workflow.world import World
from workflow.actions.forward_reports import forward_reports
from workflow.actions.found_unit import PostPlan
from workflow.actions.record_visit import Finding
from workflow.actions.waive_duty import waive_duty
from workflow.tables import Escalation, EscalationStep, Task

DAY = "2025-05-20"
ABOVE = (
    PostPlan("deputy_police_chief", "coordinator", "Phó trưởng Công an", "unit", ("hai",)),
    PostPlan("police_chief", "plan_owner", "Trưởng Công an", "unit", ("giang",)),
    PostPlan("office", "plan_owner", "Văn phòng", "unit", ("binh",)),
    PostPlan("chair", "chair", "Chủ tịch", "unit", ("khanh",)),
)


@pytest.fixture
def day(worlds: NewWorld, monkeypatch: pytest.MonkeyPatch) -> Days:
    """Two teams with the police above them, on 20 May at 14:00; nothing is owed of the days before."""
    teams = [post for post in small.posts() if post.scope in ("T1", "T2")]
    monkeypatch.setattr(small, "posts", lambda: [*teams, *ABOVE])
    days = Days(worlds())
    days.at(f"{DAY} 14:00")
    for date in range(15, 20):
        for team in ("T1", "T2"):
            days.move("hai", f"2025-05-{date}", team, "waive", reason="không hỏi đến")
    return days


def forward(days: Days, happened: str | None = None) -> dict[str, Any]:
    """The police forward what has come."""
    world = days.world
    task = world.rows(Task, Task.item == "daily-report-forward", Task.occurrence == DAY)[0]
    return world.command("hai", lambda b, c, a: {"timing": forward_reports(
        b, c, task.id, actor=a, state_version=task.state_version, happened_at=happened and at(happened)).timing})  # fmt: skip


def heard(world: World) -> list[tuple[str, str, str, str]]:
    """Return of 20 May: which rule reached which post about whom, and when that was due."""
    tasks = {task.id: task for task in world.rows(Task, Task.occurrence == DAY)}
    steps = [step for step in world.rows(EscalationStep) if step.subject_id in tasks]
    return sorted((show(step.due_at)[11:], step.rule_id, tasks[step.subject_id].scope, step.to_post) for step in steps)


def test_the_team_that_sends_nothing_is_reminded_then_missing_and_only_the_police_are_late(day: Days) -> None:
    day.move("an", DAY, "T1", "submit")
    for moment in ("15:00", "15:30", "15:45", "16:00", "16:30"):
        day.at(f"{DAY} {moment}")

    assert heard(day.world) == [
        ("15:00", "daily-report-due-soon", "T2", "team_leader"),
        ("15:30", "daily-report-internal", "T2", "team_leader"),
        ("15:45", "daily-report-forward-due-soon", "unit", "deputy_police_chief"),
        ("15:45", "daily-report-internal", "T2", "deputy_police_chief"),
        ("16:00", "daily-report-forward-late", "unit", "police_chief"),
        ("16:00", "daily-report-missing", "T2", "deputy_police_chief"),
        ("16:30", "daily-report-forward-late", "unit", "office"),
        ("16:30", "daily-report-missing", "T2", "office"),
    ]


def test_forwarded_in_time_nobody_hears_of_it_again(day: Days) -> None:
    day.move("an", DAY, "T1", "submit")
    day.at(f"{DAY} 15:50")
    assert forward(day)["timing"] == "on_time"
    day.at(f"{DAY} 18:00")

    assert not [told for told in heard(day.world) if told[1] == "daily-report-forward-late"]
    open_rules = {one.rule_id for one in day.world.rows(Escalation, Escalation.is_open)}
    assert "daily-report-forward-due-soon" not in open_rules
    assert "daily-report-missing" in open_rules
    day.move("dung", DAY, "T2", "submit")
    assert "daily-report-missing" not in {one.rule_id for one in day.world.rows(Escalation, Escalation.is_open)}


@pytest.mark.parametrize(("happened", "timing"), [("15:50", "on_time"), ("16:05", "late")])
def test_forwarded_while_the_clock_stood_still_it_is_judged_by_when_it_happened(
    day: Days, happened: str, timing: str
) -> None:
    day.at(f"{DAY} 15:20")
    day.move("an", DAY, "T1", "submit")
    day.at(f"{DAY} 15:30")
    day.world.go_to(f"{DAY} 16:40")  # no tick

    assert forward(day, f"{DAY} {happened}")["timing"] == timing

    due = [told for told in heard(day.world) if told[1] == "daily-report-forward-late"]
    assert [(when, to) for when, _, _, to in due] == [("16:00", "police_chief"), ("16:30", "office")]
    forwards = day.world.rows(Escalation, Escalation.rule_id == "daily-report-forward-late")
    assert [(one.is_open, one.closed_because) for one in forwards if show(one.due_at)[:10] == DAY] == [
        (False, "resolved")
    ]
    assert not day.wrong()


@pytest.mark.parametrize("looks", [("00:00", "15:00", "15:30", "15:45", "16:00", "16:30", "16:40"), ("16:40",)])
def test_who_finished_early_and_who_would_pass_it_on_are_not_reminded_by_a_clock_that_stood_still(
    worlds: NewWorld, monkeypatch: pytest.MonkeyPatch, looks: tuple[str, ...]
) -> None:
    first = [post for post in small.posts() if post.scope == "T1"]
    monkeypatch.setattr(small, "posts", lambda: [*first, *ABOVE])
    days = Days(worlds())
    days.world.go_to("2025-05-16 09:00")
    door, people = days.world.household(["Bùi Văn Một"])
    days.at("2025-05-18 09:00")
    days.world.visit("an", door, Finding("took_part", people[0]))
    days.at("2025-05-19 18:00")
    for report in days.world.rows(Task, Task.item == "daily-report", Task.scope == "T2"):
        days.move("hai", report.occurrence, "T2", "waive", reason="tổ chưa ra quân")
    with days.world.book() as (book, context):
        waive_duty(
            book, context, "daily-report", "T2", actor=None, reason="tổ chưa ra quân", since=at("2025-05-19 16:00")
        )

    for moment in looks:
        days.at(f"{DAY} {moment}")

    assert heard(days.world) == []
    forwarding = days.world.rows(Task, Task.item == "daily-report-forward", Task.occurrence == DAY)[0]
    assert (days.report(DAY, "T1").state, forwarding.state) == ("waived", "waived")
    assert not days.wrong()


@pytest.mark.parametrize("looks", [("15:00", "15:30", "16:00", "16:30"), ()])
def test_whoever_is_excused_late_leaves_the_same_record_and_nothing_open(day: Days, looks: tuple[str, ...]) -> None:
    for moment in looks:
        day.at(f"{DAY} {moment}")
    day.world.go_to(f"{DAY} 16:40")
    day.world.command("khanh", lambda b, c, a: {"n": waive_duty(
        b, c, "daily-report", "T1", actor=a, reason="xong sớm", since=at("2025-05-19 16:00")).waived})  # fmt: skip

    report = day.report(DAY, "T1")
    assert report.state == "waived"
    assert not day.world.rows(Escalation, Escalation.subject_id == report.id, Escalation.is_open)
    of_team = [(when, rule) for when, rule, scope, _ in heard(day.world) if scope == "T1"]
    assert of_team == [
        ("15:00", "daily-report-due-soon"),
        ("15:30", "daily-report-internal"),
        ("15:45", "daily-report-internal"),
        ("16:00", "daily-report-missing"),
        ("16:30", "daily-report-missing"),
    ]
    assert not day.wrong()
