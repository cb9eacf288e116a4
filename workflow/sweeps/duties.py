"""Opening duties: every occurrence whose hour has come, once for each team, area or body, whoever ticks and how often."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rules.language import ALWAYS
from rules.pack.model import Duty
from rules.time import Instant
from workflow.actions.excuse_forwarding import excuse_forwarding, owe_forwarding
from workflow.actions.task_writes import Row, insert_tasks, owned_by, task_row
from workflow.ledger import Book
from workflow.plan.schedule import Slot, duties_with_slots
from workflow.plan.scopes import Organisation
from workflow.queries.campaigns import CampaignContext
from workflow.queries.due_before_the_plan import due_before_the_plan
from workflow.queries.plan_scopes import organisation_of


@dataclass(frozen=True, slots=True)
class DutiesOpened:
    """How many occurrences were opened, and the next instant at which one opens (None: no more in this campaign)."""

    opened: int
    next_at: Instant | None


def open_duties(
    book: Book,
    campaign: CampaignContext,
    now: Instant,
    *,
    since: Instant | None = None,
    organisation: Organisation | None = None,
) -> DutiesOpened:
    """Open every occurrence that opens at or before `now` and is not there yet.

    Missed ticks are caught up: what should have opened in between is opened with its own deadline, even if that is past. A team
    formed later owes nothing for the time before, and nobody owes what a plan asks that came after its hour, nor what was due before
    the campaign was set up. With `since`, only what opened after it is looked at: whoever says so knows that pack and organisation
    were the same then (`workflow.sweeps.plan_look`). Run twice, nothing is added; the caller holds the unit's lock, and two workers
    without it would still meet in the natural key.
    """
    first = ALWAYS if since is None else since
    due = [
        (duty, [slot for slot in slots if first < slot.opens_at <= now])
        for duty, slots in duties_with_slots(campaign.pack)
    ]
    opened = 0
    if any(slots for _, slots in due):
        who = organisation or organisation_of(book.session, book.unit_id)
        before = due_before_the_plan(book.session, campaign, due) if since is None else frozenset()
        rows = [
            row for duty, slots in due for row in _rows(book, campaign, duty, slots, who)
            if (duty.id, row["occurrence"]) not in before
        ]  # fmt: skip
        added = insert_tasks(book, campaign, rows) if rows else []
        opened = len(added)
        _excuse(book, campaign, added)
    return DutiesOpened(opened, next_opening(campaign, now))


def _excuse(book: Book, campaign: CampaignContext, added: Sequence[Row]) -> None:
    """Close at once what was opened to forward reports of a period for which every team is excused already, and open again what is
    owed once more because a team was formed since.
    """
    forwarded = campaign.pack.forwarded
    for item in sorted({forwarded[row["item"]] for row in added if row["item"] in forwarded}):
        occurrences = [row["occurrence"] for row in added if forwarded.get(row["item"]) == item]
        excuse_forwarding(book, campaign, item, occurrences)
    opened = {(forwarded[row["item"]], row["occurrence"]) for row in added if row["item"] in forwarded}
    for item in sorted({row["item"] for row in added if row["is_relayed"]}):
        periods = {row["occurrence"] for row in added if row["item"] == item}
        owe_forwarding(book, campaign, item, [each for each in sorted(periods) if (item, each) not in opened])


def next_opening(campaign: CampaignContext, now: Instant) -> Instant | None:
    """Return the earliest instant after `now` at which an occurrence of a duty opens; None if there is none."""
    ahead = (slot.opens_at for _, slots in duties_with_slots(campaign.pack) for slot in slots if slot.opens_at > now)
    return min(ahead, default=None)


def _rows(
    book: Book, campaign: CampaignContext, duty: Duty, slots: list[Slot], organisation: Organisation
) -> Iterator[Row]:
    for scope in organisation.scopes_for(duty.per, duty.owner):
        owner = organisation.owner_of(duty.owner, scope)
        for slot in slots:
            if scope.is_on_duty(slot.opens_at, slot.due_at):
                row = task_row(
                    book, campaign, item=duty.id, label=duty.label.vi, clause=duty.clause, slot=slot, scope=scope
                )
                yield owned_by(row, owner)
