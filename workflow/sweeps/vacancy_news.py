"""What is told when a post falls vacant while something waits for it: whoever has it then hears of it as of a level that came.

A post that was vacant already when the level came is no news of its own: that the level came was told to whoever got it
(`ladder_news`). Otherwise it came when the last holder left, whenever the clock found it. A rung whose level was never called has what
it took over, or what was lifted to it, from then on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, select
from sqlalchemy.orm import Session

from workflow.notices.hours import QUARTER
from workflow.notices.kinds import CLIMBED
from workflow.queries.campaigns import CampaignContext
from workflow.queries.ladder_rows import EPISODES, STEPS
from workflow.queries.notice_posts import Place
from workflow.sweeps.ladder_news import Ladder, Telling, ladders_of, number_of, telling, with_episodes
from workflow.tables import Event, table_of

_events = table_of(Event)
_given = _events.alias("given")


@dataclass(frozen=True)
class _Came:
    """A row as `telling` wants it, at another instant."""

    row: Any
    at: int

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


def vacancy_news(session: Session, context: CampaignContext, range_: tuple[ColumnElement[bool], ...]) -> list[Telling]:
    """Return what the events of `range_` gave to another post because nobody held the one that had it. One statement."""
    ladders, e, step = ladders_of(context), _events.c, STEPS.c
    unheld, holder = number_of(e.data["unheld"]).label("unheld"), number_of(e.data["holder"]).label("level")
    tables, whose = with_episodes(ladders)
    of_step = and_(step.unit_id == e.unit_id, step.escalation_id == e.about_id, step.level == unheld)
    due = func.coalesce(step.due_at, *_given_at(unheld), e.recorded_at)
    quarters = ((due - due % QUARTER).label("due"), (e.recorded_at - e.recorded_at % QUARTER).label("found"))
    shown = (e.rule_id, unheld, holder, *quarters, *whose)
    rows = session.execute(
        select(*shown, literal(CLIMBED).label("kind"), func.count().label("n"))
        .select_from(tables.outerjoin(STEPS, of_step))
        .where(*range_, e.kind == "escalate", e.cause == "rule", unheld.is_not(None))
        .group_by(*shown)
    ).all()
    return [_if_it_was_held(ladders, row) for row in rows if row.rule_id in ladders]


def _given_at(rung: ColumnElement[Any]) -> tuple[ColumnElement[Any], ...]:
    """Return when an event last gave the episode to that rung: of a case among its events, else since the episode opened."""
    e, given, episode = _events.c, _given.c, EPISODES.c
    it = (given.unit_id == e.unit_id, given.kind == "escalate", given.about_id == e.about_id)
    newest = select(func.max(given.recorded_at)).where(
        *it, given.ledger_no < e.ledger_no, number_of(given.data["holder"]) == rung
    )
    of_case = newest.where(given.case_id == e.case_id)
    other = newest.where(
        e.case_id.is_(None), given.recorded_at >= episode.opened_at, given.recorded_at <= e.recorded_at
    )
    return tuple(found.correlate(_events, EPISODES).scalar_subquery() for found in (of_case, other))


def _if_it_was_held(ladders: Mapping[str, Ladder], row: Any) -> Telling:
    """Return the step that tells of a row if somebody held the post when the level came, and left since."""
    ladder = ladders[row.rule_id]
    if row.unheld > len(ladder):  # the coordinator's: what they took over was never called on a rung of its own
        return telling(ladder, _Came(row, row.found))
    code, owner, place = ladder[row.unheld - 1].to, getattr(row, "owner_post_id", None), Place(row.area_id, row.team_id)

    def tell(news: Any) -> None:
        if news.was_held(code, owner, place, row.due):
            left = news.posts.emptied_at(code, owner, place, row.due, row.found + QUARTER)
            at = row.found if left is None else left - left % QUARTER
            telling(ladder, _Came(row, at))(news)

    return tell


__all__ = ["vacancy_news"]
