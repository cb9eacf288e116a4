"""A row of the inbox as its page shows it: what waits of it, else what has gone to another post, and which answers that takes."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.access import Actor
from workflow.queries.actor_reach import reach_of
from workflow.queries.answerable import AnswerKind, offered
from workflow.queries.campaigns import CampaignContext
from workflow.queries.inbox import PAGE
from workflow.queries.inbox_group import EpisodeLine, episode_lines, inside_group
from workflow.queries.inbox_parts import Part
from workflow.queries.ladder_rows import EPISODES, count_of
from workflow.queries.time_left import Due


class GroupShown(NamedTuple):
    """A page of a row's episodes, how many there are, and what the gateway would take for at least one of them, in the order of the buttons."""

    lines: list[EpisodeLine]
    total: int
    may: tuple[AnswerKind, ...]


def group_shown(
    session: Session,
    actor: Actor,
    context: CampaignContext,
    rule_id: str,
    group_key: str,
    *,
    now: Instant,
    due: Due | None = None,
    part: Part | None = None,
    whole_unit: bool = False,
    limit: int = PAGE,
    offset: int = 0,
) -> GroupShown:
    """Return what of a row is shown: the `part` that is wanted, or all of it if that is empty. At most nine statements."""
    reach = reach_of(session, actor, context)
    takes = offered(session, reach, now=now)
    inside, anyhow = (
        inside_group(reach, rule_id, group_key, now, due, each, whole_unit=whole_unit) for each in (part, None)
    )
    both = or_(inside, anyhow) if part == "below" else anyhow
    found = session.execute(_counts(takes, inside, anyhow).where(both)).one()
    if not found.all_of_it and not found.n:
        return GroupShown([], 0, ())
    total, here, which = (found.n, inside, "here") if found.n else (found.all_of_it, anyhow, "anyhow")
    from_above = whole_unit or (part == "below" and which == "here")
    lines = episode_lines(session, reach, here, now=now, from_above=from_above, limit=limit, offset=offset)
    return GroupShown(lines, total, tuple(answer for answer in takes if found._mapping[f"{which}_{answer}"]))


def _counts(
    takes: Mapping[AnswerKind, ColumnElement[bool]], inside: ColumnElement[bool], anyhow: ColumnElement[bool]
) -> Select[Any]:
    """Return how many there are, in the part and in all, and which answers some of them take."""
    columns: list[ColumnElement[Any]] = [count_of(anyhow).label("all_of_it"), count_of(inside).label("n")]
    for name, of_them in (("here", inside), ("anyhow", anyhow)):
        columns += [
            func.max(case((and_(takes[answer], of_them), 1), else_=0)).label(f"{name}_{answer}") for answer in takes
        ]
    return select(*columns).select_from(EPISODES)


def count_in_group(
    session: Session,
    actor: Actor,
    context: CampaignContext,
    rule_id: str,
    group_key: str,
    *,
    now: Instant,
    due: Due | None = None,
    part: Part | None = None,
    whole_unit: bool = False,
) -> int:
    """Return how many open episodes stand in a part of a row. At most three statements."""
    here = inside_group(reach_of(session, actor, context), rule_id, group_key, now, due, part, whole_unit=whole_unit)
    return session.scalar(select(func.count()).select_from(EPISODES).where(here)) or 0
