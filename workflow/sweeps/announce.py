"""Telling posts what came to them: one digest for each post and hour.

What is told comes from the ledger (levels reached, requests, what was handed back) and from deadlines, each with the instant at which it
came, not the one at which a clock looked: after an outage the same digests are written as would have been in time. A campaign
remembers up to which ledger number and which instant it has told; that is moved on in the same transaction, under the head's lock, so
nothing is told twice. Counting is the database's: what comes back is one row for each rule or role, place and quarter of an hour.
"""

import uuid
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, update
from sqlalchemy.orm import Session

from rules.time import HOUR, Instant
from workflow.escalation.deadline_news import deadline_news
from workflow.escalation.news import News, of_owner, quarter, write_news
from workflow.notices.hours import QUARTER
from workflow.notices.kinds import GRANTED, RETURNED, TAKEN_OVER, TO_CONFIRM
from workflow.queries.campaigns import CampaignContext
from workflow.queries.ladder_rows import TO_POST, TO_TEAM
from workflow.queries.notice_posts import Place, posts_of
from workflow.queries.notice_ways import ways_of
from workflow.sweeps.ladder_news import ladder_news, number_of
from workflow.sweeps.vacancy_news import vacancy_news
from workflow.tables import Campaign, Event, Request, Task, table_of

_events, _tasks, _requests = table_of(Event), table_of(Task), table_of(Request)


def announce(session: Session, context: CampaignContext, *, now: Instant, last_no: int) -> int:
    """Tell posts what came up to `last_no` and `now` and was not told yet; return how many things. The head must be locked.

    It tells once in each quarter of an hour, at the first call in it: digests are of hours, and a tick of every minute stays quick.
    """
    seen_no, seen_at, next_at = session.execute(
        select(Campaign.notices_seen_no, Campaign.notices_seen_at, Campaign.rules_next_at).where(
            Campaign.unit_id == context.unit_id, Campaign.id == context.id
        )
    ).one()
    if seen_at is not None and now // QUARTER <= seen_at // QUARTER:
        _wake(session, context, now, next_at, {}, is_left=last_no > (seen_no or 0))
        return 0
    since_no, since = seen_no or 0, context.starts_at if seen_at is None else seen_at
    found = [*_from_ledger(session, context, since_no, last_no), *deadline_news(session, context, since, now)]
    told = 0
    if found:
        news = News(ways_of(session, context), posts_of(session, context.unit_id))
        for tell in found:
            tell(news)
        told = write_news(session, context, news)
    _wake(session, context, now, next_at, {"notices_seen_no": last_no, "notices_seen_at": max(now, since)})
    return told


def _wake(
    session: Session,
    context: CampaignContext,
    now: Instant,
    next_at: Instant | None,
    values: dict[str, Any],
    *,
    is_left: bool = False,
) -> None:
    """Write what was told, and see that the campaign has a turn once a deadline has come: no earlier than the quarter after it.

    If something `is_left` to tell, that is the next quarter, also when the campaign itself wants none any more.
    """
    soon = now - now % QUARTER + QUARTER
    upcoming = None if next_at is None or next_at <= soon else soon if is_left else _next(session, context, now)
    if upcoming is not None and next_at is not None and -(-upcoming // QUARTER) * QUARTER < next_at:
        values = {**values, "rules_next_at": -(-upcoming // QUARTER) * QUARTER}
    if values:
        mine = (Campaign.unit_id == context.unit_id, Campaign.id == context.id)
        session.execute(update(Campaign).where(*mine).values(**values))


def _from_ledger(session: Session, context: CampaignContext, after: int, up_to: int) -> list[Any]:
    """Return what the ledger tells from `after` (not counted) to `up_to`, as steps that count it."""
    e = _events.c
    range_ = (e.unit_id == context.unit_id, e.ledger_no > after, e.ledger_no <= up_to, e.campaign_id == context.id)
    if up_to <= after:
        return []
    return [
        *ladder_news(session, context, range_),
        *vacancy_news(session, context, range_),
        *_given(session, range_),
        *_requests_of(session, range_),
        *_tasks_back(session, range_),
    ]


def _given(session: Session, range_: tuple[ColumnElement[bool], ...]) -> list[Any]:
    """Episodes that somebody handed on to one person, to a post, or to the team in which they lie; and those that were with one of them
    when a post above took them over or granted time, or that are open again there.
    """
    e = _events.c
    answer = e.data["answer"].as_string()
    given = e.data["given"].as_string()
    others = case(
        (or_(given != TO_TEAM, number_of(e.data["had"]) > 1), given)
    )  # the leader who gave it to the team is told as one
    to = func.coalesce(e.data["to"].as_string(), others).label("to")
    kind = case((answer.in_((TAKEN_OVER, GRANTED)), answer), else_=literal(RETURNED)).label("kind")
    came = func.coalesce(number_of(e.data["due_at"]), e.recorded_at)
    shown = (to, e.area_id, e.team_id, quarter(came).label("at"), kind)
    told = or_(e.cause == "person", e.data["reopened"].as_string().is_not(None))
    statement = select(*shown, func.count().label("n")).where(*range_, e.kind == "escalate", told, to.is_not(None))

    def telling(row: Any) -> Any:
        place = Place(row.area_id, row.team_id)
        if row.to == TO_TEAM:
            return lambda news: news.to_posts(["team_leader"], place, row.at, row.kind, row.n, by_role=True)
        if row.to.startswith(TO_POST):
            post_id = uuid.UUID(row.to.removeprefix(TO_POST))
            return lambda news: news.to_post(post_id, place, row.at, row.kind, row.n)
        return lambda news: news.to_member(uuid.UUID(row.to), row.at, row.kind, row.n)

    return [telling(row) for row in session.execute(statement.group_by(*shown)).all()]


def _requests_of(session: Session, range_: tuple[ColumnElement[bool], ...]) -> list[Any]:
    """Requests that wait for a role where the case lies, and those that came back to whoever asked.

    The event that asks is about the visit at which it was asked, if there was one: a request knows it by its number.
    """
    e, r = _events.c, _requests.c
    here = r.unit_id == e.unit_id
    at_ = quarter(e.recorded_at).label("at")
    asked = (r.confirm_by, e.area_id, e.team_id, at_)
    waiting = session.execute(
        select(*asked, func.count().label("n"))
        .join_from(_events, _requests, and_(here, r.asked_no == e.ledger_no))
        .where(*range_, e.kind == "request")
        .group_by(*asked)
    ).all()
    back = session.execute(
        select(r.asked_by_id, at_, func.count().label("n"))
        .join_from(_events, _requests, and_(here, r.id == e.about_id, r.decided_no == e.ledger_no))
        .where(*range_, e.kind == "request", r.status == "returned")
        .group_by(r.asked_by_id, at_)
    ).all()

    def waits(row: Any) -> Any:
        place = Place(row.area_id, row.team_id)
        return lambda news: news.to_posts([row.confirm_by], place, row.at, TO_CONFIRM, row.n, by_role=True)

    def came_back(row: Any) -> Any:
        return lambda news: news.to_member(row.asked_by_id, row.at, RETURNED, row.n)

    return [*map(waits, waiting), *map(came_back, back)]


def _tasks_back(session: Session, range_: tuple[ColumnElement[bool], ...]) -> list[Any]:
    """Tasks that were returned to their owner."""
    e, t = _events.c, _tasks.c
    shown = (t.owner_post_id, t.area_id, t.team_id, quarter(e.recorded_at).label("at"))
    rows = session.execute(
        select(*shown, func.count().label("n"))
        .join_from(_events, _tasks, and_(t.unit_id == e.unit_id, t.id == e.about_id))
        .where(*range_, e.kind == "task", e.data["move"].as_string() == "return")
        .group_by(*shown)
    ).all()
    return [of_owner(row, RETURNED) for row in rows]


def _next(session: Session, context: CampaignContext, now: Instant) -> Instant | None:
    """Return the next instant at which a deadline of what is open now passes or comes near: two looks into an index."""
    t, ahead = _tasks.c, context.pack.model.pack.notices.due_soon_hours * HOUR
    mine = (t.unit_id == context.unit_id, t.campaign_id == context.id, t.is_open)
    passes = select(func.min(t.due_at)).where(*mine, t.due_at > now).scalar_subquery()
    near = select(func.min(t.due_at) - ahead).where(*mine, t.due_at > now + ahead).scalar_subquery()
    moments = [moment for moment in session.execute(select(passes, near)).one() if moment is not None]
    return min(moments, default=None)
