"""Which reports of a plan nobody owes: their last moment lay before anybody here was asked for them."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.pack.model import Duty
from workflow.plan.schedule import Slot, duties_with_slots
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Campaign, PackVersion, Task, table_of

_campaigns, _packs, _tasks = table_of(Campaign), table_of(PackVersion), table_of(Task)


def due_before_the_plan(
    session: Session, campaign: CampaignContext, duties: Iterable[tuple[Duty, Sequence[Slot]]]
) -> frozenset[tuple[str, str]]:
    """Return the occurrences, by item, that were due before the plan in force named them, and of which there is nothing.

    They fell due before the campaign was set up; or before its pack was published, where the clock had looked at the plan after they
    opened: so the plan of that time did not ask for them. What a clock that stood still has missed is not among them.
    """
    c = _campaigns.c
    set_up_at, seen_at, since = session.execute(
        select(c.created_at, c.plan_seen_at, _packs.c.published_at)
        .join(_packs, _packs.c.hash == c.pack_hash)
        .where(c.unit_id == campaign.unit_id, c.id == campaign.id)
    ).one()
    old = {
        (duty.id, slot.occurrence)
        for duty, slots in duties
        for slot in slots
        if slot.due_at is not None
        and (slot.due_at <= set_up_at or (seen_at is not None and slot.opens_at <= seen_at and slot.due_at <= since))
    }
    if not old:
        return frozenset()
    mine = (_tasks.c.unit_id == campaign.unit_id, _tasks.c.campaign_id == campaign.id, _tasks.c.is_duty)
    known = session.execute(select(_tasks.c.item, _tasks.c.occurrence).where(*mine).distinct())
    return frozenset(old - {(row.item, row.occurrence) for row in known})


def reports_left_out(session: Session, campaign: CampaignContext) -> frozenset[tuple[str, str]]:
    """Return the occurrences of the plan's own duties that nobody owes; what is forwarded of them by a relay goes with them."""
    duties = [
        (duty, slots) for duty, slots in duties_with_slots(campaign.pack) if duty.id not in campaign.pack.forwarded
    ]
    return due_before_the_plan(session, campaign, duties)


__all__ = ["due_before_the_plan", "reports_left_out"]
