"""A campaign day of Cát Thành, 06:00 to 24:00 in one-minute ticks: who is reminded and escalated to, once each, whatever clocks did."""

import multiprocessing
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from rules.time import MINUTE, Instant, at, clock_of
from tests.workflow.story.conftest import DAY, Lived, Row, Town, hasty
from workflow.actions.move_task import move_task
from workflow.cli.story_words import story_lines
from workflow.clock import FixedClock
from workflow.demo.rehearsal import Look
from workflow.ids import IdSource
from workflow.store import Store
from workflow.sweeps.tick import tick
from workflow.tables import Escalation, EscalationStep, Event, Run

pytestmark = pytest.mark.slow

GAP = range(at(f"{DAY} 15:30"), at(f"{DAY} 16:40"), MINUTE)
WITHIN = range(GAP.start, GAP.stop)


def called(lived: Lived, rule: str) -> list[tuple[str, int, str, int, str]]:
    """When each level of a rule was called, in how many episodes, to whom, in which place."""
    return [
        (clock_of(one.at), one.level, one.to_code, one.n, one.place)
        for one in lived.story().called
        if one.rule_id == rule
    ]


def plain(town: Town) -> Lived:
    return town.lived("plain")


def steps(lived: Lived, *, since: Instant = 0) -> set[tuple[str, uuid.UUID, Instant, int]]:
    """Every level of every ladder, by its natural key."""
    s = EscalationStep
    with lived.store.read() as session:
        rows = session.execute(select(s.rule_id, s.subject_id, s.anchor, s.level).where(s.due_at >= since))
        return {tuple(row) for row in rows}


def test_everybody_is_reminded_and_escalated_to_once(town: Town) -> None:
    story = plain(town).story()

    print("\n".join(story_lines(story, unit="Thị trấn Cát Thành")))
    keys = Counter((one.at, one.rule_id, one.level, one.place, one.to_code) for one in story.called)
    assert set(keys.values()) == {1}
    assert not any(one.was_late for one in story.called)
    assert all(one.names for one in story.called)
    assert len(story.called) > 30
    assert story.visits > 0


def test_the_daily_report_is_called_for_at_its_hours(town: Town) -> None:
    """All fifteen teams are reminded an hour before; the two that have sent nothing are asked for; one sends at 16:47, one never."""
    lived = plain(town)

    soon = called(lived, "daily-report-due-soon")
    assert {(when, level, to) for when, level, to, *_ in soon} == {("15:00", 1, "team_leader")}
    assert sum(n for *_, n, _ in soon) == 15
    internal = Counter((when, level, to) for when, level, to, *_ in called(lived, "daily-report-internal"))
    assert internal == {("15:30", 1, "team_leader"): 2, ("15:45", 2, "deputy_police_chief"): 2}
    assert [told[:3] for told in called(lived, "daily-report-forward-due-soon")] == [
        ("15:45", 1, "deputy_police_chief")
    ]
    assert called(lived, "daily-report-forward-late") == []  # forwarded at 15:50: nothing was late
    assert called(lived, "daily-report-missing") == [
        ("16:00", 1, "deputy_police_chief", 2, ""),
        ("16:30", 2, "office", 2, ""),
        ("18:00", 3, "chair", 1, ""),
    ]


def test_the_same_day_twice_leaves_the_same_rows_in_whatever_order_the_database_reads(town: Town) -> None:
    found, wanted = town.lived("again", contrary=True).rows(), plain(town).rows()
    assert differences(found, wanted) == {}


def test_three_workers_leave_the_same_rows(town: Town) -> None:
    with workers() as look:
        crowd = town.lived("crowd", look=look)

    found, wanted = crowd.rows(), plain(town).rows()
    assert differences(found, wanted) == {}
    with crowd.store.read() as session:
        ticks = session.execute(select(Run.worker, func.count()).where(Run.now > town.start.since).group_by(Run.worker))
        counted = dict(ticks.all())
    assert counted == dict.fromkeys(("worker-0", "worker-1", "worker-2"), 18 * 60)


def test_a_clock_that_stood_still_opens_the_same_levels_later(town: Town) -> None:
    ran = town.lived("quiet", silent=(WITHIN,))
    stood = town.lived("stood", silent=(WITHIN,), stopped=GAP)

    assert steps(stood) == steps(ran)
    late = [one for one in stood.story().called if one.at in WITHIN]
    assert late
    assert {one.opened_from for one in late} | {one.opened_until for one in late} == {WITHIN.stop}
    assert all(one.was_late for one in late if one.at < WITHIN.stop - MINUTE)
    assert [one.at for one in late] == sorted(one.at for one in late)
    by_ledger = levels_in_ledger_order(stood, since=WITHIN.start, until=WITHIN.stop)
    assert all(levels == sorted(levels) for levels in by_ledger.values())
    assert any(len(levels) > 1 for levels in by_ledger.values())


def test_lateness_in_a_gap_is_counted_from_when_it_happened(town: Town) -> None:
    """One report is said to have been sent at 15:50, the other at 16:10, both typed in at 16:45 after the clock stood still."""
    lived = town.lived(
        "typed", silent=(range(WITHIN.start, town.start.until),), stopped=range(GAP.start, town.start.until + 1, MINUTE)
    )
    director = replace(town.start.director, store=lived.store, clock=FixedClock(0))
    waiting = [task for task in director.tasks("daily-report") if task.occurrence == DAY and task.state == "assigned"]
    assert len(waiting) == 2
    director.go_to(f"{DAY} 16:45")
    sent = dict(zip(("15:50", "16:10"), waiting, strict=True))
    timing = {}
    for clock, task in sent.items():

        def send(book, context, actor, task=task, clock=clock):  # type: ignore[no-untyped-def]
            moved = move_task(
                book, context, task.id, "submit", actor=actor, state_version=None, happened_at=at(f"{DAY} {clock}")
            )
            return {"timing": moved.timing}

        timing[clock] = director.command(f"team-leader-{task.scope.lower()}", send)["timing"]

    assert timing == {"15:50": "on_time", "16:10": "supplement"}
    with lived.store.read() as session:
        e = Escalation
        rows = session.execute(
            select(e.subject_id, e.rule_id, e.level, e.due_at, e.opened_at, e.is_open, e.closed_because).where(
                e.subject_id.in_([task.id for task in waiting]), e.due_at >= WITHIN.start
            )
        ).all()
    recorded = at(f"{DAY} 16:45")
    found = {(row.subject_id, row.rule_id): row for row in rows}
    for task in waiting:
        late = found[task.id, "daily-report-missing"]
        assert (late.level, late.due_at, late.opened_at) == (2, at(f"{DAY} 16:00"), recorded)
    assert {(row.is_open, row.closed_because) for row in rows} == {(False, "resolved")}


def differences(found: dict[str, set[Row]], wanted: dict[str, set[Row]]) -> dict[str, set[tuple[str, object]]]:
    """What two databases do not have in common: by table, the columns with their values on both sides."""
    told = {}
    for name, rows in wanted.items():
        if rows != found[name]:
            sides = (
                {pair for row in rows - found[name] for pair in row},
                {pair for row in found[name] - rows for pair in row},
            )
            told[name] = sides[0] ^ sides[1]
    return told


def levels_in_ledger_order(lived: Lived, *, since: Instant, until: Instant) -> dict[tuple[str, str], list[int]]:
    """The levels of each episode in the order in which the ledger tells them, those that became due between two instants."""
    with lived.store.read() as session:
        rows = session.execute(
            select(Event.about_id, Event.rule_id, Event.data).where(Event.kind == "escalate").order_by(Event.ledger_no)
        ).all()
    found = defaultdict[tuple[str, str], list[int]](list)
    for row in rows:
        if since <= (row.data or {}).get("due_at", 0) < until:
            found[str(row.about_id), row.rule_id].append(row.data["level"])
    return found


@contextmanager
def workers(many: int = 3) -> Iterator[Callable[[Store], Look]]:
    """Processes of their own, each with its own connections, that all tick at the same instants."""
    context = multiprocessing.get_context("spawn")
    pools = [ProcessPoolExecutor(1, mp_context=context) for _ in range(many)]

    def look(store: Store) -> Look:
        url = store.url.render_as_string(hide_password=False)

        def at_once(now: Instant) -> None:
            for done in [pool.submit(tick_elsewhere, url, now, number) for number, pool in enumerate(pools)]:
                done.result()

        return at_once

    yield look
    for pool in pools:
        pool.shutdown()


_stores: dict[str, Store] = {}


def tick_elsewhere(url: str, now: Instant, number: int) -> None:
    """Tick as another process does."""
    store = _stores.setdefault(url, hasty(url)) if url not in _stores else _stores[url]
    tick(store, FixedClock(now), IdSource(seed=now + number), worker=f"worker-{number}")
