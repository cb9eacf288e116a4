"""Counting what a read sends to the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.orm import Session

from workflow.store import Store


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """Collect the statements that a block sends."""
    sent: list[str] = []
    connection = session.connection()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    yield sent
    event.remove(connection, "before_cursor_execute", note)


@contextmanager
def statements_of(store: Store) -> Iterator[list[str]]:
    """Collect what a block sends through a store's engine for reading, whoever opens the session."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(store.reader, "before_cursor_execute", note)
    yield sent
    event.remove(store.reader, "before_cursor_execute", note)
