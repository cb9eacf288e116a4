"""Closing escalations that have lost their reason, for the cases of a whole batch (`resolve` does it for one door)."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, ColumnElement, and_, delete, exists, func, insert, literal, select, true, update

from rules.language.sql import to_sql
from workflow.gateway.kinds import CASE, CASE_COLUMNS
from workflow.gateway.staged_events import bump_versions, write_events
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Case, Escalation, Staged, table_of

_staged, _cases, _episodes = table_of(Staged), table_of(Case), table_of(Escalation)


def close_resolved_staged(book: Book, context: CampaignContext, moved: Sequence[ColumnElement[bool]]) -> int:
    """Close the open episodes of the moved cases whose rule no longer holds for their anchor; return how many.

    `moved` are conditions on `staged` that select the cases.
    """
    batch = book.new_id()
    subjects = select(_staged.c.subject_id).where(*moved)
    still = [
        and_(
            _episodes.c.rule_id == rule.id,
            exists(
                select(_cases.c.id).where(
                    _cases.c.unit_id == _episodes.c.unit_id,
                    _cases.c.id == _episodes.c.subject_id,
                    _cases.c.left_at.is_(None),
                    to_sql(rule.anchor, CASE_COLUMNS, literal(0, BigInteger)) == _episodes.c.anchor,
                    to_sql(rule.when, CASE_COLUMNS, literal(book.now, BigInteger)),
                )
            ),
        )
        for rule in CASE.rules(context)
    ]
    found = (
        select(_episodes.c.subject_id, _episodes.c.rule_id, _episodes.c.anchor, _episodes.c.due_at, _episodes.c.level)
        .where(_episodes.c.unit_id == book.unit_id, _episodes.c.is_open, _episodes.c.subject_id.in_(subjects))
        .where(*(~holds for holds in still))
        .subquery()
    )
    order = (found.c.rule_id, found.c.subject_id, found.c.anchor)
    rows = select(
        literal(book.unit_id, _staged.c.unit_id.type),
        literal(batch, _staged.c.batch_id.type),
        func.row_number().over(order_by=order),
        *found.c,
    ).where(true())
    names = ["unit_id", "batch_id", "position", "subject_id", "rule_id", "anchor", "due_at", "level"]
    count = book.session.execute(
        insert(_staged).from_select(names, rows), execution_options={"preserve_rowcount": True}
    ).rowcount  # type: ignore[attr-defined]
    if count:
        write_events(book, context, CASE, batch, count, closed="resolved")
        bump_versions(book, CASE, batch)
        _close(book, batch)
        book.session.execute(delete(_staged).where(_staged.c.unit_id == book.unit_id, _staged.c.batch_id == batch))
    return int(count)


def _close(book: Book, batch: object) -> None:
    book.session.execute(
        update(_episodes)
        .where(
            _staged.c.unit_id == book.unit_id,
            _staged.c.batch_id == batch,
            _episodes.c.unit_id == _staged.c.unit_id,
            _episodes.c.rule_id == _staged.c.rule_id,
            _episodes.c.subject_id == _staged.c.subject_id,
            _episodes.c.anchor == _staged.c.anchor,
        )
        .values(
            is_open=False,
            closed_at=book.now,
            closed_because="resolved",
            next_action_at=None,
            version=_episodes.c.version + 1,
            state_version=_episodes.c.state_version + 1,
        )
    )
