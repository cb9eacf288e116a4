"""Opening what has become due: rows whose pointer has come, rule by rule in pack order.

A rule is judged at the instant at which it first held, not when somebody looked: after an outage the same episodes open as would
have opened in time, only later. A rule that moves a case or asks for a follow-up changes what the others see, so on one row the
rules take their turns in the order in which they became due, round after round, until nothing is due. Safe to run twice, and by
two workers: the head lock makes them take turns, and the natural key (rule, subject, anchor) of an episode makes the second find
nothing.
"""

import uuid
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    bindparam,
    case,
    delete,
    false,
    literal,
    select,
    update,
)

from rules.pack import CompiledRule
from rules.time import Instant
from workflow.escalation.candidates import FEW, is_exact, left_over, may_be_due
from workflow.escalation.due_rows import DueRows, Subjects
from workflow.escalation.effects import Waiver, apply_effect, changes_rows, note_follow_ups
from workflow.escalation.stage import stage_due
from workflow.escalation.steps import insert_steps
from workflow.escalation.times import answer_sql, next_sql, settle_working_time
from workflow.gateway.episode_place import place_of_group
from workflow.gateway.kinds import Kind
from workflow.gateway.pointers import rearmed_sql, upcoming_sql
from workflow.gateway.staged_events import bump_versions, bumping, write_events
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.statements import HexOf, insert_missing, natural_id
from workflow.statements.prepared import Prepared
from workflow.tables import Escalation, Staged, table_of
from workflow.tables.types import Id

_staged, _episodes = table_of(Staged), table_of(Escalation)


@dataclass
class Opened:
    """How many rows each rule matched, and the tasks that rules waive: whoever asked does so, and asks again for what was due later."""

    matched: dict[str, int] = field(default_factory=dict)
    waived: list[Waiver] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Return the number of episodes opened."""
        return sum(self.matched.values())


def open_due(
    book: Book,
    context: CampaignContext,
    kind: Kind,
    *,
    now: Instant,
    only: Subjects | None = None,
    after: uuid.UUID | None = None,
    up_to: uuid.UUID | None = None,
) -> Opened:
    """Open an episode for every row and rule that became due by `now`, apply rule effects, and set the pointers anew.

    `only` restricts it to some rows: a command that is about to change them first settles what was due before it. `after` and
    `up_to` restrict it to a range of ids, so that very many rows are done in several transactions.
    """
    opened, due = Opened(), DueRows(book, context, kind, now, only, after, up_to)
    while due.any():
        before = opened.total
        _round(due, opened)
        if opened.total == before or opened.waived:
            break
    return opened


def end_of_chunk(
    book: Book, context: CampaignContext, kind: Kind, *, now: Instant, after: uuid.UUID | None, size: int
) -> uuid.UUID | None:
    """Return the id up to which `size` due rows lie (beyond `after`); None if there are no more than that."""
    table = kind.table
    come = select(table.c.id).where(table.c.unit_id == book.unit_id, table.c.next_action_at <= now)
    if book.session.execute(come.with_only_columns(literal(1)).limit(1).offset(size)).first() is None:
        return None  # the index of pointers alone says so, over all campaigns
    due = DueRows(book, context, kind, now, None, after, None)
    statement = select(table.c.id).where(due.rows()).order_by(table.c.id).limit(2).offset(size - 1)
    ids = book.session.scalars(statement).all()
    return ids[0] if len(ids) == 2 else None


def _round(due: DueRows, opened: Opened) -> None:
    book, context, kind = due.book, due.context, due.kind
    rules = kind.rules(context)
    batch = book.new_id()
    candidates = may_be_due(due, rules)
    matched = stage_due(due, rules, candidates, batch)
    first, taken = sum(matched.values()), [rule for rule in rules if rule.id in matched]
    for rule in taken:
        opened.matched[rule.id] = opened.matched.get(rule.id, 0) + matched[rule.id]
        _insert_episodes(book, kind, rule, batch)
        if rule.ladder:
            insert_steps(book, rule, 1, batch)
    if first:
        settle_working_time(book, taken, batch)
        note_follow_ups(book, context, taken, batch)
        write_events(book, context, kind, batch, first, follow_ups=[rule.id for rule in taken if rule.follow_up])
    doubtful = candidates if any(map(changes_rows, rules)) else [rule for rule in candidates if not is_exact(rule)]
    settled = not any(map(changes_rows, taken)) and len(doubtful) <= FEW and not left_over(due, doubtful)
    both = first > 0 and settled and kind.counts_events
    if both:
        _bump_and_rearm(due, rules, batch)
    elif first:
        bump_versions(book, kind, batch)
    for rule in taken:
        opened.waived += apply_effect(book, context, kind, rule, batch)
    if not both or due.any():
        _rearm(due, rules, settled)
    if first:
        book.session.execute(delete(_staged).where(_staged.c.unit_id == book.unit_id, _staged.c.batch_id == batch))


def _insert_episodes(book: Book, kind: Kind, rule: CompiledRule, batch: uuid.UUID) -> int:
    """Insert the staged episodes of `rule` at their first level.

    One with no ladder stays at level 0 and is closed at once, since nothing waits for anybody.
    """
    table, levels = kind.table, len(rule.ladder)
    place = place_of_group(kind, rule)
    group = case((place.is_(None), literal("")), else_=HexOf(place)) if place is not None else literal("")
    open_ = literal(True) if levels else false()
    values: dict[str, Any] = {
        "unit_id": _staged.c.unit_id,
        "id": natural_id(_staged.c.unit_id, rule.id, _staged.c.subject_id, _staged.c.anchor),
        "campaign_id": table.c.campaign_id,
        "rule_id": literal(rule.id),
        "kind": literal(kind.name),
        "subject_id": _staged.c.subject_id,
        "anchor": _staged.c.anchor,
        "due_at": _staged.c.due_at,
        "opened_at": literal(book.now, BigInteger),
        "level": _staged.c.level,
        "levels": literal(levels, BigInteger),
        "next_action_at": next_sql([rule], _staged.c.due_at),
        "group_key": group,
        "area_id": table.c.area_id,
        "team_id": table.c.team_id,
        "is_open": open_,
        "closed_at": literal(None if levels else book.now, BigInteger),
        "closed_because": literal(None if levels else "effect", _episodes.c.closed_because.type),
        "answer_by": answer_sql([rule], _staged.c.due_at, next_sql([rule], _staged.c.due_at)),
        "version": literal(1, BigInteger),
        "state_version": literal(1, BigInteger),
    }
    rows = select(*values.values()).where(
        _staged.c.unit_id == book.unit_id,
        _staged.c.batch_id == batch,
        _staged.c.rule_id == rule.id,
        table.c.unit_id == _staged.c.unit_id,
        table.c.id == _staged.c.subject_id,
    )
    return insert_missing(book.session, _episodes, list(values), rows)


_bumps: dict[Hashable, Prepared] = {}
_rearmings: dict[Hashable, Prepared] = {}
"""What sets the pointers of the rows looked at, by pack, kind and which rows those are: it is the same at every tick."""


def _bump_and_rearm(due: DueRows, rules: Sequence[CompiledRule], batch: uuid.UUID) -> None:
    """Count the events of the staged rows in their versions and set their pointers, in one: each row is then written once.

    Only where all is settled (see `_rearm`).
    """
    key = (due.context.pack.hash, due.kind.name)
    if key not in _bumps:
        unit, named = bindparam("unit", type_=Id()), bindparam("batch", type_=Id())
        pointer = _pointer(due.kind, rules, settled=True)
        _bumps[key] = Prepared(bumping(due.kind, unit, named).values(next_action_at=pointer))
    _bumps[key].count(due.book.connection, {"unit": due.book.unit_id, "batch": batch, "now": due.instant_known})


def _rearm(due: DueRows, rules: Sequence[CompiledRule], settled: bool) -> None:
    """Set the pointers of the rows that were looked at: each to the next instant that matters, over rules that apply to it.

    `settled` says that all that is due on them has been opened, and nothing changed them: then only what lies ahead matters.
    """
    kind, table = due.kind, due.kind.table
    if isinstance(due.only, Select):
        statement = update(table).where(due.rows()).values(next_action_at=_pointer(kind, rules, settled))
        due.book.session.execute(statement, {"now": due.now})
        return
    key = (due.context.pack.hash, kind.name, settled, due.shape)
    if key not in _rearmings:
        pointer = _pointer(kind, rules, settled)
        _rearmings[key] = Prepared(update(table).where(due.named().rows()).values(next_action_at=pointer))
    _rearmings[key].count(due.book.connection, due.values())


def _pointer(kind: Kind, rules: Sequence[CompiledRule], settled: bool) -> ColumnElement[int]:
    table, now = kind.table, bindparam("now", type_=BigInteger())
    is_case = kind.name == "case"
    groups: dict[str | None, list[CompiledRule]] = {}
    for rule in rules:
        groups.setdefault(rule.track if is_case else rule.model.task, []).append(rule)
    general = groups.pop(None, [])
    column = table.c.track if is_case else table.c.item

    def of(some: Sequence[CompiledRule]) -> ColumnElement[int]:
        return upcoming_sql(some, kind.columns, now) if settled else rearmed_sql(some, kind.columns, table, now=now)

    branches = [(column == key, of([*general, *group])) for key, group in groups.items()]
    default = of(general) if general else literal(None, BigInteger)
    return case(*branches, else_=default) if branches else default
