"""Recording at the support desk what was done for the one person who was just looked up, and taking it back if it was a slip."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from workflow.access import Actor, let_in_by_look_up
from workflow.actions.record_visit import Finding, VisitReport, record_visit
from workflow.actions.void_event import void_event
from workflow.errors import NotFound
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Case

MODE = "support_point"


def record_at_desk(
    book: Book, context: CampaignContext, actor: Actor, findings: tuple[Finding, ...], *, assisted: bool = False
) -> dict[str, Any]:
    """Record a visit at the support point with the person looked up, now; return what `record_visit` does.

    Raises NotFound if nobody is open to the actor, or a finding is about anybody else (the household, the whole door), and whatever
    refuses a visit.
    """
    let_in = let_in_by_look_up(book.session, actor, now=book.now)
    found = let_in.let_in
    theirs = set(
        book.session.scalars(
            select(Case.id).where(
                Case.unit_id == book.unit_id,
                Case.campaign_id == context.id,
                Case.subject_id == (found.subject_id if found else None),
                Case.left_at.is_(None),
            )
        )
    )
    if found is None or not {finding.case_id for finding in findings} <= theirs:
        raise NotFound
    report = VisitReport(found.door_id, book.now, findings, mode=MODE, assisted=assisted)
    return record_visit(book, context, _as_desk(let_in), report)


def void_at_desk(book: Book, context: CampaignContext, actor: Actor, ledger_no: int, *, reason: str) -> dict[str, Any]:
    """Take back what the actor recorded at the desk, while the person is still open to them."""
    return void_event(
        book, context, _as_desk(let_in_by_look_up(book.session, actor, now=book.now)), ledger_no, reason=reason
    )


def _as_desk(actor: Actor) -> Actor:
    """Return the actor with the desk's post alone: nothing done here rests on another one."""
    return replace(actor, posts=actor.holds("support_desk"))
