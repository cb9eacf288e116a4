"""What the head of an area works with: the households of the area, and the movements (moved, died, away) reported to the teams.

Whoever is finished is left out of the list, by whichever way, so that nobody's way can be read from it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from rules.pack import Pack
from rules.pack.model import Label
from workflow.access import Actor
from workflow.queries.campaigns import CampaignContext
from workflow.queries.choices import FACTS, choices_for_case
from workflow.queries.door_list import is_finished
from workflow.queries.exit_requests import ExitRequest, exit_requests_named
from workflow.queries.paper_route import NO_LANE, UNNAMED, label_seen
from workflow.tables import Area, Case, Door, Request, Subject, table_of

HEAD: Final = "area_head"
_cases = table_of(Case)


@dataclass(frozen=True, slots=True)
class Movement:
    """What may be reported of somebody: an outcome of the pack that asks for an exit, with what would show it."""

    outcome: str
    label: Label
    needs_evidence: bool
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody of the area who is still on the way. `waiting` says that the reader's own report waits to be confirmed."""

    case_id: uuid.UUID
    name: str
    label: Label | str
    waiting: bool
    movements: tuple[Movement, ...]


@dataclass(frozen=True, slots=True)
class Household:
    """A household of the area with its people who are not finished."""

    door_id: uuid.UUID
    area: str
    area_name: str
    lane: str
    house_no: str
    residents: tuple[Resident, ...]


@dataclass(frozen=True, slots=True)
class OwnArea:
    """An area that the reader heads."""

    id: uuid.UUID
    code: str
    name: str


def own_areas(session: Session, actor: Actor) -> list[OwnArea]:
    """Return the areas that the actor heads, in printed order."""
    headed = [post.area_id for post in actor.holds(HEAD) if post.area_id is not None]
    statement = select(Area.id, Area.code, Area.name).where(Area.unit_id == actor.unit_id, Area.id.in_(headed))
    rows = session.execute(statement.order_by(Area.sort, Area.code)) if headed else ()
    return [OwnArea(*row) for row in rows]


def lanes_of_own_area(
    session: Session, actor: Actor, context: CampaignContext, *, area_id: uuid.UUID | None = None
) -> list[tuple[str, int]]:
    """Return the lanes of the actor's areas (with `area_id` of that one), in walking order, each with its number of households."""
    statement = (
        select(Subject.lane, func.count(Door.id), func.min(Door.place_sort))
        .join(Subject, and_(Subject.unit_id == Door.unit_id, Subject.id == Door.household_id))
        .where(Door.unit_id == context.unit_id, Door.campaign_id == context.id, _own(actor, area_id))
        .group_by(Subject.lane)
        .order_by(func.min(Door.place_sort))
    )
    return [(lane or NO_LANE, doors) for lane, doors, _ in session.execute(statement)]


def households_of_own_area(
    session: Session,
    actor: Actor,
    context: CampaignContext,
    *,
    now: int,
    area_id: uuid.UUID | None = None,
    lane: str | None = None,
    case_id: uuid.UUID | None = None,
    limit: int = 30,
    offset: int = 0,
) -> list[Household]:
    """Return households of the areas that the actor heads, in walking order, with who is not finished; with `case_id` that person's.

    `area_id` asks for one of the areas. Empty for whoever heads no area.
    """
    statement = (
        select(Door.id, Area.code, Area.name, Subject.lane, Subject.house_no)
        .join(Area, and_(Area.unit_id == Door.unit_id, Area.id == Door.area_id))
        .join(Subject, and_(Subject.unit_id == Door.unit_id, Subject.id == Door.household_id))
        .where(Door.unit_id == context.unit_id, Door.campaign_id == context.id, _own(actor, area_id))
        .order_by(Area.sort, Area.code, Door.place_sort, Door.id)
        .limit(limit)
        .offset(offset)
    )
    if lane is not None:
        statement = statement.where(func.coalesce(Subject.lane, NO_LANE) == lane)
    if case_id is not None:
        own_case = select(Case.door_id).where(Case.unit_id == context.unit_id, Case.id == case_id)
        statement = statement.where(Door.id.in_(own_case))
    rows = session.execute(statement).all()
    people = _residents(session, actor, context, [row[0] for row in rows], now=now)
    return [
        Household(door, area, name, lane_of or NO_LANE, house or "", tuple(people.get(door, ())))
        for door, area, name, lane_of, house in rows
    ]


def count_households_of_own_area(
    session: Session,
    actor: Actor,
    context: CampaignContext,
    *,
    area_id: uuid.UUID | None = None,
    lane: str | None = None,
) -> int:
    """Return how many households `households_of_own_area` pages through."""
    statement = (
        select(func.count(Door.id))
        .join(Subject, and_(Subject.unit_id == Door.unit_id, Subject.id == Door.household_id))
        .where(Door.unit_id == context.unit_id, Door.campaign_id == context.id, _own(actor, area_id))
    )
    if lane is not None:
        statement = statement.where(func.coalesce(Subject.lane, NO_LANE) == lane)
    return session.scalar(statement) or 0


def own_reports(session: Session, actor: Actor, context: CampaignContext, *, limit: int = 50) -> list[ExitRequest]:
    """Return the movements that the actor reported and still sees, newest first, with what became of them."""
    ids = session.scalars(
        select(Request.id)
        .join(Case, and_(Case.unit_id == Request.unit_id, Case.id == Request.case_id))
        .where(
            Request.unit_id == actor.unit_id,
            Request.asked_by_id == actor.membership_id,
            Case.campaign_id == context.id,
        )
        .order_by(Request.asked_no.desc())
        .limit(limit)
    ).all()
    known = exit_requests_named(session, actor, context, ids)
    return [known[request] for request in ids if request in known]


def target_of(pack: Pack, outcome: str) -> str | None:
    """Return the exit that an outcome asks for; None if it asks for none."""
    rules = pack.outcomes.get(outcome)
    if rules is None:
        return None
    return next((effect.request for effect in rules.effects if effect.request is not None), None)


def _own(actor: Actor, area_id: uuid.UUID | None) -> ColumnElement[bool]:
    """Return the condition on `doors` for the areas that the actor heads, or for the one of them that is asked for."""
    headed = [post.area_id for post in actor.holds(HEAD) if post.area_id is not None]
    areas = [Door.area_id == area for area in headed if area_id in (None, area)]
    return and_(Door.unit_id == actor.unit_id, or_(false(), *areas))


def _residents(
    session: Session, actor: Actor, context: CampaignContext, doors: Sequence[uuid.UUID], *, now: int
) -> dict[uuid.UUID, list[Resident]]:
    track = context.pack.main_track
    mine = (
        select(Request.id)
        .where(
            Request.unit_id == _cases.c.unit_id,
            Request.case_id == _cases.c.id,
            Request.status == "waiting",
            Request.asked_by_id == actor.membership_id,
        )
        .exists()
    )
    columns = (_cases.c[name] for name in ("id", "door_id", "track", *FACTS))
    rows = session.execute(
        select(*columns, Subject.name, mine.label("mine"))
        .join(Subject, and_(Subject.unit_id == _cases.c.unit_id, Subject.id == _cases.c.subject_id))
        .where(
            _cases.c.unit_id == context.unit_id,
            _cases.c.door_id.in_(doors),
            _cases.c.track == track.id,
            _cases.c.left_at.is_(None),
        )
        .order_by(Subject.name_sort, _cases.c.id)
    ).all()
    people: dict[uuid.UUID, list[Resident]] = {}
    for row in rows:
        if not is_finished(track, row.state):
            label = label_seen(track, row.state)
            movements = _movements(context.pack, row, now=now)
            people.setdefault(row.door_id, []).append(
                Resident(row.id, row.name or UNNAMED, label, bool(row.mine), movements)
            )
    return people


def _movements(pack: Pack, row: Any, *, now: int) -> tuple[Movement, ...]:
    choices = choices_for_case(pack, row, (HEAD,), waits=bool(row.mine), now=now)
    return tuple(
        Movement(choice.outcome, choice.label, choice.asks_evidence, choice.evidence)
        for choice in choices
        if choice.needs_confirming
    )
