"""Keeping a file that came with a piece of work: its bytes on disk, its name and size in the unit's books."""

from typing import Final

from sqlalchemy.dialects import postgresql, sqlite

from workflow.errors import NotConfigured
from workflow.files import CheckedFile, FileStore
from workflow.ledger import Book
from workflow.plan.texts import TextRefused, clean_reason
from workflow.tables import StoredFile, table_of

LONGEST_NAME: Final = 120
_FORBIDDEN: Final = frozenset('<>:"|?*/\\')
"""What some system cannot have in a file's name."""


def store_file(book: Book, files: FileStore | None, file: CheckedFile) -> str:
    """Keep a checked file and return its SHA-256. The bytes are on disk before the row is; the same file twice is one.

    Raises NotConfigured if there is no place for files.
    """
    if files is None:
        raise NotConfigured(what="Chưa có thư mục để giữ tệp", todo="Báo người phụ trách kỹ thuật")
    sha256 = files.put(file.content)
    insert = postgresql.insert if book.connection.dialect.name == "postgresql" else sqlite.insert
    row = {
        "unit_id": book.unit_id, "sha256": sha256, "name": shown_name(file), "media_type": file.media_type,
        "size": len(file.content), "added_by_id": book.actor_id, "added_at": book.now,
    }  # fmt: skip
    book.session.execute(insert(table_of(StoredFile)).values(row).on_conflict_do_nothing())
    return sha256


def shown_name(file: CheckedFile) -> str:
    """Return the name a file is handed out under: its own, or a made-up one if that tells of a person or an answer.

    Phones and messengers name pictures by long numbers: nobody is asked to rename them.
    """
    try:
        stem = clean_reason(file.stem.strip(". "), longest=LONGEST_NAME)
    except TextRefused:
        stem = None
    if not stem or _FORBIDDEN & set(stem):
        stem = f"tep-{file.sha256[:8]}"
    return f"{stem}.{file.extension}"
