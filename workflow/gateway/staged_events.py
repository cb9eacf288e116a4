"""Writing the events of staged rows: consecutive numbers, and one more version for each subject that is a case or task."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Update, and_, case, cast, func, insert, literal, null, select, update

from workflow.gateway.kinds import Kind
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.statements import json_of, natural_id
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
    told: ColumnElement[Any] | None = None,
) -> None:
    """Insert one `escalate` event for each staged row, numbered in the order of their positions.

    `closed` says why an episode ended (its next level was to be called at the row's `happened_at`); without it the event is one of
    opening or climbing. `follow_ups` are the rules that ask for a follow-up; their rows say when, in `happened_at`. `told` is what the
    event says instead of all this, over the rows and their episodes; it then lies where its episode does.
    """
    before, subjects = book.reserve(count), kind.table
    is_case, counts = kind.name == "case", kind.counts_events
    place: Any = subjects.c if counts else _episodes.c if told is not None else None
    ordinal = func.row_number().over(partition_by=_staged.c.subject_id, order_by=_staged.c.position)
    team = _staged.c.subject_id if kind.name == "team" else null()
    area_type, team_type = _events.c.area_id.type, _events.c.team_id.type
    values: dict[str, Any] = {
        "unit_id": _staged.c.unit_id,
        "ledger_no": _staged.c.position + before,
        "kind": literal("escalate"),
        "campaign_id": literal(context.id, _events.c.campaign_id.type),
        "case_id": _staged.c.subject_id if is_case else cast(null(), _events.c.case_id.type),
        "door_id": subjects.c.door_id if is_case else cast(null(), _events.c.door_id.type),
        "about_id": natural_id(_staged.c.unit_id, _staged.c.rule_id, _staged.c.subject_id, _staged.c.anchor),
        "version": subjects.c.version + ordinal if counts else cast(null(), BigInteger),
        "area_id": cast(null(), area_type) if place is None else place.area_id,
        "team_id": cast(team, team_type) if place is None else place.team_id,
        "cause": literal("rule"),
        "rule_id": _staged.c.rule_id,
        "pack_hash": literal(context.pack.hash),
        "batch_id": literal(batch, _events.c.batch_id.type),
        "happened_at": literal(book.now, BigInteger),
        "recorded_at": literal(book.now, BigInteger),
        "data": _data(closed, follow_ups) if told is None else told,
    }
    rows = select(*values.values()).where(_staged.c.unit_id == book.unit_id, _staged.c.batch_id == batch)
    if told is not None:
        rows = rows.where(same_episode())
    if counts:
        rows = rows.where(subjects.c.unit_id == _staged.c.unit_id, subjects.c.id == _staged.c.subject_id)
    book.session.execute(insert(_events).from_select(list(values), rows))


def _data(closed: str | None, follow_ups: Sequence[str]) -> ColumnElement[Any]:
    if closed:
        return json_of(level=_staged.c.level, closed=literal(closed), next=_staged.c.happened_at)
    known = {"level": _staged.c.level, "due_at": _staged.c.due_at, "anchor": _staged.c.anchor}
    if not follow_ups:
        return json_of(**known)
    asked = case((_staged.c.rule_id.in_(follow_ups), _staged.c.happened_at), else_=literal(None, BigInteger))
    return json_of(**known, follow_up_at=asked)


def same_episode() -> ColumnElement[bool]:
    """Return the condition that an episode is the one of a staged row."""
    return and_(
        _episodes.c.unit_id == _staged.c.unit_id,
        _episodes.c.rule_id == _staged.c.rule_id,
        _episodes.c.subject_id == _staged.c.subject_id,
        _episodes.c.anchor == _staged.c.anchor,
    )


def bump_versions(book: Book, kind: Kind, batch: uuid.UUID) -> None:
    """Count the new events in the version of each staged subject; `state_version` stays, so no phone sees a conflict."""
    if not kind.counts_events:
        return
    book.session.execute(bumping(kind, book.unit_id, batch))


def bumping(kind: Kind, unit: Any, batch: Any) -> Update:
    """Return what counts the events of a batch in the versions of its subjects; unit and batch may be names."""
    table = kind.table
    counted = (
        select(_staged.c.subject_id, func.count().label("n"))
        .where(_staged.c.unit_id == unit, _staged.c.batch_id == batch)
        .group_by(_staged.c.subject_id)
        .subquery()
    )
    mine = (table.c.unit_id == unit, table.c.id == counted.c.subject_id)
    return update(table).where(*mine).values(version=table.c.version + counted.c.n)
