"""How far the clock has looked at a campaign's plan, so that a tick looks only at what is new since.

Which occurrences of duties there must be follows from the pack, from who is who in the unit, and from the hour. While the first two
are as they were, only what has opened since is new; when one of them changed, everything is looked at again, and the natural keys
see to it that nothing is there twice. Conditions on figures can change their answer only when something was recorded, or when a
task or a period began.
"""

import hashlib
import json
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select

from rules.language import uses_now
from rules.time import Instant
from workflow.ledger import Book
from workflow.plan.scopes import Organisation
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Campaign, Event, Task, table_of

_campaigns, _events, _tasks = table_of(Campaign), table_of(Event), table_of(Task)


@dataclass(frozen=True, slots=True)
class PlanLook:
    """What was looked at: up to which instant, for which pack and organisation, and up to which ledger number."""

    at: Instant
    for_whom: str
    ledger_no: int

    def columns(self) -> dict[str, Any]:
        """Return it as columns of the campaign."""
        return {"plan_seen_at": self.at, "plan_seen_for": self.for_whom, "plan_seen_no": self.ledger_no}


def last_look(book: Book, campaign: CampaignContext, organisation: Organisation) -> PlanLook | None:
    """Return the last look at the plan; None if there was none, or if the pack or the organisation is another one now."""
    columns = _campaigns.c
    found = book.session.execute(
        select(columns.plan_seen_at, columns.plan_seen_for, columns.plan_seen_no).where(
            columns.unit_id == book.unit_id, columns.id == campaign.id
        )
    ).one()
    if found.plan_seen_at is None or found.plan_seen_for != seen_for(campaign, organisation):
        return None
    return PlanLook(found.plan_seen_at, found.plan_seen_for, found.plan_seen_no)


def seen_for(campaign: CampaignContext, organisation: Organisation) -> str:
    """Return a text that is another one whenever the pack, the campaign's parameters or the organisation is."""
    told = (
        campaign.pack.hash,
        json.dumps(campaign.parameters, sort_keys=True, default=str),
        [*organisation.teams],
        [*organisation.areas],
        [*organisation.bodies],
        sorted(organisation.counting),
        sorted(organisation.posts.items()),
    )
    return hashlib.sha256(repr(told).encode()).hexdigest()


def conditions_may_have_changed(book: Book, campaign: CampaignContext, look: PlanLook | None) -> bool:
    """Whether a condition on figures can answer otherwise than at `look`; always if there was none.

    What the clock writes about escalations itself changes no figure.
    """
    conditions = campaign.pack.done_when
    if not conditions:
        return False
    if look is None or any(uses_now(node) for node, _ in conditions.values()):
        return True
    return _recorded_since(book, look.ledger_no) or _began_since(book, campaign.id, sorted(conditions), look.at)


def _recorded_since(book: Book, ledger_no: int) -> bool:
    if book.last_no == ledger_no:
        return False
    book.flush()
    columns = _events.c
    newer = (columns.unit_id == book.unit_id, columns.ledger_no > ledger_no, columns.kind != "escalate")
    return book.connection.execute(select(columns.ledger_no).where(*newer).limit(1)).first() is not None


def _began_since(book: Book, campaign_id: uuid.UUID, items: list[str], since: Instant) -> bool:
    columns = _tasks.c
    began = or_(
        *(and_(column > since, column <= book.now) for column in (columns.opens_at, columns.period_from)),
    )
    mine = (
        columns.unit_id == book.unit_id,
        columns.campaign_id == campaign_id,
        columns.is_open,
        columns.item.in_(items),
    )
    return book.connection.execute(select(columns.id).where(*mine, began).limit(1)).first() is not None
