"""The rows of an inbox: a rule in a place, with how many of its episodes stand how, in the order of the time that is left."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Row, Subquery, and_, case, false, func, or_, select, true, union_all

from rules.pack.model import Label
from rules.time import Instant
from workflow.access import Actor
from workflow.queries.campaigns import CampaignContext
from workflow.queries.inbox_counts import count_columns, stood
from workflow.queries.inbox_parts import Part, is_of, within
from workflow.queries.ladder_labels import label_of_rule, label_of_rung
from workflow.queries.ladder_rows import count_of, rule_of
from workflow.queries.time_left import Due
from workflow.statements import HexOf
from workflow.statements.asking import Asked
from workflow.tables import Area, Team, table_of

LAST: Final = 1_000_000
"""Where what lies in no area and no team stands: after those that do."""


Tie = Literal["all", "none", "key"]


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
    """The highest post that has one of its episodes."""
    highest: int
    lowest: int
    """The highest and the lowest rung that has one of its episodes."""
    sent_back: int
    """How many lie below the level at which they ask the actor."""

    @property
    def is_apart(self) -> bool:
        """Whether its episodes lie with several posts."""
        return self.lowest != self.highest

    @property
    def passed_up(self) -> int:
        """How many lie with another post: gone on to one above, or sent back to one below."""
        return self.n - self.waiting - self.resting


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

    `part` keeps only what waits, or only what has gone to another post; or it shows, in their place, what lies below. Rows come after the instant `after`, and at that very instant
    as `tie` says.
    """
    row = stood(actor, context, whole_unit, facts, area, team, now, tomorrow, part=part)
    waits, shown = is_of(row, "waiting"), and_(true(), *within(row, due, part))
    every = [func.sum(column).over().label(f"all_{name}") for name, column in count_columns(row).items()]
    until = func.coalesce(func.min(case((and_(shown, waits), row.answer_by))), func.min(case((shown, row.answer_by))))
    grouped = (
        select(
            row.rule_id, row.kind, row.group_key, count_of(shown).label("n"), count_of(and_(shown, waits)).label("waiting"),
            count_of(and_(shown, row.due == "overdue")).label("overdue"), count_of(and_(shown, row.due == "today")).label("today"),
            count_of(and_(shown, row.due == "resting")).label("resting"), func.min(case((shown, row.due_at))).label("oldest"),
            func.min(case((and_(shown, row.due == "resting"), row.rest_until))).label("back_at"),
            func.max(case((shown, row.level))).label("level"), func.max(case((shown, row.holder))).label("holder"),
            func.min(case((shown, row.holder))).label("lowest"), count_of(and_(shown, row.holder < row.mine)).label("sent_back"),
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
        highest=row.holder,
        lowest=row.lowest,
        sent_back=int(row.sent_back),
    )


__all__ = ["LAST", "InboxGroup", "Tie", "comes_after", "group_from", "groups_of"]
