"""The chair's screen: unit figures with what they are divided by, what waits, teams by the doors that are still open."""

import pytest

from rules.time import at
from tests.workflow.conftest import NewWorld
from tests.workflow.inbox.conftest import RULE, TOP, Silent, silent_world
from tests.workflow.officials import man_the_relay
from workflow.actions.record_visit import Finding
from workflow.errors import NotFound
from workflow.figures import report
from workflow.figures.chair_overview import ChairOverview, chair_overview
from workflow.queries.waiting import count_waiting


@pytest.fixture
def silent(worlds: NewWorld) -> Silent:
    """Four silent people, a fifth who was met once; and two in area 1 who are done, however that ended."""
    silent = silent_world(worlds)
    man_the_relay(silent.world)
    door, people = silent.world.household(["Bùi Văn Sáu", "Bùi Thị Bảy", "Bùi Văn Tám"], lane="Ngõ 5", house="9")
    silent.world.visit("an", door, Finding("took_part", people[0]), Finding("took_part", people[1]))
    silent.world.visit("an", door, Finding("not_taking_part", people[2]))
    return silent


def overview(silent: Silent, login: str = "khanh") -> ChairOverview:
    """Return the page of somebody."""
    return silent.read(login, chair_overview)


def test_took_part_with_its_base_is_the_reports(silent: Silent) -> None:
    silent.at(TOP)
    page, world = overview(silent), silent.world

    with world.store.read() as session:
        told = report(session, world.context(), world.pack, as_of=world.clock.now())
    target = next(one for one in told.targets if one.id == "T1")
    progress = page.progress
    assert (
        (progress.took_part, progress.base, progress.needed)
        == (target.monitor, target.base, target.needed)
        == (2, 3, 3)
    )
    assert progress.base_label is not None
    assert progress.base_label.vi == "trên số có tài khoản mức 2 đang hoạt động"
    assert progress.highest == target.highest == 8
    assert progress.missing == 1
    assert progress.is_reachable
    assert page.as_of == world.clock.now()


def test_what_waits_is_the_chairs_inbox_most_pressing_first(silent: Silent) -> None:
    silent.at(TOP)
    page = overview(silent)

    groups = [row.about for row in page.waits.rows]
    assert groups == list(silent.inbox("khanh", limit=5).groups)
    assert len(groups) <= 5
    rows = [(group.rule_id, group.group_key) for group in silent.inbox("khanh").groups]
    at_ = rows.index((RULE, silent.key("A1")))
    assert rows[at_ + 1] == (RULE, silent.key("A2"))  # the printed order, where the time left is the same
    assert at_ < 5
    assert rows[:5] == [(group.rule_id, group.group_key) for group in groups]
    untils = [group.until for group in groups]
    assert untils == sorted(untils)
    assert page.missing_reports > 0
    badge = silent.read("khanh", count_waiting)
    assert page.waits.counts == badge
    assert page.waits.total().waiting > sum(
        group.n for group in groups
    )  # own tasks and reports that are owed count too


def test_late_teams_come_by_the_doors_they_can_still_do(silent: Silent) -> None:
    silent.at("2025-05-17 12:00")
    assert overview(silent).late_teams == ()  # two days say nothing yet

    silent.at(TOP)
    assert [one.team.code for one in overview(silent).late_teams] == ["T2"]  # team 1 won two on the 16th
    silent.at("2025-05-22 08:00")
    page = overview(silent)
    assert [(one.team.code, one.doors) for one in page.late_teams] == [("T1", 3), ("T2", 1)]
    assert page.open_doors == 4


def test_a_visit_shows_in_no_team_before_midnight_but_for_its_door(silent: Silent) -> None:
    silent.at("2025-05-26 08:00")
    before = overview(silent)
    first, second = silent.cases[:2]
    silent.world.visit("an", silent.doors[0], Finding("activated_now", first), Finding("not_taking_part", second))

    after = overview(silent)
    assert [one.team for one in after.late_teams] == [one.team for one in before.late_teams]
    assert [one.doors for one in after.late_teams] == [2, 1] or after.late_teams[0].doors < before.late_teams[
        0
    ].doors + 1
    assert after.days[:-1] == before.days[:-1]
    assert "declined" not in repr(after)


def test_the_curve_ends_at_what_is_counted_now(silent: Silent) -> None:
    silent.at(TOP)
    page = overview(silent)

    assert page.days[-1].n == page.progress.took_part == 2
    assert [one.day for one in page.days] == list(range(page.days[0].day, page.days[-1].day + 1))
    assert [one.n for one in page.days] == sorted(one.n for one in page.days)
    assert page.ends_on - page.starts_on == 12


@pytest.mark.parametrize("login", ["an", "binh", "giang"])
def test_nobody_else_has_this_page(silent: Silent, login: str) -> None:
    silent.at(TOP)
    with pytest.raises(NotFound):
        overview(silent, login)
    assert overview(silent, "hai").progress.took_part == 2


def test_it_costs_sixteen_statements_and_reads_no_single_case(silent: Silent) -> None:
    silent.at(TOP)
    small = len(silent.statements("khanh", chair_overview))
    for number in range(30, 45):
        silent.world.household([(f"Ngô Văn {number}", "registered")], house=str(number))
    silent.at("2025-05-23 08:00")
    asked = silent.statements("khanh", chair_overview)

    assert len(asked) <= 16
    assert len(asked) == small


def test_after_the_last_day_nobody_is_late(silent: Silent) -> None:
    silent.at("2025-05-28 08:00")
    page = overview(silent)
    assert page.late_teams == ()
    assert page.as_of == at("2025-05-28 08:00")
