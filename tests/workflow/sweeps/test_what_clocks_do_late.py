"""What a clock does by itself (excuse who has finished, complete what figures have finished) leaves the same ladders when it does it late."""

import uuid
from collections.abc import Callable, Mapping

import pytest

from rules.pack import Pack, load_files
from rules.time import at
from tests.databases import WORLDS
from tests.workflow import world as small
from tests.workflow.closing.story import Days
from tests.workflow.conftest import NewWorld, pack_called
from tests.workflow.sweeps.gap import called, left, live, minutes
from tests.workflow.sweeps.test_relayed_day import ABOVE
from tests.workflow.world import PACKS, World
from workflow.actions.declare_staff import declare_staff
from workflow.actions.move_task import move_task
from workflow.actions.open_plan import open_plan
from workflow.actions.record_visit import Finding
from workflow.actions.waive_duty import waive_duty
from workflow.tables import Body, Task

pytestmark = pytest.mark.slow

Act = Callable[[Days], object]
Town = Callable[[Pack], Days]
WAITS = """
  - id: waits
    label: {vi: "Thử: waits", en: "Try: waits"}
    on: task
    when: not is_duty and open_predecessors > 0 and now >= opens_at + hours(57)
    anchor: opens_at
    group: unit
    ladder: [{to: deputy_police_chief}, {after: 2 hours, to: chair}, {after: 2 hours, to: police_chief}]
    source: "thử"
"""
WAIVES = """
  - id: waives
    label: {vi: "Thử: waives", en: "Try: waives"}
    on: task
    task: daily-report
    when: task_state in ['planned', 'assigned', 'in_progress'] and now >= due_at + minutes(10)
    anchor: due_at
    group: team
    effect: {waive: true}
    source: "thử"
  - id: after-it
    label: {vi: "Thử: after-it", en: "Try: after-it"}
    on: task
    task: daily-report
    when: task_state in ['planned', 'assigned', 'in_progress'] and now >= due_at + minutes(20)
    anchor: due_at
    group: team
    ladder: [{to: office}]
    source: "thử"
  - id: whatever-state
    label: {vi: "Thử: whatever-state", en: "Try: whatever-state"}
    on: task
    task: daily-report
    when: now >= due_at + minutes(30)
    anchor: due_at
    group: team
    ladder: [{to: office}, {after: 30 minutes, to: chair}]
    source: "thử"
"""
BESIDE = {"what others waited for was taken from the plan": WAITS, "a rule waives what nobody sends": WAIVES}
"""Rules that a story needs beside the pack's own."""


@pytest.fixture
def new_town(worlds: NewWorld, monkeypatch: pytest.MonkeyPatch) -> Town:
    """Make towns of two teams on the first day at 06:00, with the plan in force and one person in each area."""
    teams = [post for post in small.posts() if post.scope in ("T1", "T2")]
    monkeypatch.setattr(small, "posts", lambda: [*teams, *ABOVE])
    store = worlds().store

    def new(pack: Pack) -> Days:
        number = next(WORLDS)
        days = Days(World(store, pack, code=f"muon-{number}", seed=number))
        with days.world.book() as (book, campaign):
            open_plan(book, campaign)
        for area in ("A1", "A2"):
            days.world.household([("Bùi Văn Một", "activated")], area=area, house=area)
        days.at("2025-05-15 06:00")
        return days

    return new


def excused(team: str, since: str) -> Act:
    return lambda days: days.world.command("khanh", lambda b, c, a: {"n": waive_duty(
        b, c, "daily-report", team, actor=a, reason="xong sớm", since=at(since)).waived})  # fmt: skip


def met(happened: str | None = None) -> Act:
    """Team 1 meets the one person it has."""

    def act(days: Days) -> object:
        [door] = [door for door in days.world.rows(small.Door) if door.team_id == days.teams["T1"]]
        [case] = [case for case in days.world.rows(small.Case) if case.door_id == door.id]
        return days.world.visit("an", door.id, Finding("took_part", case.id), happened=happened)

    return act


def declared(happened: str) -> Act:
    """The office says that all of its people have taken part."""

    def act(days: Days) -> None:
        [body] = days.world.rows(Body, Body.counts_staff)
        for group in ("staff", "relatives"):
            days.world.command("hai", lambda b, c, a, group=group: {"id": str(declare_staff(
                b, c, body.id, group, actor=a, declared=3, finished=3, happened_at=at(happened)))})  # fmt: skip

    return act


def cancelled(item: str) -> Act:
    def act(days: Days) -> object:
        task: uuid.UUID = days.world.rows(Task, Task.item == item, Task.scope == "T1")[0].id
        return days.world.command("hai", lambda b, c, a: {"state": move_task(
            b, c, task, "cancel", actor=a, state_version=None, reason="không cần").state})  # fmt: skip

    return act


STORIES: Mapping[str, tuple[tuple[str, str], str, Mapping[str, Act]]] = {
    "every team was excused before the period began": (
        ("2025-05-15 20:00", "2025-05-16 19:00"), "2025-05-16 20:00",
        {"2025-05-15 15:01": excused("T1", "2025-05-15 15:00"), "2025-05-15 23:00": excused("T2", "2025-05-15 15:00")},
    ),
    "every team was excused while the clock stood still": (
        ("2025-05-15 20:00", "2025-05-16 19:00"), "2025-05-16 20:00",
        {"2025-05-15 21:01": excused("T1", "2025-05-15 15:00"), "2025-05-16 16:20": excused("T2", "2025-05-15 15:00")},
    ),
    "a team was excused from what the clock had not opened": (
        ("2025-05-15 12:00", "2025-05-18 12:00"), "2025-05-18 12:00",
        {"2025-05-17 10:01": excused("T1", "2025-05-15 00:00")},
    ),
    "a team had finished before the period": (
        ("2025-05-15 15:30", "2025-05-16 19:00"), "2025-05-16 20:00", {"2025-05-15 10:00": met()},
    ),
    "a team finished while the clock stood still": (
        ("2025-05-15 14:30", "2025-05-16 19:00"), "2025-05-16 20:00", {"2025-05-15 15:10": met()},
    ),
    "that a team had finished was said on the day after": (
        ("2025-05-15 14:30", "2025-05-16 19:00"), "2025-05-16 20:00", {"2025-05-16 15:11": met("2025-05-15 15:10")},
    ),
    "that an office had finished was said after the deadline": (
        ("2025-05-19 20:00", "2025-05-20 12:00"), "2025-05-20 12:00", {"2025-05-20 10:01": declared("2025-05-19 19:00")},
    ),
    "an office finished before the deadline": (
        ("2025-05-19 18:00", "2025-05-20 12:00"), "2025-05-20 12:00", {"2025-05-19 19:01": declared("2025-05-19 19:00")},
    ),
    "what others waited for was taken from the plan": (
        ("2025-05-15 07:00", "2025-05-15 12:00"), "2025-05-15 14:00", {"2025-05-15 11:31": cancelled("hand-over-lists")},
    ),
    "a rule waives what nobody sends": (("2025-05-15 15:30", "2025-05-15 17:30"), "2025-05-15 18:00", {}),
}  # fmt: skip


@pytest.mark.parametrize("name", list(STORIES))
def test_however_late(new_town: Town, name: str) -> None:
    gap, until, deeds = STORIES[name]
    pack = pack_called("cat-thanh-2025")
    if name in BESIDE:
        files = {path.name: path.read_text("utf-8") for path in (PACKS / "cat-thanh-2025").glob("*.yaml")}
        pack = load_files({**files, "escalations.yaml": files["escalations.yaml"] + BESIDE[name]})
    seen = []
    for stopped in (None, gap):
        days = new_town(pack)
        since = max(gap[0][:10] + " 00:00", "2025-05-15 06:30")
        live(days, minutes(since, until, every=10, stopped=stopped), deeds)
        seen.append((called(days.world), left(days.world), days.wrong()))

    ran, stood = seen
    assert stood == ran
    assert not stood[2]
