"""Entering as sets, the places: households, their doors, which team each door starts with, how many open cases it has."""

from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Subquery, and_, func, literal, or_, select, true, update

from rules.time import Instant
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.statements import insert_missing, natural_id
from workflow.tables import Assignment, Door, Event, RosterRow, Subject, TeamArea, table_of

ENTERING: Final = ("created", "updated")
"""Judgements whose subjects may enter: new ones, and known ones that have come to belong to a track."""
ADDRESS: Final = ("lane", "house_no", "household_key", "place_sort")

_rows, _subjects, _doors = table_of(RosterRow), table_of(Subject), table_of(Door)
_events, _works, _given = table_of(Event), table_of(TeamArea), table_of(Assignment)


def _first_rows(*conditions: ColumnElement[bool]) -> Subquery:
    """Return the first row of each household among the rows that `conditions` select."""
    place = func.row_number().over(partition_by=_rows.c.household_id, order_by=_rows.c.row_no)
    told = ("unit_id", "household_id", "door_id", "area_id", *ADDRESS)
    ranked = select(*(_rows.c[name] for name in told), place.label("place")).where(*conditions).subquery()
    return select(ranked).where(ranked.c.place == 1).subquery()


def insert_households(book: Book, mine: ColumnElement[bool]) -> int:
    first = _first_rows(mine, _rows.c.judgement.in_(ENTERING))
    values: dict[str, Any] = {
        "unit_id": first.c.unit_id,
        "id": first.c.household_id,
        "kind": literal("household"),
        "area_id": first.c.area_id,
        **{name: first.c[name] for name in ADDRESS},
        "unnamed": literal(False),
        "value_version": literal(1, BigInteger),
        "created_at": literal(book.now, BigInteger),
    }
    return insert_missing(book.session, _subjects, list(values), select(*values.values()).where(true()))


def insert_doors(book: Book, context: CampaignContext, mine: ColumnElement[bool]) -> int:
    first = _first_rows(mine, _rows.c.judgement.in_(ENTERING), _rows.c.entry_state != "")
    team = and_(_works.c.unit_id == first.c.unit_id, _works.c.area_id == first.c.area_id, _works.c.to_at.is_(None))
    zero, one = literal(0, BigInteger), literal(1, BigInteger)
    values: dict[str, Any] = {
        "unit_id": first.c.unit_id,
        "id": first.c.door_id,
        "campaign_id": literal(context.id, _doors.c.id.type),
        "household_id": first.c.household_id,
        "area_id": first.c.area_id,
        "team_id": _works.c.team_id,
        "place_sort": func.coalesce(first.c.place_sort, ""),
        "open_cases": zero,
        "someone_untimed": literal(False),
        "attempts": zero,
        "priority": zero,
        "version": one,
        "state_version": one,
        "created_at": literal(book.now, BigInteger),
    }
    rows = select(*values.values()).select_from(first.outerjoin(_works, team)).where(true())
    return insert_missing(book.session, _doors, list(values), rows)


def insert_assignments(book: Book, context: CampaignContext, first_no: int, happened_at: Instant) -> None:
    """Record which team each new door starts with. At most one assignment of a door is open, so a door has it once."""
    values: dict[str, Any] = {
        "unit_id": _doors.c.unit_id,
        "id": natural_id("assignment", _doors.c.id, str(first_no)),
        "door_id": _doors.c.id,
        "team_id": _doors.c.team_id,
        "from_at": literal(happened_at, BigInteger),
        "from_no": literal(first_no, BigInteger),
    }
    rows = select(*values.values()).where(
        _doors.c.unit_id == book.unit_id,
        _doors.c.campaign_id == context.id,
        _doors.c.created_at == book.now,
        _doors.c.team_id.is_not(None),
    )
    insert_missing(book.session, _given, list(values), rows)


def count_open(book: Book, context: CampaignContext, numbers: tuple[int, int]) -> None:
    """Add the cases that the events just written opened to the count of their doors; who is new asked for no time yet."""
    is_open = or_(
        *(
            and_(_events.c.track == track.id, _events.c.state.in_(track.open_states))
            for track in context.pack.tracks.values()
        )
    )
    opened = (
        select(_events.c.door_id, func.count().label("n"))
        .where(written(book, numbers), _events.c.kind == "enter", is_open)
        .group_by(_events.c.door_id)
        .subquery()
    )
    book.session.execute(
        update(_doors)
        .where(_doors.c.unit_id == book.unit_id, _doors.c.id == opened.c.door_id)
        .values(
            open_cases=_doors.c.open_cases + opened.c.n, someone_untimed=literal(True), version=_doors.c.version + 1
        )
    )


def doors_without_team(book: Book, mine: ColumnElement[bool]) -> int:
    theirs = select(_rows.c.door_id).where(mine, _rows.c.judgement.in_(ENTERING))
    statement = select(func.count()).where(
        _doors.c.unit_id == book.unit_id, _doors.c.team_id.is_(None), _doors.c.id.in_(theirs)
    )
    return book.session.scalar(statement) or 0


def written(book: Book, numbers: tuple[int, int]) -> ColumnElement[bool]:
    """Return the condition for the events whose numbers lie after the first and up to the second."""
    return and_(_events.c.unit_id == book.unit_id, _events.c.ledger_no > numbers[0], _events.c.ledger_no <= numbers[1])
