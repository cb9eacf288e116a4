"""Door facts: the one live follow-up is the earliest asked for; attempts and contacts are what the visits say."""

import uuid
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import and_, case, func, or_, select

from rules.findings import Finding
from workflow.figures.replay import alias_of, not_voided
from workflow.gateway.fold import FOLDED, DoorFacts, Told, fold
from workflow.tables import Case, Door, Event
from workflow.verify.scope import Scope

CHUNK = 500
"""Doors folded at a time."""


def check_follow_ups(scope: Scope) -> Iterator[Finding]:
    """Yield each door whose count of open cases, live follow-up or word on who has no time is not what its cases and its own request give."""
    door, person = alias_of(Door), alias_of(Case)
    is_open = and_(person.is_open, person.left_at.is_(None))
    of_one = (
        select(
            person.door_id,
            func.count(case((is_open, 1))).label("open"),
            func.min(case((is_open, person.follow_up_at))).label("earliest"),
        )
        .where(person.unit_id == scope.unit_id)
        .group_by(person.door_id, person.subject_id)
        .subquery()
    )
    asked = (
        select(
            of_one.c.door_id,
            func.sum(of_one.c.open).label("open"),
            func.min(of_one.c.earliest).label("earliest"),
            func.count(case((and_(of_one.c.open > 0, of_one.c.earliest.is_(None)), 1))).label("untimed"),
        )
        .group_by(of_one.c.door_id)
        .subquery()
    )
    count, earliest, own = func.coalesce(asked.c.open, 0), asked.c.earliest, door.own_follow_up_at
    from_case = and_(earliest.is_not(None), or_(own.is_(None), earliest < own))
    whose = (
        select(person.id)
        .where(person.unit_id == scope.unit_id, person.id == door.follow_up_case_id, person.door_id == door.id, is_open)
        .where(person.follow_up_at == door.follow_up_at)
        .exists()
    )
    live = case((from_case, earliest), else_=own)
    wrong = or_(
        door.open_cases != count,
        door.someone_untimed != (func.coalesce(asked.c.untimed, 0) > 0),
        door.follow_up_at.is_distinct_from(live),
        and_(from_case, ~whose),
        and_(~from_case, door.follow_up_case_id.is_not(None)),
        and_(count == 0, own.is_not(None)),
    )
    statement = (
        select(door.id, door.open_cases, count.label("open"))
        .select_from(door.id.table.outerjoin(asked, asked.c.door_id == door.id))
        .where(door.unit_id == scope.unit_id, wrong)
    )
    for row in scope.rows(statement):
        message = f"Hộ ghi {row.open_cases} người còn việc (thực có {row.open}), lịch hẹn không phải lịch sớm nhất của hộ, hoặc ghi sai còn ai chưa hẹn."
        yield scope.wrong("D-follow-up", f"hộ {row.id.hex}", message, door=row.id, open=int(row.open))
    yield from _asked_by_finished(scope)


def _asked_by_finished(scope: Scope) -> Iterator[Finding]:
    person = alias_of(Case)
    finished = select(person.id).where(
        person.unit_id == scope.unit_id, person.follow_up_at.is_not(None), ~person.is_open
    )
    for row in scope.rows(finished):
        message = "Hồ sơ đã hết việc mà vẫn còn lịch hẹn; có thể có người quay lại nhầm."
        yield scope.wrong("D-follow-up", f"hồ sơ {row.id.hex}", message, case=row.id)


def check_contacts(scope: Scope) -> Iterator[Finding]:
    """Yield each door, and each case, whose attempts or last contact differ from what the visits in force say."""
    door = alias_of(Door)
    after: uuid.UUID | None = None
    while True:
        page = select(door.id, door.attempts, door.last_contact).where(door.unit_id == scope.unit_id)
        if after is not None:
            page = page.where(door.id > after)
        rows = scope.session.execute(page.order_by(door.id).limit(CHUNK)).all()
        if rows:
            yield from _compare(scope, rows)
        if len(rows) < CHUNK:
            return
        after = rows[-1].id


def _compare(scope: Scope, doors: Any) -> Iterator[Finding]:
    told = _told(scope, [row.id for row in doors])
    for row in doors:
        facts = told.get(row.id, DoorFacts())
        if (row.attempts, row.last_contact) != (facts.attempts, facts.last_contact):
            message = f"Hộ ghi {row.attempts} lần không gặp, các lần thăm trong sổ cho {facts.attempts} (hoặc lần gặp cuối khác)."
            yield scope.wrong(
                "D-contact", f"hộ {row.id.hex}", message, door=row.id, attempts=row.attempts, visits=facts.attempts
            )
    person = alias_of(Case)
    cases = scope.session.execute(
        select(person.id, person.door_id, person.attempts, person.last_contact).where(
            person.unit_id == scope.unit_id, person.door_id.in_([row.id for row in doors])
        )
    )
    for row in cases:
        facts = told.get(row.door_id, DoorFacts())
        own = facts.case(row.id).attempts
        late = row.last_contact is not None and row.last_contact > (facts.last_contact or 0)
        if late or not 0 <= row.attempts <= facts.attempts + own:
            message = f"Hồ sơ ghi {row.attempts} lần không gặp, nhiều hơn các lần thăm trong sổ, hoặc lần gặp cuối không có thật."
            yield scope.wrong("D-contact", f"hồ sơ {row.id.hex}", message, case=row.id, attempts=row.attempts)


def _told(scope: Scope, doors: list[uuid.UUID]) -> dict[uuid.UUID, DoorFacts]:
    event = alias_of(Event)
    rows = scope.session.execute(
        select(event.door_id, event.ledger_no, event.kind, event.case_id, event.data)
        .where(
            event.unit_id == scope.unit_id, event.door_id.in_(doors), event.kind.in_(FOLDED), event.data.is_not(None)
        )
        .where(not_voided(event, scope.head.ledger_no))
        .order_by(event.door_id, event.ledger_no)
    )
    return {door_id: _folded(group) for door_id, group in groupby(rows, key=lambda row: row.door_id)}


def _folded(events: Iterator[Any]) -> DoorFacts:
    """Return what a door's events amount to; impossible facts (which then differ) where what they tell was damaged."""
    try:
        return fold(Told(row.ledger_no, row.kind, row.case_id, row.data) for row in events)
    except (KeyError, TypeError, ValueError, AttributeError):
        return DoorFacts(attempts=-1)
