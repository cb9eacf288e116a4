"""What waits for the posts somebody holds: one row for each rule and group, opening to its people, tasks or teams.

A step is the actor's if its rung names a post they hold, where the episode lies. The newest such level is theirs. Once the ladder has
gone past it the row stays, marked "đã chuyển cấp trên", because whoever was asked first can still do the work.

Rows stand in the order of the time that is left to answer (`workflow.queries.time_left`); badge, tabs, list and bulk answers all ask there.
Whoever puts an episode aside has it out of the way until then (`resting`), and nobody else does.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    Subquery,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from rules.pack import CompiledRule
from rules.pack.ladder import OWNER
from rules.pack.model import Label
from rules.time import Instant
from workflow.access import Actor
from workflow.days import tomorrow_of
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
from workflow.queries.time_left import Due, due_of, due_sql, end_of_day_sql
from workflow.statements import HexOf
from workflow.statements.asking import Asked, ask
from workflow.tables import Area, EscalationRest, Membership, Post, Team, table_of

_rests = table_of(EscalationRest)

PAGE = 50
LAST: Final = 1_000_000
"""Where what lies in no area and no team stands: after those that do."""
NOWHERE: Final[dict[str, Any]] = {"area": None, "team": None}
"""No filter by place."""
NOBODYS = Label(vi="Đầu mối tổng hợp", en="Coordinator")
OWNERS = Label(vi="Vị trí chủ trì", en="Owner of the task")


Part = Literal["waiting", "passed_up"]
Tie = Literal["all", "none", "key"]


class InboxCounts(NamedTuple):
    """How many episodes: `waiting` for an answer of the actor's, `passed_up` to another post, and how all stand.

    `waiting_overdue` and `waiting_today` are how those stand that wait. `resting` are those that the actor put aside: they neither wait
    nor are they with another post.
    """

    waiting: int
    passed_up: int
    overdue: int
    today: int
    resting: int
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
    resting: int
    oldest_due_at: Instant
    until: Instant
    """By when the first answer is expected: of those that wait, if any does."""
    back_at: Instant | None
    """When the first of those that the actor put aside is back; None if none is."""
    level: int
    levels: int
    to_post: Label
    is_apart: bool
    """Whether its episodes lie with several posts; `to_post` is the highest of them."""

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
    mine = mine_in(reach, whole_unit=whole_unit)
    rest = literal(None, BigInteger) if whole_unit else rest_until(reach)
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
    found = select(*columns, mine.label("mine"), rest.label("rest_until")).where(
        reach.whole_unit if whole_unit else reach.listed
    )
    return (found.offset(0) if at_once else found).subquery("open")


def mine_in(reach: Reach, *, whole_unit: bool) -> ColumnElement[Any]:
    """Return the level at which an episode asks the actor; for the whole unit, and where it was handed to them, that of the holder."""
    return HOLDER if whole_unit else case((reach.level_reached > 0, reach.level_reached), else_=HOLDER)


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
    row = _stood(actor, context, whole_unit, facts, area, team, now, tomorrow)
    return select(*(column.label(name) for name, column in _count_columns(row).items()))


def _count_columns(row: Any) -> dict[str, ColumnElement[int]]:
    """Return the sums that `InboxCounts` names, over open episodes or a group of them."""
    waits = is_of(row, "waiting")
    waiting, whole = count_of(waits), func.count()
    overdue, today, resting = (count_of(row.due == name) for name in ("overdue", "today", "resting"))
    of_waiting = [count_of(and_(waits, row.due == name)) for name in ("overdue", "today")]
    counts = (waiting, whole - waiting - resting, overdue, today, resting, whole, *of_waiting)
    return dict(zip(InboxCounts._fields, counts, strict=True))


def _stood(
    actor: Actor, context: CampaignContext, whole_unit: bool, facts: dict[str, Any], area: Any, team: Any, now: Any, tomorrow: Any
) -> Any:  # fmt: skip
    """Return the columns of open episodes of a place, with `due`."""
    opened = open_episodes(reach_named(actor, context, **facts), whole_unit=whole_unit, at_once=True)
    places = ((opened.c.area_id, area), (opened.c.team_id, team))
    return with_due(opened, now, tomorrow, *(column == wanted for column, wanted in places if wanted is not None))


def with_due(opened: Subquery, now: Any, tomorrow: Any, *where: ColumnElement[bool]) -> Any:
    """Return the columns of open episodes with `due`, worked out once for each row and not wherever it is looked at."""
    due = due_sql(opened.c, now, tomorrow).label("due")
    return select(opened, due).where(*where).offset(0).subquery("stood").c


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
    Rows of a rule with the same time left stand in the printed order of their places.

    `part` keeps only what waits, or only what has gone to another post. Rows come after the instant `after`, and at that very instant
    as `tie` says.
    """
    row = _stood(actor, context, whole_unit, facts, area, team, now, tomorrow)
    waits, shown = is_of(row, "waiting"), and_(true(), *within(row, due, part))
    every = [func.sum(column).over().label(f"all_{name}") for name, column in _count_columns(row).items()]
    until = func.coalesce(func.min(case((and_(shown, waits), row.answer_by))), func.min(case((shown, row.answer_by))))
    grouped = (
        select(
            row.rule_id, row.kind, row.group_key, count_of(shown).label("n"), count_of(and_(shown, waits)).label("waiting"),
            count_of(and_(shown, row.due == "overdue")).label("overdue"), count_of(and_(shown, row.due == "today")).label("today"),
            count_of(and_(shown, row.due == "resting")).label("resting"), func.min(case((shown, row.due_at))).label("oldest"),
            func.min(case((and_(shown, row.due == "resting"), row.rest_until))).label("back_at"),
            func.max(case((shown, row.level))).label("level"), func.max(case((shown, row.holder))).label("holder"),
            func.min(case((shown, row.holder))).label("lowest"),
            func.max(row.levels).label("levels"), until.label("until"), *every,
        )
        .group_by(row.rule_id, row.kind, row.group_key)
        .subquery("grouped")
    )  # fmt: skip
    found, place = grouped.c, _printed_order(context.unit_id)
    printed = func.coalesce(place.c.position, LAST)
    statement = select(grouped).outerjoin(place, place.c.key == found.group_key).where(found.n > 0)
    if after is not None:
        there = place.alias("there")
        last = select(there.c.position).where(there.c.key == second).scalar_subquery()
        keys = ((found.rule_id, first), (printed, func.coalesce(last, LAST)), (found.group_key, second))
        statement = statement.where(comes_after(found.until, after, tie, *keys))
    gone = [case((found.waiting > 0, 0), else_=1)] if part is None else []
    return statement.order_by(*gone, found.until, found.rule_id, printed, found.group_key).limit(limit).offset(offset)


def _printed_order(unit: Any) -> Subquery:
    """Return where areas and teams stand in the printed order, by the keys of their groups."""
    sorts = (
        select(HexOf(table.c.id).label("key"), table.c.sort.label("position")).where(table.c.unit_id == unit)
        for table in (table_of(Area), table_of(Team))
    )
    return union_all(*sorts).subquery("printed")


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
        resting=int(row.resting),
        oldest_due_at=row.oldest,
        until=row.until,
        back_at=row.back_at,
        level=row.level,
        levels=row.levels,
        to_post=label_of_rung(context, rule, row.holder),
        is_apart=row.lowest != row.holder,
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
    """Return the names of the areas, teams and posts that group keys stand for; the empty key is the whole unit and has none. One statement."""
    ids = sorted({uuid.UUID(key) for key in keys if key})
    if not ids:
        return {}
    return {row.id.hex: row.name for row in ask(session, _names, unit=unit_id, ids=ids)}


def _names(*, unit: Any, ids: Any) -> Asked:
    sorts = (
        select(table.c.id, (table.c.label if place is Post else table.c.name).label("name")).where(
            table.c.unit_id == unit, table.c.id.in_(ids)
        )
        for place, table in ((place, table_of(place)) for place in (Area, Team, Post))
    )
    named = union_all(*sorts).subquery("named")
    return select(named.c.id, named.c.name)


def is_of(rows: Any, part: Part) -> ColumnElement[bool]:
    """Return the condition that an episode waits for the actor, or lies with another post; what they put aside does neither."""
    lies_here = rows.mine == rows.holder
    return and_(lies_here if part == "waiting" else ~lies_here, rows.due != "resting")


def within(rows: Any, due: Due | None, part: Part | None) -> list[ColumnElement[bool]]:
    """Return the conditions of a tab over rows of `with_due`: what is `due` so, and of that a part. What rests is no part's."""
    wanted = [] if due is None else [rows.due == due]
    return wanted if part is None or due == "resting" else [*wanted, is_of(rows, part)]


def in_group(rows: Any, rule_id: str, group_key: str) -> ColumnElement[bool]:
    """Return the condition that an episode is of a row of the inbox."""
    return and_(rows.rule_id == rule_id, rows.group_key == group_key)


__all__ = [
    "NOWHERE", "PAGE", "Decision", "Due", "Inbox", "InboxCounts", "InboxGroup", "Part", "Tie", "comes_after", "count_inbox", "counted", "due_of",
    "due_sql", "group_from", "groups_of", "in_group", "inbox_of", "is_of", "label_of_rule", "label_of_rung", "last_decisions", "mine_in", "moments",
    "names_of_places", "open_episodes", "rest_until", "told_with", "with_due", "within",
]  # fmt: skip
