"""Episodes that are staged and spoken about: an event each, and the rows themselves changed, for all of a batch at once."""

import uuid
from collections.abc import Mapping
from typing import Any, Final, Literal

from sqlalchemy import BigInteger, ColumnElement, cast, func, insert, literal, null, select, update

from workflow.escalation.steps import same_episode
from workflow.gateway.kinds import CAMPAIGN, CASE, TASK, TEAM, Kind
from workflow.gateway.resolve_staged import of_batch, unstage
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.queries.ladder_rows import EPISODES
from workflow.tables import Event, Staged, table_of

_staged, _events = table_of(Staged), table_of(Event)
KINDS: Final[Mapping[str, Kind]] = {kind.name: kind for kind in (CASE, TASK, TEAM, CAMPAIGN)}


def stage_episodes(
    book: Book, kind: Kind, chosen: ColumnElement[bool], level: ColumnElement[int], batch: uuid.UUID
) -> int:
    """Stage the chosen episodes of a kind, each with the level that is answered; return how many."""
    e = EPISODES.c
    rows = select(
        literal(book.unit_id, _staged.c.unit_id.type),
        literal(batch, _staged.c.batch_id.type),
        func.row_number().over(order_by=(e.due_at, e.rule_id, e.subject_id, e.anchor)),
        e.subject_id,
        e.rule_id,
        e.anchor,
        literal(book.now, BigInteger),
        level,
    ).where(e.unit_id == book.unit_id, e.kind == kind.name, chosen)
    names = ["unit_id", "batch_id", "position", "subject_id", "rule_id", "anchor", "due_at", "level"]
    result = book.session.execute(
        insert(_staged).from_select(names, rows), execution_options={"preserve_rowcount": True}
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def write_told(
    book: Book,
    context: CampaignContext,
    kind: Kind,
    data: ColumnElement[Any],
    batch: uuid.UUID,
    count: int,
    *,
    cause: Literal["person", "rule"] = "person",
) -> None:
    """Insert one `escalate` event for each staged episode, with `data`. Its author is the book's, or nobody where a rule is the cause."""
    before, subjects, uuid_type = book.reserve(count), kind.table, _events.c.batch_id.type
    counts, is_case, by_person = kind.counts_events, kind.name == "case", cause == "person"
    ordinal = func.row_number().over(partition_by=_staged.c.subject_id, order_by=_staged.c.position)
    values: dict[str, Any] = {
        "unit_id": _staged.c.unit_id,
        "ledger_no": _staged.c.position + before,
        "kind": literal("escalate"),
        "campaign_id": literal(context.id, uuid_type),
        "case_id": _staged.c.subject_id if is_case else cast(null(), _events.c.case_id.type),
        "door_id": subjects.c.door_id if is_case else cast(null(), _events.c.door_id.type),
        "about_id": EPISODES.c.id,
        "version": subjects.c.version + ordinal if counts else cast(null(), BigInteger),
        "area_id": subjects.c.area_id if counts else EPISODES.c.area_id,
        "team_id": subjects.c.team_id if counts else EPISODES.c.team_id,
        "cause": literal(cause),
        "actor_id": literal(book.actor_id if by_person else None, uuid_type),
        "acting_for_id": literal(book.acting_for_id if by_person else None, uuid_type),
        "rule_id": _staged.c.rule_id,
        "pack_hash": literal(context.pack.hash),
        "batch_id": literal(book.batch_id or batch, uuid_type),
        "happened_at": literal(book.now, BigInteger),
        "recorded_at": literal(book.now, BigInteger),
        "data": data,
    }
    rows = select(*values.values()).where(*of_batch(book, batch), same_episode())
    if counts:
        rows = rows.where(subjects.c.unit_id == _staged.c.unit_id, subjects.c.id == _staged.c.subject_id)
    book.session.execute(insert(_events).from_select(list(values), rows))


def write_episodes(book: Book, batch: uuid.UUID, values: dict[str, Any]) -> None:
    """Change the staged episodes. A page that was opened before is stale."""
    counted = {"version": EPISODES.c.version + 1, "state_version": EPISODES.c.state_version + 1}
    book.session.execute(update(EPISODES).where(*of_batch(book, batch), same_episode()).values(**values, **counted))


__all__ = ["KINDS", "of_batch", "stage_episodes", "unstage", "write_episodes", "write_told"]
