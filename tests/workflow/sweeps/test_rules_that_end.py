"""Rules over tasks that hold only for a while: a late clock calls the levels that came in that while, and then they close."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from rules.pack import Pack, load_files
from rules.time import at, show
from tests.databases import WORLDS
from tests.workflow import world as small
from tests.workflow.closing.story import Days
from tests.workflow.conftest import NewWorld
from tests.workflow.sweeps.gap import Deeds, called, left, live, minutes
from tests.workflow.sweeps.test_relayed_day import ABOVE
from tests.workflow.world import PACKS, World
from workflow.actions.answer_escalation import answer_escalation
from workflow.errors import AlreadyDecided
from workflow.tables import Escalation, EscalationStep

pytestmark = pytest.mark.slow

DAY, LAST = "2025-05-15", "2025-05-15 17:45"
OWED = "task_state in ['planned', 'assigned', 'in_progress', 'returned']"
RULE = """
  - id: {id}
    label: {{vi: "Thử: {id}", en: "Try: {id}"}}
    on: task
    task: daily-report
    when: {when}
    anchor: due_at
    group: team
    ladder:
      - {{to: deputy_police_chief}}
      - {{after: 20 minutes, to: office}}
      - {{after: 20 minutes, to: chair}}
      - {{after: 40 minutes, to: police_chief}}
    source: "thử"
"""
RULES = {
    "an-hour": f"{OWED} and now >= due_at and now < due_at + minutes(60)",
    "to-the-next-level": f"{OWED} and now >= due_at and now < due_at + minutes(20)",
    "whatever-state": "now >= due_at and now < due_at + minutes(30)",
    "in-two-parts": f"{OWED} and (now >= due_at and now < due_at + minutes(15) or now >= due_at + minutes(75))",
}
HELD = {
    "an-hour": ["16:00", "16:20", "16:40"],
    "to-the-next-level": ["16:00"],
    "whatever-state": ["16:00", "16:20"],
    "in-two-parts": ["16:00"],
}


def pack() -> Pack:
    files = {path.name: path.read_text("utf-8") for path in (PACKS / "cat-thanh-2025").glob("*.yaml")}
    files["escalations.yaml"] += "".join(RULE.format(id=name, when=when) for name, when in RULES.items())
    return load_files(files)


@pytest.fixture
def new_town(worlds: NewWorld, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Days]:
    """Make towns of two teams on the first day at 14:00."""
    teams = [post for post in small.posts() if post.scope in ("T1", "T2")]
    monkeypatch.setattr(small, "posts", lambda: [*teams, *ABOVE])
    store = worlds().store

    def new() -> Days:
        number = next(WORLDS)
        days = Days(World(store, pack(), code=f"het-{number}", seed=number))
        days.at(f"{DAY} 14:00")
        return days

    return new


def moves(move: str, login: str = "hai") -> Callable[[Days], object]:
    return lambda days: days.move(login, DAY, "T1", move, reason="báo cáo trống")


def climbed(days: Days, team: str) -> dict[str, list[str]]:
    """Return by rule when the levels of a team's report were called."""
    report = days.report(DAY, team).id
    steps = days.world.rows(EscalationStep, EscalationStep.subject_id == report)
    return {
        rule: [show(step.due_at)[11:] for step in steps if step.rule_id == rule] for rule in RULES
    }  # fmt: skip


GAPS = {
    "ran": None,
    "stood from before to after": (f"{DAY} 15:30", f"{DAY} 17:35"),
    "stood to its end": (f"{DAY} 15:30", f"{DAY} 17:00"),
    "stood from the first level on": (f"{DAY} 16:10", f"{DAY} 17:35"),
    "stood from the second level on": (f"{DAY} 16:25", f"{DAY} 17:05"),
}


@pytest.mark.parametrize("gap", list(GAPS))
def test_the_levels_that_came_while_it_held_are_called_and_no_other(new_town: Callable[[], Days], gap: str) -> None:
    days = new_town()
    live(days, minutes(f"{DAY} 14:05", LAST, stopped=GAPS[gap]), {})

    assert climbed(days, "T1") == climbed(days, "T2") == HELD
    ended = days.world.rows(Escalation, Escalation.rule_id.in_(list(RULES)))
    assert {(one.is_open, one.closed_because) for one in ended} == {(False, "resolved")}
    assert not days.wrong()


@pytest.mark.parametrize("gap", [gap for gap in GAPS if gap != "ran"])
def test_they_close_at_the_first_look_after_it(new_town: Callable[[], Days], gap: str) -> None:
    days, (_, looks) = new_town(), GAPS[gap] or ("", "")
    live(days, minutes(f"{DAY} 14:05", looks, stopped=GAPS[gap]), {})

    assert not days.world.rows(Escalation, Escalation.rule_id.in_(list(RULES)), Escalation.is_open)


DEEDS: dict[str, Deeds] = {
    "sent while it holds": {f"{DAY} 16:30": moves("submit", "an")},
    "sent after its end": {f"{DAY} 17:10": moves("submit", "an")},
    "returned while it holds": {f"{DAY} 16:12": moves("submit", "an"), f"{DAY} 16:33": moves("return")},
    "returned after its end": {f"{DAY} 16:12": moves("submit", "an"), f"{DAY} 17:12": moves("return")},
    "excused after its end": {f"{DAY} 17:12": moves("waive")},
}


@pytest.mark.parametrize("name", list(DEEDS))
def test_whatever_is_done_in_the_gap(new_town: Callable[[], Days], name: str) -> None:
    seen = []
    for gap in GAPS.values():
        days = new_town()
        live(days, minutes(f"{DAY} 14:05", LAST, stopped=gap), DEEDS[name])
        seen.append((called(days.world), left(days.world)))
        assert not days.wrong()

    assert all(one == seen[0] for one in seen)
    assert any(at(f"{DAY} 16:00") == level[4] for level in seen[0][0])


def test_nobody_answers_for_what_has_ended(new_town: Callable[[], Days]) -> None:
    days = new_town()
    live(days, minutes(f"{DAY} 14:05", f"{DAY} 16:25"), {})
    report = days.report(DAY, "T1").id
    [ended] = days.world.rows(Escalation, Escalation.rule_id == "an-hour", Escalation.subject_id == report)
    days.world.go_to(f"{DAY} 17:10")  # no tick

    def answers(*chosen: uuid.UUID) -> dict[str, Any]:
        return days.world.command("hai", lambda book, context, actor: answer_escalation(
            book, context, actor, chosen, answer="noted", reason="đã gọi tổ trưởng"))  # fmt: skip

    with pytest.raises(AlreadyDecided):
        answers(ended.id)
    both = answers(*(one.id for one in days.world.rows(Escalation, Escalation.rule_id == "an-hour")))
    assert (both["answered"], both["skipped"]["closed"]) == (0, 2)
    assert climbed(days, "T1")["an-hour"] == HELD["an-hour"]
