"""A file with people in it leaves the system: recorded, and not without end."""

import uuid
from typing import Final

from sqlalchemy import select

from workflow.access import Actor
from workflow.actions.command import Answer
from workflow.days import day_start, local_day
from workflow.errors import TooManyExports, TooManyReports
from workflow.ledger.audits import write_audit
from workflow.ledger.book import Book
from workflow.tables import Audit

EXPORT: Final = "export"
"""The kind of the trace that every export leaves."""
EXPORTS_A_DAY: Final = 5
"""Exports that one account may make on a local day of the unit: so many with rows of people, and so many reports."""
REPORT: Final = "report"
"""The one export that has nobody in it: sums. It is recorded and counted as well, but apart: it takes no list's place."""


def record_export(
    book: Book, actor: Actor, *, what: str, rows: int, serial: str, sha256: str, about_id: uuid.UUID | None = None
) -> Answer:
    """Record that the actor takes away a file with `rows` rows of people or of a report, before it is handed out.

    The unit's head is locked by the open book, so two requests cannot both take the last one of a day. `what` is a plain word for
    the kind of file; `serial` is printed in it. Raises TooManyExports or TooManyReports.
    """
    today = day_start(local_day(book.now))
    statement = select(Audit.data).where(
        Audit.unit_id == book.unit_id, Audit.at >= today, Audit.kind == EXPORT, Audit.account_id == actor.account_id
    )  # fmt: skip
    before = sum((data.get("what") == REPORT) == (what == REPORT) for data in book.session.scalars(statement))
    if before >= EXPORTS_A_DAY:
        raise TooManyReports(n=before) if what == REPORT else TooManyExports(n=before)
    write_audit(
        book.session, book.unit_id, EXPORT, now=book.now, ids=book.ids, account_id=actor.account_id,
        membership_id=actor.membership_id, about_id=about_id, data={"what": what, "rows": rows, "serial": serial, "sha256": sha256},
    )  # fmt: skip
    return {"what": what, "rows": rows, "left": EXPORTS_A_DAY - before - 1}
