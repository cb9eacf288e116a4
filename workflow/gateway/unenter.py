"""Taking back the entering of many cases: every event of their histories is voided, and they are counted nowhere any more.

The cases stand in `staged`. Voided are the `enter` and what only gave the door a holder since; the rows stay, closed, so that the
same people can enter again.
"""

import uuid
from typing import Any

from sqlalchemy import BigInteger, Text, and_, exists, func, insert, literal, select, true, union_all, update

from rules.time import DAY, HOUR
from workflow.gateway.doors import settle_follow_ups
from workflow.gateway.resolve_staged import close_resolved_staged
from workflow.gateway.statistics import refresh_statistics
from workflow.ledger.book import ROLLUP_KEY, Book
from workflow.queries.campaigns import CampaignContext
from workflow.statements import json_of, upsert_sum_select
from workflow.tables import NOBODY, Case, Event, Rollup, Staged, table_of
from workflow.tables.ledger import CASE_KINDS

_staged, _cases, _events, _rollups = table_of(Staged), table_of(Case), table_of(Event), table_of(Rollup)
_voids = _events.alias("voids")


def unenter_staged(book: Book, context: CampaignContext, batch: uuid.UUID, *, reason: str) -> int:
    """Void the histories of the staged cases; return how many events were voided."""
    mine = and_(_staged.c.unit_id == book.unit_id, _staged.c.batch_id == batch)
    refresh_statistics(book.session, _staged, _cases, _events)
    steps = _steps(mine)
    count = book.session.scalar(select(func.count()).select_from(steps)) or 0
    if not count:
        return 0
    _write_rollups(book, steps)
    _write_voids(book, context, steps, count, reason)
    numbers = and_(_events.c.unit_id == book.unit_id, _events.c.ledger_no > book.last_no - count)
    voided = select(_events.c.case_id, func.count().label("n")).where(numbers).group_by(_events.c.case_id).subquery()
    book.session.execute(
        update(_cases)
        .where(_cases.c.unit_id == book.unit_id, _cases.c.id == voided.c.case_id)
        .values(
            left_at=_cases.c.created_at,
            is_open=False,
            follow_up_at=None,
            next_action_at=None,
            version=_cases.c.version + voided.c.n,
            state_version=_cases.c.state_version + 1,
        )
    )
    close_resolved_staged(book, context, (mine,))
    doors = select(_cases.c.door_id).join(
        _staged, and_(mine, _cases.c.unit_id == _staged.c.unit_id, _cases.c.id == _staged.c.subject_id)
    )
    settle_follow_ups(book, doors)
    return count


def _steps(mine: Any) -> Any:
    """Return the events in force of the staged cases, each with the place counted before it."""
    voided = exists(
        select(literal(1)).where(_voids.c.unit_id == _events.c.unit_id, _voids.c.voids_no == _events.c.ledger_no)
    )
    order: dict[str, Any] = {
        "partition_by": _events.c.case_id,
        "order_by": (_events.c.happened_at, _events.c.ledger_no),
    }
    names = ("area_id", "team_id", "state", "stage")
    return (
        select(
            _events.c.unit_id, _events.c.ledger_no, _events.c.campaign_id, _events.c.case_id, _events.c.door_id,
            _events.c.about_id, _events.c.track, _events.c.happened_at, _cases.c.unnamed, _cases.c.version,
            *(_events.c[name] for name in names),
            *(func.lag(_events.c[name]).over(**order).label(f"old_{name}") for name in names),
            func.row_number().over(**order).label("place"),
        )
        .select_from(_staged)
        .join(_cases, and_(mine, _cases.c.unit_id == _staged.c.unit_id, _cases.c.id == _staged.c.subject_id))
        .join(_events, and_(_events.c.unit_id == _cases.c.unit_id, _events.c.case_id == _cases.c.id))
        .where(_events.c.kind.in_(CASE_KINDS), ~voided)
        .subquery("steps")
    )  # fmt: skip


def _write_rollups(book: Book, steps: Any) -> None:
    """Count each case out of where it is now, today; and out of each day of its history."""
    today = (literal(book.now, BigInteger) + 7 * HOUR) // DAY
    happened = (steps.c.happened_at + 7 * HOUR) // DAY
    parts = []
    for basis, day in (("r", today), ("h", happened)):
        for old, sign in (("", -1), ("old_", 1)):
            part = select(
                steps.c.unit_id,
                steps.c.campaign_id,
                literal(basis).label("basis"),
                day.label("day"),
                steps.c.track,
                steps.c[f"{old}area_id"].label("area_id"),
                func.coalesce(steps.c[f"{old}team_id"], literal(NOBODY, _rollups.c.team_id.type)).label("team_id"),
                steps.c[f"{old}state"].label("state"),
                steps.c[f"{old}stage"].label("stage"),
                steps.c.unnamed,
                literal(sign, BigInteger).label("n"),
            )
            parts.append(part.where(steps.c.place > 1) if old else part)
    changes = union_all(*parts).subquery()
    key = [changes.c[name] for name in ROLLUP_KEY]
    summed = select(*key, func.sum(changes.c.n)).where(true()).group_by(*key).having(func.sum(changes.c.n) != 0)
    upsert_sum_select(book.session, _rollups, ROLLUP_KEY, "n", summed)


def _write_voids(book: Book, context: CampaignContext, steps: Any, count: int, reason: str) -> None:
    before, uuid_type = book.reserve(count), _events.c.batch_id.type
    values: dict[str, Any] = {
        "unit_id": steps.c.unit_id,
        "ledger_no": func.row_number().over(order_by=steps.c.ledger_no) + before,
        "kind": literal("void"),
        "campaign_id": steps.c.campaign_id,
        "case_id": steps.c.case_id,
        "door_id": steps.c.door_id,
        "about_id": steps.c.about_id,
        "version": steps.c.version + steps.c.place,
        "cause": literal("correction"),
        "actor_id": literal(book.actor_id, uuid_type),
        "acting_for_id": literal(book.acting_for_id, uuid_type),
        "pack_hash": literal(context.pack.hash),
        "batch_id": literal(book.batch_id, uuid_type),
        "voids_no": steps.c.ledger_no,
        "happened_at": literal(book.now, BigInteger),
        "recorded_at": literal(book.now, BigInteger),
        "data": json_of(reason=literal(reason, Text())),
    }
    book.session.execute(insert(_events).from_select(list(values), select(*values.values())))
