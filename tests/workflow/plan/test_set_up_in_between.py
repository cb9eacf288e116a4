"""A campaign that is set up in the middle of its window: what was due before is owed by nobody, and that is said."""

from dataclasses import asdict, replace

import pytest
from sqlalchemy import select, update

from rules.pack import load_pack, shipped_packs
from rules.time import at
from tests.workflow.plan.conftest import Town, a_town, cat_thanh
from workflow.actions.open_plan import open_plan
from workflow.clock import FixedClock
from workflow.ids import IdSource
from workflow.queries.campaigns import all_units
from workflow.setup.judge import plan_of
from workflow.setup.sample import write_sample
from workflow.setup.set_up import read_form, set_up
from workflow.store import Store
from workflow.sweeps.duties import open_duties
from workflow.sweeps.tick import tick
from workflow.tables import Campaign, Escalation, Event, Task
from workflow.verify import verify

SET_UP = "2025-05-20 16:00"
"""The last moment of the fifth day's report has just passed."""


@pytest.fixture
def late(store: Store) -> Town:
    """A unit that has been there since the 14th, with a campaign that was set up on the 20th at 16:00."""
    town = a_town(store, cat_thanh(), teams=2)
    with store.write() as session:
        session.execute(update(Campaign).where(Campaign.id == town.campaign.id).values(created_at=at(SET_UP)))
    return town


def periods(town: Town) -> dict[str, list[str]]:
    """Return the occurrences that were opened, by duty."""
    mine = select(Task.item, Task.occurrence).where(Task.unit_id == town.unit_id, Task.is_duty).distinct()
    with town.store.read() as session:
        rows = session.execute(mine.order_by(Task.item, Task.occurrence)).all()
    return {item: [row.occurrence for row in rows if row.item == item] for item in {row.item for row in rows}}


@pytest.mark.parametrize("looks", [("2025-05-20 16:00", "2025-05-21 00:00", "2025-05-22 08:00"), ("2025-05-22 08:00",)])
def test_nobody_owes_a_report_whose_last_moment_lay_before_the_campaign_was_set_up(late: Town, looks) -> None:
    for look in looks:
        late.write(look, lambda book: open_duties(book, late.campaign, book.now), by_rule=True)

    owed = ["2025-05-21", "2025-05-22"]
    assert periods(late) == {"daily-report": owed, "daily-report-forward": owed}


def test_a_report_of_the_day_of_setting_up_is_owed_up_to_its_last_moment(late: Town) -> None:
    with late.store.write() as session:
        session.execute(update(Campaign).where(Campaign.id == late.campaign.id).values(created_at=at(SET_UP) - 1))

    late.write(SET_UP, lambda book: open_duties(book, late.campaign, at(SET_UP)), by_rule=True)

    assert periods(late) == {"daily-report": ["2025-05-20"], "daily-report-forward": ["2025-05-20"]}


def test_opening_the_plan_says_what_it_leaves_out(late: Town) -> None:
    told = late.write(SET_UP, lambda book: open_plan(book, late.campaign))

    assert sorted(told.reports_left_out) == [("daily-report", f"2025-05-{day}") for day in range(15, 21)]
    assert told.tasks_left_out == 0


def test_nothing_is_left_out_of_a_plan_that_was_opened_before_its_window(town: Town) -> None:
    told = town.write("2025-05-14 08:00", lambda book: open_plan(book, town.campaign))

    assert (told.tasks_left_out, told.reports_left_out) == (0, frozenset())


def test_a_unit_set_up_in_between_owes_nothing_of_before_and_its_rules_begin_with_it(store: Store, tmp_path) -> None:
    pack = load_pack(shipped_packs()["cat-thanh-2025"])
    write_sample(tmp_path / "a.yaml", pack)
    plan = replace(plan_of(read_form(tmp_path / "a.yaml"), pack), code="giua-dot")
    ids = IdSource(seed=8)

    done = asdict(set_up(store, plan, pack, now=at(SET_UP), ids=ids))
    tick(store, FixedClock(at("2025-05-21 08:00")), ids, units=[plan.code])

    assert done["reports_left_out"] == 6
    with store.read() as session:
        unit = next(unit.id for unit in all_units(session) if unit.code == plan.code)
        duties = session.scalars(select(Task).where(Task.unit_id == unit, Task.is_duty)).all()
        steps = select(Event).where(Event.unit_id == unit, Event.about_id.in_([task.id for task in duties]))
        whole = session.scalars(select(Escalation).where(Escalation.unit_id == unit, Escalation.kind != "task")).all()
        assert {task.occurrence for task in duties} == {"2025-05-21"}
        assert {event.kind for event in session.scalars(steps)} == {"task"}
        assert all(episode.due_at >= at(SET_UP) for episode in whole)
        assert verify(session).ok
