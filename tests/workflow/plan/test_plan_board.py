"""The board: overdue first, many teams on one row, counts of tasks that agree with the rows, whatever the actor may see."""

from collections import Counter

import pytest
from sqlalchemy import insert

from rules.time import at
from tests.workflow.plan.conftest import IDS, Town, a_town, cat_thanh
from tests.workflow.plan.statements import statements
from workflow.access import Actor
from workflow.actions.add_evidence import add_evidence
from workflow.actions.move_task import move_task
from workflow.actions.open_plan import open_plan
from workflow.plan.standing import STANDINGS
from workflow.queries.plan_board import VIEWS, Board, occurrences_by_scope, plan_board, plan_counts
from workflow.queries.tasks import count_tasks_by_timing
from workflow.store import Store
from workflow.sweeps.duties import open_duties
from workflow.tables import PostHolding

NOW = "2025-05-20 09:00"


def act(town: Town, task, move: str, now: str, **values) -> None:
    version = town.task(task.item, task.scope, task.occurrence).state_version
    seen = {"actor": town.everybody, "state_version": version, **values}
    town.write(now, lambda book: move_task(book, town.campaign, task.id, move, **seen))


@pytest.fixture
def plan(town: Town) -> Town:
    """Three teams on 20/5: the report of 15/5 sent by two of them, one late; nothing sent since."""
    town.write("2025-05-14 08:00", lambda book: open_plan(book, town.campaign))
    town.write("2025-05-20 00:00", lambda book: open_duties(book, town.campaign, at("2025-05-20 00:00")), by_rule=True)
    one, two = (town.task("daily-report", f"to-{n}", "2025-05-15") for n in (1, 2))
    act(town, one, "submit", "2025-05-20 08:00", happened_at=at("2025-05-15 15:00"))
    act(town, two, "submit", "2025-05-20 08:00", happened_at=at("2025-05-15 17:00"))
    act(town, one, "accept", "2025-05-20 08:30")
    act(town, town.task("hold-to-account"), "cancel", "2025-05-20 08:30", reason="không có sai phạm")
    return town


def board(town: Town, *posts: tuple[str, str], now: str = NOW, **values) -> Board:
    actor = town.holding(*posts) if posts else town.everybody
    with town.store.read() as session:
        return plan_board(session, actor, town.campaign, now=at(now), **values)


def test_overdue_comes_first_and_reports_of_many_teams_are_one_row(plan: Town) -> None:
    rows = board(plan).rows

    days = [f"2025-05-{day}" for day in range(15, 20)]
    assert [(row.item, row.occurrence, row.standing) for row in rows[:13]] == [
        *(("daily-report-forward", day, "overdue") for day in days), ("staff-first", "", "overdue"),
        *(("daily-report", day, "missing") for day in days),
        ("daily-report", "2025-05-20", "due"), ("daily-report-forward", "2025-05-20", "due"),
    ]  # fmt: skip
    first = rows[6]
    assert (first.delivered, first.total, first.overdue, first.missing, first.waiting) == (2, 3, 0, 1, 1)
    assert first.task_id is None
    assert first.owner is not None
    assert first.owner.vi == "Tổ trưởng tổ công tác"
    order = [list(STANDINGS).index(row.standing) for row in rows]
    assert order == sorted(order)


def test_a_single_task_says_who_answers_for_it_and_what_is_there(plan: Town) -> None:
    task = plan.task("staff-first")
    with plan.store.write() as session:
        held = {
            "unit_id": plan.unit_id,
            "post_id": task.owner_post_id,
            "membership_id": plan.member_id,
            "acting_for_id": None,
        }
        session.execute(insert(PostHolding), [
            {**held, "id": IDS.new(0), "from_at": 0, "to_at": None},
            {**held, "id": IDS.new(0), "from_at": at("2025-06-01 00:00"), "to_at": None},
        ])  # fmt: skip
    label = (
        cat_thanh()
        .model.plan.tasks[[t.id for t in cat_thanh().model.plan.tasks].index("staff-first")]
        .evidence[0]
        .label.vi
    )
    count = {"actor": plan.everybody, "kind": "count", "label": label, "count": 3}
    plan.write(NOW, lambda book: add_evidence(book, plan.campaign, task.id, **count))

    row = next(row for row in board(plan).rows if row.item == "staff-first")

    assert (row.task_id, row.holders) == (task.id, ("Đầu Mối",))
    assert row.owner is not None
    assert row.owner.en == "Office and statistics"
    assert row.due_words == "trước ngày 20/5 (hết Thứ Hai 19/5)"
    assert (row.evidence, row.progress, row.state, row.open_predecessors) == (1, None, "assigned", 0)


def test_the_counts_are_of_tasks_and_agree_with_timings_and_rows(plan: Town) -> None:
    found = board(plan)
    with plan.store.read() as session:
        timings = count_tasks_by_timing(session, plan.unit_id, plan.campaign.id, now=at(NOW))
        badge = plan_counts(session, plan.everybody, plan.campaign, now=at(NOW))

    told = Counter(found.standings)
    told["due"] += told.pop("at_risk", 0)
    assert +told == timings
    assert found.count("overdue") == sum(row.overdue or 1 for row in board(plan, view="overdue").rows) == 5 + 1
    assert found.standings["missing"] == 1 + 4 * 3
    assert (found.count("review"), found.count("delivered")) == (1, 2)
    assert found.count("all") == sum(timings.values())
    assert {view: badge.count(view) for view in VIEWS} == {view: found.count(view) for view in VIEWS}


def test_each_view_shows_its_rows_only(plan: Town) -> None:
    items = {view: {(row.item, row.occurrence) for row in board(plan, view=view).rows} for view in VIEWS}

    assert items["review"] == items["delivered"] == {("daily-report", "2025-05-15")}
    assert ("hold-to-account", "") in items["all"] - items["open"]
    assert ("staff-first", "") in items["overdue"] & items["open"]
    assert items["open"] | items["delivered"] < items["all"]


def test_a_team_leader_sees_the_tasks_of_the_team_each_on_its_own(plan: Town) -> None:
    found = board(plan, ("team_leader", "to-3"))

    supported = {item for item, codes in plan.campaign.pack.supports.items() if "team_leader" in codes}
    own = [row for row in found.rows if row.item not in supported]
    assert all(row.task_id is not None and row.place == "Tổ công tác 3" for row in own)
    assert {row.place for row in found.rows} <= {"Tổ công tác 3", None}
    mine = board(plan, ("team_leader", "to-3"), only_own=True)
    assert (mine.count("overdue"), mine.standings["missing"]) == (0, 5)
    assert {row.item for row in found.rows} >= {"team-finishes", "daily-report"}


def test_own_work_is_what_was_given_to_a_post_of_the_actor(plan: Town) -> None:
    office = {row.item for row in board(plan, ("office", "unit"), only_own=True).rows}
    all_of_it = {row.item for row in board(plan, ("office", "unit")).rows}

    assert office == {"issue-decision", "staff-first", "support-point", "emulation", "commend"}
    assert office < all_of_it


def test_who_has_no_part_in_the_plan_and_who_is_elsewhere_sees_nothing(plan: Town, store: Store) -> None:
    other = a_town(store, cat_thanh(), teams=1)
    stranger = Actor(other.unit_id, plan.everybody.account_id, other.member_id, "Ai", plan.everybody.posts)

    with store.read() as session:
        assert plan_board(session, stranger, plan.campaign, now=at(NOW)).rows == []
        assert occurrences_by_scope(session, stranger, plan.campaign, "daily-report", "2025-05-15", now=at(NOW)) == []
    assert board(plan, ("auditor", "unit"), view="all").rows == []


def test_a_row_opens_to_each_team_in_printed_order(plan: Town) -> None:
    with plan.store.read() as session:
        leader = plan.holding(("team_leader", "to-2"))
        lines = occurrences_by_scope(session, plan.everybody, plan.campaign, "daily-report", "2025-05-15", now=at(NOW))
        own = occurrences_by_scope(session, leader, plan.campaign, "daily-report", "2025-05-15", now=at(NOW))

    assert [(line.place, line.standing, line.state) for line in lines] == [
        ("Tổ công tác 1", "on_time", "done"), ("Tổ công tác 2", "supplement", "submitted_for_review"),
        ("Tổ công tác 3", "missing", "assigned"),
    ]  # fmt: skip
    assert [line.place for line in own] == ["Tổ công tác 2"]


def test_pages_hold_every_row_once(plan: Town) -> None:
    whole = board(plan, view="all", limit=500)
    pages = [board(plan, view="all", limit=7, offset=offset) for offset in range(0, whole.total, 7)]

    assert [row for page in pages for row in page.rows] == whole.rows
    assert {page.total for page in pages} == {len(whole.rows)}


def test_a_whole_town_costs_no_more_statements_than_a_small_one(store: Store) -> None:
    town = a_town(store, cat_thanh(), teams=15)
    town.write("2025-05-14 08:00", lambda book: open_plan(book, town.campaign))
    town.write("2025-05-28 00:00", lambda book: open_duties(book, town.campaign, at("2025-05-28 00:00")), by_rule=True)

    with store.read() as session, statements(session) as sent:
        found = plan_board(session, town.everybody, town.campaign, now=at("2025-05-28 00:00"), view="all")

    assert found.standings["missing"] == 195
    assert len(found.rows) == 50
    assert max(row.total for row in found.rows) == 15
    assert len(sent) <= 6
