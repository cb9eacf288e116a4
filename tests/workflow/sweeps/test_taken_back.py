"""A step that is taken back does not switch a ladder off: an empty report that comes back leaves its team where it would have been."""

import pytest

from rules.time import show
from tests.workflow.closing.story import Days
from tests.workflow.sweeps.test_relayed_day import DAY, day, heard
from workflow.actions.answer_escalation import answer_escalation
from workflow.tables import Escalation, EscalationStep, Event, Notice, Post
from workflow.verify.run import verify

__all__ = ["day"]
MISSING = "daily-report-missing"


def called(days: Days, team: str) -> list[tuple[str, str]]:
    """Return when which post was called about a team's missing report."""
    return [(moment, post) for moment, rule, scope, post in heard(days.world) if (rule, scope) == (MISSING, team)]


def episode(days: Days, team: str) -> Escalation:
    """Return what a team's missing report was brought up as."""
    [found] = days.world.rows(
        Escalation, Escalation.rule_id == MISSING, Escalation.subject_id == days.report(DAY, team).id
    )
    return found


def send_and_return(days: Days, sent: str, returned: str, *, ticks: tuple[str, ...]) -> None:
    """Team 1 sends an empty report, which is returned; team 2 sends nothing. The clock looks at `ticks`."""
    people = {sent: ("an", "submit", {}), returned: ("hai", "return", {"reason": "báo cáo trống"})}
    for moment in sorted({*ticks, *people}):
        days.world.go_to(f"{DAY} {moment}")
        if moment in people:
            login, move, more = people[moment]
            days.move(login, DAY, "T1", move, **more)
        if moment in ticks:
            days.world.tick()


def findings(days: Days) -> list[str]:
    """Return what the check of the ledger says."""
    with days.world.store.read() as session:
        found = verify(session, [days.world.unit_id]).violations
    return [f"{one.check} {one}" for one in found if one.severity != "info" and not one.check.startswith("I5")]


@pytest.mark.parametrize(
    "ticks",
    [("15:55", "16:00", "16:05", "16:15", "16:30", "18:00"), ("15:55", "18:00"), ("16:30", "18:00")],
    ids=["in time", "stopped", "late"],
)
def test_an_empty_report_that_is_returned_climbs_like_one_that_was_never_sent(
    day: Days, ticks: tuple[str, ...]
) -> None:
    send_and_return(day, "16:10", "16:12", ticks=ticks)

    levels = [("16:00", "deputy_police_chief"), ("16:30", "office"), ("18:00", "chair")]
    assert called(day, "T1") == called(day, "T2") == levels
    assert episode(day, "T1").is_open
    assert findings(day) == []


def test_what_would_have_been_called_meanwhile_is_called_at_once(day: Days) -> None:
    send_and_return(day, "16:10", "17:00", ticks=("16:00", "16:30", "17:01", "18:31"))

    assert called(day, "T1") == [("16:00", "deputy_police_chief"), ("17:00", "office"), ("18:30", "chair")]
    told = [event.data for event in day.world.events(Event.kind == "escalate", Event.about_id == episode(day, "T1").id)]
    assert [one for one in ("closed", "reopened") for data in told if one in data] == ["closed", "reopened"]
    assert findings(day) == []


def test_what_somebody_decided_stays_closed(day: Days) -> None:
    day.at(f"{DAY} 16:01")
    decided = [episode(day, "T1").id]
    day.world.command("hai", lambda book, context, actor: answer_escalation(
        book, context, actor, decided, answer="decided", reason="tổ mất điện, báo cáo qua điện thoại"))  # fmt: skip
    send_and_return(day, "16:10", "16:12", ticks=("16:30", "18:00"))

    assert called(day, "T1") == [("16:00", "deputy_police_chief")]
    assert not episode(day, "T1").is_open
    assert findings(day) == []


def test_time_that_was_granted_holds(day: Days) -> None:
    day.at(f"{DAY} 16:01")
    granted = [episode(day, "T1").id]
    until = day.world.go_to(f"{DAY} 17:30")
    day.world.clock.move_to(until - 80 * 60 * 10**6)
    day.world.command("khanh", lambda book, context, actor: answer_escalation(
        book, context, actor, granted, answer="granted", reason="tổ mất điện", until=until))  # fmt: skip
    send_and_return(day, "16:20", "16:25", ticks=("16:30", "17:30"))

    assert called(day, "T1") == [("16:00", "deputy_police_chief"), ("17:30", "office")]
    assert [
        show(step.due_at)[11:] for step in day.world.rows(EscalationStep, EscalationStep.escalation_id == granted[0])
    ] == ["16:00", "17:30"]
    assert findings(day) == []


def test_the_post_that_has_it_gets_the_time_that_ran_out_meanwhile_and_hears_of_it(day: Days) -> None:
    send_and_return(day, "18:10", "18:12", ticks=("16:00", "16:30", "18:00"))
    chair = episode(day, "T1")
    assert chair.level == 3
    stood = show(chair.answer_by)
    assert stood == show(episode(day, "T2").answer_by) == "2025-05-21 00:00"
    day.world.go_to(f"{DAY} 23:50")
    day.move("an", DAY, "T1", "submit")
    day.world.go_to("2025-05-21 09:00")
    before = {(row.id, row.arrived) for row in day.world.rows(Notice)}
    day.move("hai", DAY, "T1", "return", reason="báo cáo trống")
    assert show(episode(day, "T1").answer_by) == "2025-05-22 00:00"
    assert show(episode(day, "T2").answer_by) == stood
    day.world.tick()

    posts = {post.id: post.code for post in day.world.rows(Post)}
    fresh = [row for row in day.world.rows(Notice) if (row.id, row.arrived) not in before]
    assert ("chair", "climbed") in {(posts.get(row.post_id), row.kind) for row in fresh}
    assert findings(day) == []


def test_the_team_to_which_it_was_given_hears_that_it_is_open_again(day: Days) -> None:
    day.at(f"{DAY} 16:01")
    given = [episode(day, "T1").id]
    day.at(f"{DAY} 16:30")
    day.world.command("binh", lambda book, context, actor: answer_escalation(
        book, context, actor, given, answer="handed_on", to="team"))  # fmt: skip
    day.at(f"{DAY} 16:45")
    send_and_return(day, "16:46", "17:10", ticks=("17:15",))

    [leader] = [
        post.id for post in day.world.rows(Post) if post.code == "team_leader" and post.team_id == day.teams["T1"]
    ]
    told = {show(row.shown_at)[11:]: row.arrived for row in day.world.rows(Notice, Notice.post_id == leader) if row.kind == "returned"}  # fmt: skip
    assert told == {"16:00": 1, "17:00": 2}, "given; then the report came back, and the matter is open again"
    assert findings(day) == []
