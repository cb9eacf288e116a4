"""Rules that are judged whole: whoever caught up and falls behind again is where they were on their ladder, whenever the clock looked."""

from collections.abc import Callable

import pytest
from sqlalchemy import update

from rules.pack import load_files
from rules.time import show
from tests.databases import WORLDS
from tests.workflow import world as small
from tests.workflow.closing.story import Days
from tests.workflow.conftest import NewWorld
from tests.workflow.sweeps.gap import Deeds, called, left, live, minutes
from tests.workflow.sweeps.history import households
from tests.workflow.sweeps.test_missed_quarters import BEFORE, DAY, hears, sends, until_the_day
from tests.workflow.sweeps.test_relayed_day import ABOVE
from tests.workflow.world import PACKS, World
from workflow.actions.answer_escalation import answer_escalation
from workflow.actions.record_visit import Finding
from workflow.actions.void_event import void_event
from workflow.tables import Escalation, EscalationStep, Event, Notice, Post

RULE = """
  - id: {id}
    label: {{vi: "Thử: {id}", en: "Try: {id}"}}
    on: {on}
    when: {when}
    anchor: {anchor}
    group: {group}
    ladder: [{{to: deputy_police_chief}}, {{after: 40 minutes, to: office}}, {{after: 60 minutes, to: chair}}]
    source: "thử"
"""
RULES = (
    RULE.format(id="misses-two", on="team", when="misses_3_days >= 2", anchor="campaign.collect_from", group="team"),
    RULE.format(id="nobody-yet", on="campaign", when="figure('took_part') == 0", anchor="campaign.collect_from", group="unit"),
    RULE.format(
        id="unsent", on="task", anchor="due_at - minutes(30)", group="owner",
        when="is_duty and task_state in ['assigned', 'returned'] and figure('took_part') == 0 and now >= due_at - minutes(30)",
    ),
)  # fmt: skip
BACK: Deeds = {f"{DAY} 16:05": sends(BEFORE), f"{DAY} 16:50": hears("return", BEFORE)}
"""Team 1 sends the older of two missing reports, and it comes back: of 17:00 two are missing once more."""


@pytest.fixture
def new_town(worlds: NewWorld, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Days]:
    """Make towns on 20 May at 14:00 where both teams owe the report of the 19th, and team 2 has sent it."""
    teams = [post for post in small.posts() if post.scope in ("T1", "T2")]
    monkeypatch.setattr(small, "posts", lambda: [*teams, *ABOVE])
    files = {path.name: path.read_text("utf-8") for path in (PACKS / "cat-thanh-2025").glob("*.yaml")}
    files["escalations.yaml"] += "".join(RULES)
    store, pack = worlds().store, load_files(files)

    def new() -> Days:
        number = next(WORLDS)
        return until_the_day(Days(World(store, pack, code=f"lai-{number}", seed=number)))

    return new


def levels(days: Days, rule: str, subject: str = "T1") -> list[tuple[str, str]]:
    """Return when which post was called by a rule."""
    mine = (EscalationStep.rule_id == rule, EscalationStep.subject_id == days.teams[subject])
    found = sorted(days.world.rows(EscalationStep, *mine), key=lambda step: step.level)
    return [(show(step.due_at)[11:], step.to_post) for step in found]


def episode(days: Days, rule: str) -> Escalation:
    """Return the one episode of a rule about team 1."""
    [found] = days.world.rows(Escalation, Escalation.rule_id == rule, Escalation.subject_id == days.teams["T1"])
    return found


def turns(days: Days, rule: str) -> list[str]:
    """Return how its episode was closed and opened again, in order."""
    told = days.world.events(Event.kind == "escalate", Event.about_id == episode(days, rule).id)
    return [name for event in told for name in ("closed", "reopened") if name in event.data]


def rung(days: Days) -> set[tuple[str, str, int, int]]:
    """Return what came to whom: post, kind, when it is shown, how many."""
    posts = {post.id: f"{post.code} {post.scope}".removesuffix(" unit") for post in days.world.rows(Post)}
    return {(posts[row.post_id], row.kind, row.shown_at, row.arrived) for row in days.world.rows(Notice) if row.post_id}


@pytest.mark.parametrize("stopped", [(f"{DAY} 16:00", f"{DAY} 17:35"), (f"{DAY} 15:30", f"{DAY} 19:00")])
def test_a_rule_that_holds_again_goes_on_where_it_was(new_town: Callable[[], Days], stopped: tuple[str, str]) -> None:
    seen = []
    for gap in (None, stopped):
        days = new_town()
        live(days, minutes(f"{DAY} 14:05", f"{DAY} 19:05", stopped=gap), BACK)
        again = episode(days, "misses-two")
        seen.append((
            levels(days, "misses-two"), again.answer_by, again.is_open, called(days.world), left(days.world), rung(days),
        ))  # fmt: skip
        assert turns(days, "misses-two") == ["closed", "reopened"]
        assert not days.wrong()

    ran, stood = seen
    assert ran[0] == [("16:00", "deputy_police_chief"), ("17:40", "office"), ("18:40", "chair")]
    assert ran[2]
    assert stood == ran


def test_who_has_it_hears_that_it_is_open_again_and_keeps_the_time_to_answer(new_town: Callable[[], Days]) -> None:
    days = new_town()
    live(days, minutes(f"{DAY} 14:05", f"{DAY} 16:25"), {f"{DAY} 16:01": sends(BEFORE), f"{DAY} 16:16": hears("return", BEFORE)})  # fmt: skip
    assert (episode(days, "misses-two").is_open, levels(days, "misses-two")) == (False, [("16:00", "deputy_police_chief")])  # fmt: skip
    before = rung(days)

    days.at(f"{DAY} 16:30")

    again = episode(days, "misses-two")
    assert (again.is_open, again.level, show(again.next_action_at)[11:]) == (True, 1, "16:40")
    assert ("deputy_police_chief", "climbed") in {(post, kind) for post, kind, *_ in rung(days) - before}
    assert not days.wrong()


def test_what_somebody_decided_stays_closed(new_town: Callable[[], Days]) -> None:
    days = new_town()
    days.at(f"{DAY} 16:00")
    chosen = [episode(days, "misses-two").id]
    days.world.command("hai", lambda book, context, actor: answer_escalation(
        book, context, actor, chosen, answer="decided", reason="tổ mất điện, báo cáo qua điện thoại"))  # fmt: skip

    live(days, minutes(f"{DAY} 16:05", f"{DAY} 18:05"), BACK)

    assert episode(days, "misses-two").closed_because == "decided"
    assert levels(days, "misses-two") == [("16:00", "deputy_police_chief")]
    assert not days.wrong()


def test_whoever_falls_behind_again_days_later_is_heard_of(new_town: Callable[[], Days]) -> None:
    """Time alone lets what was missed pass out of the three days; two more reports that are missed then are the same episode again."""
    days = new_town()
    for moment in (f"{DAY} 16:30", "2025-05-21 09:00"):
        days.at(moment)
    days.move("an", "2025-05-21", "T1", "submit")
    days.at("2025-05-22 09:00")
    days.move("an", "2025-05-22", "T1", "submit")
    days.at("2025-05-23 17:00")
    assert not episode(days, "misses-two").is_open

    days.at("2025-05-24 16:01")

    again = episode(days, "misses-two")
    assert again.is_open
    assert again.level == 3
    assert turns(days, "misses-two") == ["closed", "reopened"]
    assert not days.wrong()


def test_a_rule_over_a_task_that_asks_figures_goes_on_too(new_town: Callable[[], Days]) -> None:
    days = new_town()
    deeds: Deeds = {f"{DAY} 15:35": sends(), f"{DAY} 15:50": hears("return")}
    live(days, minutes(f"{DAY} 14:05", f"{DAY} 17:05"), deeds)

    report = days.report(DAY, "T1").id
    mine = (EscalationStep.rule_id == "unsent", EscalationStep.subject_id == report)
    found = sorted(days.world.rows(EscalationStep, *mine), key=lambda step: step.level)
    assert [show(step.due_at)[11:] for step in found] == ["15:30", "16:10"]
    [one] = days.world.rows(Escalation, Escalation.rule_id == "unsent", Escalation.subject_id == report)
    assert (one.is_open, one.team_id) == (True, days.teams["T1"])
    assert not days.wrong()


def test_a_rule_over_the_campaign_goes_on_too(new_town: Callable[[], Days]) -> None:
    days = new_town()
    [home] = households(days.world, [1], ["activated"])
    days.at(f"{DAY} 14:05")
    days.world.visit("an", home.door, Finding("took_part", home.cases[0]))
    number = days.world.events(Event.kind == "visit")[-1].ledger_no
    days.at(f"{DAY} 14:15")
    [closed] = days.world.rows(Escalation, Escalation.rule_id == "nobody-yet")
    days.world.go_to(f"{DAY} 14:20")
    days.world.command("hai", lambda b, c, a: void_event(b, c, a, number, reason="ghi nhầm"))
    days.at(f"{DAY} 14:30")

    [again] = days.world.rows(Escalation, Escalation.rule_id == "nobody-yet")
    assert (closed.is_open, again.is_open, again.level, again.due_at) == (False, True, closed.level, closed.due_at)
    assert not days.wrong()


@pytest.mark.parametrize("written_last", ["T1", "T2"])
def test_closings_of_one_quarter_are_numbered_by_subject(new_town: Callable[[], Days], written_last: str) -> None:
    days = new_town()
    days.move("hai", BEFORE, "T2", "return", reason="báo cáo trống")
    days.at(f"{DAY} 16:01")
    with days.world.store.write() as session:
        last = (Escalation.rule_id == "misses-two", Escalation.subject_id == days.teams[written_last])
        session.execute(update(Escalation).where(*last).values(version=Escalation.version + 1))
    for login, team in (("an", "T1"), ("dung", "T2")):
        days.move(login, BEFORE, team, "submit")
    days.at(f"{DAY} 16:15")

    closed = days.world.events(Event.kind == "escalate", Event.rule_id == "misses-two")
    told = [event.team_id for event in closed if "closed" in event.data]
    assert told == sorted(days.teams.values())
