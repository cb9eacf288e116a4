"""Writing the events of staged rows: consecutive numbers, and one more version for each subject that is a case or task."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, case, func, insert, literal, null, select, update

from workflow.gateway.kinds import Kind
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.statements import json_of
from workflow.tables import Escalation, Event, Staged, table_of

_staged, _events, _episodes = table_of(Staged), table_of(Event), table_of(Escalation)


def write_events(
    book: Book,
    context: CampaignContext,
    kind: Kind,
    batch: uuid.UUID,
    count: int,
    *,
    closed: str | None = None,
    follow_ups: Sequence[str] = (),
) -> None:
    """Insert one `escalate` event for each staged row, numbered in the order of their positions.

    `closed` says why an episode ended; without it the event is one of opening or climbing. `follow_ups` are the rules that ask for
    a follow-up; their rows say when, in `happened_at`.
    """
    before, subjects = book.reserve(count), kind.table
    is_case, counts = kind.name == "case", kind.counts_events
    ordinal = func.row_number().over(partition_by=_staged.c.subject_id, order_by=_staged.c.position)
    values: dict[str, Any] = {
        "unit_id": _staged.c.unit_id,
        "ledger_no": _staged.c.position + before,
        "kind": literal("escalate"),
        "campaign_id": _episodes.c.campaign_id,
        "case_id": _staged.c.subject_id if is_case else null(),
        "door_id": subjects.c.door_id if is_case else null(),
        "about_id": _episodes.c.id,
        "version": subjects.c.version + ordinal if counts else null(),
        "area_id": _episodes.c.area_id,
        "team_id": _episodes.c.team_id,
        "cause": literal("rule"),
        "rule_id": _staged.c.rule_id,
        "pack_hash": literal(context.pack.hash),
        "batch_id": literal(batch, _events.c.batch_id.type),
        "happened_at": literal(book.now, BigInteger),
        "recorded_at": literal(book.now, BigInteger),
        "data": _data(closed, follow_ups),
    }
    rows = select(*values.values()).where(
        _staged.c.unit_id == book.unit_id,
        _staged.c.batch_id == batch,
        _episodes.c.unit_id == _staged.c.unit_id,
        _episodes.c.rule_id == _staged.c.rule_id,
        _episodes.c.subject_id == _staged.c.subject_id,
        _episodes.c.anchor == _staged.c.anchor,
    )
    if counts:
        rows = rows.where(subjects.c.unit_id == _staged.c.unit_id, subjects.c.id == _staged.c.subject_id)
    book.session.execute(insert(_events).from_select(list(values), rows))


def _data(closed: str | None, follow_ups: Sequence[str]) -> ColumnElement[Any]:
    if closed:
        return json_of(level=_staged.c.level, closed=literal(closed))
    known = {"level": _staged.c.level, "due_at": _staged.c.due_at, "anchor": _staged.c.anchor}
    if not follow_ups:
        return json_of(**known)
    asked = case((_staged.c.rule_id.in_(follow_ups), _staged.c.happened_at), else_=literal(None, BigInteger))
    return json_of(**known, follow_up_at=asked)


def bump_versions(book: Book, kind: Kind, batch: uuid.UUID) -> None:
    """Count the new events in the version of each staged subject; `state_version` stays, so no phone sees a conflict."""
    if not kind.counts_events:
        return
    table = kind.table
    counted = (
        select(_staged.c.subject_id, func.count().label("n"))
        .where(_staged.c.unit_id == book.unit_id, _staged.c.batch_id == batch)
        .group_by(_staged.c.subject_id)
        .subquery()
    )
    book.session.execute(
        update(table)
        .where(table.c.unit_id == book.unit_id, table.c.id == counted.c.subject_id)
        .values(version=table.c.version + counted.c.n)
    )
