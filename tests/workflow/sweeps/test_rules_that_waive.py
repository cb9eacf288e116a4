"""Rules that waive tasks: whatever they find, the clock goes on."""

import pytest

from rules.pack import Pack, load_files
from tests.databases import WORLDS
from tests.workflow.closing.story import Days
from tests.workflow.conftest import NewWorld
from tests.workflow.world import PACKS, World
from workflow.actions.change_plan import settle_items
from workflow.actions.move_task import move_task
from workflow.tables import Event, Task

pytestmark = pytest.mark.slow

RULE = """
  - id: {id}
    label: {{vi: "Miễn: {id}", en: "Waive: {id}"}}
    on: task
    task: daily-report
    when: {when}
    anchor: due_at
    group: team
    effect: {{waive: true}}
    source: "thử"
"""
ASKED = "task_state in ['planned', 'assigned'] and now >= due_at + minutes(10)"
WHATEVER_STATE = "now >= due_at + minutes(10)"


def pack_with(*conditions: str) -> Pack:
    files = {path.name: path.read_text("utf-8") for path in (PACKS / "cat-thanh-2025").glob("*.yaml")}
    files["escalations.yaml"] += "".join(RULE.format(id=f"waive-{n}", when=when) for n, when in enumerate(conditions))
    return load_files(files)


def town(worlds: NewWorld, *conditions: str) -> Days:
    number = next(WORLDS)
    return Days(World(worlds().store, pack_with(*conditions), code=f"mien-{number}", seed=number))


def reports(days: Days) -> dict[str, str]:
    found = days.world.rows(Task, Task.item == "daily-report", Task.occurrence == "2025-05-15")
    return {task.scope: task.state for task in found}


def waivers(days: Days) -> list[str]:
    ids = [task.id for task in days.world.rows(Task, Task.item == "daily-report", Task.occurrence == "2025-05-15")]
    events = days.world.events(Event.about_id.in_(ids), Event.kind == "task")
    return [event.data["reason"] for event in events if event.data.get("move") == "waive"]


def test_two_rules_that_waive_one_task_waive_it_once_in_the_name_of_the_first(worlds: NewWorld) -> None:
    days = town(worlds, ASKED, ASKED)
    days.at("2025-05-15 14:00")
    days.at("2025-05-15 16:15")

    assert reports(days) == {"T1": "waived", "T2": "waived"}
    assert waivers(days) == ["Miễn: waive-0"] * 2
    assert not days.wrong()


def test_a_rule_that_asks_for_no_state_leaves_what_is_done(worlds: NewWorld) -> None:
    days = town(worlds, WHATEVER_STATE)
    days.at("2025-05-15 14:00")
    days.move("an", "2025-05-15", "T1", "submit")
    days.move("hai", "2025-05-15", "T1", "accept")
    days.at("2025-05-15 16:15")

    assert reports(days) == {"T1": "done", "T2": "waived"}


def test_a_done_report_is_opened_again_although_such_a_rule_came_due_on_it(worlds: NewWorld) -> None:
    days = town(worlds, WHATEVER_STATE)
    days.at("2025-05-15 14:00")
    days.move("an", "2025-05-15", "T1", "submit")
    days.move("hai", "2025-05-15", "T1", "accept")
    days.world.go_to("2025-05-15 16:15")
    days.move("hai", "2025-05-15", "T1", "reopen", reason="thiếu số")

    assert reports(days)["T1"] == "assigned"


def test_what_was_due_before_another_rule_moves_the_task_is_left_as_it_is(worlds: NewWorld) -> None:
    days = town(worlds, ASKED, ASKED)
    days.at("2025-05-15 14:00")
    days.world.go_to("2025-05-15 16:15")
    with days.world.book() as (book, campaign):
        late = days.report("2025-05-15", "T1").id
        moved = move_task(book, campaign, late, "complete", actor=None, state_version=None, cause="rule")

    assert moved.state == "waived"
    assert waivers(days) == ["Miễn: waive-0"]


def test_a_plan_may_change_while_two_rules_waive(worlds: NewWorld) -> None:
    days = town(worlds, ASKED, WHATEVER_STATE)
    days.at("2025-05-15 14:00")
    days.world.go_to("2025-05-15 16:15")
    with days.world.book() as (book, campaign):
        duties = [duty for duty in campaign.pack.model.plan.duties if duty.id == "daily-report"]
        settle_items(book, campaign, duties)

    assert reports(days) == {"T1": "waived", "T2": "waived"}
    assert len(waivers(days)) == 2
