"""What waits for the posts somebody holds: one row for each rule and group, opening to its people, tasks or teams.

Rows stand in the order of the time that is left to answer (`workflow.queries.time_left`); badge, tabs, list and bulk answers all ask there.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.access import Actor
from workflow.queries.actor_reach import reach_facts, reach_of, reach_values
from workflow.queries.asker import ask_as
from workflow.queries.campaigns import CampaignContext
from workflow.queries.inbox_counts import NOWHERE, InboxCounts, counted, told_with
from workflow.queries.inbox_groups import InboxGroup, group_from, groups_of
from workflow.queries.inbox_parts import moments
from workflow.queries.ladder_labels import names_of_places
from workflow.queries.ladder_rows import EPISODES
from workflow.queries.time_left import Due

PAGE = 50


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page of the inbox with the counts over all of it."""

    counts: InboxCounts
    groups: tuple[InboxGroup, ...]
    has_more: bool


def inbox_of(
    session: Session,
    actor: Actor,
    context: CampaignContext,
    *,
    now: Instant,
    due: Due | None = None,
    whole_unit: bool = False,
    limit: int = PAGE,
    offset: int = 0,
) -> Inbox:
    """Return what waits for the actor, in the order of the time that is left. At most seven statements.

    Rows that have wholly gone to a post above come last: nobody waits for the actor there.

    `due` keeps only what stands so. `whole_unit` shows a coordinator every open episode of the unit; to anybody else it shows
    nothing.
    """
    asked = reach_values(actor, reach_facts(session, actor, context)) | moments(now)
    page: dict[str, Any] = {"limit": limit + 1, "offset": offset}
    rows = ask_as(
        session, actor, context, groups_of, whole_unit, due, None, None, after=None, **NOWHERE, **asked, **page
    )
    counts = told_with(rows[0]) if rows else counted(session, actor, context, whole_unit, asked | NOWHERE)
    places = names_of_places(session, context.unit_id, [row.group_key for row in rows])
    groups = tuple(group_from(context, row, places) for row in rows[:limit])
    return Inbox(counts, groups, len(rows) > limit)


def count_inbox(session: Session, actor: Actor, context: CampaignContext, *, now: Instant) -> InboxCounts:
    """Return only the counts of `inbox_of`, for a badge. At most three statements."""
    asked = reach_values(actor, reach_facts(session, actor, context)) | moments(now)
    return counted(session, actor, context, False, asked | NOWHERE)


def places_seen(session: Session, actor: Actor, context: CampaignContext, keys: list[str]) -> dict[str, str]:
    """Return the names of those groups in which the actor may know of something; somebody else's has none here. At most four statements."""
    wanted = sorted({key for key in keys if key})
    if not wanted:
        return {}
    known = and_(reach_of(session, actor, context).visible, EPISODES.c.group_key.in_(wanted))
    seen = session.scalars(select(EPISODES.c.group_key).where(known).distinct())
    return names_of_places(session, context.unit_id, list(seen))


__all__ = ["PAGE", "Inbox", "count_inbox", "inbox_of", "places_seen"]
