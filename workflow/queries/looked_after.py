"""Which areas and teams somebody looks after: a leader the own team, the head of an area that area, a duty leader theirs, others all."""

import uuid
from typing import Any, Final, NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from workflow.access import Actor, of_the_unit
from workflow.tables import Area, Team, TeamArea, table_of

OF_EVERYTHING: Final = ("coordinator", "administrator", "chair", "duty_leader")


class SeenPlace(NamedTuple):
    """An area or team that somebody looks after."""

    id: uuid.UUID
    code: str
    name: str
    by: str


_areas, _teams, _works = table_of(Area), table_of(Team), table_of(TeamArea)


def places_looked_after(session: Session, actor: Actor, by: str) -> list[SeenPlace]:
    """Return the open areas or teams (`by`) that the actor looks after, in printed order."""
    place: Any = (_teams if by == "team" else _areas).c
    statement = select(place.id, place.code, place.name).where(place.unit_id == actor.unit_id, place.valid_to.is_(None))
    if not any(of_the_unit(post) for role in OF_EVERYTHING for post in actor.holds(role)):
        statement = statement.where(_mine(actor, place, by))
    rows = session.execute(statement.order_by(place.sort, place.id))
    return [SeenPlace(row.id, row.code, row.name, by) for row in rows]


def _mine(actor: Actor, place: Any, by: str) -> Any:
    areas = [post.area_id for post in actor.holds("duty_leader") if post.area_id is not None]
    if by == "team":
        led = [post.team_id for post in actor.holds("team_leader") if post.team_id is not None]
        working = select(_works.c.team_id).where(
            _works.c.unit_id == actor.unit_id, _works.c.area_id.in_(areas), _works.c.to_at.is_(None)
        )
        return or_(place.id.in_(led), place.id.in_(working))
    headed = [post.area_id for post in actor.holds("area_head") if post.area_id is not None]
    return place.id.in_([*areas, *headed])


__all__ = ["SeenPlace", "places_looked_after"]
