"""The team's period: visits and doors while it runs, people only as the cut-off left them."""

import pytest

from rules.time import at
from tests.workflow.team.conftest import Teamwork
from workflow.actions.move_task import move_task
from workflow.actions.open_plan import open_plan
from workflow.actions.record_visit import Finding
from workflow.errors import NotFound
from workflow.figures.team_figures import team_figures
from workflow.queries.team_period import done_in_period, duties_of_team, period_at


@pytest.fixture
def reporting(team: Teamwork) -> Teamwork:
    """The plan is open, and a clock has looked on 16 May at 10:00."""
    team.world.go_to("2025-05-16 10:00")
    with team.world.book() as (book, context):
        open_plan(book, context)
    team.world.tick()
    return team


def duties(team: Teamwork, by: str = "an", code: str = "T1"):
    return team.read(by, duties_of_team, team.teams[code], now=team.world.clock.now())


def done(team: Teamwork, since: str, until: str, by: str = "an", code: str = "T1"):
    found = team.read(by, done_in_period, team.teams[code], since=at(since), until=at(until))
    return found.visits, found.doors_visited, found.doors_met


def figures(team: Teamwork, cut_off: str, by: str = "an", code: str = "T1"):
    return team.read(by, team_figures, team.teams[code], cut_off=at(cut_off))


def test_the_running_period_and_the_reports_owed(reporting: Teamwork) -> None:
    owed = duties(reporting)

    running = period_at(owed, reporting.world.clock.now())
    assert running is not None
    assert (running.item, running.period_from, running.period_to) == (
        "daily-report", at("2025-05-15 16:00"), at("2025-05-16 16:00"),
    )  # fmt: skip
    assert [(duty.occurrence, duty.timing) for duty in owed] == [("2025-05-15", "missing"), ("2025-05-16", "due")]
    assert all(duty.can_submit for duty in owed)
    with pytest.raises(NotFound):
        duties(reporting, code="T2")
    with pytest.raises(NotFound):
        duties(reporting, by="binh")


def test_a_report_that_was_sent_cannot_be_sent_again(reporting: Teamwork) -> None:
    duty = duties(reporting)[-1]

    reporting.world.command("an", lambda b, c, a: {"state": move_task(
        b, c, duty.id, "submit", actor=a, state_version=duty.state_version).state})  # fmt: skip

    sent = duties(reporting)[-1]
    assert (sent.state_label, sent.timing, sent.can_submit) == ("chờ duyệt", "on_time", False)


def test_visits_and_doors_of_the_period(team: Teamwork) -> None:
    world = team.world
    first, second, far = team.door(), team.door(), team.door(area="A2")
    world.go_to("2025-05-16 15:00")
    world.visit("binh", first, "nobody_home", happened="2025-05-15 16:00")
    world.visit("binh", first, "nobody_home", happened="2025-05-15 15:59")
    world.visit("binh", first, Finding("needs_help", team.cases(first)[0]), happened="2025-05-16 09:00")
    world.visit("cuong", second, "nobody_home", happened="2025-05-16 09:00")
    world.visit("em", far, "nobody_home", happened="2025-05-16 09:00")

    assert done(team, "2025-05-15 16:00", "2025-05-16 16:00") == (3, 2, 1)
    assert done(team, "2025-05-15 00:00", "2025-05-15 16:00") == (1, 1, 0)
    assert done(team, "2025-05-16 09:00", "2025-05-16 09:00") == (0, 0, 0)
    with pytest.raises(NotFound):
        done(team, "2025-05-15 16:00", "2025-05-16 16:00", code="T2")


def test_people_balance_as_the_cut_off_left_them(team: Teamwork) -> None:
    world = team.world
    door = team.door(*(f"Nguyễn Văn {name}" for name in ("Một", "Hai", "Ba", "Bốn", "Năm")))
    one, two, three, four, _ = team.cases(door)
    team.door(area="A2")
    world.go_to("2025-05-16 15:00")
    world.visit(
        "binh", door, Finding("took_part", one), Finding("not_taking_part", two), Finding("card_expired", three)
    )
    world.go_to("2025-05-16 17:00")
    world.visit("binh", door, Finding("took_part", four))

    told = figures(team, "2025-05-16 16:00")

    assert (told.listed, told.done, told.exits, told.rest) == (5, 1, 1, 3)
    assert figures(team, "2025-05-15 16:00").done == 0
    assert figures(team, "2025-05-17 16:00").done == 2
    with pytest.raises(NotFound):
        figures(team, "2025-05-16 16:00", code="T2")


def test_nothing_a_leader_reads_tells_how_a_visit_just_ended(team: Teamwork) -> None:
    """Before and after a visit, also one dated before the cut-off: the same figures, whichever way it ended."""
    world = team.world
    door = team.door("Nguyễn Văn Một", "Nguyễn Văn Hai")
    one, two = team.cases(door)
    world.go_to("2025-05-16 17:00")
    before = figures(team, "2025-05-16 16:00")

    world.visit("binh", door, Finding("took_part", one), happened="2025-05-16 15:00")
    assert figures(team, "2025-05-16 16:00") == before
    world.visit("binh", door, Finding("not_taking_part", two), happened="2025-05-16 15:30")

    assert figures(team, "2025-05-16 16:00") == before
    assert done(team, "2025-05-15 16:00", "2025-05-16 16:00") == (2, 1, 1)
