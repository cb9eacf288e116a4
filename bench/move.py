"""The tap that happens most: one person of a door activates the account; event, roll-up and follow-up with it."""

import uuid

from bench.by_hand.driver import Driver
from bench.by_hand.move import HandVisit
from bench.measure import Result, Side, compare, interleave, meter_of
from bench.rows import must_hold_the_same
from bench.world import (
    CASE,
    DOOR,
    LOADED_AT,
    PEOPLE_OF_A_DOOR,
    VISIT_AT,
    Ground,
    area_of,
    copy_of,
    discard,
    id_at,
    is_waiting,
)
from rules.time import SECOND
from workflow.access import Actor
from workflow.actions.command import Sender, run_command
from workflow.actions.record_visit import Finding, VisitReport, record_visit
from workflow.clock import FixedClock
from workflow.ids import IdSource
from workflow.ledger.book import Book
from workflow.queries.campaigns import campaign_by_id
from workflow.tables import Case, Command, Door, Event, Rollup, UnitHead, Visit, VisitOutcome

ALLOWED = 3.0
"""How many times the processor time of the hand-written transaction ours may take."""
ROUNDS, WARM_UP = 7, 1


def bench_move(ground: Ground) -> list[Result]:
    """Measure visits; SystemExit if the two sides left different rows behind."""
    ours, limit = copy_of(ground, "ours"), copy_of(ground, "limit")
    try:
        return [_measured(ours, limit)]
    finally:
        discard(ours)
        discard(limit)


def _measured(ours: Ground, limit: Ground) -> Result:
    doors = [n for n in range(ours.size // PEOPLE_OF_A_DOOR) if area_of(n) == 0 and is_waiting(n)]
    each = min(len(doors) // (ROUNDS + WARM_UP), 60)
    driver, clock = Driver(limit.store.url), FixedClock(VISIT_AT)
    by_hand = HandVisit(driver, limit.unit.id, limit.campaign_id, limit.account_id, IdSource(seed=5))
    ids = IdSource(seed=5)

    def our_visits(number: int) -> None:
        for door in doors[number * each : (number + 1) * each]:
            _our_visit(ours, clock, ids, door)

    def hand_visits(number: int) -> None:
        for door in doors[number * each : (number + 1) * each]:
            case_id, happened_at = id_at(CASE, door * PEOPLE_OF_A_DOOR), _happened_at(door)
            request = _request(id_at(DOOR, door), case_id, happened_at)
            by_hand.run(clock.now(), happened_at, id_at(DOOR, door), case_id, 1, f"visit-{door}", request)

    sides = Side(our_visits, meter_of(ours.store)), Side(hand_visits, meter_of(limit.store))
    interleave(sides, ROUNDS, warm_up=WARM_UP)
    driver.close()
    for model in (Visit, VisitOutcome, Event, Case, Door, Rollup, Command, UnitHead):
        conditions = (Event.recorded_at > LOADED_AT,) if model is Event else ()
        without = ("answer",) if model is Command else ()  # what the person reads may be worded anew
        must_hold_the_same(ours.store, limit.store, model, *conditions, without=without)
    return compare("a visit: move, event, roll-up, follow-up", *sides, ALLOWED, each=each)


def _our_visit(ground: Ground, clock: FixedClock, ids: IdSource, door: int) -> None:
    door_id, case_id, happened_at = id_at(DOOR, door), id_at(CASE, door * PEOPLE_OF_A_DOOR), _happened_at(door)
    report = VisitReport(door_id, happened_at, (Finding("activated_now", case_id, 1),))

    def work(book: Book, actor: Actor) -> dict[str, object]:
        context = campaign_by_id(book.session, ground.unit.id, ground.campaign_id)
        book.pack_hash = context.pack.hash
        return record_visit(book, context, actor, report)

    sender = Sender(ground.unit.id, ground.account_id, f"visit-{door}")
    run_command(ground.store, clock, ids, sender, _request(door_id, case_id, happened_at), work)


def _request(door_id: uuid.UUID, case_id: uuid.UUID, happened_at: int) -> dict[str, object]:
    return {
        "door": door_id,
        "happened_at": happened_at,
        "findings": [{"case": case_id, "outcome": "activated_now", "version": 1}],
    }


def _happened_at(door: int) -> int:
    return VISIT_AT - (door % 600 + 1) * SECOND
