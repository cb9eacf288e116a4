"""Entering as sets: the rows of a judged list become subjects, doors, cases and their `enter` events.

A row says in `entry_state` which tracks its subject enters and where (its profile: `path:activated health_insurance:not_linked`).
That is decided once, in Python, while rows are staged. Here the database does the rest: a handful of statements a track, however
long the list is. `enter_one` does the same for somebody added by hand; a test holds the two against each other.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Select,
    Table,
    Text,
    and_,
    case,
    exists,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
    update,
)

from rules.time import Instant
from workflow.days import local_day
from workflow.gateway.doors import settle_follow_ups
from workflow.gateway.enter_homes import (
    ADDRESS,
    ENTERING,
    count_open,
    doors_without_team,
    insert_assignments,
    insert_doors,
    insert_households,
    written,
)
from workflow.gateway.held_again import open_again
from workflow.gateway.kinds import CASE, CASE_COLUMNS
from workflow.gateway.personal import VALUE_COLUMNS
from workflow.gateway.pointers import rearmed_sql
from workflow.gateway.start import Start, entering_instant, profile_of, start_of, states_of
from workflow.gateway.statistics import refresh_statistics
from workflow.ledger.book import ROLLUP_KEY, Book
from workflow.queries.campaigns import CampaignContext
from workflow.statements import json_of, natural_id, upsert_sum_select
from workflow.tables import NOBODY, Assignment, Case, Door, Event, Rollup, RosterRow, Subject, TeamArea, table_of
from workflow.tables.ledger import CASE_KINDS

_rows, _subjects, _doors, _cases = table_of(RosterRow), table_of(Subject), table_of(Door), table_of(Case)
_events, _works, _given, _rollups = table_of(Event), table_of(TeamArea), table_of(Assignment), table_of(Rollup)
_voids = _events.alias("voids")


@dataclass
class Entered:
    """What came of it: subjects and doors that are new, cases by track, doors whose area has no team."""

    subjects: int = 0
    doors: int = 0
    doors_without_team: int = 0
    cases: dict[str, int] = field(default_factory=dict)


def enter_rows(
    book: Book, context: CampaignContext, file_id: uuid.UUID, *, kind: str, happened_at: Instant, cause: str = "roster"
) -> Entered:
    """Enter what the judged rows of `file_id` call for; `kind` is the kind of subject that the list is about.

    New subjects and their households are inserted, doors opened with the team that works the area, and a case opened on each
    track of a row's profile where its subject has none. `book.batch_id` marks the events.
    """
    entered = Entered()
    mine = and_(_rows.c.unit_id == book.unit_id, _rows.c.file_id == file_id)
    before, asks = book.last_no, False
    if kind == "person":
        insert_households(book, mine)
    entered.subjects = _insert_subjects(book, mine, kind)
    entered.doors = insert_doors(book, context, mine)
    for track_id, states in _profiles(book, mine).items():
        starts = {
            state: start_of(context, context.pack.tracks[track_id], state, happened_at=happened_at, now=book.now)
            for state in sorted(set(states.values()))
        }
        asks = asks or any(start.follow_up_at is not None for start in starts.values())
        entered.cases[track_id] = _enter_track(book, context, mine, states, starts, happened_at, cause)
    if book.last_no > before:
        insert_assignments(book, context, before + 1, happened_at)
        count_open(book, context, (before, book.last_no))
        if asks:
            refresh_statistics(book.session, _cases, _doors)
            settle_follow_ups(book, select(_rows.c.door_id).where(mine, _rows.c.judgement.in_(ENTERING)))
    entered.doors_without_team = doors_without_team(book, mine) if entered.doors else 0
    return entered


def _profiles(book: Book, mine: ColumnElement[bool]) -> dict[str, dict[str, str]]:
    """Return the profiles that occur, by track: profile → entry state."""
    statement = select(_rows.c.entry_state).where(mine, _rows.c.judgement.in_(ENTERING)).distinct()
    tracks: dict[str, dict[str, str]] = {}
    for profile in sorted(filter(None, book.session.scalars(statement))):
        for track, state in states_of(profile).items():
            tracks.setdefault(track, {})[profile] = state
    return tracks


def _insert_subjects(book: Book, mine: ColumnElement[bool], kind: str) -> int:
    """Insert new subjects. A person points to the household; any other kind of subject is a household of its own."""
    own_place = {} if kind == "person" else {name: _rows.c[name] for name in ADDRESS}
    values: dict[str, Any] = {
        "unit_id": _rows.c.unit_id,
        "id": _rows.c.subject_id,
        "kind": literal(kind),
        "area_id": _rows.c.area_id,
        **{name: _rows.c[name] for name in VALUE_COLUMNS},
        **own_place,
        "mac": _rows.c.mac,
        "unnamed": literal(False),
        "value_version": literal(1, BigInteger),
        "created_at": literal(book.now, BigInteger),
    }
    if kind == "person":
        values["household_id"] = _rows.c.household_id
    rows = select(*values.values()).where(mine, _rows.c.judgement == "created").order_by(_rows.c.row_no)
    return _inserted(book, _subjects, values, rows)


def _enter_track(
    book: Book,
    context: CampaignContext,
    mine: ColumnElement[bool],
    states: Mapping[str, str],
    starts: Mapping[str, Start],
    happened_at: Instant,
    cause: str,
) -> int:
    """Open the cases of one track: first the events, then the rows and the roll-ups that follow from them."""
    track = next(iter(starts.values())).track
    new = and_(mine, _rows.c.judgement == "created", _rows.c.entry_state.in_(list(states)))
    known = and_(mine, _rows.c.judgement == "updated", _rows.c.entry_state.in_(list(states)))
    own = _own_case(context, track)
    passes = ((new, None), (and_(known, own.c.id.is_(None)), own), (and_(known, _may_return(own)), own))
    count = 0
    for number, (rows, joined) in enumerate(passes):
        entering = _entering(rows, joined)
        n = book.session.scalar(entering.with_only_columns(func.count(), maintain_column_froms=True)) or 0
        if not n:
            continue
        numbers = (book.reserve(n), book.last_no)
        case_id = _case_id(context, track, joined)
        _insert_events(book, context, entering, numbers[0], states, starts, case_id, happened_at, cause, joined)
        if number == len(passes) - 1:
            _return_cases(book, numbers, starts, happened_at)
            open_again(book, context, CASE, select(_events.c.case_id).where(written(book, numbers)))
        else:
            _insert_cases(book, numbers, starts)
        _write_rollups(book, numbers, happened_at)
        count += n
    if count:
        _catch_up(book, context, mine, track)
    return count


def _catch_up(book: Book, context: CampaignContext, mine: ColumnElement[bool], track: str) -> None:
    """Give cases at doors that were visited before what holds for the door: its attempts and last contact."""
    at_door = and_(_doors.c.unit_id == _cases.c.unit_id, _doors.c.id == _cases.c.door_id)
    visited = and_(
        at_door,
        _cases.c.unit_id == book.unit_id,
        _cases.c.track == track,
        _cases.c.last_happened_at == _cases.c.entered_at,
        _doors.c.id.in_(select(_rows.c.door_id).where(mine, _rows.c.judgement.in_(ENTERING))),
        or_(_doors.c.attempts > 0, _doors.c.last_contact.is_not(None)),
        _cases.c.created_at == book.now,
    )
    if book.session.execute(
        select(literal(1)).select_from(_cases.join(_doors, at_door)).where(visited).limit(1)
    ).first():
        behind = {"attempts": _doors.c.attempts, "last_contact": _doors.c.last_contact}
        book.session.execute(update(_cases).where(visited).values(behind))
        now = literal(book.now, BigInteger)
        pointer = rearmed_sql(context.case_rules(track), CASE_COLUMNS, _cases, now=now)
        book.session.execute(update(_cases).where(visited).values(next_action_at=pointer))


def _own_case(context: CampaignContext, track: str) -> Any:
    """Return the cases of this campaign and track, to be joined to rows by subject."""
    return (
        select(_cases.c.unit_id, _cases.c.id, _cases.c.subject_id, _cases.c.left_at, _cases.c.version)
        .where(_cases.c.campaign_id == context.id, _cases.c.track == track)
        .subquery("own")
    )


def nothing_in_force(cases: Any) -> ColumnElement[bool]:
    """Return the condition that a case (its columns `unit_id` and `id`) has no event in force: its entering was undone."""
    voided = exists(
        select(literal(1)).where(_voids.c.unit_id == _events.c.unit_id, _voids.c.voids_no == _events.c.ledger_no)
    )
    return ~exists(
        select(literal(1)).where(
            _events.c.unit_id == cases.unit_id, _events.c.case_id == cases.id, _events.c.kind.in_(CASE_KINDS), ~voided
        )
    )


def _may_return(own: Any) -> ColumnElement[bool]:
    """Whether a case whose entering was undone may be entered again; whoever left by an event stays away."""
    return and_(own.c.left_at.is_not(None), nothing_in_force(own.c))


def _entering(rows: ColumnElement[bool], own: Any | None) -> Select[Any]:
    door = and_(_doors.c.unit_id == _rows.c.unit_id, _doors.c.id == _rows.c.door_id)
    source = _rows.join(_doors, door)
    if own is not None:
        source = source.outerjoin(own, and_(own.c.unit_id == _rows.c.unit_id, own.c.subject_id == _rows.c.subject_id))
    return select(_rows.c.row_no).select_from(source).where(rows)


def _case_id(context: CampaignContext, track: str, own: Any | None) -> ColumnElement[Any]:
    """Return the id of the case: the staged one on the main track, beside it one made from its natural key."""
    if track == context.pack.main_track.id:
        new: ColumnElement[Any] = _rows.c.case_id
    else:
        new = natural_id("case", literal(context.id, _cases.c.id.type), _rows.c.subject_id, track)
    return new if own is None else func.coalesce(own.c.id, new)


def _by_state(column: Any, starts: Mapping[str, Start], value: str, type_: Any) -> ColumnElement[Any]:
    """Return the value of a case's start, by the entry state in `column`."""
    told = {state: getattr(start, value) for state, start in starts.items()}
    if len(set(told.values())) == 1:
        return literal(next(iter(told.values())), type_)
    return case(*((column == state, literal(one, type_)) for state, one in told.items()), else_=null())


def _insert_events(
    book: Book,
    context: CampaignContext,
    entering: Select[Any],
    before: int,
    states: Mapping[str, str],
    starts: Mapping[str, Start],
    case_id: ColumnElement[Any],
    happened_at: Instant,
    cause: str,
    own: Any | None,
) -> None:
    uuid_type, first = _events.c.batch_id.type, next(iter(starts.values()))
    profiles: dict[str, list[str]] = {}
    for profile, state in states.items():
        profiles.setdefault(state, []).append(profile)
    chosen = [(_rows.c.entry_state.in_(names), state) for state, names in profiles.items()]

    def of_row(value: str, type_: Any) -> ColumnElement[Any]:
        told = {state: getattr(starts[state], value) for _, state in chosen}
        if len(set(told.values())) == 1:
            return literal(next(iter(told.values())), type_)
        return case(*((condition, literal(told[state], type_)) for condition, state in chosen), else_=null())

    version: ColumnElement[Any] = literal(1, BigInteger) if own is None else func.coalesce(own.c.version, 0) + 1
    values: dict[str, Any] = {
        "unit_id": _rows.c.unit_id,
        "ledger_no": func.row_number().over(order_by=_rows.c.row_no) + before,
        "kind": literal("enter"),
        "campaign_id": literal(context.id, uuid_type),
        "case_id": case_id,
        "door_id": _doors.c.id,
        "about_id": _rows.c.subject_id,
        "version": version,
        "track": literal(first.track),
        "state": of_row("state", Text()),
        "stage": of_row("stage", Text()),
        "area_id": _doors.c.area_id,
        "team_id": _doors.c.team_id,
        "assignee_id": _doors.c.assignee_id,
        "cause": literal(cause),
        "actor_id": literal(book.actor_id, uuid_type),
        "acting_for_id": literal(book.acting_for_id, uuid_type),
        "pack_hash": literal(context.pack.hash),
        "batch_id": literal(book.batch_id, uuid_type),
        "happened_at": literal(happened_at, BigInteger),
        "recorded_at": literal(book.now, BigInteger),
    }
    if any(start.follow_up_at is not None for start in starts.values()):
        values["data"] = json_of(follow_up_at=of_row("follow_up_at", BigInteger()))
    rows = entering.with_only_columns(*values.values(), maintain_column_froms=True)
    book.session.execute(insert(_events).from_select(list(values), rows))


def _started(starts: Mapping[str, Start]) -> dict[str, ColumnElement[Any]]:
    """Return the columns of a case that follow from the state in which it starts."""
    return {
        name: _by_state(_events.c.state, starts, name, type_)
        for name, type_ in (
            ("is_open", Boolean()),
            ("is_done", Boolean()),
            ("follow_up_at", BigInteger()),
            ("next_action_at", BigInteger()),
        )
    }


def _insert_cases(book: Book, numbers: tuple[int, int], starts: Mapping[str, Start]) -> None:
    """Insert the cases that the events just written speak of."""
    one = literal(1, BigInteger)
    values: dict[str, Any] = {
        "unit_id": _events.c.unit_id,
        "id": _events.c.case_id,
        "subject_id": _events.c.about_id,
        **{
            name: _events.c[name]
            for name in ("campaign_id", "track", "door_id", "state", "stage", "area_id", "team_id", "assignee_id")
        },
        "unnamed": literal(False),
        "entered_at": _events.c.happened_at,
        "last_happened_at": _events.c.happened_at,
        "attempts": literal(0, BigInteger),
        "version": one,
        "state_version": one,
        "created_at": _events.c.recorded_at,
        **_started(starts),
    }
    rows = select(*values.values()).where(written(book, numbers)).order_by(_events.c.ledger_no)
    book.session.execute(insert(_cases).from_select(list(values), rows))


def _return_cases(book: Book, numbers: tuple[int, int], starts: Mapping[str, Start], happened_at: Instant) -> None:
    """Start cases again whose first entering was undone."""
    same = ("door_id", "state", "stage", "area_id", "team_id", "assignee_id", "version")
    book.session.execute(
        update(_cases)
        .where(written(book, numbers), _cases.c.unit_id == _events.c.unit_id, _cases.c.id == _events.c.case_id)
        .values(
            {name: _events.c[name] for name in same}
            | _started(starts)
            | {
                "left_at": None, "exit_class": None, "last_contact": None, "attempts": 0, "unnamed": False,
                "entered_at": happened_at, "last_happened_at": happened_at, "state_version": _cases.c.state_version + 1,
            }
        )
    )  # fmt: skip


def _write_rollups(book: Book, numbers: tuple[int, int], happened_at: Instant) -> None:
    cells = (
        select(
            _events.c.unit_id, _events.c.campaign_id, _events.c.track, _events.c.area_id,
            func.coalesce(_events.c.team_id, literal(NOBODY, _rollups.c.team_id.type)).label("team_id"),
            _events.c.state, _events.c.stage, func.count().label("n"),
        )
        .where(written(book, numbers))
        .group_by(
            _events.c.unit_id, _events.c.campaign_id, _events.c.track, _events.c.area_id, _events.c.team_id,
            _events.c.state, _events.c.stage,
        )
        .cte("cells")
    )  # fmt: skip
    parts = []
    for basis, instant in (("r", book.now), ("h", happened_at)):
        known: dict[str, ColumnElement[Any]] = {
            "basis": literal(basis),
            "day": literal(local_day(instant), BigInteger),
            "unnamed": literal(False),
        }
        parts.append(
            select(*((known[name] if name in known else cells.c[name]).label(name) for name in ROLLUP_KEY), cells.c.n)
        )
    both = union_all(*parts).subquery()
    upsert_sum_select(book.session, _rollups, ROLLUP_KEY, "n", select(*both.c).where(true()))


def _inserted(book: Book, table: Table, values: Mapping[str, Any], rows: Select[Any]) -> int:
    result = book.session.execute(
        insert(table).from_select(list(values), rows), execution_options={"preserve_rowcount": True}
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


__all__ = [
    "ENTERING",
    "Entered",
    "Start",
    "enter_rows",
    "entering_instant",
    "nothing_in_force",
    "profile_of",
    "start_of",
    "states_of",
]
