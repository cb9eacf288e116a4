"""A pack with hundreds of rules on one track and on one kind of task: both databases judge them, and are not asked more often."""

import shutil
from itertools import count
from pathlib import Path

import pytest

from rules.pack import Pack, load_pack
from rules.time import HOUR, at
from tests.workflow.conftest import NewWorld
from tests.workflow.plan.statements import statements_of
from tests.workflow.world import PACKS, World
from workflow.actions.open_plan import open_plan
from workflow.tables import Case, Escalation, Task

pytestmark = pytest.mark.slow
ON_CASES, ON_TASKS = 300, 150
_CASE_RULE = """
  - id: silent-{hours}
    label: {{vi: "Quá {hours} giờ chưa ai đến", en: "Nobody came for {hours} hours"}}
    track: path
    when: state == 'registered' and now - later(entered_at, last_contact) >= hours({hours})
    anchor: later(entered_at, last_contact)
    group: area
    ladder:
      - {{to: team_leader}}
    source: "mục 3"
"""
_TASK_RULE = """
  - id: task-late-{hours}
    label: {{vi: "Nhiệm vụ quá hạn {hours} giờ", en: "Task late by {hours} hours"}}
    on: task
    when: not is_duty and task_state in ['planned', 'assigned'] and now >= due_at + hours({hours})
    anchor: due_at
    group: owner
    ladder:
      - {{to: chair}}
    source: "mục 3"
"""
_codes = count(1)


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    folder = tmp_path_factory.mktemp("many") / "cat-thanh-2025"
    shutil.copytree(PACKS / "cat-thanh-2025", folder)
    file = Path(folder) / "escalations.yaml"
    added = [_CASE_RULE.format(hours=hours) for hours in range(100, 100 + ON_CASES)]
    added += [_TASK_RULE.format(hours=hours) for hours in range(100, 100 + ON_TASKS)]
    file.write_text(file.read_text(encoding="utf-8") + "".join(added), encoding="utf-8")
    return load_pack(folder)


def test_three_hundred_rules_are_judged_and_each_opens_once(worlds: NewWorld, pack: Pack) -> None:
    given = World(worlds().store, pack, code=f"nhieu-{next(_codes)}", seed=10_077)
    with given.book() as (book, context):
        open_plan(book, context)
    _, (one,) = given.household([("Nguyễn Văn Một", "registered")])
    entered = given.case(one).entered_at

    given.clock.move_to(entered + 149 * HOUR)
    first = given.tick()
    opened = {e.rule_id for e in given.rows(Escalation, Escalation.subject_id == one)}
    assert {f"silent-{hours}" for hours in range(100, 150)} <= opened
    assert "silent-150" not in opened
    assert first.rules["silent-149"] == 1
    assert given.case(one).next_action_at == entered + 150 * HOUR
    assert given.tick().written == 0

    late = min(task.due_at for task in given.rows(Task, Task.due_at.is_not(None), ~Task.is_duty)) + 100 * HOUR
    given.clock.move_to(max(given.clock.now(), late))
    given.tick()
    assert given.rows(Escalation, Escalation.rule_id == "task-late-100")
    events = given.events()
    assert [event.ledger_no for event in events] == list(range(1, len(events) + 1))
    case = given.rows(Case, Case.id == one)[0]
    assert case.next_action_at is not None
    assert case.next_action_at > given.clock.now()


def test_rules_that_are_not_due_cost_no_statement_each(worlds: NewWorld, pack: Pack) -> None:
    few = worlds()
    many = World(few.store, pack, code=f"nhieu-{next(_codes)}", seed=10_078)
    sent = []
    for world in (few, many):
        world.household([("Nguyễn Văn Một", "registered")])
        world.clock.move_to(at("2025-05-17 00:00"))
        with statements_of(world.store, writing=True) as collected:
            assert world.tick().rules["silent-registered"] == 1
        sent.append(len(collected))

    assert sent[1] <= sent[0] + (ON_CASES + ON_TASKS) // 40 + 2
