"""Which open episodes stand in an inbox, at which level they ask the reader, and in which part of it: what waits, lies elsewhere, lies
with a post below, or rests.

A step is the actor's if its rung names a post they hold, where the episode lies. The newest such level is theirs. Once the ladder has
gone past it the row stays, in the part of what is with another post, because whoever was asked first can still do the work. Whoever puts
an episode aside has it out of the way until then (`resting`), and nobody else does. What lies `below` asks the reader nothing: it is
shown at the level that has it, as the whole unit is to a coordinator, because a post above may take it over or grant it time.
"""

from typing import Any, Literal

from sqlalchemy import BigInteger, ColumnElement, Subquery, and_, case, func, literal, select

from rules.time import Instant
from workflow.days import tomorrow_of
from workflow.queries.escalation_reach import Reach
from workflow.queries.ladder_rows import EPISODES, HOLDER
from workflow.queries.time_left import Due, due_sql, end_of_day_sql
from workflow.tables import EscalationRest, table_of

_rests = table_of(EscalationRest)


Part = Literal["waiting", "passed_up", "below"]


def open_episodes(
    reach: Reach, *, whole_unit: bool = False, part: Part | None = None, at_once: bool = False
) -> Subquery:
    """Return the open episodes of an inbox, each with `mine`: the level at which the actor is asked, and `holder`, which has it.

    `rest_until` is when one that the actor put aside is back. `at_once` is for who looks at all of them: each level is then worked
    out once, but nothing outside narrows the search.
    """
    e = EPISODES.c
    from_above = whole_unit or part == "below"
    mine = mine_in(reach, from_above=from_above)
    rest = literal(None, BigInteger) if from_above else rest_until(reach)
    by = func.coalesce(e.answer_by, end_of_day_sql(e.due_at)).label("answer_by")
    columns = (
        e.id,
        e.rule_id,
        e.kind,
        e.group_key,
        e.due_at,
        by,
        e.level,
        e.levels,
        HOLDER.label("holder"),
        e.area_id,
        e.team_id,
    )
    inside = reach.whole_unit if whole_unit else reach.below if part == "below" else reach.listed
    found = select(*columns, mine.label("mine"), rest.label("rest_until")).where(inside)
    return (found.offset(0) if at_once else found).subquery("open")


def mine_in(reach: Reach, *, from_above: bool) -> ColumnElement[Any]:
    """Return the level at which an episode asks the actor; for who looks from above, and where it was handed to them, that of the holder."""
    return HOLDER if from_above else case((reach.level_reached > 0, reach.level_reached), else_=HOLDER)


def rest_until(reach: Reach) -> ColumnElement[Any]:
    """Return until when the actor put an episode aside; nothing if they did not, or if a level was called since."""
    rest = _rests.c
    mine = (rest.unit_id == reach.context.unit_id, rest.membership_id == reach.actor.membership_id)
    this = (rest.escalation_id == EPISODES.c.id, rest.level == EPISODES.c.level)
    until = select(rest.until_at).where(*mine, *this).correlate(EPISODES).scalar_subquery()
    aside = EPISODES.c.id.in_(select(rest.escalation_id).where(*mine))
    return case((aside, until), else_=None)


def moments(now: Instant) -> dict[str, Any]:
    """Return the instants by which is told how answers stand, as values of a statement."""
    return {"now": now, "tomorrow": tomorrow_of(now)}


def with_due(opened: Subquery, now: Any, tomorrow: Any, *where: ColumnElement[bool]) -> Any:
    """Return the columns of open episodes with `due`, worked out once for each row and not wherever it is looked at."""
    due = due_sql(opened.c, now, tomorrow).label("due")
    return select(opened, due).where(*where).offset(0).subquery("stood").c


def is_of(rows: Any, part: Part) -> ColumnElement[bool]:
    """Return the condition that an episode waits for whose list it is, or lies with another post; what they put aside does neither."""
    lies_here = rows.mine == rows.holder
    return and_(~lies_here if part == "passed_up" else lies_here, rows.due != "resting")


def within(rows: Any, due: Due | None, part: Part | None) -> list[ColumnElement[bool]]:
    """Return the conditions of a tab over rows of `with_due`: what is `due` so, and of that a part. What rests is no part's."""
    wanted = [] if due is None else [rows.due == due]
    return wanted if part is None or due == "resting" else [*wanted, is_of(rows, part)]


def in_group(rows: Any, rule_id: str, group_key: str) -> ColumnElement[bool]:
    """Return the condition that an episode is of a row of the inbox."""
    return and_(rows.rule_id == rule_id, rows.group_key == group_key)


__all__ = ["Part", "in_group", "is_of", "mine_in", "moments", "open_episodes", "rest_until", "with_due", "within"]
