"""What comes before what on the board, and the slack of a task: one statement whatever the page."""

from rules.time import DAY, at
from tests.workflow.plan.conftest import a_town, cat_thanh
from tests.workflow.plan.statements import statements
from workflow.actions.move_task import move_task
from workflow.actions.open_plan import open_plan
from workflow.queries.plan_board import plan_board
from workflow.queries.plan_links import links_of_rows, pairs_of_plan, waiting_of
from workflow.store import Store

NOW = "2025-05-20 09:00"


def test_a_row_names_what_it_waits_for_and_how_long_that_may_slip(store: Store) -> None:
    town = a_town(store, cat_thanh(), teams=3)
    town.write("2025-05-14 08:00", lambda book: open_plan(book, town.campaign))
    with town.store.read() as session:
        rows = plan_board(session, town.everybody, town.campaign, now=at(NOW), view="all", limit=500).rows
        with statements(session) as sent:
            links = links_of_rows(town.campaign, rows, pairs_of_plan(session, town.everybody, town.campaign))

    assert len(sent) == 1
    assert len(links) == len(rows)
    first = next(row.label for row in rows if row.item == "hand-over-lists")
    assert [(one.label, one.still_open) for one in links["team-finishes", ""].before] == [(first, 3)]
    assert links["lead-campaign", ""].slack == 3 * DAY
    assert links["team-finishes", ""].slack is None
    assert links["consolidate", ""].slack is None


def test_a_leaders_row_waits_for_what_their_own_task_waits_for(store: Store) -> None:
    town = a_town(store, cat_thanh(), teams=3)
    town.write("2025-05-14 08:00", lambda book: open_plan(book, town.campaign))
    leader, lists = town.holding(("team_leader", "to-1")), town.task("hand-over-lists", "to-1")
    for task, move in ((lists, "cancel"), (town.task("hand-over-lists", "to-2"), "start")):
        town.write(
            "2025-05-15 08:00",
            lambda book, task=task, move=move: move_task(
                book, town.campaign, task.id, move, actor=town.everybody, state_version=task.state_version, reason="thử"
            ),
        )
    with town.store.read() as session:
        rows = plan_board(session, leader, town.campaign, now=at(NOW), view="all", limit=500).rows
        pairs = pairs_of_plan(session, leader, town.campaign)
        links = links_of_rows(town.campaign, rows, pairs)

    assert [one.still_open for one in links["team-finishes", ""].before] == [0]
    assert ("team-finishes", "") not in waiting_of(pairs)


def test_a_plan_without_links_has_none(store: Store) -> None:
    town = a_town(store, cat_thanh(), teams=1)
    with town.store.read() as session:
        assert pairs_of_plan(session, town.everybody, town.campaign) == []
        assert links_of_rows(town.campaign, [], []) == {}
