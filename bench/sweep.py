"""A tick of a unit in which one case and one task of a hundred fall due, and ticks that find nothing."""

from pathlib import Path

from bench.by_hand.driver import Driver
from bench.by_hand.sweep import HandSweep
from bench.many_rules import LATER, pack_of_many_rules
from bench.measure import Result, Side, compare, interleave, meter_of
from bench.rows import must_hold_the_same
from bench.world import PACK, ROUNDS_OF_A_GROUP, SMALLEST, SWEEP_AT, Ground, build, copy_of, discard, settle
from rules.time import MINUTE
from workflow.ids import IdSource
from workflow.sweeps.tick import tick_unit
from workflow.tables import Campaign, Case, Escalation, EscalationStep, Event, Run, Task, UnitHead

FIRST, AGAIN, SAME = 1.5, 2.0, 1.5
"""How many times the hand-written sweep ours may take: opening what is due, and finding nothing; and how many times as long finding
nothing may take among many cases as among few."""
TASKS, QUIET, OFTEN = 10_000, 5, 20
_UNLIKE = {
    Campaign: ("plan_seen_for",), Event: ("batch_id", "ledger_no"), Run: ("id", "first_no", "last_no", "lines"),
}  # fmt: skip
"""Columns that hold a fresh id of a transaction, or that follow from how a side cuts the work into transactions."""


def bench_sweep(database: str, folder: Path, size: int) -> list[Result]:
    """Measure both ticks, and the second also in a unit of few cases; SystemExit if the two sides left different rows behind."""
    packs = pack_of_many_rules(PACK, folder)
    few = _ground(database, folder / "few", 4 * SMALLEST, packs)
    ours = _ground(database, folder / "all", size, packs)
    limit = copy_of(ours, "limit")
    try:
        return _measured(ours, limit, few)
    finally:
        for ground in (few, ours, limit):
            discard(ground)


def _ground(database: str, folder: Path, size: int, packs: Path) -> Ground:
    folder.mkdir()
    ground = build(database, folder, size, pack_folder=packs, tasks=TASKS, name=f"sweep_{folder.name}")
    settle(ground)
    return ground


def _measured(ours: Ground, limit: Ground, few: Ground) -> list[Result]:
    ids, hand_ids, due = IdSource(seed=2), IdSource(seed=2), (ours.size + TASKS) // 100
    for ground in (
        ours,
        limit,
        few,
    ):  # what the quarter of an hour itself brings is done before: then only cases fall due
        tick_unit(ground.store, SWEEP_AT, IdSource(seed=3), ground.unit, worker="bench")
    limit.store.dispose()
    driver = Driver(limit.store.url)
    by_hand = HandSweep(driver, limit.unit.id, limit.campaign_id, limit.pack.hash, LATER)
    written: list[int] = []

    def our_tick(number: int, times: int = 1) -> None:
        now = SWEEP_AT + (number + 1) * MINUTE
        written.append(sum(tick_unit(ours.store, now, ids, ours.unit, worker="bench").written for _ in range(times)))

    def hand_tick(number: int, times: int = 1) -> None:
        now = SWEEP_AT + (number + 1) * MINUTE
        written.append(sum(by_hand.run(now, hand_ids.new(now)) for _ in range(times)))

    first = Side(our_tick, meter_of(ours.store)), Side(hand_tick, meter_of(limit.store))
    again = (
        Side(lambda number: our_tick(number, OFTEN), first[0].meter),
        Side(lambda number: hand_tick(number, OFTEN), first[1].meter),
    )
    interleave((*first, *again), rounds=ROUNDS_OF_A_GROUP - 1)
    driver.close()
    if written != [due, due, 0, 0] * ROUNDS_OF_A_GROUP:
        raise SystemExit(f"A sweep opened another number of episodes than {due} and then 0: {written}")
    _agree(ours, limit)
    quiet = [_quiet(ground) for ground in (ours, few)]
    interleave(quiet, rounds=QUIET)
    return [
        compare(f"sweep of {ours.size} cases, {due} due", *first, FIRST),
        compare("ticks after it, nothing due", *again, AGAIN, each=OFTEN, unit="us"),
        compare(f"nothing due among {ours.size} cases, against {few.size}", *quiet, SAME, each=OFTEN, unit="us"),
    ]


def _quiet(ground: Ground) -> Side:
    """Return ticks, some at a time, of a unit in which nothing is due: all that was, has been opened."""
    ids, now = IdSource(seed=4), SWEEP_AT + (ROUNDS_OF_A_GROUP + 1) * MINUTE
    tick_unit(ground.store, now, ids, ground.unit, worker="bench")

    def tick_often(_number: int) -> None:
        for _ in range(OFTEN):
            tick_unit(ground.store, now, ids, ground.unit, worker="bench")

    return Side(tick_often, meter_of(ground.store))


def _agree(ours: Ground, limit: Ground) -> None:
    for model in (Escalation, EscalationStep, Event, Case, Task, Campaign, UnitHead, Run):
        conditions = (Event.kind == "escalate",) if model is Event else ()
        must_hold_the_same(ours.store, limit.store, model, *conditions, without=_UNLIKE.get(model, ()))
