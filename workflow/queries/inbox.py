"""What waits for the posts somebody holds: one row for each rule and group, opening to its people, tasks or teams.

A step is the actor's if its rung names a post they hold, where the episode lies. The newest such level is theirs. Once the ladder has
gone past it the row stays, marked "đã chuyển cấp trên", because whoever was asked first can still do the work.

By when an answer is expected follows from the ladder alone: until the next post is called; on the last rung, where nobody is called
any more, by the end of the day on which it came. Badge, tabs, list and bulk answers all use `due_sql` or its twin `answer_by`.
"""

import uuid
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Row, Subquery, and_, case, func, select, true, type_coerce
from sqlalchemy.orm import Session

from rules.pack import CompiledRule
from rules.pack.model import Label
from rules.time import DAY, Instant
from workflow.access import Actor
from workflow.days import day_start, local_day, tomorrow_of
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
from workflow.statements.asking import Asked, ask
from workflow.tables import Area, Membership, Team, table_of

Due = Literal["overdue", "today", "later"]
"""How an answer stands with its time."""

PAGE = 50
NOBODYS = Label(vi="Đầu mối tổng hợp", en="Coordinator")


class InboxCounts(NamedTuple):
    """How many episodes: `waiting` for an answer at the actor's level (the badge), `passed_up` beyond it, and how all stand."""

    waiting: int
    passed_up: int
    overdue: int
    today: int
    all: int


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
    """Return what waits for the actor: overdue first, then the highest level, then the oldest. At most six statements.

    Rows that have wholly gone to a post above come last: nobody waits for the actor there.

    `due` keeps only what stands so. `whole_unit` shows a coordinator every open episode of the unit; to anybody else it shows
    nothing.
    """
    asked = reach_values(actor, reach_facts(session, actor, context)) | _moments(now)
    page: dict[str, Any] = {"limit": limit + 1, "offset": offset}
    rows = ask_as(session, actor, context, _groups, whole_unit, due, **asked, **page)
    counts = _told_with(rows[0]) if rows else _counted(session, actor, context, whole_unit, asked)
    places = names_of_places(session, context.unit_id, [row.group_key for row in rows])
    groups = tuple(_group(context, row, places) for row in rows[:limit])
    return Inbox(counts, groups, len(rows) > limit)


def count_inbox(session: Session, actor: Actor, context: CampaignContext, *, now: Instant) -> InboxCounts:
    """Return only the counts of `inbox_of`, for a badge. At most three statements."""
    asked = reach_values(actor, reach_facts(session, actor, context)) | _moments(now)
    return _counted(session, actor, context, False, asked)


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
    columns = (e.id, e.rule_id, e.kind, e.group_key, e.due_at, e.level, e.levels)
    found = select(*columns, mine.label("mine")).where(reach.whole_unit if whole_unit else reach.listed)
    return (found.offset(0) if at_once else found).subquery("open")


def answer_by(rule: CompiledRule | None, mine: int, due_at: Instant) -> Instant:
    """Return by when an answer is expected at level `mine` of an episode that became due at `due_at`.

    A rule that the pack in force no longer has leaves until the end of the day.
    """
    delays = rule.delays if rule is not None else (None,)
    if mine < len(delays):
        return due_at + (delays[mine] or 0)
    came = due_at + (delays[min(mine, len(delays)) - 1] or 0)
    return day_start(local_day(came) + 1)


def due_of(rule: CompiledRule | None, mine: int, due_at: Instant, now: Instant) -> Due:
    """Return how an answer stands with its time, for one row: the same as `due_sql`."""
    until = answer_by(rule, mine, due_at)
    if now >= until:
        return "overdue"
    return "today" if until <= day_start(local_day(now) + 1) else "later"


def due_sql(rows: Any, context: CampaignContext, now: Any, tomorrow: Any) -> ColumnElement[str]:
    """Return how an answer stands with its time, over rows with `rule_id`, `mine` and `due_at`. `tomorrow`: when the next day begins."""
    overdue = rows.due_at <= _latest(rows, context, now, last=tomorrow - DAY - 1)
    today = rows.due_at <= _latest(rows, context, tomorrow, last=tomorrow - 1)
    return case((overdue, "overdue"), (today, "today"), else_="later")


def _moments(now: Instant) -> dict[str, Any]:
    return {"now": now, "tomorrow": tomorrow_of(now)}


def _latest(rows: Any, context: CampaignContext, until: Any, *, last: Any) -> ColumnElement[int]:
    """Return the latest `due_at` for which an answer is expected by `until`; on the last rung, for which it came by `last`."""
    branches = []
    for rule in context.pack.rules:
        if rule.ladder:
            delays = [delay or 0 for delay in rule.delays]
            by_level = {level: until - delays[level] for level in range(1, len(delays))}
            top = type_coerce(last - delays[-1], BigInteger)
            branches.append((rows.rule_id == rule.id, case(by_level, value=rows.mine, else_=top) if by_level else top))
    return case(*branches, else_=last) if branches else type_coerce(last, BigInteger)


def _counted(
    session: Session, actor: Actor, context: CampaignContext, whole_unit: bool, asked: dict[str, Any]
) -> InboxCounts:
    (counts,) = ask_as(session, actor, context, _counts, whole_unit, **asked)
    return InboxCounts(*map(int, counts))


def _told_with(row: Any) -> InboxCounts:
    """Return the counts over all of the inbox, which every row of a page tells."""
    return InboxCounts(*(int(getattr(row, f"all_{name}")) for name in InboxCounts._fields))


def _counts(
    actor: Actor, context: CampaignContext, whole_unit: bool, *, now: Any, tomorrow: Any, **facts: Any
) -> Asked:
    row = _with_due(_all_open(actor, context, whole_unit, facts), context, now, tomorrow)
    return select(*(column.label(name) for name, column in _count_columns(row).items()))


def _count_columns(row: Any) -> dict[str, ColumnElement[int]]:
    """Return the sums that `InboxCounts` names, over open episodes or a group of them."""
    waiting, whole = count_of(row.mine >= row.level), func.count()
    overdue, today = count_of(row.due == "overdue"), count_of(row.due == "today")
    return dict(zip(InboxCounts._fields, (waiting, whole - waiting, overdue, today, whole), strict=True))


def _all_open(actor: Actor, context: CampaignContext, whole_unit: bool, facts: dict[str, Any]) -> Subquery:
    return open_episodes(reach_named(actor, context, **facts), whole_unit=whole_unit, at_once=True)


def _with_due(open_ones: Subquery, context: CampaignContext, now: Any, tomorrow: Any) -> Any:
    """Return the columns of open episodes with `due`, worked out once for each row and not wherever it is looked at."""
    due = due_sql(open_ones.c, context, now, tomorrow).label("due")
    return select(open_ones, due).offset(0).subquery("stood").c


def _groups(
    actor: Actor,
    context: CampaignContext,
    whole_unit: bool,
    due: Due | None,
    *,
    now: Any,
    tomorrow: Any,
    limit: Any,
    offset: Any,
    **facts: Any,
) -> Asked:
    """Return one row for each group with something in it that is `due` so, and in each row the counts over all: one search for both."""
    row = _with_due(_all_open(actor, context, whole_unit, facts), context, now, tomorrow)
    shown: ColumnElement[bool] = true() if due is None else row.due == due
    every = [func.sum(column).over().label(f"all_{name}") for name, column in _count_columns(row).items()]
    grouped = (
        select(
            row.rule_id, row.kind, row.group_key, count_of(shown).label("n"), count_of(and_(shown, row.mine >= row.level)).label("waiting"),
            count_of(and_(shown, row.due == "overdue")).label("overdue"), count_of(and_(shown, row.due == "today")).label("today"),
            func.min(case((shown, row.due_at))).label("oldest"), func.max(case((shown, row.level))).label("level"),
            func.max(row.levels).label("levels"), *every,
        )
        .group_by(row.rule_id, row.kind, row.group_key)
        .subquery("grouped")
    )  # fmt: skip
    found = grouped.c
    return (
        select(grouped)
        .where(found.n > 0)
        .order_by(
            case((found.waiting > 0, 0), else_=1),
            case((found.overdue > 0, 0), else_=1),
            found.level.desc(),
            found.oldest,
            found.rule_id,
            found.group_key,
        )
        .limit(limit)
        .offset(offset)
    )


def _group(context: CampaignContext, row: Row[Any], places: dict[str, str]) -> InboxGroup:
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


def in_group(rows: Any, rule_id: str, group_key: str) -> ColumnElement[bool]:
    """Return the condition that an episode is of a row of the inbox."""
    return and_(rows.rule_id == rule_id, rows.group_key == group_key)


__all__ = [
    "PAGE", "Decision", "Due", "Inbox", "InboxCounts", "InboxGroup", "answer_by", "count_inbox", "due_of", "due_sql", "in_group", "inbox_of",
    "label_of_rule", "label_of_rung", "last_decisions", "names_of_places", "open_episodes",
]  # fmt: skip
