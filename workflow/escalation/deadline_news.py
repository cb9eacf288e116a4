"""What posts are told of deadlines: each that passed or came near while its task still had to be handed over.

A task's row says how it stood from its last change on. So the deadlines up to a change are told just before the row changes, and the
clock tells those after it: what is told is the same whether it looks in time or late.
"""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from rules.time import HOUR, Instant
from workflow.escalation.news import News, Telling, of_owner, quarter, write_news
from workflow.ledger.book import Book
from workflow.notices.kinds import DUE_SOON, MISSING, OVERDUE
from workflow.plan.life import HANDED_OVER, OPEN
from workflow.queries.campaigns import CampaignContext
from workflow.queries.notice_posts import posts_of
from workflow.queries.notice_ways import ways_of
from workflow.statements import latest
from workflow.tables import Campaign, Event, Task, table_of

_events, _tasks, _campaigns = table_of(Event), table_of(Task), table_of(Campaign)
_WITH_OWNER = tuple(state for state in OPEN if state not in HANDED_OVER)
_CHANGES = ("move", "by_plan", "counts_from")
"""What the event of a change says, and one of a remark, of progress or of evidence does not."""


def deadline_news(
    session: Session,
    context: CampaignContext,
    since: Instant,
    now: Instant,
    *,
    only: Sequence[uuid.UUID] | None = None,
) -> list[Telling]:
    """Return what deadlines passed or came near after `since` and up to `now` (of tasks with the ids `only`), as steps that count it.

    Those up to the last change of a task are left out. Three statements.
    """
    if now <= since:
        return []
    t, ahead = _tasks.c, _ahead(context)
    mine = [t.unit_id == context.unit_id, t.campaign_id == context.id, t.is_open, t.state.in_(_WITH_OWNER)]
    if only is not None:
        mine.append(t.id.in_(only))
    near = case((t.is_duty, t.internal_due_at), else_=latest(t.opens_at, t.due_at - ahead))
    found: list[Telling] = []
    for at_, kind, window in (
        (t.due_at, OVERDUE, and_(t.due_at > since, t.due_at <= now, ~t.is_relayed)),
        (t.due_at, MISSING, and_(t.due_at > since, t.due_at <= now, t.is_relayed)),
        (near, DUE_SOON, and_(t.due_at > since, t.due_at <= now + ahead, near > since, near <= now, near < t.due_at)),
    ):
        shown = (t.owner_post_id, t.area_id, t.team_id, quarter(at_).label("at"))
        rows = session.execute(
            select(*shown, func.count().label("n")).where(*mine, window, ~_changed_since(at_)).group_by(*shown)
        ).all()
        found += [of_owner(row, kind) for row in rows]
    return found


def tell_deadlines(book: Book, context: CampaignContext, tasks: Sequence[dict[str, Any]], *, until: Instant) -> None:
    """Tell of the deadlines up to `until` of these rows, just before they change. The event of the change has to follow at once.

    Asks nothing where none can have come.
    """
    ahead = _ahead(context)
    ids = [task["id"] for task in tasks if task["state"] in _WITH_OWNER and _may_have_come(task, ahead, until)]
    if not ids:
        return
    book.flush()
    c = _campaigns.c
    seen = select(c.notices_seen_at).where(c.unit_id == book.unit_id, c.id == context.id)
    seen_at = book.session.execute(seen).scalar_one()
    since = context.starts_at if seen_at is None else seen_at
    found = deadline_news(book.session, context, since, until, only=ids)
    if found:
        news = News(ways_of(book.session, context), posts_of(book.session, context.unit_id))
        for tell in found:
            tell(news)
        write_news(book.session, context, news)


def _ahead(context: CampaignContext) -> int:
    return context.pack.model.pack.notices.due_soon_hours * HOUR


def _may_have_come(task: dict[str, Any], ahead: int, until: Instant) -> bool:
    due_at, internal = task["due_at"], task["internal_due_at"]
    return due_at is not None and (due_at - ahead <= until or (internal is not None and internal <= until))


def _changed_since(at_: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a task changed at or after an instant: what a rule found late, as of when it came true."""
    t, e = _tasks.c, _events.c
    changed = or_(*(e.data[name].as_string().is_not(None) for name in _CHANGES))
    came = case((e.cause == "rule", e.happened_at), else_=e.recorded_at)
    of_task = (e.unit_id == t.unit_id, e.about_id == t.id, e.kind == "task")
    return select(e.ledger_no).where(*of_task, changed, came >= at_).correlate(_tasks).exists()


__all__ = ["deadline_news", "tell_deadlines"]
