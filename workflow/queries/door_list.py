"""Doors that somebody may see, with the people behind them: what a list, or a typed-in visit, starts from.

Whoever has nothing left to do reads "Đã kết thúc liên hệ", whichever way it ended: lists never tell those ways apart.
"""

import uuid
from dataclasses import dataclass
from typing import Final

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from rules.pack import TrackRules
from rules.time import Instant
from workflow.access import Actor, scope_of_doors
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Area, Case, Door, Subject, Team

ENDED: Final = "finished"
ENDED_LABEL: Final = "Đã kết thúc liên hệ"


@dataclass(frozen=True, slots=True)
class PersonAtDoor:
    """One case behind a door. `state` is `finished` for everybody who is done, whatever they are done by."""

    case_id: uuid.UUID
    track: str
    name: str | None
    state: str
    label: str
    state_version: int


@dataclass(frozen=True, slots=True)
class ListedDoor:
    """A door with its place, its next follow-up and its people."""

    id: uuid.UUID
    area: str
    team: str | None
    lane: str
    house_no: str
    follow_up_at: Instant | None
    attempts: int
    open_cases: int
    people: tuple[PersonAtDoor, ...]


def doors_to_visit(
    session: Session,
    actor: Actor,
    context: CampaignContext,
    *,
    area: str | None = None,
    door_id: uuid.UUID | None = None,
    everything: bool = False,
    limit: int = 50,
) -> list[ListedDoor]:
    """Return doors in the actor's scope: those with open cases (or `everything`), the earliest follow-up first, then by walking order."""
    household = Subject
    statement = (
        select(
            Door.id, Area.code, Team.code, household.lane, household.house_no, Door.follow_up_at, Door.attempts, Door.open_cases
        )
        .join(Area, and_(Area.unit_id == Door.unit_id, Area.id == Door.area_id))
        .join(household, and_(household.unit_id == Door.unit_id, household.id == Door.household_id))
        .outerjoin(Team, and_(Team.unit_id == Door.unit_id, Team.id == Door.team_id))
        .where(Door.unit_id == context.unit_id, Door.campaign_id == context.id, scope_of_doors(actor))
        .order_by(Door.follow_up_at.is_(None), Door.follow_up_at, Area.sort, Door.place_sort, Door.id)
        .limit(limit)
    )  # fmt: skip
    if door_id is not None:
        statement = statement.where(Door.id == door_id)
    elif not everything:
        statement = statement.where(Door.open_cases > 0)
    if area is not None:
        statement = statement.where(Area.code == area)
    rows = session.execute(statement).all()
    people = _people(session, context, [row[0] for row in rows])
    return [
        ListedDoor(
            door, place, team, lane or "", house or "", follow_up, attempts, open_cases, tuple(people.get(door, ()))
        )
        for door, place, team, lane, house, follow_up, attempts, open_cases in rows
    ]


def _people(session: Session, context: CampaignContext, doors: list[uuid.UUID]) -> dict[uuid.UUID, list[PersonAtDoor]]:
    rows = session.execute(
        select(Case.door_id, Case.id, Case.track, Case.state, Case.state_version, Subject.name)
        .join(Subject, and_(Subject.unit_id == Case.unit_id, Subject.id == Case.subject_id))
        .where(Case.unit_id == context.unit_id, Case.door_id.in_(doors), Case.left_at.is_(None))
        .order_by(Subject.name_sort, Case.subject_id, Case.track, Case.id)
    )
    people: dict[uuid.UUID, list[PersonAtDoor]] = {}
    for door, case, track, state, version, name in rows:
        shown, label = as_seen(context.pack.tracks[track], state)
        people.setdefault(door, []).append(PersonAtDoor(case, track, name, shown, label, version))
    return people


def as_seen(track: TrackRules, state: str) -> tuple[str, str]:
    """Return a state and its label as a view of a person shows them: every finished contact alike."""
    if track.is_done(state) or track.exit_class(state) == "declined":
        return ENDED, ENDED_LABEL
    return state, track.states[state].label.vi
