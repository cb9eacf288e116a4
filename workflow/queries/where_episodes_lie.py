"""Which episodes lie where a post does, and which are about what a post owns. Conditions over `EPISODES`."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import Session

from rules.pack import CompiledRule
from workflow.access import Held, of_the_unit
from workflow.queries.ladder_rows import EPISODES, TEAM_LEADER
from workflow.statements.asking import Asked, ask
from workflow.tables import Task, TeamArea, table_of

_works = table_of(TeamArea)
_owned = table_of(Task).alias("owned")


def teams_working(session: Session, unit_id: uuid.UUID, areas: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Return for each of these areas the teams that work it now."""
    found: dict[uuid.UUID, list[uuid.UUID]] = {area: [] for area in areas}
    if areas:
        for row in ask(session, _working, unit=unit_id, areas=list(areas)):
            found[row.area_id].append(row.team_id)
    return found


def _working(*, unit: Any, areas: Any) -> Asked:
    return (
        select(_works.c.area_id, _works.c.team_id)
        .where(_works.c.unit_id == unit, _works.c.area_id.in_(areas), _works.c.to_at.is_(None))
        .order_by(_works.c.area_id, _works.c.team_id)
    )


def lies_with(post: Held, works: Mapping[uuid.UUID, Sequence[uuid.UUID]]) -> ColumnElement[bool]:
    """Return the condition that an episode lies where the post does; never unknown, so that it can be negated. `works` has the teams of each area."""
    if of_the_unit(post):
        return true()
    if post.team_id is not None:
        return _is_at(EPISODES.c.team_id, post.team_id)
    if post.area_id is not None:
        team = EPISODES.c.team_id
        of_team = and_(EPISODES.c.area_id.is_(None), team.is_not(None), team.in_(list(works.get(post.area_id, ()))))
        return or_(_is_at(EPISODES.c.area_id, post.area_id), of_team)
    return false()


def _is_at(column: ColumnElement[Any], place: uuid.UUID) -> ColumnElement[bool]:
    """Return the condition that a column names that place; false, not unknown, for what lies in no such place."""
    return and_(column.is_not(None), column == place)


def may_own(post: Held, rule: CompiledRule) -> bool:
    """Whether a post can be the owner that rungs of a rule name: any post owns tasks, a team is led by its leader."""
    return rule.model.on == "task" or (rule.model.on == "team" and post.role == TEAM_LEADER)


def owned_by(post: Held) -> ColumnElement[bool]:
    """Return the condition that an episode is about a task of that post, or about the team it leads."""
    tasks = select(_owned.c.id).where(_owned.c.unit_id == EPISODES.c.unit_id, _owned.c.owner_post_id == post.post_id)
    of_task = and_(EPISODES.c.kind == "task", EPISODES.c.subject_id.in_(tasks))
    if post.role != TEAM_LEADER or post.team_id is None:
        return of_task
    return or_(of_task, and_(EPISODES.c.kind == "team", _is_at(EPISODES.c.team_id, post.team_id)))


__all__ = ["lies_with", "may_own", "owned_by", "teams_working"]
