"""A tick of a unit in which one case of a hundred falls due, and the same tick again, which finds nothing."""

from bench.by_hand.driver import Driver
from bench.by_hand.sweep import HandSweep
from bench.measure import Result, Side, compare, interleave, meter_of
from bench.rows import must_hold_the_same
from bench.world import ROUNDS_OF_A_GROUP, SWEEP_AT, Ground, copy_of, discard
from rules.time import MINUTE
from workflow.ids import IdSource
from workflow.sweeps.tick import tick_unit
from workflow.tables import Campaign, Case, Escalation, EscalationStep, Event, Run, UnitHead

FIRST, AGAIN = 2.0, 3.0
"""How many times the hand-written sweep ours may take: opening what is due, and finding nothing."""
_UNLIKE = {Event: ("batch_id", "ledger_no"), Run: ("id", "first_no", "last_no", "lines")}
"""Columns that hold a fresh id of a transaction, or that follow from how a side cuts the work into transactions."""


def bench_sweep(ground: Ground) -> list[Result]:
    """Measure both ticks; SystemExit if the two sides left different rows behind."""
    ours, limit = copy_of(ground, "ours"), copy_of(ground, "limit")
    try:
        return _measured(ours, limit)
    finally:
        discard(ours)
        discard(limit)


def _measured(ours: Ground, limit: Ground) -> list[Result]:
    ids, hand_ids, due = IdSource(seed=2), IdSource(seed=2), ours.size // 100
    for ground in (ours, limit):  # what the quarter of an hour itself brings is done before: then only cases fall due
        tick_unit(ground.store, SWEEP_AT, IdSource(seed=3), ground.unit, worker="bench")
    limit.store.dispose()
    driver = Driver(limit.store.url)
    by_hand = HandSweep(driver, limit.unit.id, limit.campaign_id, limit.pack.hash)
    written: list[int] = []

    def our_tick(number: int) -> None:
        now = SWEEP_AT + (number + 1) * MINUTE
        written.append(tick_unit(ours.store, now, ids, ours.unit, worker="bench").written)

    def hand_tick(number: int) -> None:
        now = SWEEP_AT + (number + 1) * MINUTE
        written.append(by_hand.run(now, hand_ids.new(now)))

    first = Side(our_tick, meter_of(ours.store)), Side(hand_tick, meter_of(limit.store))
    again = Side(our_tick, first[0].meter), Side(hand_tick, first[1].meter)
    interleave((*first, *again), rounds=ROUNDS_OF_A_GROUP - 1)
    driver.close()
    if written != [due, due, 0, 0] * ROUNDS_OF_A_GROUP:
        raise SystemExit(f"A sweep opened another number of episodes than {due} and then 0: {written}")
    _agree(ours, limit)
    return [
        compare(f"sweep of {ours.size} cases, {due} due", *first, FIRST),
        compare("the same sweep again, nothing due", *again, AGAIN),
    ]


def _agree(ours: Ground, limit: Ground) -> None:
    for model in (Escalation, EscalationStep, Event, Case, Campaign, UnitHead, Run):
        conditions = (Event.kind == "escalate",) if model is Event else ()
        must_hold_the_same(ours.store, limit.store, model, *conditions, without=_UNLIKE.get(model, ()))
