"""I6: every kept close is counted anew from the ledger, and whatever was changed besides is found."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from tests.workflow.closing.story import Days
from tests.workflow.world import World
from workflow.actions.record_visit import Finding
from workflow.closing.frozen import read_frozen
from workflow.tables import Close, CloseReopening, Event, PhonedCount, table_of
from workflow.verify.closes import check_closes
from workflow.verify.records import check_records
from workflow.verify.scope import Scope, StoredPacks

DAY = "2025-05-16"


class TakenBack(Exception):
    """Ends a transaction that must leave nothing behind."""


CLOSES, EVENTS = table_of(Close), table_of(Event)


@pytest.fixture
def closed(world: World) -> Days:
    """A day that was closed without team 2, then opened again by two and closed with it; a number by telephone beside it."""
    world.one, people = world.household([("Nguyễn Văn Một", "activated"), ("Nguyễn Văn Hai", "activated")], area="A1")
    world.two, others = world.household([("Lê Văn Bốn", "activated")], area="A2")
    days = Days(world)
    days.at("2025-05-15 15:59")
    days.close("2025-05-15", without=["T1", "T2"])
    days.at("2025-05-16 09:00")
    world.visit("an", world.one, Finding("took_part", people[0]))
    days.at("2025-05-16 15:00")
    days.move("an", DAY, "T1", "submit")
    days.phone(DAY, "T2", 1, "dung")
    days.at("2025-05-16 15:58")
    days.close(DAY, without=["T2"])
    days.at("2025-05-16 16:20")
    world.visit("dung", world.two, Finding("took_part", others[0]), happened="2025-05-16 15:10")
    days.ask("hai", DAY)
    days.answer("khanh", DAY)
    days.close(DAY, without=["T2"])
    days.ask("khanh", DAY)
    return days


def forged(session: Session, days: Days, scope: str) -> None:
    """Change a number within the bytes, and everything in the table that vouches for them."""
    row = session.execute(
        select(CLOSES)
        .where(CLOSES.c.unit_id == days.world.unit_id, CLOSES.c.scope == scope)
        .order_by(CLOSES.c.ledger_no.desc())
    ).first()
    frozen = read_frozen(bytes(row.figures))
    told = replace(frozen, figures={**frozen.figures, "took_part": 99}).to_bytes()
    session.execute(
        update(CLOSES).where(CLOSES.c.id == row.id).values(figures=told, sha256=hashlib.sha256(told).hexdigest())
    )


def set_close(which: str, **values: object) -> Callable[[Session, Days], None]:
    """Change columns of some closes of the day."""
    return lambda session, days: session.execute(
        update(CLOSES)
        .where(CLOSES.c.unit_id == days.world.unit_id, CLOSES.c.period == DAY, text(which))
        .values(**values)
    )


def set_other(model: type, **values: object) -> Callable[[Session, Days], None]:
    """Change columns of another table of the unit."""
    table = table_of(model)
    return lambda session, days: session.execute(
        update(table).where(table.c.unit_id == days.world.unit_id).values(**values)
    )


def moved_later(session: Session, days: Days) -> None:
    """Pretend that the first visit's move happened the day after: the ledger then says something else at every number."""
    session.execute(
        update(EVENTS)
        .where(EVENTS.c.unit_id == days.world.unit_id, EVENTS.c.kind == "move", EVENTS.c.state == "submitted")
        .values(state="declined")
    )


def lost(session: Session, days: Days) -> None:
    session.execute(CLOSES.delete().where(CLOSES.c.unit_id == days.world.unit_id, CLOSES.c.scope == "T1"))


def alone(session: Session, days: Days) -> None:
    """Add a revision nobody asked for."""
    row = session.execute(
        select(CLOSES)
        .where(CLOSES.c.unit_id == days.world.unit_id, CLOSES.c.scope == "unit")
        .order_by(CLOSES.c.ledger_no.desc())
    ).first()
    session.execute(insert(CLOSES), [{**row._mapping, "id": days.world.ids.new(row.closed_at), "revision": 5}])


TAMPERS: dict[str, tuple[Callable[[Session, Days], None], str]] = {
    "bytes": (set_close("scope = 'unit'", figures=b"{}"), "số liệu đã chốt bị sửa"),
    "bytes and hash": (lambda s, d: forged(s, d, "unit"), "sổ ghi mã băm"),
    "a team's bytes and hash": (lambda s, d: forged(s, d, "T1"), "sổ ghi mã băm"),
    "the ledger itself": (moved_later, "ra số khác"),
    "number": (set_close("scope = 'unit' AND revision = 1", cut_no=3), "số sổ chốt khác"),
    "instant": (set_close("scope = 'T1'", as_of=1), "mốc trong bản chốt"),
    "standing": (set_close("scope = 'T1'", status="accepted"), "tình trạng khác"),
    "who closed": (set_close("scope = 'T1'", closed_by_id=None), "người chốt"),
    "opened by one": (set_close("revision = 2", reopened_with_id=None), "hai người"),
    "lost": (lost, "không còn"),
    "a revision by nobody": (alone, "sổ không có sự kiện chốt"),
    "why": (set_other(CloseReopening, reason="khác"), "Đề nghị mở lại"),
    "telephone": (set_other(PhonedCount, n=0), "Số báo nhanh"),
}


def test_a_true_ledger_is_proven_and_every_tampering_is_found(closed: Days) -> None:
    world = closed.world
    packs = StoredPacks(None)  # type: ignore[arg-type]

    def found(session: Session) -> list[str]:
        packs.session = session
        scope = Scope(session, world.unit_id, packs)
        return [each.message for check in (check_closes, check_records) for each in check(scope)]

    with world.store.read() as session:
        assert found(session) == []
    missed = {}
    for name, (tamper, says) in TAMPERS.items():
        with suppress(TakenBack), world.store.write() as session:
            tamper(session, closed)
            told = found(session)
            if not any(says in each for each in told):
                missed[name] = told
            raise TakenBack
    assert not missed
    with world.store.read() as session:
        assert found(session) == []
