"""The door that an entry of the ledger is about: what has to be in reach before anybody talks about the entry."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.access import Actor, door_for
from workflow.errors import NotFound
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Event


def door_of_event(session: Session, actor: Actor, context: CampaignContext, ledger_no: int) -> uuid.UUID:
    """Return the id of the door that an entry of the campaign is about.

    Raises NotFound for an entry that is absent, about no door, or about one out of the actor's reach: they look alike.
    """
    statement = select(Event.door_id).where(
        Event.unit_id == context.unit_id, Event.ledger_no == ledger_no, Event.campaign_id == context.id
    )
    door_id = session.scalar(statement)
    if door_id is None:
        raise NotFound
    door_for(session, actor, door_id)
    return door_id
