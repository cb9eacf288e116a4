"""What waits for the posts somebody holds: one row for each rule and group, opening to its people, tasks or teams.

A step is the actor's if its rung names a post they hold, where the episode lies. The newest such level is theirs. Once the ladder has
gone past it the row stays, marked "đã chuyển cấp trên", because whoever was asked first can still do the work.

By when an answer is expected stands on the episode (`answer_by`): the pack says, else until the next post is called, else by the end of
the day. Whoever puts an episode aside has it out of the way until then (`resting`), and nobody else does. Badge, tabs, list and bulk
answers all use `due_sql`.
"""

import uuid
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Row, Subquery, and_, case, func, literal, select, true
from sqlalchemy.orm import Session

from rules.pack import CompiledRule
from rules.pack.ladder import OWNER
from rules.pack.model import Label
from rules.time import Instant
from workflow.access import Actor
from workflow.days import day_start, local_day, tomorrow_of
from workflow.queries.asker import ask_as
from workflow.queries.campaigns import CampaignContext
from workflow.queries.escalation_reach import (
    EPISODES,
    HOLDER,
    TOP_LEVEL,
    TOP_ROLE,
    Reach,
    count_of,
    reach_facts,
    reach_named,
    reach_of,
    reach_values,
    rule_of,
)
from workflow.statements.asking import Asked, ask
from workflow.tables import Area, EscalationRest, Membership, Post, Team, table_of

_rests = table_of(EscalationRest)

Due = Literal["overdue", "today", "later", "resting"]
"""How the answer that is awaited stands with its time, whoever owes it; or that the reader put it aside."""

PAGE = 50
NOBODYS = Label(vi="Đầu mối tổng hợp", en="Coordinator")
OWNERS = Label(vi="Vị trí chủ trì", en="Owner of the task")


class InboxCounts(NamedTuple):
    """How many episodes: `waiting` for an answer of the actor's (the badge), `passed_up` to another post, and how all stand.

    `resting` are those that the actor put aside: they neither wait nor are they with another post.
    """

    waiting: int
    passed_up: int
    overdue: int
    today: int
    resting: int
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
    resting: int
    oldest_due_at: Instant
    answer_by: Instant | None
    """The earliest instant by which one of them must be answered."""
    level: int
    levels: int
    to_post: Label

    @property
    def passed_up(self) -> int:
        """How many lie with another post: gone on to one above, or sent back to one below."""
        return self.n - self.waiting - self.resting


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
    """Return what waits for the actor: overdue first, then by when they must be answered. At most seven statements.

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
    """Return the open episodes of an inbox, each with `mine`: the level at which the actor is asked, and `holder`, which has it.

    `rest_until` is when one that the actor put aside is back. `at_once` is for who looks at all of them: each level is then worked
    out once, but nothing outside narrows the search.
    """
    e = EPISODES.c
    mine = HOLDER if whole_unit else case((reach.level_reached > 0, reach.level_reached), else_=HOLDER)
    rest = literal(None, BigInteger) if whole_unit else rest_until(reach)
    columns = (e.id, e.rule_id, e.kind, e.group_key, e.due_at, e.answer_by, e.level, e.levels, HOLDER.label("holder"))
    found = select(*columns, mine.label("mine"), rest.label("rest_until")).where(
        reach.whole_unit if whole_unit else reach.listed
    )
    return (found.offset(0) if at_once else found).subquery("open")


def rest_until(reach: Reach) -> ColumnElement[Any]:
    """Return until when the actor put an episode aside; nothing if they did not, or if a level was called since."""
    rest = _rests.c
    mine = (rest.unit_id == reach.context.unit_id, rest.membership_id == reach.actor.membership_id)
    this = (rest.escalation_id == EPISODES.c.id, rest.level == EPISODES.c.level)
    until = select(rest.until_at).where(*mine, *this).correlate(EPISODES).scalar_subquery()
    aside = EPISODES.c.id.in_(select(rest.escalation_id).where(*mine))
    return case((aside, until), else_=None)


def due_of(answer_by: Instant | None, rests_until: Instant | None, now: Instant) -> Due:
    """Return how an answer stands with its time, for one row: the same as `due_sql`."""
    if rests_until is not None and now < rests_until:
        return "resting"
    if answer_by is None:
        return "later"
    if now >= answer_by:
        return "overdue"
    return "today" if answer_by <= day_start(local_day(now) + 1) else "later"


def due_sql(rows: Any, now: Any, tomorrow: Any) -> ColumnElement[str]:
    """Return how an answer stands with its time, over rows with `answer_by` and `rest_until`. `tomorrow`: when the next day begins."""
    return case(
        (rows.rest_until > now, "resting"), (rows.answer_by <= now, "overdue"), (rows.answer_by <= tomorrow, "today"), else_="later",
    )  # fmt: skip


def is_waiting(rows: Any) -> ColumnElement[bool]:
    """Whether a row with `due` waits for the reader: it lies with them, and they have not put it aside."""
    return and_(rows.mine == rows.holder, rows.due != "resting")


def _moments(now: Instant) -> dict[str, Any]:
    return {"now": now, "tomorrow": tomorrow_of(now)}


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
    row = _with_due(_all_open(actor, context, whole_unit, facts), now, tomorrow)
    return select(*(column.label(name) for name, column in _count_columns(row).items()))


def _count_columns(row: Any) -> dict[str, ColumnElement[int]]:
    """Return the sums that `InboxCounts` names, over open episodes or a group of them."""
    waiting, whole = count_of(is_waiting(row)), func.count()
    overdue, today, resting = (count_of(row.due == due) for due in ("overdue", "today", "resting"))
    counted = (waiting, whole - waiting - resting, overdue, today, resting, whole)
    return dict(zip(InboxCounts._fields, counted, strict=True))


def _all_open(actor: Actor, context: CampaignContext, whole_unit: bool, facts: dict[str, Any]) -> Subquery:
    return open_episodes(reach_named(actor, context, **facts), whole_unit=whole_unit, at_once=True)


def _with_due(open_ones: Subquery, now: Any, tomorrow: Any) -> Any:
    """Return the columns of open episodes with `due`, worked out once for each row and not wherever it is looked at."""
    due = due_sql(open_ones.c, now, tomorrow).label("due")
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
    row = _with_due(_all_open(actor, context, whole_unit, facts), now, tomorrow)
    shown: ColumnElement[bool] = true() if due is None else row.due == due
    every = [func.sum(column).over().label(f"all_{name}") for name, column in _count_columns(row).items()]
    grouped = (
        select(
            row.rule_id, row.kind, row.group_key, count_of(shown).label("n"), count_of(and_(shown, is_waiting(row))).label("waiting"),
            count_of(and_(shown, row.due == "overdue")).label("overdue"), count_of(and_(shown, row.due == "today")).label("today"),
            count_of(and_(shown, row.due == "resting")).label("resting"), func.min(case((and_(shown, is_waiting(row)), row.answer_by))).label("answer_by"),
            func.min(case((shown, row.due_at))).label("oldest"), func.max(case((shown, row.level))).label("level"), func.max(case((shown, row.holder))).label("holder"),
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
            func.coalesce(found.answer_by, found.oldest),
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
        resting=int(row.resting),
        answer_by=row.answer_by,
        oldest_due_at=row.oldest,
        level=row.level,
        levels=row.levels,
        to_post=label_of_rung(context, rule, row.holder),
    )


def label_of_rule(context: CampaignContext, rule_id: str) -> Label:
    """Return the rule's label, or its name if the pack in force no longer has it."""
    rule = rule_of(context, rule_id)
    return rule.model.label if rule is not None else Label(vi=rule_id)


def label_of_rung(context: CampaignContext, rule: CompiledRule | None, level: int) -> Label:
    """Return the label of the post that a level is addressed to; one that the pack does not know is the coordinator's."""
    if level == TOP_LEVEL:
        top = (post.label for post in context.pack.posts.values() if post.role == TOP_ROLE and post.per == "unit")
        return next(top, NOBODYS)
    if rule is None or not 1 <= level <= len(rule.ladder):
        return NOBODYS
    code = rule.ladder[level - 1].to
    if code == OWNER:
        return OWNERS
    return context.pack.posts[code].label if code in context.pack.posts else Label(vi=code)


def names_of_places(session: Session, unit_id: uuid.UUID, keys: list[str]) -> dict[str, str]:
    """Return the names of the areas, teams and posts that group keys stand for; the empty key is the whole unit and has none."""
    ids = sorted({uuid.UUID(key) for key in keys if key})
    if not ids:
        return {}
    found: dict[str, str] = {}
    for table in (Area, Team, Post):
        left = [one for one in ids if one.hex not in found]
        if left:
            found |= {row.id.hex: row.name for row in ask(session, _names, table, unit=unit_id, ids=left)}
    return found


def _names(place: type[Area] | type[Team] | type[Post], *, unit: Any, ids: Any) -> Asked:
    table = table_of(place)
    name = table.c.label.label("name") if place is Post else table.c.name
    return select(table.c.id, name).where(table.c.unit_id == unit, table.c.id.in_(ids))


def in_group(rows: Any, rule_id: str, group_key: str) -> ColumnElement[bool]:
    """Return the condition that an episode is of a row of the inbox."""
    return and_(rows.rule_id == rule_id, rows.group_key == group_key)


__all__ = [
    "PAGE", "Decision", "Due", "Inbox", "InboxCounts", "InboxGroup", "count_inbox", "due_of", "due_sql", "in_group", "inbox_of", "is_waiting",
    "label_of_rule", "label_of_rung", "last_decisions", "names_of_places", "open_episodes", "rest_until",
]  # fmt: skip
