"""What ladders tell posts: levels that were called, and what was sent back to a rung below.

A level whose post nobody holds is told to the coordinator; whoever has it instead finds it in the list. Being lifted is no news of its
own: when that is written depends on when the clock looks.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from rules.pack.ladder import OWNER
from rules.pack.model import Rung
from workflow.notices.hours import QUARTER
from workflow.notices.kinds import CLIMBED, RETURNED
from workflow.queries.campaigns import CampaignContext
from workflow.queries.escalation_reach import EPISODES
from workflow.queries.finished_rules import may_hold_when_finished
from workflow.queries.notice_posts import Place
from workflow.tables import Event, Task, table_of

_events, _tasks = table_of(Event), table_of(Task)

Telling = Callable[[Any], None]
"""A step that counts what came, for whom it came."""


def ladder_news(session: Session, context: CampaignContext, range_: tuple[ColumnElement[bool], ...]) -> list[Telling]:
    """Return what the events of `range_` called or gave to posts: one step for each rule, level, place and quarter of an hour.

    A level has come when it was to be called; what was sent back, when that was recorded. Where an event says of no place (a report, a
    person who counts nowhere), the episode does. One statement.
    """
    ladders = {
        rule.id: rule.ladder
        for rule in context.pack.rules
        if rule.ladder and not may_hold_when_finished(context.pack, rule)
    }
    e = _events.c
    due_at, holder = (_number(e.data[name]) for name in ("due_at", "holder"))
    sent_back = e.data["answer"].as_string() == "returned"
    level = case((due_at.is_not(None), _number(e.data["level"])), else_=holder).label("level")
    came = func.coalesce(due_at, e.recorded_at)
    at = (came - came % QUARTER).label("at")
    kind = case((sent_back, literal(RETURNED)), else_=literal(CLIMBED)).label("kind")
    tables, owner = _with_episodes(ladders)
    episode = EPISODES.c
    area_id, team_id = func.coalesce(e.area_id, episode.area_id), func.coalesce(e.team_id, episode.team_id)
    shown = (e.rule_id, level, area_id.label("area_id"), team_id.label("team_id"), at, kind, *owner)
    found = select(*shown, func.count().label("n")).select_from(tables)
    by_clock, by_hand = and_(e.cause == "rule", due_at.is_not(None)), and_(e.cause == "person", sent_back)
    found = found.where(*range_, e.kind == "escalate", or_(by_clock, by_hand))
    rows = session.execute(found.group_by(*shown)).all()
    return [
        _telling(ladders[row.rule_id], row) for row in rows if 0 < (row.level or 0) <= len(ladders.get(row.rule_id, ()))
    ]


def _number(value: Any) -> ColumnElement[Any]:
    return cast(value.as_string(), BigInteger)


def _with_episodes(ladders: dict[str, tuple[Rung, ...]]) -> tuple[Any, Sequence[Any]]:
    """Return the events with their episodes; with the post that owns the task of an episode, where some rung is the owner's."""
    asking = sorted(rule_id for rule_id, ladder in ladders.items() if OWNER in {rung.to for rung in ladder})
    e, episode, task = _events.c, EPISODES.c, _tasks.c
    found = _events.outerjoin(EPISODES, and_(episode.unit_id == e.unit_id, episode.id == e.about_id))
    if not asking:
        return found, ()
    of_task = and_(
        e.rule_id.in_(asking), episode.kind == "task", task.unit_id == episode.unit_id, task.id == episode.subject_id
    )
    return found.outerjoin(_tasks, of_task), (task.owner_post_id,)


def _telling(ladder: tuple[Rung, ...], row: Any) -> Telling:
    place = Place(row.area_id, row.team_id)
    code = ladder[row.level - 1].to
    if code == OWNER:
        return lambda news: news.to_post(row.owner_post_id, place, row.at, row.kind, row.n)
    return lambda news: news.to_posts([code], place, row.at, row.kind, row.n)


__all__ = ["ladder_news"]
