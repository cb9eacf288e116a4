"""How many cases there are in each cell at an instant. Badge, report, close, target and export all ask here.

`count_cases` adds the daily roll-ups up to the day of the instant and corrects for that day's own events, so a past instant costs
at most one day's events: those before the instant or those after it, whichever are fewer, so that an instant after which nothing
has happened yet (now) costs none. Where no roll-up knows the answer (a member, an arbitrary ledger number) it replays the history instead. Both
ways give the same numbers; `tungnha verify` and a property test compare them.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, CompoundSelect, Select, func, or_, select, union, union_all
from sqlalchemy.orm import Session

from rules.time import HOUR, Instant
from workflow.days import day_start, local_day
from workflow.errors import NotFound
from workflow.figures.replay import DIMENSIONS, CaseFilter, Cut, event_as, not_voided, replayed
from workflow.ledger.book import ledger_no_at
from workflow.statements.asking import Asked, ask
from workflow.tables import NOBODY, Event, Rollup, UnitHead
from workflow.tables.ledger import CASE_KINDS

_ROLLUP_COLUMNS: dict[str, Any] = {
    "track": Rollup.track,
    "state": Rollup.state,
    "stage": Rollup.stage,
    "area": Rollup.area_id,
    "team": Rollup.team_id,
    "unnamed": Rollup.unnamed,
}
MOST_OF_A_DAY: Final = 14 * HOUR
"""From so late in a day on, most of its work is taken to lie before: then what comes after is counted out."""
ROLLED_UP = tuple(_ROLLUP_COLUMNS)


@dataclass(frozen=True, slots=True)
class CellCount:
    """`n` cases of one cell. Only the dimensions that were asked for are filled; the others are None.

    A team or member that is not assigned is None too.
    """

    n: int
    track: str | None = None
    state: str | None = None
    stage: str | None = None
    area: uuid.UUID | None = None
    team: uuid.UUID | None = None
    member: uuid.UUID | None = None
    unnamed: bool | None = None


def count_cases(
    session: Session,
    unit_id: uuid.UUID,
    campaign_id: uuid.UUID,
    *,
    as_of: Instant,
    ledger_no: int | None = None,
    by: Sequence[str] = ("state",),
    area_id: uuid.UUID | None = None,
    team_id: uuid.UUID | None = None,
) -> list[CellCount]:
    """Return the cells that are not empty, ordered by their key.

    Counts what happened before `as_of`, as known at `ledger_no` (default: the newest, *as known now*); *as known then* is
    `ledger_no_at(session, unit_id, as_of)`. `by` names dimensions of `DIMENSIONS`; `area_id` and `team_id` narrow the count.
    Raises NotFound for an unknown unit, ValueError for an unknown dimension.
    """
    newest = newest_no(session, unit_id)
    cut = Cut(as_of, newest if ledger_no is None else min(ledger_no, newest))
    return count_at(session, unit_id, campaign_id, cut, newest=newest, by=by, area_id=area_id, team_id=team_id)


def count_at(
    session: Session,
    unit_id: uuid.UUID,
    campaign_id: uuid.UUID,
    cut: Cut,
    *,
    newest: int,
    then: int | None = None,
    by: Sequence[str] = ("state",),
    area_id: uuid.UUID | None = None,
    team_id: uuid.UUID | None = None,
) -> list[CellCount]:
    """Return what `count_cases` returns, for a page that has asked already which number is the unit's `newest`.

    `then` is the last number recorded before the cut's instant, if that is known too.
    """
    _check_dimensions(by)
    needed = _needed(by, area_id, team_id)
    is_of_now = cut.ledger_no == newest and not has_happened_since(session, unit_id, campaign_id, cut.as_of)
    if is_of_now and all(name in ROLLED_UP for name in needed):
        return _counters(session, unit_id, campaign_id, by, area_id, team_id)
    rolled_up = _rolled_up(session, unit_id, campaign_id, cut, needed, newest, then)
    statement = replayed(unit_id, campaign_id, cut, needed) if rolled_up is None else rolled_up
    return _cells(session, statement, by, area_id, team_id)


def replay_cases(
    session: Session,
    unit_id: uuid.UUID,
    campaign_id: uuid.UUID,
    *,
    as_of: Instant,
    ledger_no: int | None = None,
    by: Sequence[str] = ("state",),
    area_id: uuid.UUID | None = None,
    team_id: uuid.UUID | None = None,
) -> list[CellCount]:
    """Return what `count_cases` returns, always from the events themselves: the oracle of the roll-ups."""
    _check_dimensions(by)
    needed = _needed(by, area_id, team_id)
    cut = Cut(as_of, newest_no(session, unit_id) if ledger_no is None else ledger_no)
    return _cells(session, replayed(unit_id, campaign_id, cut, needed), by, area_id, team_id)


def newest_no(session: Session, unit_id: uuid.UUID) -> int:
    """Return the unit's newest ledger number. Raises NotFound for an unknown unit."""
    found = ask(session, _newest, unit=unit_id)
    if not found:
        raise NotFound
    return int(found[0].ledger_no)


def _newest(*, unit: Any) -> Asked:
    return select(UnitHead.ledger_no).where(UnitHead.unit_id == unit)


def _check_dimensions(by: Sequence[str]) -> None:
    unknown = [name for name in by if name not in DIMENSIONS]
    if unknown:
        raise ValueError(f"Không có cách chia {', '.join(unknown)}; dùng: {', '.join(DIMENSIONS)}.")


def _needed(by: Sequence[str], area_id: uuid.UUID | None, team_id: uuid.UUID | None) -> list[str]:
    wanted = {*by, *(["area"] if area_id else []), *(["team"] if team_id else [])}
    return [name for name in DIMENSIONS if name in wanted]


def _rolled_up(
    session: Session,
    unit_id: uuid.UUID,
    campaign_id: uuid.UUID,
    cut: Cut,
    by: Sequence[str],
    newest: int,
    then: int | None,
) -> CompoundSelect[Any] | None:
    """Return roll-ups of whole days plus the correction for the last one; None if no roll-up is cut like that."""
    if any(name not in ROLLED_UP for name in by):
        return None
    day = local_day(cut.as_of)
    if cut.ledger_no == newest:
        if cut.as_of - day_start(day) >= MOST_OF_A_DAY:
            return _with_what_happened(unit_id, campaign_id, day + 1, by, cut, Cut(day_start(day + 1), newest), sign=-1)
        return _with_what_happened(unit_id, campaign_id, day, by, Cut(day_start(day), newest), cut, sign=1)
    if cut.ledger_no == (ledger_no_at(session, unit_id, cut.as_of) if then is None else then):
        before = Cut(day_start(day), ledger_no_at(session, unit_id, day_start(day)))
        touched = _touched_by_recording(unit_id, campaign_id, before.ledger_no, cut.ledger_no)
        return _with_correction(unit_id, campaign_id, "r", day, by, before, cut, touched)
    return _rolled_up_before(session, unit_id, campaign_id, cut, by)


def _rolled_up_before(
    session: Session, unit_id: uuid.UUID, campaign_id: uuid.UUID, cut: Cut, by: Sequence[str]
) -> CompoundSelect[Any] | None:
    """Return the start of the last day that both the instant and the number reach, and what was recorded from then to the number.

    Whatever was recorded before that day had happened before it too, so a case nobody wrote about since is where it was.
    """
    statement = select(Event.recorded_at).where(Event.unit_id == unit_id, Event.ledger_no == cut.ledger_no)
    recorded_at = session.scalar(statement)
    if recorded_at is None:
        return None
    day = min(local_day(cut.as_of), local_day(recorded_at))
    before = Cut(day_start(day), ledger_no_at(session, unit_id, day_start(day)))
    touched = _touched_by_recording(unit_id, campaign_id, before.ledger_no, cut.ledger_no)
    return _with_correction(unit_id, campaign_id, "r", day, by, before, cut, touched)


def changed_by_recording(
    session: Session,
    unit_id: uuid.UUID,
    campaign_id: uuid.UUID,
    *,
    as_of: Instant,
    after_no: int,
    until_no: int,
    by: Sequence[str] = ("state",),
    rules_known_at: Instant | None = None,
) -> list[CellCount]:
    """Return how the counts at `as_of` changed by what was recorded after one ledger number and up to another ("bổ sung").

    Only cases are replayed of which something before `as_of` was recorded or voided then, so it costs what came late. With
    `rules_known_at` a case stays as it is if only rules have moved it since, before that instant.
    """
    _check_dimensions(by)
    first, last = sorted((after_no, until_no))
    touched = _touched_late(unit_id, campaign_id, as_of, first, last, rules_known_at)
    statement = union_all(
        replayed(unit_id, campaign_id, Cut(as_of, after_no), by, sign=-1, only=touched),
        replayed(unit_id, campaign_id, Cut(as_of, until_no), by, only=touched),
    )
    return _cells(session, statement, by, None, None)


def changed_by_happening(
    session: Session,
    unit_id: uuid.UUID,
    campaign_id: uuid.UUID,
    *,
    since: Instant,
    until: Instant,
    ledger_no: int,
    by: Sequence[str] = ("state",),
) -> list[CellCount]:
    """Return how the counts changed by what happened from `since` up to `until`, as known at one ledger number."""
    _check_dimensions(by)
    first, last = sorted((since, until))
    touched = _touched_by_happening(unit_id, campaign_id, first, Cut(last, ledger_no))
    statement = union_all(
        replayed(unit_id, campaign_id, Cut(since, ledger_no), by, sign=-1, only=touched),
        replayed(unit_id, campaign_id, Cut(until, ledger_no), by, only=touched),
    )
    return _cells(session, statement, by, None, None)


def has_happened_since(session: Session, unit_id: uuid.UUID, campaign_id: uuid.UUID, as_of: Instant) -> bool:
    """Whether anything is known that happened at an instant or later: then it lies in the past."""
    found = ask(session, _last_happened, unit=unit_id, campaign=campaign_id)
    return bool(found) and int(found[0].happened_at) >= as_of


def newest_and_last(session: Session, unit_id: uuid.UUID, campaign_id: uuid.UUID) -> tuple[int, Instant | None]:
    """Return the unit's newest ledger number, and when the last thing of a campaign happened (None: nothing has); one statement.

    Raises NotFound for an unknown unit.
    """
    found = ask(session, _newest_and_last, unit=unit_id, campaign=campaign_id)
    if not found:
        raise NotFound
    return int(found[0].ledger_no), found[0].last


def _newest_and_last(*, unit: Any, campaign: Any) -> Asked:
    last = _last_happened(unit=unit, campaign=campaign).scalar_subquery().label("last")
    return select(UnitHead.ledger_no, last).where(UnitHead.unit_id == unit)


def _last_happened(*, unit: Any, campaign: Any) -> Asked:
    """The end of an index: a condition on the instant might be answered by reading every event instead."""
    event = event_as("later")
    last = select(event.happened_at).where(event.unit_id == unit, event.campaign_id == campaign)
    return last.order_by(event.happened_at.desc()).limit(1)


def _counters(
    session: Session, unit_id: uuid.UUID, campaign_id: uuid.UUID, by: Sequence[str],
    area_id: uuid.UUID | None, team_id: uuid.UUID | None,
) -> list[CellCount]:  # fmt: skip
    """Return the counters as they stand, of every day there is: nothing of what is known lies ahead of them."""
    shown = tuple(name for name in DIMENSIONS if name in by)
    rows = ask(session, _summed, shown, unit=unit_id, campaign=campaign_id, area=area_id, team=team_id)
    return [_cell({**dict(zip(shown, row[:-1], strict=True)), "n": row[-1]}) for row in rows]


def _summed(shown: tuple[str, ...], *, unit: Any, campaign: Any, area: Any, team: Any) -> Asked:
    columns, total = [_ROLLUP_COLUMNS[name].label(name) for name in shown], func.sum(Rollup.n)
    statement = select(*columns, total.label("n")).where(
        Rollup.unit_id == unit, Rollup.campaign_id == campaign, Rollup.basis == "h"
    )
    for column, place in ((Rollup.area_id, area), (Rollup.team_id, team)):
        if place is not None:
            statement = statement.where(column == place)
    return statement.group_by(*columns).having(total != 0).order_by(*columns)


def _with_what_happened(
    unit_id: uuid.UUID, campaign_id: uuid.UUID, day: int, by: Sequence[str], early: Cut, late: Cut, *, sign: int
) -> CompoundSelect[Any]:
    """Return the days before `day`, and what happened between two cuts of the same knowledge counted in (`sign` 1) or out (-1).

    Where a case stood at the later cut its last event between the two says; only where it stood before needs its history.
    """
    touched = _touched_by_happening(unit_id, campaign_id, early.as_of, late)
    return union_all(
        rolled_up_days(unit_id, campaign_id, "h", day, by),
        replayed(unit_id, campaign_id, early, by, sign=-sign, only=touched),
        replayed(unit_id, campaign_id, late, by, sign=sign, only=touched, since=early.as_of),
    )


def _with_correction(
    unit_id: uuid.UUID, campaign_id: uuid.UUID, basis: str, day: int, by: Sequence[str],
    edge: Cut, cut: Cut, touched: CaseFilter,
) -> CompoundSelect[Any]:  # fmt: skip
    """Return the days before `day`, minus the touched cases as they stood at its start (`edge`), plus them as they stand at `cut`."""
    return union_all(
        rolled_up_days(unit_id, campaign_id, basis, day, by),
        replayed(unit_id, campaign_id, edge, by, sign=-1, only=touched),
        replayed(unit_id, campaign_id, cut, by, only=touched),
    )


def rolled_up_days(
    unit_id: uuid.UUID, campaign_id: uuid.UUID, basis: str, day: int, by: Sequence[str], *, sign: int = 1
) -> Select[Any]:
    """Return the counts at the start of `day` by one calendar: 'h' happened (as known now), 'r' recorded."""
    columns = [_ROLLUP_COLUMNS[name].label(name) for name in by]
    return (
        select(*columns, (func.sum(Rollup.n) * sign).label("n"))
        .where(Rollup.unit_id == unit_id, Rollup.campaign_id == campaign_id, Rollup.basis == basis, Rollup.day < day)
        .group_by(*(_ROLLUP_COLUMNS[name] for name in by))
    )


def _touched_by_happening(unit_id: uuid.UUID, campaign_id: uuid.UUID, since: Instant, late: Cut) -> CaseFilter:
    """Cases to which something in force happened from `since` until the later cut."""
    event = event_as("touching")
    cases = select(event.case_id).where(
        event.unit_id == unit_id, event.campaign_id == campaign_id, event.kind.in_(CASE_KINDS),
        event.happened_at >= since, event.happened_at < late.as_of,
        not_voided(event, late.ledger_no, role="void_of_touching"),
    )  # fmt: skip
    return lambda case_id: _is_in(case_id, cases)


def _touched_by_recording(unit_id: uuid.UUID, campaign_id: uuid.UUID, after_no: int, until_no: int) -> CaseFilter:
    """Cases with an event, or a void of one of their events, among the ledger numbers."""
    written, void, undone = event_as("written"), event_as("undoing"), event_as("undone")
    own = select(written.case_id).where(
        written.unit_id == unit_id, written.campaign_id == campaign_id, written.case_id.is_not(None),
        written.ledger_no > after_no, written.ledger_no <= until_no,
    )  # fmt: skip
    voided = select(undone.case_id).where(
        undone.unit_id == unit_id, undone.campaign_id == campaign_id, undone.case_id.is_not(None),
        undone.ledger_no.in_(_undone(void, unit_id, after_no, until_no)),
    )  # fmt: skip
    return lambda case_id: _is_in(case_id, union(own, voided))


def _touched_late(
    unit_id: uuid.UUID,
    campaign_id: uuid.UUID,
    as_of: Instant,
    after_no: int,
    until_no: int,
    rules_known_at: Instant | None,
) -> CaseFilter:
    """Cases of which an event before `as_of` was recorded, or voided, among the ledger numbers; a rule's not if known before."""
    written, void, undone = event_as("written"), event_as("undoing"), event_as("undone")
    own = select(written.case_id).where(
        written.unit_id == unit_id, written.campaign_id == campaign_id, written.kind.in_(CASE_KINDS),
        written.happened_at < as_of, written.ledger_no > after_no, written.ledger_no <= until_no,
    )  # fmt: skip
    if rules_known_at is not None:
        own = own.where(or_(written.cause != "rule", written.happened_at >= rules_known_at))
    voided = select(undone.case_id).where(
        undone.unit_id == unit_id, undone.campaign_id == campaign_id, undone.kind.in_(CASE_KINDS),
        undone.happened_at < as_of, undone.ledger_no.in_(_undone(void, unit_id, after_no, until_no)),
    )  # fmt: skip
    return lambda case_id: _is_in(case_id, union(own, voided))


def _undone(void: Any, unit_id: uuid.UUID, after_no: int, until_no: int) -> Select[Any]:
    """Return the numbers that were voided among some ledger numbers: few, and looked up one by one.

    As a join, a planner may instead read the void range once for every event there is.
    """
    return select(void.voids_no).where(
        void.unit_id == unit_id, void.ledger_no > after_no, void.ledger_no <= until_no, void.voids_no.is_not(None)
    )


def _is_in(case_id: Any, cases: Any) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = case_id.in_(cases)
    return condition


def _cells(
    session: Session, statement: Select[Any] | CompoundSelect[Any], by: Sequence[str],
    area_id: uuid.UUID | None, team_id: uuid.UUID | None,
) -> list[CellCount]:  # fmt: skip
    """Run the statement, drop what is outside the area and team, and add up over the dimensions not asked for."""
    inner = statement.subquery()
    columns = [inner.c[name] for name in DIMENSIONS if name in by]
    total = func.sum(inner.c.n)
    outer = select(*columns, total.label("n")).group_by(*columns).having(total != 0).order_by(*columns)
    if area_id is not None:
        outer = outer.where(inner.c.area == area_id)
    if team_id is not None:
        outer = outer.where(inner.c.team == team_id)
    return [_cell(row) for row in session.execute(outer).mappings()]


def _cell(row: Any) -> CellCount:
    values = dict(row)
    for name in ("team", "member"):
        if values.get(name) == NOBODY:
            values[name] = None
    if "unnamed" in values:
        values["unnamed"] = bool(values["unnamed"])
    return CellCount(**{**values, "n": int(values["n"])})
