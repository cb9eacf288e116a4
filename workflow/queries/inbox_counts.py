"""How many episodes wait in an inbox and how they stand: one search for the badge, the tabs and every row of the list."""

from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from workflow.access import Actor
from workflow.queries.actor_reach import reach_named
from workflow.queries.asker import ask_as
from workflow.queries.campaigns import CampaignContext
from workflow.queries.inbox_parts import Part, is_of, open_episodes, with_due
from workflow.queries.ladder_rows import count_of
from workflow.statements.asking import Asked

NOWHERE: Final[dict[str, Any]] = {"area": None, "team": None}
"""No filter by place."""


class InboxCounts(NamedTuple):
    """How many episodes: `waiting` for an answer of the actor's, `passed_up` to another post, and how all stand.

    `waiting_overdue` and `waiting_today` are how those stand that wait. `resting` are those that the actor put aside: they neither wait
    nor are they with another post.
    """

    waiting: int
    passed_up: int
    overdue: int
    today: int
    resting: int
    all: int
    waiting_overdue: int
    waiting_today: int


def counted(
    session: Session, actor: Actor, context: CampaignContext, whole_unit: bool, asked: dict[str, Any]
) -> InboxCounts:
    """Return the counts alone. One statement."""
    (counts,) = ask_as(session, actor, context, _counts, whole_unit, **asked)
    return InboxCounts(*map(int, counts))


def told_with(row: Any) -> InboxCounts:
    """Return the counts over all of the inbox, which every row of a page tells."""
    return InboxCounts(*(int(getattr(row, f"all_{name}")) for name in InboxCounts._fields))


def _counts(
    actor: Actor,
    context: CampaignContext,
    whole_unit: bool,
    *,
    now: Any,
    tomorrow: Any,
    area: Any,
    team: Any,
    **facts: Any,
) -> Asked:
    row = stood(actor, context, whole_unit, facts, area, team, now, tomorrow)
    return select(*(column.label(name) for name, column in count_columns(row).items()))


def count_columns(row: Any) -> dict[str, ColumnElement[int]]:
    """Return the sums that `InboxCounts` names, over open episodes or a group of them."""
    waits = is_of(row, "waiting")
    waiting, whole = count_of(waits), func.count()
    overdue, today, resting = (count_of(row.due == name) for name in ("overdue", "today", "resting"))
    of_waiting = [count_of(and_(waits, row.due == name)) for name in ("overdue", "today")]
    counts = (waiting, whole - waiting - resting, overdue, today, resting, whole, *of_waiting)
    return dict(zip(InboxCounts._fields, counts, strict=True))


def stood(
    actor: Actor, context: CampaignContext, whole_unit: bool, facts: dict[str, Any], area: Any, team: Any, now: Any, tomorrow: Any, *,
    part: Part | None = None,
) -> Any:  # fmt: skip
    """Return the columns of open episodes of a place, with `due`."""
    opened = open_episodes(reach_named(actor, context, **facts), whole_unit=whole_unit, part=part, at_once=True)
    places = ((opened.c.area_id, area), (opened.c.team_id, team))
    return with_due(opened, now, tomorrow, *(column == wanted for column, wanted in places if wanted is not None))


__all__ = ["NOWHERE", "InboxCounts", "count_columns", "counted", "stood", "told_with"]
