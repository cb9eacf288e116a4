"""A file with people in it leaves the system: recorded, and not without end."""

import uuid
from typing import Final

from sqlalchemy import func, select

from workflow.access import Actor
from workflow.actions.command import Answer
from workflow.days import day_start, local_day
from workflow.errors import TooManyExports
from workflow.ledger.audits import write_audit
from workflow.ledger.book import Book
from workflow.tables import Audit

EXPORT: Final = "export"
"""The kind of the trace that every export leaves."""
EXPORTS_A_DAY: Final = 5
"""Exports with rows of people that one account may make on a local day of the unit. Files without people are no exports."""


def record_export(
    book: Book, actor: Actor, *, what: str, rows: int, serial: str, sha256: str, about_id: uuid.UUID | None = None
) -> Answer:
    """Record that the actor takes away a file with `rows` rows of people, before it is handed out.

    The unit's head is locked by the open book, so two requests cannot both take the last one of a day. `what` is a plain word for
    the kind of file; `serial` is printed in it. Raises TooManyExports.
    """
    today = day_start(local_day(book.now))
    statement = select(func.count()).select_from(Audit).where(
        Audit.unit_id == book.unit_id, Audit.at >= today, Audit.kind == EXPORT, Audit.account_id == actor.account_id
    )  # fmt: skip
    before = book.session.scalar(statement) or 0
    if before >= EXPORTS_A_DAY:
        raise TooManyExports(n=before)
    write_audit(
        book.session, book.unit_id, EXPORT, now=book.now, ids=book.ids, account_id=actor.account_id,
        membership_id=actor.membership_id, about_id=about_id, data={"what": what, "rows": rows, "serial": serial, "sha256": sha256},
    )  # fmt: skip
    return {"what": what, "rows": rows, "left": EXPORTS_A_DAY - before - 1}
