"""What is late, what is next, which reports are missing: the same answer in list, count and badge."""

from collections import Counter
from contextlib import contextmanager

import pytest
from sqlalchemy import event, insert, select

from rules.deadlines import is_on_time, is_overdue
from rules.time import at
from tests.workflow.plan.conftest import IDS, Town, a_town, cat_thanh
from workflow.actions.move_task import move_task
from workflow.actions.open_plan import open_plan
from workflow.plan.timing import DUTY_TIMINGS, TIMINGS, timing_of
from workflow.queries.tasks import (
    bodies_still_to_declare,
    count_duties_by_team,
    count_tasks_by_timing,
    declared_by_body,
    duty_occurrences,
    evidence_of_task,
    open_predecessors_of,
    task_line,
    tasks_by_deadline,
    timing_sql,
)
from workflow.store import Store
from workflow.sweeps.duties import open_duties
from workflow.tables import Task
from workflow.tables.plan import TASK_CLOSED, TASK_STATES

DUE = at("2025-05-20 16:00")
EDGES = [None, DUE - 1, DUE, DUE + 1]


def test_the_answer_in_sql_is_the_answer_in_python_for_every_row_and_edge(town: Town) -> None:
    rows = [
        (state, submitted, due)
        for state in TASK_STATES
        for submitted in EDGES
        for due in EDGES
        if not (state in ("submitted_for_review", "done") and submitted is None)
    ]
    with town.store.write() as session:
        session.execute(insert(Task), [_raw(town, number, *row) for number, row in enumerate(rows)])

    with town.store.read() as session:
        for now in (DUE - 2, DUE - 1, DUE, DUE + 1, DUE + 2):
            found = session.execute(
                select(Task.state, Task.submitted_at, Task.due_at, timing_sql(now)).where(Task.unit_id == town.unit_id)
            ).all()
            assert len(found) == len(rows)
            for state, submitted, due, timing in found:
                assert timing == timing_of(state, submitted, due, now), (state, submitted, due, now)
            counted = count_tasks_by_timing(session, town.unit_id, town.campaign.id, now=now)
            assert counted == Counter(row[3] for row in found)


def _raw(town: Town, number: int, state: str, submitted: int | None, due: int | None) -> dict:
    return {
        "unit_id": town.unit_id, "id": IDS.new(0), "campaign_id": town.campaign.id, "item": f"x-{number}", "occurrence": "",
        "scope": "unit", "is_duty": False, "label": "x", "clause": "1", "state": state, "is_open": state not in TASK_CLOSED,
        "opens_at": 0, "due_at": due, "submitted_at": submitted, "done_at": DUE if state == "done" else None,
        "open_predecessors": 0, "is_conditional": False, "version": 1, "state_version": 1, "created_at": 0,
    }  # fmt: skip


@pytest.mark.parametrize("now", [DUE - 1, DUE, DUE + 1])
@pytest.mark.parametrize("due", EDGES)
def test_the_badge_is_the_one_comparison_of_the_project(due: int | None, now: int) -> None:
    assert (timing_of("assigned", None, due, now) == "overdue") == is_overdue(due, now, is_open=True)
    assert (timing_of("done", now, due, now + 5) in ("on_time", "sent")) == is_on_time(now, due)
    assert (timing_of("done", now, due, now + 5) == "sent") == (due is None)


def test_every_timing_has_a_label() -> None:
    assert set(TIMINGS) == set(DUTY_TIMINGS)


def act(town: Town, task: Task, move: str, now: str, **values) -> None:
    version = town.task(task.item, task.scope, task.occurrence).state_version
    town.write(
        now,
        lambda book: move_task(
            book, town.campaign, task.id, move, actor=town.everybody, state_version=version, **values
        ),
    )


@pytest.fixture
def week(town: Town) -> Town:
    """Three teams, reports of 15 to 17 May, relayed: one a supplement, three missing, one waived."""
    town.write("2025-05-14 08:00", lambda book: open_plan(book, town.campaign))
    town.write("2025-05-17 00:00", lambda book: open_duties(book, town.campaign, at("2025-05-17 00:00")), by_rule=True)
    on_time, late, waived = (town.task("daily-report", f"to-{n}", "2025-05-15") for n in (1, 2, 3))
    act(town, on_time, "submit", "2025-05-17 09:00", happened_at=at("2025-05-15 15:59:59.999999"))
    act(town, late, "submit", "2025-05-17 09:00", happened_at=at("2025-05-15 16:00"))
    act(town, late, "accept", "2025-05-17 09:30")
    act(town, waived, "waive", "2025-05-17 10:00", reason="mất điện cả ngày")
    return town


def test_which_reports_were_on_time_late_missing_or_waived_by_team_and_period(week: Town) -> None:
    now = at("2025-05-17 15:00")
    with week.store.read() as session:
        lines = duty_occurrences(session, week.unit_id, week.campaign.id, now=now, item="daily-report")
        one_day = duty_occurrences(session, week.unit_id, week.campaign.id, now=now, occurrence="2025-05-15")[:3]
        counts = count_duties_by_team(session, week.unit_id, week.campaign.id, now=now, item="daily-report")

    assert [(line.scope, line.occurrence, line.timing) for line in lines] == [
        ("to-1", "2025-05-15", "on_time"), ("to-1", "2025-05-16", "missing"), ("to-1", "2025-05-17", "due"),
        ("to-2", "2025-05-15", "supplement"), ("to-2", "2025-05-16", "missing"), ("to-2", "2025-05-17", "due"),
        ("to-3", "2025-05-15", "waived"), ("to-3", "2025-05-16", "missing"), ("to-3", "2025-05-17", "due"),
    ]  # fmt: skip
    assert lines[0].period_to == lines[1].period_from == at("2025-05-15 16:00")
    assert [line.team for line in one_day] == ["Tổ công tác 1", "Tổ công tác 2", "Tổ công tác 3"]
    assert [tuple(count) for count in counts] == [
        ("to-1", "Tổ công tác 1", 1, 0, 0, 1, 0, 1), ("to-2", "Tổ công tác 2", 0, 0, 1, 1, 0, 1),
        ("to-3", "Tổ công tác 3", 0, 0, 0, 1, 1, 1),
    ]  # fmt: skip


def test_overdue_comes_first_then_by_deadline_and_last_what_has_none(week: Town) -> None:
    now = at("2025-05-20 00:00")
    with week.store.read() as session:
        lines = tasks_by_deadline(session, week.unit_id, week.campaign.id, now=now)
        counts = count_tasks_by_timing(session, week.unit_id, week.campaign.id, now=now)

    order = [line.timing for line in lines]
    assert order == sorted(order, key=list(TIMINGS).index)
    deadlines = [line.due_at or 0 for line in lines if line.timing in ("overdue", "due")]
    assert [line.item for line in lines if line.timing == "overdue"][-1] == "staff-first"  # due at this very instant
    assert deadlines[:4] == sorted(deadlines[:4])
    assert Counter(order) == {
        name: n for name, n in counts.items() if name in ("overdue", "missing", "due", "no_deadline")
    }
    assert lines[0].item == "daily-report-forward"


def test_a_list_is_narrowed_to_posts_teams_and_pages(week: Town) -> None:
    now = at("2025-05-20 00:00")
    with week.store.read() as session:

        def found(**values):
            return tasks_by_deadline(session, week.unit_id, week.campaign.id, now=now, **values)

        office = found(owner_post_ids=[week.posts["office", "unit"]])
        mine = found(team_id=week.teams["to-2"], duties=True, timings=("missing", "supplement"))
        pages = [line.id for offset in (0, 4) for line in found(limit=4, offset=offset)]
        nobody = found(owner_post_ids=[])

        assert {line.owner for line in office} == {"Văn phòng – Thống kê UBND thị trấn"}
        assert [(line.occurrence, line.timing) for line in mine] == [
            ("2025-05-16", "missing"), ("2025-05-17", "missing"), ("2025-05-15", "supplement"),
        ]  # fmt: skip
        assert pages == [line.id for line in found(limit=8)]
        assert nobody == []


def test_another_unit_sees_nothing_of_it(week: Town, store: Store) -> None:
    other = a_town(store, cat_thanh(), teams=1)
    now = at("2025-05-20 00:00")

    with store.read() as session:
        assert tasks_by_deadline(session, other.unit_id, week.campaign.id, now=now) == []
        assert duty_occurrences(session, other.unit_id, week.campaign.id, now=now) == []
        assert task_line(session, other.unit_id, week.task("mobilise").id, now=now) is None
        assert count_tasks_by_timing(session, other.unit_id, other.campaign.id, now=now) == {}


@contextmanager
def statements(session):
    """Collect the statements that a block sends."""
    sent: list[str] = []
    connection = session.connection()

    def note(_connection, _cursor, statement, *_rest) -> None:
        sent.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    yield sent
    event.remove(connection, "before_cursor_execute", note)


def test_each_read_is_one_statement(week: Town) -> None:
    now, task = at("2025-05-20 00:00"), week.task("mobilise")
    unit, campaign = week.unit_id, week.campaign.id
    reads = [
        lambda s: tasks_by_deadline(s, unit, campaign, now=now),
        lambda s: count_tasks_by_timing(s, unit, campaign, now=now),
        lambda s: duty_occurrences(s, unit, campaign, now=now),
        lambda s: count_duties_by_team(s, unit, campaign, now=now, item="daily-report"),
        lambda s: task_line(s, unit, task.id, now=now),
        lambda s: open_predecessors_of(s, unit, task.id),
        lambda s: evidence_of_task(s, unit, task.id),
        lambda s: bodies_still_to_declare(s, unit, campaign, as_of=now),
        lambda s: declared_by_body(s, unit, campaign, as_of=now),
    ]
    for read in reads:
        with week.store.read() as session, statements(session) as sent:
            read(session)
            assert len(sent) == 1


def test_a_tick_with_nothing_new_sends_a_handful_of_statements_however_many_reports_there_are(week: Town) -> None:
    def idle(book):
        with statements(book.session) as sent:
            open_duties(book, week.campaign, at("2025-05-17 12:00"))
        return len(sent)

    assert week.write("2025-05-17 12:00", idle, by_rule=True) <= 8
