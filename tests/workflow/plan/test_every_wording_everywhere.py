"""The same answer everywhere, to the microsecond: badge, list, count, board, export and escalation over every wording of a deadline."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from rules.pack import Pack
from rules.pack.model import PlanTask
from rules.time import Instant
from tests.workflow.conftest import NewWorld
from tests.workflow.worded_plan import EDGES, STARTS, Dues, overdue_by_then, word_plan
from tests.workflow.world import World
from workflow.plan.standing import standing_of
from workflow.planfile.export import SHEET, Stand, write_plan
from workflow.planfile.headers import COLUMNS, STATE_COLUMNS
from workflow.planfile.shown import stands_in_words
from workflow.queries.late_work import late_work
from workflow.queries.plan_board import plan_board, plan_counts
from workflow.queries.plan_by_owner import plan_by_owner
from workflow.queries.plan_stands import plan_stands
from workflow.queries.tasks import count_tasks_by_timing, tasks_by_deadline
from workflow.tables import Escalation, Task

pytestmark = pytest.mark.slow


@pytest.fixture
def worded(worlds: NewWorld) -> tuple[World, Dues]:
    """A unit whose plan has one task for every wording, all given to the chair, and when each is due."""
    world = worlds(starts=STARTS)
    return world, word_plan(world)


def overdue_everywhere(world: World, now: Instant) -> dict[str, object]:
    """What each place says is overdue at an instant."""
    context, actor = world.context(), world.actor("khanh")
    with world.store.read() as session:
        listed = tasks_by_deadline(session, world.unit_id, context.id, now=now, timings=("overdue",))
        board = plan_board(session, actor, context, now=now, view="overdue", limit=500)
        badge = plan_counts(session, actor, context, now=now).count("overdue")
        counted = count_tasks_by_timing(session, world.unit_id, context.id, now=now)["overdue"]
        owners = plan_by_owner(session, actor, context, "post", now=now)
        urged = late_work(session, actor, context, now=now)
        stands = stands_in_words(plan_stands(session, context, now=now))
    return {
        "list": {line.item for line in listed},
        "board": {row.item for row in board.rows},
        "badge": badge,
        "count": counted,
        "owners": sum(line.count("overdue") for line in owners),
        "letter": sum(len(late.tasks) for late in urged),
        "export": {item for item, stand in stands.items() if stand.is_late},
        "export, in words": {item for item, stand in stands.items() if stand.standing == "quá hạn"},
    }


def worded_pack(pack: Pack, items: Mapping[str, Instant]) -> Pack:
    """Return the pack with a plan of these items instead of its own: what an export goes through."""
    one: PlanTask = pack.model.plan.tasks[0]
    tasks = tuple(one.model_copy(update={"id": item, "after": ()}) for item in items)
    plan = pack.model.plan.model_copy(update={"tasks": tasks, "duties": ()})
    return replace(pack, model=pack.model.model_copy(update={"plan": plan}))


def late_in_workbook(pack: Pack, stands: Mapping[str, Stand]) -> set[str]:
    """Return the items that the spreadsheet calls overdue, as somebody reads it."""
    content = BytesIO()
    write_plan(content, pack, title="Kế hoạch", subtitle="", stands=stands)
    rows = CalamineWorkbook.from_filelike(BytesIO(content.getvalue())).get_sheet_by_name(SHEET).to_python()
    header = next(row for row in rows if STATE_COLUMNS[2][0] in row)
    code = next(header.index(column.header) for column in COLUMNS if column.field == "id")
    standing = header.index(STATE_COLUMNS[2][0])
    return {row[code] for row in rows if row[standing] == "quá hạn"}


def test_badge_list_count_and_board_agree_to_the_microsecond(worded: tuple[World, Dues]) -> None:
    world, dues = worded
    assert len(dues) >= 60
    tasks = [dict(row.__dict__) for row in world.rows(Task)]

    for due in sorted(set(dues.values())):
        for edge in EDGES:
            now = due + edge
            expected = overdue_by_then(dues, now)
            assert {task["item"] for task in tasks if standing_of(task, now) == "overdue"} == expected
            assert overdue_everywhere(world, now) == {
                "list": expected, "board": expected, "badge": len(expected), "count": len(expected), "owners": len(expected),
                "letter": len(expected), "export": expected, "export, in words": expected,
            }, (now, edge)  # fmt: skip


def test_the_spreadsheet_says_so_at_the_same_microsecond(worded: tuple[World, Dues]) -> None:
    world, dues = worded
    context = world.context()
    pack = worded_pack(context.pack, dues)

    for due in sorted(set(dues.values())):
        for edge in EDGES[:2]:
            with world.store.read() as session:
                stands = stands_in_words(plan_stands(session, context, now=due + edge))
            assert late_in_workbook(pack, stands) == overdue_by_then(dues, due + edge)


def test_the_clock_escalates_at_the_same_microsecond(worded: tuple[World, Dues]) -> None:
    world, dues = worded
    opens = world.context().starts_at
    items = {task.id: task.item for task in world.rows(Task)}
    escalated: Callable[[], set[str]] = lambda: {  # noqa: E731
        items[row.subject_id] for row in world.rows(Escalation, Escalation.rule_id == "task-overdue")
    }

    for due in sorted(due for due in set(dues.values()) if due > opens):
        for edge in EDGES[:2]:
            if due + edge < world.clock.now():
                continue
            world.clock.move_to(due + edge)
            world.tick()
            assert escalated() == overdue_by_then(dues, due + edge)
