"""Whether the figures say that a task is complete."""

from typing import Any

from rules.time import Instant
from workflow.ledger import Book
from workflow.plan.conditions import FigureValue, holds_at, reads_declared_counts
from workflow.queries.campaigns import CampaignContext
from workflow.queries.tasks import bodies_still_to_declare


def condition_holds(
    book: Book,
    campaign: CampaignContext,
    task: dict[str, Any],
    figures: FigureValue,
    as_of: Instant,
    *,
    ledger_no: int | None = None,
) -> bool:
    """Whether the condition of the task's item held at `as_of`, counting what happened before it (as known at `ledger_no`, as `figures` do).

    `task` carries the codes `team`, `area` and `body` besides its columns (`workflow.queries.tasks`).

    A condition on staff counts never holds while an office has still to declare: nobody is open where nobody was counted.
    """
    if reads_declared_counts(campaign.pack, task["item"]) and bodies_still_to_declare(
        book.session, book.unit_id, campaign.id, as_of=as_of, ledger_no=ledger_no
    ):
        return False
    return holds_at(campaign.pack, task["item"], task, figures, as_of)
