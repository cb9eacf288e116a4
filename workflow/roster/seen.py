"""Who stands on which list: what the next list is compared with."""

from typing import Any

from sqlalchemy import BigInteger, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.tables import ListEntry, RosterRow, Subject, table_of

_rows, _entries, _subjects = table_of(RosterRow), table_of(ListEntry), table_of(Subject)


def see_entries(book: Book, context: CampaignContext, file: Any) -> None:
    """Note that the people of a file stand on its list, as of the instant the file states. An older file makes nothing older."""
    values: dict[str, Any] = {
        "unit_id": _rows.c.unit_id,
        "campaign_id": literal(context.id, _entries.c.campaign_id.type),
        "list_code": literal(file.list_code),
        "subject_id": _rows.c.subject_id,
        "first_file_id": _rows.c.file_id,
        "last_file_id": _rows.c.file_id,
        "last_seen_at": literal(file.as_of, BigInteger),
    }
    rows = select(*values.values()).where(
        _rows.c.unit_id == book.unit_id, _rows.c.file_id == file.id, _rows.c.judgement != "rejected"
    )
    is_postgres = book.session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert(_entries) if is_postgres else sqlite.insert(_entries)
    statement = insert.from_select(list(values), rows)
    book.session.execute(
        statement.on_conflict_do_update(
            index_elements=["unit_id", "campaign_id", "list_code", "subject_id"],
            set_={
                "last_file_id": statement.excluded.last_file_id,
                "last_seen_at": statement.excluded.last_seen_at,
                "gone_at": None,
            },
            where=_entries.c.last_seen_at <= statement.excluded.last_seen_at,
        )
    )


def count_left_out(session: Session, context: CampaignContext, file: Any) -> int:
    """Return how many people of a complete file's list (in its area) an earlier file had and no row that is taken names.

    Reads the staged rows, so it answers before the file is applied as well as while it is.
    """
    named = select(_rows.c.subject_id).where(
        _rows.c.unit_id == context.unit_id, _rows.c.file_id == file.id, _rows.c.judgement != "rejected"
    )
    statement = (
        select(func.count())
        .select_from(_entries)
        .join(_subjects, (_subjects.c.unit_id == _entries.c.unit_id) & (_subjects.c.id == _entries.c.subject_id))
        .where(
            _entries.c.unit_id == context.unit_id,
            _entries.c.campaign_id == context.id,
            _entries.c.list_code == file.list_code,
            _entries.c.gone_at.is_(None),
            _entries.c.last_seen_at <= file.as_of,
            _entries.c.subject_id.not_in(named),
        )
    )
    if file.area_id is not None:
        statement = statement.where(_subjects.c.area_id == file.area_id)
    return (session.scalar(statement) or 0) if file.complete else 0
