"""Opening duties: every occurrence whose hour has come, once for each team, area or body, whoever ticks and how often."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from rules.language import ALWAYS
from rules.pack import Pack
from rules.pack.model import Duty
from rules.time import Instant
from workflow.actions.excuse_forwarding import excuse_forwarding, owe_forwarding
from workflow.actions.task_writes import TASKS, Row, insert_tasks, owned_by, task_row
from workflow.ledger import Book
from workflow.plan.schedule import Slot, slots_of_duty
from workflow.plan.scopes import Organisation
from workflow.queries.campaigns import CampaignContext
from workflow.queries.plan_scopes import organisation_of
from workflow.tables import Campaign, PackVersion, table_of

_campaigns, _packs = table_of(Campaign), table_of(PackVersion)


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
    formed later owes nothing for the time before, and nobody owes what a plan asks that came after its hour. With `since`, only what opened after it is looked at: whoever says so knows that
    pack and organisation were the same then (`workflow.sweeps.plan_look`). Run twice, nothing is added; the caller holds the unit's lock, and two workers
    without it would still meet in the natural key.
    """
    first = ALWAYS if since is None else since
    due = [
        (duty, [slot for slot in slots if first < slot.opens_at <= now]) for duty, slots in _occurrences(campaign.pack)
    ]
    opened = 0
    if any(slots for _, slots in due):
        who = organisation or organisation_of(book.session, book.unit_id)
        before = _before_the_plan(book, campaign, due) if since is None else frozenset()
        rows = [
            row for duty, slots in due for row in _rows(book, campaign, duty, slots, who)
            if (duty.id, row["occurrence"]) not in before
        ]  # fmt: skip
        added = insert_tasks(book, campaign, rows) if rows else []
        opened = len(added)
        _excuse(book, campaign, added)
    return DutiesOpened(opened, next_opening(campaign, now))


def _before_the_plan(
    book: Book, campaign: CampaignContext, due: Sequence[tuple[Duty, list[Slot]]]
) -> frozenset[tuple[str, str]]:
    """Return the occurrences, by item, that were due before the plan in force named them: nobody owes those.

    They fell due before its pack was published, the clock had looked at the plan after they opened, and there is nothing of them: so the
    plan of that time did not ask for them. What a clock that stood still has missed is not among them.
    """
    c = _campaigns.c
    seen_at, since = book.session.execute(
        select(c.plan_seen_at, _packs.c.published_at)
        .join(_packs, _packs.c.hash == c.pack_hash)
        .where(c.unit_id == book.unit_id, c.id == campaign.id)
    ).one()
    old = {
        (duty.id, slot.occurrence)
        for duty, slots in due
        for slot in slots
        if seen_at is not None and slot.opens_at <= seen_at and slot.due_at is not None and slot.due_at <= since
    }
    if not old:
        return frozenset()
    mine = (TASKS.c.unit_id == book.unit_id, TASKS.c.campaign_id == campaign.id, TASKS.c.is_duty)
    known = book.session.execute(select(TASKS.c.item, TASKS.c.occurrence).where(*mine).distinct())
    return frozenset(old - {(row.item, row.occurrence) for row in known})


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
    ahead = (slot.opens_at for _, slots in _occurrences(campaign.pack) for slot in slots if slot.opens_at > now)
    return min(ahead, default=None)


MOST_KEPT: Final = 64
_kept: dict[str, list[tuple[Duty, list[Slot]]]] = {}
"""Every duty with its occurrences, by pack: a published pack never changes, and a year of them takes a while to work out."""


def _occurrences(pack: Pack) -> list[tuple[Duty, list[Slot]]]:
    if pack.hash not in _kept:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[pack.hash] = [(duty, slots_of_duty(duty, pack)) for duty in pack.duties]
    return _kept[pack.hash]


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
