"""The support desk's exact look-up: one person, or nobody. There is no list to page through and no part of a name to try.

Who is found is open to the desk for half an hour (`access.let_in_by_look_up`); what the desk sees then is that person alone, not the
household.
"""

import uuid
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from rules.pack.model import Label
from rules.time import Instant
from workflow.access import Actor
from workflow.errors import NotFound
from workflow.people.names import fold
from workflow.queries.campaigns import CampaignContext
from workflow.queries.choices import AT_THE_DESK, FACTS, Choice, choices_for_case
from workflow.queries.door_list import is_finished
from workflow.queries.paper_route import label_seen
from workflow.tables import Area, Case, Door, Request, Subject, table_of

_cases = table_of(Case)


@dataclass(frozen=True, slots=True)
class Sought:
    """Whom somebody looks for: by blind index of the ID number, or by full name, year of birth and area, best with the house."""

    id_index: bytes | None = None
    name: str = ""
    birth_year: int | None = None
    area_id: uuid.UUID | None = None
    house_no: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """What a look-up found: exactly one person with their door, `none`, or `several` (then nobody is named)."""

    result: Literal["one", "none", "several"]
    subject_id: uuid.UUID | None = None
    door_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class CaseAtDesk:
    """A case of the person who was found. Of a finished contact neither version nor choice is told."""

    case_id: uuid.UUID
    track: str
    track_label: Label
    label: Label | str
    state_version: int | None
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class PersonAtDesk:
    """The one person who stands at the desk."""

    subject_id: uuid.UUID
    door_id: uuid.UUID
    name: str
    birth_year: str | None
    area_name: str
    lane: str
    house_no: str
    has_ended: bool
    until: Instant
    cases: tuple[CaseAtDesk, ...]


def find_person(session: Session, context: CampaignContext, sought: Sought) -> Match:
    """Return who matches exactly, on the campaign's main track. Two who match are `several`: nobody is named."""
    home = aliased(Subject)
    statement = (
        select(Subject.id, Case.door_id)
        .join(Case, and_(Case.unit_id == Subject.unit_id, Case.subject_id == Subject.id))
        .where(
            Subject.unit_id == context.unit_id,
            Subject.merged_into_id.is_(None),
            Case.campaign_id == context.id,
            Case.track == context.pack.main_track.id,
            Case.left_at.is_(None),
        )
        .limit(2)
    )
    if sought.id_index is not None:
        statement = statement.where(Subject.id_index == sought.id_index)
    elif sought.name and sought.birth_year is not None and sought.area_id is not None:
        statement = statement.where(
            Subject.area_id == sought.area_id,
            Subject.kind == "person",
            Subject.name_fold == fold(sought.name),
            func.substr(Subject.birth_on, 1, 4) == str(sought.birth_year),
        )
        if sought.house_no:
            statement = statement.join(
                home, and_(home.unit_id == Subject.unit_id, home.id == Subject.household_id)
            ).where(func.lower(home.house_no) == sought.house_no.strip().lower())
    else:
        return Match("none")
    rows = session.execute(statement).all()
    if len(rows) != 1:
        return Match("several" if rows else "none")
    return Match("one", *rows[0])


def person_at_desk(session: Session, actor: Actor, context: CampaignContext, *, now: Instant) -> PersonAtDesk:
    """Return the person to whom the actor was let in, with what may be recorded of them. NotFound for an actor not let in."""
    found = actor.let_in
    if found is None:
        raise NotFound
    home = aliased(Subject)
    row = session.execute(
        select(Subject.name, Subject.birth_on, Area.name.label("area"), home.lane, home.house_no)
        .join(Door, and_(Door.unit_id == Subject.unit_id, Door.id == found.door_id, Door.campaign_id == context.id))
        .join(home, and_(home.unit_id == Door.unit_id, home.id == Door.household_id))
        .join(Area, and_(Area.unit_id == Door.unit_id, Area.id == Door.area_id))
        .where(Subject.unit_id == context.unit_id, Subject.id == found.subject_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    ended, cases = _cases_at_desk(session, context, found.subject_id, found.door_id, now=now)
    return PersonAtDesk(
        found.subject_id,
        found.door_id,
        row.name or "",
        row.birth_on[:4] if row.birth_on else None,
        row.area,
        row.lane or "",
        row.house_no or "",
        ended,
        found.until,
        cases,
    )


def _cases_at_desk(
    session: Session, context: CampaignContext, subject_id: uuid.UUID, door_id: uuid.UUID, *, now: Instant
) -> tuple[bool, tuple[CaseAtDesk, ...]]:
    """Return whether contact has ended, and the person's cases, the main track first; of who has ended only that one, without more."""
    columns = (_cases.c[name] for name in ("id", "track", "state_version", *FACTS))
    waits = (
        select(Request.id)
        .where(Request.unit_id == _cases.c.unit_id, Request.case_id == _cases.c.id, Request.status == "waiting")
        .exists()
    )
    rows = session.execute(
        select(*columns, waits.label("waits")).where(
            _cases.c.unit_id == context.unit_id,
            _cases.c.door_id == door_id,
            _cases.c.subject_id == subject_id,
            _cases.c.left_at.is_(None),
        )
    ).all()
    main = context.pack.main_track
    order = {track: number for number, track in enumerate(context.pack.tracks)}
    ended = any(row.track == main.id and is_finished(main, row.state) for row in rows)
    cases = []
    for row in sorted(rows, key=lambda each: (each.track != main.id, order[each.track])):
        track = context.pack.tracks[row.track]
        if row.track != main.id and (ended or is_finished(track, row.state)):
            continue
        label = label_seen(track, row.state)
        choices = choices_for_case(context.pack, row, ("support_desk",), waits=row.waits, now=now, modes=AT_THE_DESK)
        version = None if is_finished(track, row.state) else row.state_version
        cases.append(CaseAtDesk(row.id, row.track, track.model.label, label, version, choices))
    return ended, tuple(cases)
