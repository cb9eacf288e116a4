"""The tick: what it opens, once, by whomever and however often it is called."""

import multiprocessing
from typing import Any

import pytest

from rules.time import HOUR, at
from tests.workflow.conftest import NewWorld
from tests.workflow.sweeps.history import Household, steps
from tests.workflow.world import World
from workflow.actions.record_visit import Finding
from workflow.clock import FixedClock
from workflow.ids import IdSource
from workflow.store import Store
from workflow.sweeps import tick as sweep
from workflow.tables import Case, Escalation, EscalationStep, Event, Run, Staged

pytestmark = pytest.mark.slow


def silent(world: World) -> list[Any]:
    return world.rows(Escalation, Escalation.rule_id == "silent-registered")


def test_silence_is_raised_on_the_third_day_grouped_by_area_and_once(given: World) -> None:
    given.household([("Nguyễn Văn Một", "registered"), ("Nguyễn Thị Hai", "activated")], area="A1")
    given.household([("Nguyễn Văn Ba", "registered")], area="A2", house="2")
    given.go_to("2025-05-15 08:00")
    given.tick()
    assert not silent(given)

    given.go_to("2025-05-17 08:00")
    first = given.tick()
    episodes = silent(given)
    second = given.tick()

    assert first.rules["silent-registered"] == 2
    assert {episode.due_at for episode in episodes} == {at("2025-05-17 00:00")}
    assert len({episode.group_key for episode in episodes}) == 2
    assert (second.rules, second.levels, second.written) == ({}, 0, 0)
    assert len(silent(given)) == 2
    assert not given.rows(Staged)


def test_very_much_is_done_in_several_transactions(given: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        given.household([("Nguyễn Văn Một", "registered"), ("Nguyễn Thị Hai", "registered")], house=str(number))
    monkeypatch.setattr(sweep, "CHUNK", 3)
    given.go_to("2025-05-19 08:00")

    report = given.tick()

    assert report.rules["silent-registered"] == 8
    assert [e.level for e in silent(given)] == [3] * 8
    assert len(given.rows(EscalationStep, EscalationStep.rule_id == "silent-registered")) == 24
    assert given.tick().written == 0
    events = given.events()
    assert [event.ledger_no for event in events] == list(range(1, len(events) + 1))
    for case in given.rows(Case):
        assert [event.version for event in given.events(Event.case_id == case.id)] == list(range(1, case.version + 1))


def tick_elsewhere(url: str, code: str, now: int, seed: int) -> None:
    """Tick as another process does."""
    store = Store(url)
    sweep.tick(store, FixedClock(now), IdSource(seed=seed), units=[code], worker=f"process-{seed}")
    store.dispose()


def test_two_processes_at_once_write_each_step_once(given: World) -> None:
    for number in range(5):
        given.household([("Nguyễn Văn Một", "registered"), ("Nguyễn Thị Hai", "activated")], house=str(number))
    now = given.go_to("2025-05-19 08:00")
    context = multiprocessing.get_context("spawn")
    url = given.store.url.render_as_string(hide_password=False)
    workers = [context.Process(target=tick_elsewhere, args=(url, given.code, now, 90 + n)) for n in range(2)]

    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    assert [worker.exitcode for worker in workers] == [0, 0]
    assert sorted(run.worker for run in given.rows_of_runs()) == ["process-90", "process-91"]
    episodes = given.rows(Escalation)
    assert len({(e.rule_id, e.subject_id, e.anchor) for e in episodes}) == len(episodes)
    assert len(given.rows(EscalationStep, EscalationStep.rule_id.like("silent-%"))) == 30
    events = given.events()
    assert [event.ledger_no for event in events] == list(range(1, len(events) + 1))


def test_a_visit_while_the_clock_stood_still_leaves_the_same_steps(worlds: NewWorld) -> None:
    seen = []
    for ticked in (True, False):
        world = worlds()
        door, (one,) = world.household([("Nguyễn Văn Một", "registered")])
        world.go_to("2025-05-16 09:00")
        world.tick()
        for hour in range(24, 72 if ticked else 0, 2):
            world.clock.move_to(at("2025-05-16 08:00") + hour * HOUR)
            world.tick()
        world.go_to("2025-05-19 09:00")
        world.visit("an", door, Finding("activated_now", one))
        episode = silent(world)[0]
        seen.append((episode.due_at, episode.level, episode.is_open, episode.closed_because))
        world.tick()
        seen.append({step for step in steps(world, [Household(door, (one,))]) if step[1] != "unit"})

    assert seen[:2] == seen[2:]
    assert seen[0] == (at("2025-05-17 00:00"), 3, False, "resolved")


def test_a_rule_moves_a_case_at_the_instant_it_became_due(worlds: NewWorld) -> None:
    world = worlds("phan-loai-rac-2026", starts="2026-03-02 08:00")
    door, (one,) = world.household([("Hộ một", "none")])
    world.go_to("2026-03-03 09:00")
    world.visit("an", door, Finding("registers", one))
    world.visit("an", door, Finding("orders_bin", one))

    world.go_to("2026-03-26 17:00")
    report = world.tick()

    due = at("2026-03-18 09:00")
    case, moved = world.case(one), world.events(Event.kind == "move", Event.cause == "rule")
    assert (case.state, case.entered_at) == ("registered", due)
    assert [(e.happened_at, e.rule_id, e.recorded_at) for e in moved] == [(due, "order-forgotten", world.clock.now())]
    assert report.rules["order-forgotten"] == 1
    assert report.rules["waits-for-bin"] == 1
    assert world.door(door).follow_up_at == case.follow_up_at
    assert world.tick().written == 0


def test_a_rule_asks_for_a_follow_up_which_its_own_ladder_survives(worlds: NewWorld) -> None:
    world = worlds("phan-loai-rac-2026", starts="2026-03-02 08:00")
    door, (one,) = world.household([("Hộ một", "none")])
    for moment, outcome in (
        ("2026-04-01 09:00", "registers"),
        ("2026-04-01 09:05", "gets_bin"),
        ("2026-04-01 09:10", "fails"),
    ):
        world.go_to(moment)
        world.visit("an", door, Finding(outcome, one))

    world.go_to("2026-04-07 20:00")
    world.tick()

    case, episode = world.case(one), world.rows(Escalation, Escalation.rule_id == "not-good-for-long")[0]
    asked = [
        e.data["follow_up_at"]
        for e in world.events(Event.kind == "escalate", Event.rule_id == "not-good-for-long")
        if e.data["level"] == 1
    ]
    assert case.follow_up_at == asked[0] == world.door(door).follow_up_at
    assert at("2026-04-07 00:00") <= case.follow_up_at <= at("2026-04-08 00:00")
    assert (episode.level, episode.is_open) == (2, True)


def test_runs_are_recorded_even_when_nothing_was_due(given: World) -> None:
    given.go_to("2025-05-12 08:00")
    given.tick("idle")

    assert [run.worker for run in given.rows_of_runs()] == ["idle"]
    assert not given.events()
    assert Run.__tablename__ == "runs"
