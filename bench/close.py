"""Closing the day of 300 teams: what `close_period` does, against the same statements and sums written by hand."""

from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from bench.by_hand.close import HandClose
from bench.by_hand.driver import Driver
from bench.closing_day import BEFORE, DAY, NOW, TEAMS, Evening, evening
from bench.measure import Result, Side, compare, interleave, meter_of
from workflow.access import actor_by_login
from workflow.actions.close_period import close_period
from workflow.closing.frozen import Frozen, read_frozen
from workflow.ids import IdSource
from workflow.ledger.book import open_book
from workflow.queries.campaigns import campaign_by_id
from workflow.tables import Close, table_of

ALLOWED = 2.0
"""How many times the hand-written close ours may take."""
ROUNDS = 7


class _TakenBack(Exception):
    """Ends a round without leaving anything behind."""


def bench_close(kind: str, folder: Path, size: int, *, rounds: int = ROUNDS) -> list[Result]:
    """Measure a close; SystemExit if the two sides count differently."""
    ground = evening(kind, folder, size)
    if kind == "postgresql":
        engine = create_engine(ground.store.writer.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("VACUUM ANALYZE"))
        engine.dispose()
    driver = Driver(ground.store.url)
    by_hand = HandClose(driver, ground.unit_id, ground.campaign_id)
    made: list[Any] = [None, None]

    def ours(_number: int) -> None:
        made[0] = _close(ground)

    def hand(_number: int) -> None:
        made[1] = by_hand.run(DAY, BEFORE, NOW)

    ours(0)
    sides = Side(ours, meter_of(ground.store)), Side(hand, meter_of(ground.store))
    interleave(sides, rounds)
    driver.close()
    ground.store.dispose()
    _must_agree(*made)
    return [compare(f"close of {TEAMS} teams, {size} people", *sides, ALLOWED)]


def _close(ground: Evening) -> bytes:
    """Close the day in a transaction that is taken back again, and return the bytes."""
    found: list[bytes] = []
    try:
        with ground.store.write() as session:
            found.append(_closed(session, ground))
            raise _TakenBack
    except _TakenBack:
        return found[0]


def _closed(session: Session, ground: Evening) -> bytes:
    book = open_book(session, ground.unit_id, NOW, ids=IdSource(seed=3))
    actor = actor_by_login(session, ground.unit_id, "hai", now=NOW)
    book.actor_id = actor.membership_id
    context = campaign_by_id(session, ground.unit_id, ground.campaign_id)
    closed = close_period(book, context, DAY, actor=actor, without=[f"T{n}" for n in range(TEAMS)])
    book.close()
    closes = table_of(Close)
    statement = (
        closes.select()
        .with_only_columns(closes.c.figures)
        .where(closes.c.unit_id == ground.unit_id, closes.c.id == closed.id)
    )
    return bytes(session.execute(statement).scalar_one())


def _must_agree(ours: bytes, by_hand: dict[str, Any]) -> None:
    frozen: Frozen = read_frozen(ours)
    mine = {
        "figures": {name: frozen.figures[name] for name in by_hand["figures"]},
        "teams": {row.code: list(row.columns.values()) for row in frozen.teams},
        "areas": {row.code: list(row.columns.values()) for row in frozen.areas},
        "during": {name: n for name, n in frozen.during.items() if name in by_hand["figures"]},
        "late": {
            late.team: {name: n for name, n in late.change.items() if name in by_hand["figures"]}
            for late in frozen.late
        },
        "entries": {late.team: late.entries for late in frozen.late if late.team},
        "heard": {one.code: one.last_synced_at for one in frozen.senders},
    }
    theirs = {
        **{name: by_hand[name] for name in ("figures", "teams", "areas")},
        "during": {name: n for name, n in by_hand["during"].items() if n},
        "late": {
            team: {name: n for name, n in told.items() if n and (not team or name in _TOLD)}
            for team, told in by_hand["late"].items()
        },
        "entries": {code: heard[2] for code, _, _, heard in by_hand["senders"] if heard[2]},
        "heard": {code: heard[0] for code, _, _, heard in by_hand["senders"]},
    }
    for name, value in mine.items():
        if value != theirs[name]:
            raise SystemExit(
                f"The close and the one by hand differ in {name}: {str(value)[:300]} and {str(theirs[name])[:300]}"
            )


_TOLD = ("listed", "took_part", "not_consulted", "not_met_or_ended")
"""Figures of the main sum: what is told of a team."""
