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
def statements_of(store: Store, *, writing: bool = False) -> Iterator[list[str]]:
    """Collect what a block sends through a store's engine for reading (or for writing), whoever opens the session."""
    sent: list[str] = []
    engine = store.writer if writing else store.reader

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)
