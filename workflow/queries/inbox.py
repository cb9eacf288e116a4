"""What waits for the posts somebody holds: one row for each rule and group, opening to its people, tasks or teams.

A step is the actor's if its rung names a post they hold, where the episode lies. The newest such level is theirs. Once the ladder has
gone past it the row stays, marked "đã chuyển cấp trên", because whoever was asked first can still do the work.

Rows stand in the order of the time that is left to answer (`workflow.queries.time_left`); badge, tabs, list and bulk answers all ask there.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import ColumnElement, Row, Subquery, and_, case, false, func, or_, select, true
from sqlalchemy.orm import Session

from rules.pack import CompiledRule
from rules.pack.model import Label
from rules.time import Instant
from workflow.access import Actor
from workflow.days import tomorrow_of
from workflow.queries.asker import ask_as
from workflow.queries.campaigns import CampaignContext
from workflow.queries.escalation_reach import (
    EPISODES,
    Reach,
    count_of,
    reach_facts,
    reach_named,
    reach_of,
    reach_values,
    rule_of,
)
from workflow.queries.time_left import Due, answer_by, answer_by_sql, due_of, due_sql, stands_sql
from workflow.statements.asking import Asked, ask
from workflow.tables import Area, Membership, Team, table_of

PAGE = 50
NOWHERE: Final[dict[str, Any]] = {"area": None, "team": None}
"""No filter by place."""
NOBODYS = Label(vi="Đầu mối tổng hợp", en="Coordinator")


Part = Literal["waiting", "passed_up"]
Tie = Literal["all", "none", "key"]


class InboxCounts(NamedTuple):
    """How many episodes: `waiting` for an answer at the actor's level, `passed_up` beyond it, and how all stand.

    `waiting_overdue` and `waiting_today` are how those stand that wait.
    """

    waiting: int
    passed_up: int
    overdue: int
    today: int
    all: int
    waiting_overdue: int
    waiting_today: int


@dataclass(frozen=True, slots=True)
class InboxGroup:
    """One row of the inbox: a rule in a group. `waiting` of its `n` episodes stand at the actor's level."""

    rule_id: str
    label: Label
    kind: str
    group_key: str
    place: str
    n: int
    waiting: int
    overdue: int
    today: int
    oldest_due_at: Instant
    until: Instant
    """By when the first answer is expected: of those that wait, if any does."""
    level: int
    levels: int
    to_post: Label

    @property
    def passed_up(self) -> int:
        """How many have gone on to a post above."""
        return self.n - self.waiting


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
    """Return what waits for the actor, in the order of the time that is left. At most six statements.

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


class Decision(NamedTuple):
    """What somebody decided at one moment about a group: of `n` episodes."""

    label: Label
    place: str
    n: int
    by: str
    at: Instant


def last_decisions(
    session: Session, actor: Actor, context: CampaignContext, *, since: Instant, limit: int = 5
) -> list[Decision]:
    """Return the newest decisions on the actor's ladders, newest first: what an empty inbox shows. At most five statements."""
    reach, e = reach_of(session, actor, context), EPISODES.c
    who = (Membership.unit_id == e.unit_id, Membership.id == e.closed_by_id)
    rows = session.execute(
        select(e.rule_id, e.group_key, func.count().label("n"), Membership.name, e.closed_at)
        .join(Membership, and_(*who))
        .where(reach.decided, e.closed_at >= since)
        .group_by(e.rule_id, e.group_key, Membership.name, e.closed_at)
        .order_by(e.closed_at.desc(), e.rule_id, e.group_key)
        .limit(limit)
    ).all()
    places = names_of_places(session, context.unit_id, [row.group_key for row in rows])
    return [
        Decision(
            label_of_rule(context, row.rule_id), places.get(row.group_key, ""), int(row.n), row.name, row.closed_at
        )
        for row in rows
    ]


def open_episodes(reach: Reach, *, whole_unit: bool = False, at_once: bool = False) -> Subquery:
    """Return the open episodes of an inbox, each with `mine`: the level at which the actor is asked.

    `at_once` is for who looks at all of them: each level is then worked out once, but nothing outside narrows the search.
    """
    e = EPISODES.c
    mine = e.level if whole_unit else case((reach.level_reached > 0, reach.level_reached), else_=e.level)
    columns = (e.id, e.rule_id, e.kind, e.group_key, e.due_at, e.level, e.levels, e.area_id, e.team_id)
    found = select(*columns, mine.label("mine")).where(reach.whole_unit if whole_unit else reach.listed)
    return (found.offset(0) if at_once else found).subquery("open")


def moments(now: Instant) -> dict[str, Any]:
    """Return the instants by which is told how answers stand, as values of a statement."""
    return {"now": now, "tomorrow": tomorrow_of(now)}


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
    row = _stood(actor, context, whole_unit, facts, area, team)
    return select(*(column.label(name) for name, column in _count_columns(row, now, tomorrow).items()))


def _count_columns(row: Any, now: Any, tomorrow: Any) -> dict[str, ColumnElement[int]]:
    """Return the sums that `InboxCounts` names, over open episodes or a group of them."""
    due, waits = stands_sql(row.until, now, tomorrow), row.mine >= row.level
    waiting, whole = count_of(waits), func.count()
    stand = [count_of(due == name) for name in ("overdue", "today")]
    of_waiting = [count_of(and_(waits, due == name)) for name in ("overdue", "today")]
    return dict(zip(InboxCounts._fields, (waiting, whole - waiting, *stand, whole, *of_waiting), strict=True))


def _stood(
    actor: Actor, context: CampaignContext, whole_unit: bool, facts: dict[str, Any], area: Any, team: Any
) -> Any:
    """Return the columns of open episodes, with `until` worked out once for each row and not wherever it is looked at."""
    opened = open_episodes(reach_named(actor, context, **facts), whole_unit=whole_unit, at_once=True)
    statement = select(opened, answer_by_sql(opened.c, context).label("until"))
    for column, wanted in ((opened.c.area_id, area), (opened.c.team_id, team)):
        statement = statement if wanted is None else statement.where(column == wanted)
    return statement.offset(0).subquery("stood").c


def groups_of(
    actor: Actor,
    context: CampaignContext,
    whole_unit: bool,
    due: Due | None,
    part: Part | None,
    tie: Tie | None,
    *,
    now: Any,
    tomorrow: Any,
    limit: Any,
    offset: Any,
    area: Any,
    team: Any,
    after: Any,
    first: Any = None,
    second: Any = None,
    **facts: Any,
) -> Asked:
    """Return one row for each group with something in it that is `due` so, and in each row the counts over all: one search for both.

    `part` keeps only what waits, or only what has gone to a post above. Rows come after the instant `after`, and at that very instant
    as `tie` says.
    """
    row = _stood(actor, context, whole_unit, facts, area, team)
    stand, waits = stands_sql(row.until, now, tomorrow), row.mine >= row.level
    wanted = [stand == due] if due is not None else []
    if part is not None:
        wanted.append(waits if part == "waiting" else ~waits)
    shown: ColumnElement[bool] = and_(true(), *wanted)
    every = [
        func.sum(column).over().label(f"all_{name}") for name, column in _count_columns(row, now, tomorrow).items()
    ]
    until = func.coalesce(func.min(case((and_(shown, waits), row.until))), func.min(case((shown, row.until))))
    grouped = (
        select(
            row.rule_id, row.kind, row.group_key, count_of(shown).label("n"), count_of(and_(shown, waits)).label("waiting"),
            count_of(and_(shown, stand == "overdue")).label("overdue"), count_of(and_(shown, stand == "today")).label("today"),
            func.min(case((shown, row.due_at))).label("oldest"), func.max(case((shown, row.level))).label("level"),
            func.max(row.levels).label("levels"), until.label("until"), *every,
        )
        .group_by(row.rule_id, row.kind, row.group_key)
        .subquery("grouped")
    )  # fmt: skip
    found = grouped.c
    statement = select(grouped).where(found.n > 0)
    if after is not None:
        statement = statement.where(
            comes_after(found.until, after, tie, (found.rule_id, first), (found.group_key, second))
        )
    gone = [case((found.waiting > 0, 0), else_=1)] if part is None else []
    return statement.order_by(*gone, found.until, found.rule_id, found.group_key).limit(limit).offset(offset)


def comes_after(until: Any, after: Any, tie: Tie | None, *keys: tuple[Any, Any]) -> ColumnElement[bool]:
    """Return the condition that a row comes after one that was shown last: later, or at the same instant and `tie` lets it.

    `tie` is "all" (rows of this sort come after those of the last one's), "none" (before), or "key": the same sort, so its keys tell.
    """
    beyond: ColumnElement[bool] = true() if tie == "all" else false()
    for column, value in reversed(keys if tie == "key" else ()):
        beyond = or_(column > value, and_(column == value, beyond))
    return or_(until > after, and_(until == after, beyond))


def group_from(context: CampaignContext, row: Row[Any], places: Mapping[str, str]) -> InboxGroup:
    """Return a row of `groups_of` as it is shown; `places` has the names of areas and teams by their keys."""
    rule = rule_of(context, row.rule_id)
    return InboxGroup(
        rule_id=row.rule_id,
        label=label_of_rule(context, row.rule_id),
        kind=row.kind,
        group_key=row.group_key,
        place=places.get(row.group_key, ""),
        n=int(row.n),
        waiting=int(row.waiting),
        overdue=int(row.overdue),
        today=int(row.today),
        oldest_due_at=row.oldest,
        until=row.until,
        level=row.level,
        levels=row.levels,
        to_post=label_of_rung(context, rule, row.level),
    )


def label_of_rule(context: CampaignContext, rule_id: str) -> Label:
    """Return the rule's label, or its name if the pack in force no longer has it."""
    rule = rule_of(context, rule_id)
    return rule.model.label if rule is not None else Label(vi=rule_id)


def label_of_rung(context: CampaignContext, rule: CompiledRule | None, level: int) -> Label:
    """Return the label of the post that a level is addressed to; one that the pack does not know is the coordinator's."""
    if rule is None or not 1 <= level <= len(rule.ladder):
        return NOBODYS
    code = rule.ladder[level - 1].to
    return context.pack.posts[code].label if code in context.pack.posts else Label(vi=code)


def names_of_places(session: Session, unit_id: uuid.UUID, keys: list[str]) -> dict[str, str]:
    """Return the names of the areas and teams that group keys stand for; the empty key is the whole unit and has none."""
    ids = sorted({uuid.UUID(key) for key in keys if key})
    if not ids:
        return {}
    return {
        row.id.hex: row.name for table in (Area, Team) for row in ask(session, _names, table, unit=unit_id, ids=ids)
    }


def _names(place: type[Area] | type[Team], *, unit: Any, ids: Any) -> Asked:
    table = table_of(place)
    return select(table.c.id, table.c.name).where(table.c.unit_id == unit, table.c.id.in_(ids))


def is_of(rows: Any, part: Part) -> ColumnElement[bool]:
    """Return the condition that an episode waits for the actor, or has gone to a post above."""
    return rows.mine >= rows.level if part == "waiting" else rows.mine < rows.level  # type: ignore[no-any-return]


def in_group(rows: Any, rule_id: str, group_key: str) -> ColumnElement[bool]:
    """Return the condition that an episode is of a row of the inbox."""
    return and_(rows.rule_id == rule_id, rows.group_key == group_key)


__all__ = [
    "NOWHERE", "PAGE", "Decision", "Due", "Inbox", "InboxCounts", "InboxGroup", "Part", "Tie", "answer_by", "comes_after", "count_inbox",
    "counted", "due_of", "due_sql", "group_from", "groups_of", "in_group", "inbox_of", "is_of", "label_of_rule", "label_of_rung", "last_decisions",
    "moments", "names_of_places", "open_episodes", "told_with",
]  # fmt: skip
