"""Doors that somebody may see, with the people behind them: what a list, or a typed-in visit, starts from.

Whoever has nothing left to do reads "Đã kết thúc liên hệ", whichever way it ended: nothing tells those ways apart. Lists leave
them out; they are named only where one door is asked for, without anything beside it: no version, no row of another track.
"""

import uuid
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from rules.pack import TrackRules
from rules.time import Instant
from workflow.access import Actor, acting_post, scope_of_doors
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Area, Case, Door, Subject, Team

ENDED: Final = "finished"
ENDED_LABEL: Final = "Đã kết thúc liên hệ"
"""How every finished contact reads: took part, took part but not yet reconciled, and did not take part."""

UNREACHABLE: Final = "unreachable"
UNREACHABLE_LABEL: Final = "Không thể liên hệ"
"""How a sensitive state reads to everybody but those who handle the case."""

HANDLERS: Final = ("team_leader", "duty_leader", "coordinator")
MOST: Final = 500
"""Doors of one answer at most."""


@dataclass(frozen=True, slots=True)
class PersonAtDoor:
    """One case behind a door. `state` is `finished`, without a version, for everybody who is done, whatever they are done by."""

    case_id: uuid.UUID
    track: str
    name: str | None
    state: str
    label: str
    state_version: int | None


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
    """Return doors in the actor's scope: those with open cases (or `everything`), the earliest follow-up first, then by walking order.

    At most `MOST` doors. Behind them stand the people who are open; with `everything` whoever is not finished; of one door
    (`door_id`) everybody.
    """
    household = Subject
    statement = (
        select(
            Door.id, Area.code, Team.code, household.lane, household.house_no, Door.follow_up_at, Door.attempts, Door.open_cases,
            Door.unit_id, Door.area_id, Door.team_id,
        )
        .join(Area, and_(Area.unit_id == Door.unit_id, Area.id == Door.area_id))
        .join(household, and_(household.unit_id == Door.unit_id, household.id == Door.household_id))
        .outerjoin(Team, and_(Team.unit_id == Door.unit_id, Team.id == Door.team_id))
        .where(Door.unit_id == context.unit_id, Door.campaign_id == context.id, scope_of_doors(actor))
        .order_by(Door.follow_up_at.is_(None), Door.follow_up_at, Area.sort, Door.place_sort, Door.id)
        .limit(min(limit, MOST))
    )  # fmt: skip
    if door_id is not None:
        statement = statement.where(Door.id == door_id)
    elif not everything:
        statement = statement.where(Door.open_cases > 0)
    if area is not None:
        statement = statement.where(Area.code == area)
    rows = session.execute(statement).all()
    openly = {row[0] for row in rows if reads_sensitive(actor, row)}
    wanted = "all" if door_id is not None else "unfinished" if everything else "open"
    people = _people(session, context, [row[0] for row in rows], openly=openly, wanted=wanted)
    return [
        ListedDoor(
            door, place, team, lane or "", house or "", follow_up, attempts, open_cases, tuple(people.get(door, ()))
        )
        for door, place, team, lane, house, follow_up, attempts, open_cases, *_ in rows
    ]


def _people(
    session: Session, context: CampaignContext, doors: list[uuid.UUID], *, openly: set[uuid.UUID], wanted: str
) -> dict[uuid.UUID, list[PersonAtDoor]]:
    """Return the rows behind each door. Those of a person stand or fall with the one on the main track."""
    rows = session.execute(
        select(Case.door_id, Case.id, Case.subject_id, Case.track, Case.state, Case.is_open, Case.state_version, Subject.name)
        .join(Subject, and_(Subject.unit_id == Case.unit_id, Subject.id == Case.subject_id))
        .where(Case.unit_id == context.unit_id, Case.door_id.in_(doors), Case.left_at.is_(None))
        .order_by(Subject.name_sort, Case.subject_id, Case.track, Case.id)
    ).all()  # fmt: skip
    main = {row.subject_id: row for row in rows if row.track == context.pack.main_track.id}
    people: dict[uuid.UUID, list[PersonAtDoor]] = {}
    for row in rows:
        track, leading = context.pack.tracks[row.track], main.get(row.subject_id, row)
        ended = is_finished(context.pack.tracks[leading.track], leading.state)
        if (ended and row is not leading) or (wanted != "all" and (ended or is_finished(track, row.state))):
            continue
        if wanted == "open" and not leading.is_open:
            continue
        shown, label = as_seen(track, row.state, openly=row.door_id in openly)
        version = None if shown == ENDED else row.state_version
        people.setdefault(row.door_id, []).append(PersonAtDoor(row.id, row.track, row.name, shown, label, version))
    return people


def reads_sensitive(actor: Actor, door: Any) -> bool:
    """Whether the actor handles the cases of a door (a row with its area and team), and so may read sensitive states."""
    return acting_post(actor, HANDLERS, door) is not None


def is_finished(track: TrackRules, state: str) -> bool:
    """Whether contact has ended, one way or another. Nothing that a person sees may tell the ways apart."""
    return state in track.finished_states


def as_seen(track: TrackRules, state: str, *, openly: bool = False) -> tuple[str, str]:
    """Return a state and its label as a view of a person shows them: every finished contact alike, sensitive ones only `openly`."""
    if is_finished(track, state):
        return ENDED, ENDED_LABEL
    rules = track.states[state]
    if rules.sensitive and not openly:
        return UNREACHABLE, UNREACHABLE_LABEL
    return state, rules.label.said
