"""Many writers of one unit: numbers without gaps, no lost update."""

import multiprocessing
import threading
from itertools import pairwise
from typing import Any

import pytest

from tests.workflow.world import World
from workflow.actions.command import Sender, run_command
from workflow.actions.record_visit import Finding, VisitReport, record_visit
from workflow.clock import FixedClock
from workflow.ids import IdSource
from workflow.queries.campaigns import campaign_by_id
from workflow.store import Store
from workflow.tables import Event, UnitHead

ROUNDS = 6


def write_visits(url: str, place: dict[str, Any], worker: int, door: Any, case: Any) -> None:
    """Record several visits as one worker, each a command with a key of its own."""
    store, ids = Store(url), IdSource(seed=1000 + worker)
    for number in range(ROUNDS):
        report = VisitReport(door, place["now"], (Finding("not_met", case),))
        sender = Sender(place["unit"], place["account"], f"w{worker}-{number}")

        def work(book: Any, actor: Any, report: VisitReport = report) -> dict[str, Any]:
            return record_visit(book, campaign_by_id(book.session, place["unit"], place["campaign"]), actor, report)

        run_command(store, FixedClock(place["now"]), ids, sender, {"n": number}, work)
    store.dispose()


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_numbers_have_no_gaps_and_no_visit_is_lost(world: World, kind: str) -> None:
    door, cases = world.household(["Nguyễn Văn Một", "Nguyễn Thị Hai"])
    now = world.go_to("2025-05-16 09:00")
    place = {"now": now, "unit": world.unit_id, "campaign": world.campaign_id, "account": world.account("an")}
    url = world.store.url.render_as_string(hide_password=False)
    context = multiprocessing.get_context("spawn")
    workers: list[Any] = [
        (threading.Thread if kind == "threads" else context.Process)(
            target=write_visits, args=(url, place, n, door, cases[n % 2])
        )
        for n in range(8 if kind == "threads" else 2)
    ]

    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    visits = ROUNDS * len(workers)
    events = world.events()
    assert len([event for event in events if event.kind == "visit"]) == visits
    assert [event.ledger_no for event in events] == list(range(1, len(events) + 1))
    assert world.rows(UnitHead)[0].ledger_no == len(events)
    assert sum(world.case(case).attempts for case in cases) == visits
    assert world.door(door).version == visits + 2
    assert all(a.recorded_at <= b.recorded_at for a, b in pairwise(events))
    assert len({event.about_id for event in world.events(Event.kind == "visit")}) == visits
