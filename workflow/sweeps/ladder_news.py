"""What ladders tell posts: levels that were called, and what a post above decided about what another one has.

A level comes to whoever stands on its rung; where nobody does, to the next rung on which somebody stands, and the coordinator is told
too. That follows from the ladder and from who held the posts when it came, whenever the clock looks.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from rules.pack.ladder import OWNER
from rules.pack.rules_model import Rung
from workflow.escalation.news import Telling
from workflow.notices.hours import QUARTER
from workflow.notices.kinds import CLIMBED, GRANTED, RETURNED, TAKEN_OVER
from workflow.queries.campaigns import CampaignContext
from workflow.queries.finished_rules import may_hold_when_finished
from workflow.queries.ladder_rows import EPISODES, TOP_LEVEL, TOP_ROLE
from workflow.queries.notice_posts import COORDINATOR, Place
from workflow.tables import Event, Task, table_of

_events, _tasks = table_of(Event), table_of(Task)

Ladder = tuple[Rung, ...]
TOLD_TO: Final[Mapping[str, tuple[str, str]]] = {
    "raised": (CLIMBED, "holder"),
    "returned": (RETURNED, "holder"),
    "taken_over": (TAKEN_OVER, "had"),
    "granted": (GRANTED, "had"),
}
"""By answer, as what news it comes, and which value of its event names the rung to which it does."""


def ladder_news(session: Session, context: CampaignContext, range_: tuple[ColumnElement[bool], ...]) -> list[Telling]:
    """Return what the events of `range_` called or decided: one step for each rule, rung, place and quarter of an hour.

    A level has come when it was to be called; what somebody answered, when that was recorded; what is open again has come once more to
    the rung that had it. One statement.
    """
    ladders, e = ladders_of(context), _events.c
    due_at, answer = number_of(e.data["due_at"]), e.data["answer"].as_string()
    level = number_of(e.data["level"])
    had = func.coalesce(number_of(e.data["had"]), level)
    rungs = [(answer == name, func.coalesce(number_of(e.data[rung]), level)) for name, (_, rung) in TOLD_TO.items()]
    kinds = [(answer == name, literal(kind)) for name, (kind, _) in TOLD_TO.items()]
    rung, kind = case(*rungs, else_=had).label("level"), case(*kinds, else_=literal(CLIMBED)).label("kind")
    came = func.coalesce(due_at, e.recorded_at)
    at = (came - came % QUARTER).label("at")
    tables, whose = with_episodes(ladders)
    shown = (e.rule_id, rung, at, kind, *whose)
    by_clock, by_hand = and_(e.cause == "rule", due_at.is_not(None)), and_(e.cause == "person", answer.in_(TOLD_TO))
    found = select(*shown, func.count().label("n")).select_from(tables)
    found = found.where(*range_, e.kind == "escalate", or_(by_clock, by_hand))
    rows = session.execute(found.group_by(*shown)).all()
    return [telling(ladders[row.rule_id], row) for row in rows if row.level and row.rule_id in ladders]


def ladders_of(context: CampaignContext) -> dict[str, Ladder]:
    """Return the ladders by rule, without those whose news would tell that somebody's contact has ended."""
    rules = context.pack.rules
    return {rule.id: rule.ladder for rule in rules if rule.ladder and not may_hold_when_finished(context.pack, rule)}


def number_of(value: Any) -> ColumnElement[Any]:
    """Return a value of an event as a number; NULL where it has none."""
    return cast(value.as_string(), BigInteger)


def with_episodes(ladders: Mapping[str, Ladder]) -> tuple[Any, Sequence[Any]]:
    """Return the events with their episodes, and the columns that say whose news they are.

    Those are area and team (of the episode, where the event names no place: a report, a person who counts nowhere) and, where some rung
    is the owner's, the post that owns the task.
    """
    asking = sorted(rule_id for rule_id, ladder in ladders.items() if OWNER in {rung.to for rung in ladder})
    e, episode, task = _events.c, EPISODES.c, _tasks.c
    found = _events.outerjoin(EPISODES, and_(episode.unit_id == e.unit_id, episode.id == e.about_id))
    place = (
        func.coalesce(e.area_id, episode.area_id).label("area_id"),
        func.coalesce(e.team_id, episode.team_id).label("team_id"),
    )
    if not asking:
        return found, place
    of_task = and_(
        e.rule_id.in_(asking), episode.kind == "task", task.unit_id == episode.unit_id, task.id == episode.subject_id
    )
    return found.outerjoin(_tasks, of_task), (*place, task.owner_post_id)


def telling(ladder: Ladder, row: Any) -> Telling:
    """Return the step that counts a row of `n` things of a `kind` for the rung `level` of a ladder, where they lie."""
    place, owner = Place(row.area_id, row.team_id), getattr(row, "owner_post_id", None)
    if row.level > len(ladder):
        role = TOP_ROLE if row.level == TOP_LEVEL else COORDINATOR
        return lambda news: news.to_posts([role], place, row.at, row.kind, row.n, by_role=True)
    codes = [rung.to for rung in ladder[row.level - 1 :]]
    if row.kind == CLIMBED:
        return lambda news: news.to_rungs(codes, owner, place, row.at, row.kind, row.n)
    if codes[0] == OWNER:
        return lambda news: news.to_post(owner, place, row.at, row.kind, row.n)
    return lambda news: news.to_posts(codes[:1], place, row.at, row.kind, row.n)


__all__ = ["Telling", "ladder_news", "ladders_of", "number_of", "telling", "with_episodes"]
