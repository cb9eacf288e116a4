"""Sheets that were printed: what stands on their lines, where the paper is, and what of it has been typed in."""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, func, select
from sqlalchemy.orm import Session, aliased

from rules.pack.model import Label
from rules.time import Instant
from workflow.access import Actor, scope_of_doors, scope_of_printed
from workflow.days import local_day
from workflow.errors import NotFound
from workflow.queries.campaigns import CampaignContext
from workflow.queries.door_list import is_finished
from workflow.queries.paper_route import NO_LANE, UNNAMED, label_seen
from workflow.tables import (
    Area,
    Audit,
    Case,
    Door,
    ListEntry,
    Membership,
    PrintedLine,
    PrintedList,
    Subject,
    Team,
    Visit,
    table_of,
)  # fmt: skip

TYPED = "typed"
"""The kind of the audit row that says which lines of a sheet were typed in, and into which visits."""


@dataclass(frozen=True, slots=True)
class LoggedSheet:
    """A sheet in the hand-over log. Names are those of officials; `typed` counts lines typed in so far."""

    serial: int
    kind: str
    list_code: str | None
    area: str | None
    team: str | None
    assignee: str | None
    lines: int
    typed: int
    printed_by: str
    printed_at: Instant
    handed_to: str | None
    handed_at: Instant | None
    returned_at: Instant | None
    destroyed_at: Instant | None


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A numbered line as it is read now. Of a door out of the reader's scope, and of a finished contact, only the number is left."""

    number: int
    door_id: uuid.UUID | None
    is_door: bool
    area: str
    area_name: str
    lane: str
    house_no: str
    attempts: int
    promised_at: Instant | None
    name: str | None
    label: Label | str


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """Somebody on one of the lists who is still to be met."""

    door_id: uuid.UUID
    case_id: uuid.UUID
    subject_id: uuid.UUID


def printed_log(
    session: Session,
    actor: Actor,
    context: CampaignContext,
    *,
    only_out: bool = False,
    limit: int = 50,
    before: int | None = None,
    serial: int | None = None,
) -> list[LoggedSheet]:
    """Return the sheets that the actor may see, newest first; `only_out` those whose paper is neither back nor destroyed.

    `before` is a serial: the next page starts below it. `serial` asks for one sheet.
    """
    by, walker, holder = aliased(Membership), aliased(Membership), aliased(Membership)
    sheet = PrintedList
    statement = (
        select(
            sheet.id, sheet.serial, sheet.kind, sheet.list_code, Area.name, Team.name, walker.name, sheet.lines, by.name,
            sheet.printed_at, holder.name, sheet.handed_at, sheet.returned_at, sheet.destroyed_at,
        )
        .join(by, and_(by.unit_id == sheet.unit_id, by.id == sheet.printed_by_id))
        .outerjoin(walker, and_(walker.unit_id == sheet.unit_id, walker.id == sheet.assignee_id))
        .outerjoin(holder, and_(holder.unit_id == sheet.unit_id, holder.id == sheet.handed_to_id))
        .outerjoin(Area, and_(Area.unit_id == sheet.unit_id, Area.id == sheet.area_id))
        .outerjoin(Team, and_(Team.unit_id == sheet.unit_id, Team.id == sheet.team_id))
        .where(sheet.unit_id == context.unit_id, sheet.campaign_id == context.id, scope_of_printed(actor))
        .order_by(sheet.serial.desc())
        .limit(limit)
    )  # fmt: skip
    if only_out:
        statement = statement.where(sheet.returned_at.is_(None), sheet.destroyed_at.is_(None))
    if before is not None:
        statement = statement.where(sheet.serial < before)
    if serial is not None:
        statement = statement.where(sheet.serial == serial)
    rows = session.execute(statement).all()
    typed = typed_lines(session, context.unit_id, [row[0] for row in rows])
    return [
        LoggedSheet(
            serial, kind, list_code, area, team, walker_name, lines, len({line for line, _ in typed.get(sheet_id, ())}),
            by_name, printed_at, holder_name, handed_at, returned_at, destroyed_at,
        )
        for (
            sheet_id, serial, kind, list_code, area, team, walker_name, lines, by_name, printed_at, holder_name, handed_at,
            returned_at, destroyed_at,
        ) in rows
    ]  # fmt: skip


def sheet_in_log(session: Session, actor: Actor, context: CampaignContext, serial: int) -> LoggedSheet:
    """Return the log of one sheet. Raises NotFound: absent and foreign look alike."""
    found = printed_log(session, actor, context, serial=serial, limit=1)
    if not found:
        raise NotFound
    return found[0]


def lines_of_sheet(session: Session, actor: Actor, context: CampaignContext, sheet: Any) -> list[SheetLine]:
    """Return the numbered lines of a sheet (its row), in order, as they read now."""
    line, place = PrintedLine, aliased(Subject)
    scoped = and_(Door.unit_id == line.unit_id, Door.id == line.door_id, scope_of_doors(actor))
    rows = session.execute(
        select(
            line.line_no, line.case_id, Door.id, Area.code, Area.name, place.lane, place.house_no, Door.attempts,
            Door.promised_at, Case.track, Case.state, Case.door_id, Subject.name,
        )
        .outerjoin(Door, scoped)
        .outerjoin(Area, and_(Area.unit_id == Door.unit_id, Area.id == Door.area_id))
        .outerjoin(place, and_(place.unit_id == Door.unit_id, place.id == Door.household_id))
        .outerjoin(Case, and_(Case.unit_id == line.unit_id, Case.id == line.case_id))
        .outerjoin(Subject, and_(Subject.unit_id == line.unit_id, Subject.id == line.subject_id))
        .where(line.unit_id == context.unit_id, line.printed_id == sheet.id)
        .order_by(line.line_no)
    )  # fmt: skip
    return [_line(context, row) for row in rows]


def _line(context: CampaignContext, row: Any) -> SheetLine:
    number, case, door, area, area_name, lane, house, attempts, promised, track_id, state, stands_at, name = row
    person: str | None = None
    label: Label | str = ""
    if door is not None and case is not None and stands_at == door:
        track = context.pack.tracks[track_id]
        label = label_seen(track, state)
        person = None if is_finished(track, state) else name or UNNAMED
    return SheetLine(
        number, door, case is None, area or "", area_name or "", lane or NO_LANE, house or "", attempts or 0, promised, person, label
    )  # fmt: skip


def typed_lines(session: Session, unit_id: uuid.UUID, sheets: list[uuid.UUID]) -> dict[uuid.UUID, set[tuple[int, int]]]:
    """Return, by sheet, the lines already typed in, each with the local day of its visit. Lines of a voided visit do not count."""
    told = session.execute(
        select(Audit.about_id, Audit.data).where(
            Audit.unit_id == unit_id, Audit.about_id.in_(sheets), Audit.kind == TYPED
        )
    ).all()
    lines = [(sheet, int(line), uuid.UUID(visit)) for sheet, data in told for line, visit in data["lines"].items()]
    wanted = {visit for _, _, visit in lines}
    days = {
        visit: local_day(at)
        for visit, at in session.execute(
            select(Visit.id, Visit.happened_at).where(
                Visit.unit_id == unit_id, Visit.id.in_(wanted), Visit.voided_no.is_(None)
            )
        )
    }
    typed: dict[uuid.UUID, set[tuple[int, int]]] = {}
    for sheet, line, visit in lines:
        if sheet is not None and visit in days:
            typed.setdefault(sheet, set()).add((line, days[visit]))
    return typed


def people_on_list(
    session: Session,
    actor: Actor,
    context: CampaignContext,
    list_code: str,
    *,
    team_id: uuid.UUID,
    area_id: uuid.UUID | None,
    limit: int,
) -> list[ListedPerson]:
    """Return who stands on a list of the pack and is still to be met, at the doors of a team in the actor's scope, in walking order."""
    listed = next(each for each in context.pack.model.pack.lists if each.id == list_code)
    track = listed.track or context.pack.main_track.id
    beside = and_(~Case.is_done, Case.exit_class.is_(None))  # what stands beside the main track never holds a door open
    entry = ListEntry
    statement = (
        select(Case.door_id, Case.id, Case.subject_id)
        .select_from(entry)
        .join(Case, and_(Case.unit_id == entry.unit_id, Case.subject_id == entry.subject_id))
        .join(Door, and_(Door.unit_id == Case.unit_id, Door.id == Case.door_id))
        .join(Area, and_(Area.unit_id == Door.unit_id, Area.id == Door.area_id))
        .join(Subject, and_(Subject.unit_id == Case.unit_id, Subject.id == Case.subject_id))
        .where(
            entry.unit_id == context.unit_id,
            entry.campaign_id == context.id,
            entry.list_code == list_code,
            entry.gone_at.is_(None),
            Case.campaign_id == context.id,
            Case.track == track,
            Case.left_at.is_(None),
            Case.is_open if track == context.pack.main_track.id else beside,
            Door.team_id == team_id,
            scope_of_doors(actor),
        )
        .order_by(Area.sort, Area.code, Door.place_sort, Door.id, Subject.name_sort, Case.id)
        .limit(limit)
    )
    if area_id is not None:
        statement = statement.where(Door.area_id == area_id)
    return [ListedPerson(*row) for row in session.execute(statement)]


def highest_serial(session: Session, unit_id: uuid.UUID, campaign_id: uuid.UUID) -> int:
    """Return the last serial given to a sheet of the campaign; 0 if none. Ask under the unit's lock before giving the next."""
    statement = select(func.max(PrintedList.serial)).where(
        PrintedList.unit_id == unit_id, PrintedList.campaign_id == campaign_id
    )
    return session.scalar(statement) or 0


def printed_line_rows(session: Session, unit_id: uuid.UUID, printed_id: uuid.UUID) -> dict[int, Row[Any]]:
    """Return the stored lines of a sheet by their number."""
    table = table_of(PrintedLine)
    rows = session.execute(select(table).where(table.c.unit_id == unit_id, table.c.printed_id == printed_id))
    return {row.line_no: row for row in rows}
