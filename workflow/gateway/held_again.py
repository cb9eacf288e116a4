"""Escalations whose reason is back: a visit voided, a move taken back, a report returned, a deadline moved away and back.

An episode closes as `resolved` when its rule no longer holds. Where a change makes the rule hold again for the same anchor the work was
never done, and one step taken back must not switch a ladder off: the same episode is open again, at its level and where its subject lies
now, and no step is called twice. The next level is called when it would have been, which the event that closed it tells; at once if that
has passed (but rules that are judged whole, which time alone can bring back). What somebody decided stays closed.

Whoever has it keeps the time to answer that they had. If that ran out while it was closed, they have until the next level is called, or
until the end of the day. They hear of it if it was away for long or their time is new, unless the next level is called in their place.
"""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    case,
    cast,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)

from rules.pack import CompiledRule
from rules.time import MINUTE, Instant
from workflow.gateway.episode_place import group_of
from workflow.gateway.kinds import CASE, TASK, Kind
from workflow.gateway.live import LiveCase
from workflow.gateway.resolve_staged import of_batch, still_holds, unstage
from workflow.gateway.staged_events import bump_versions, same_episode, write_events
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.queries.ladder_rows import EPISODES, HOLDER
from workflow.queries.time_left import end_of_day_sql
from workflow.statements import json_of
from workflow.tables import Event, Staged, table_of

LONG: Final = 15 * MINUTE
"""Closed for less than this, nobody will have missed it."""
_staged, _events = table_of(Staged), table_of(Event)
_CAME, _NEXT = _staged.c.due_at, _staged.c.happened_at
"""As of when a staged episode is open again, and when its next level was to be called."""
_AT_ONCE = _NEXT <= _CAME


def open_again(
    book: Book,
    context: CampaignContext,
    kind: Kind,
    subjects: Sequence[uuid.UUID] | Select[Any],
    *,
    rules: Sequence[CompiledRule] | None = None,
    came: ColumnElement[int] | None = None,
) -> int:
    """Open the episodes of these subjects again whose rule (among `rules`, if given) holds as it did; return how many.

    Call after a change, when it is written. `came`: as of when, over episodes; else now.
    """
    judged = [rule for rule in (kind.rules(context) if rules is None else rules) if rule.ladder]
    if not judged or (isinstance(subjects, Select) and not _any(book, kind, subjects)):
        return 0
    batch, holds = book.new_id(), or_(*(still_holds(book, kind, rule) for rule in judged))
    since = literal(book.now, BigInteger) if came is None else came
    count = _stage(book, kind, and_(_closed(book, kind, subjects), holds), since, batch)
    if count:
        _open_staged(book, context, kind, judged, batch, count, closed=EPISODES.c.closed_at)
    return count


def open_judged_again(
    book: Book,
    context: CampaignContext,
    kind: Kind,
    rule: CompiledRule,
    episodes: Sequence[uuid.UUID],
    *,
    came: Instant,
) -> None:
    """Open these closed episodes of a rule that is judged whole again, as of the instant at which it was judged to hold once more.

    They closed when that was judged, which is earlier than when it was written where the clock looked late: the event tells (`as_of`).
    Time may have brought them back, and no step of anybody's: where the next level would have been called by then, whoever has it gets the
    time of that rung anew.
    """
    book.flush()
    batch, e = book.new_id(), EPISODES.c
    chosen = and_(e.unit_id == book.unit_id, e.id.in_(sorted(episodes)), ~e.is_open)
    told, anew = _said_when_closed(kind, "next"), _next_anew(rule, came)
    count = _stage(book, kind, chosen, literal(came, BigInteger), batch, case((told > came, told), else_=anew))
    closed = func.coalesce(_said_when_closed(kind, "as_of"), e.closed_at)
    _open_staged(book, context, kind, [rule], batch, count, closed=closed)


def rules_back(
    context: CampaignContext, cases: Iterable[LiveCase], episodes: Iterable[Any], now: Instant
) -> list[CompiledRule]:
    """Return the rules that hold for one of the cases as they did for an episode that may have to be open again.

    `episodes` are those that were open. Empty for a case of which none was ever closed, and as good as always for the others.
    """
    known = {(row.rule_id, row.subject_id, row.anchor) for row in episodes}
    back: dict[str, CompiledRule] = {}
    for case_ in cases:
        pointer = case_.next_action_at
        if not case_.has_resolved or case_.left_at is not None or pointer is None or pointer > now:
            continue
        facts = case_.facts()
        for rule in context.case_rules(case_.track):
            anchor = rule.anchor_py(facts, now) if rule.ladder else None
            if anchor is not None and (rule.id, case_.id, anchor) not in known and rule.when_py(facts, now):
                back[rule.id] = rule
    return list(back.values())


def _closed(book: Book, kind: Kind, subjects: Sequence[uuid.UUID] | Select[Any]) -> ColumnElement[bool]:
    e = EPISODES.c
    mine = and_(e.unit_id == book.unit_id, e.subject_id.in_(subjects), ~e.is_open)
    return and_(mine, e.kind == kind.name, e.closed_because == "resolved")


def _any(book: Book, kind: Kind, subjects: Select[Any]) -> bool:
    return book.session.execute(select(literal(1)).where(_closed(book, kind, subjects)).limit(1)).first() is not None


def _next_anew(rule: CompiledRule, came: Instant) -> ColumnElement[Any]:
    """Return when the next level is called if the time of the one that was called last began at `came`."""
    rungs = range(1, len(rule.ladder))
    called = [(EPISODES.c.level == rung, at) for rung in rungs if (at := rule.times.next_at(rung, came)) is not None]
    return case(*called, else_=cast(null(), BigInteger)) if called else null()


def _stage(
    book: Book, kind: Kind, chosen: ColumnElement[bool], came: ColumnElement[int], batch: uuid.UUID, after: ColumnElement[Any] | None = None,
) -> int:  # fmt: skip
    """Stage the closed episodes whose rule holds, each at its level, the next of which is called `after`; return how many."""
    e = EPISODES.c
    told = func.coalesce(_said_when_closed(kind, "next"), e.answer_by) if after is None else after
    upcoming = case((e.level < e.levels, told), else_=None)
    rows = select(
        e.unit_id,
        literal(batch, _staged.c.batch_id.type),
        func.row_number().over(order_by=(e.rule_id, e.subject_id, e.anchor)),
        e.subject_id, e.rule_id, e.anchor, came, e.level, upcoming,
    ).where(chosen)  # fmt: skip
    names = ["unit_id", "batch_id", "position", "subject_id", "rule_id", "anchor", "due_at", "level", "happened_at"]
    statement = insert(_staged).from_select(names, rows)
    return int(book.session.execute(statement, execution_options={"preserve_rowcount": True}).rowcount)  # type: ignore[attr-defined]


def _open_staged(
    book: Book,
    context: CampaignContext,
    kind: Kind,
    rules: Sequence[CompiledRule],
    batch: uuid.UUID,
    count: int,
    *,
    closed: ColumnElement[int],
) -> None:
    """Open what is staged. `closed`: since when an episode was closed."""
    ran_out = and_(closed < EPISODES.c.answer_by, EPISODES.c.answer_by <= _CAME)
    write_events(book, context, kind, batch, count, told=_told(closed, ran_out))
    bump_versions(book, kind, batch)
    _open(book, kind, rules, batch, ran_out)
    unstage(book, batch)


def _said_when_closed(kind: Kind, name: str) -> ColumnElement[Any]:
    """Return an instant that the event tells which closed the episode: as of when it closed (`as_of`), or when the next level was to be
    called (`next`); NULL if it does not say.
    """
    event, e = _events.c, EPISODES.c
    near = [event.case_id == e.subject_id] if kind is CASE else []
    said = select(func.max(cast(event.data[name].as_string(), BigInteger))).where(
        event.unit_id == e.unit_id, *near, event.recorded_at == e.closed_at, event.kind == "escalate", event.about_id == e.id,
        event.data["closed"].as_string() == "resolved",
    )  # fmt: skip
    return said.correlate(EPISODES).scalar_subquery()


def _told(closed: ColumnElement[int], ran_out: ColumnElement[bool]) -> ColumnElement[Any]:
    """Return what the event says: the level, and where it is news (it has `due_at`) which rung had it and to whom it was given there.

    No rung is told where the next level comes in its place. Read before the episodes change.
    """
    e = EPISODES.c
    is_news = or_(_CAME - closed >= LONG, ran_out)
    gives_way = and_(_AT_ONCE, func.coalesce(e.unheld_level, HOLDER) <= e.level + 1)
    return json_of(
        level=_staged.c.level,
        reopened=literal("resolved"),
        due_at=case((and_(is_news, func.coalesce(~gives_way, True)), _CAME), else_=None),
        had=HOLDER,
        given=case((is_news, e.given_to), else_=None),
    )


def _open(
    book: Book, kind: Kind, rules: Sequence[CompiledRule], batch: uuid.UUID, ran_out: ColumnElement[bool]
) -> None:
    """Open the staged episodes where their subjects lie now; teams and the campaign do not move."""
    e, table = EPISODES.c, kind.table
    in_time = case((_NEXT > _CAME, _NEXT), else_=end_of_day_sql(_CAME))
    values: dict[str, Any] = {
        "is_open": True,
        "closed_at": None,
        "closed_because": None,
        "next_action_at": case((_AT_ONCE, _CAME), else_=_NEXT),
        "answer_by": case((ran_out, in_time), else_=e.answer_by),
        "version": e.version + 1,
        "state_version": e.state_version + 1,
    }
    its: list[ColumnElement[bool]] = []
    if kind in (CASE, TASK):
        its = [table.c.unit_id == _staged.c.unit_id, table.c.id == _staged.c.subject_id]
        values |= {"area_id": table.c.area_id, "team_id": table.c.team_id, "group_key": group_of(rules, kind)}
    book.session.execute(update(EPISODES).where(*of_batch(book, batch), same_episode(), *its).values(**values))


__all__ = ["open_again", "open_judged_again", "rules_back"]
