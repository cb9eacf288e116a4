"""Whether something of a campaign still waits for somebody's answer: what keeps its clock awake after its end."""

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from workflow.queries.campaigns import CampaignContext
from workflow.tables import Case, Escalation, Request, table_of

_episodes, _requests, _cases = (table_of(model) for model in (Escalation, Request, Case))


def anything_waits(session: Session, context: CampaignContext) -> bool:
    """Whether an escalation of the campaign is open, or a request waits to be confirmed. One statement."""
    e, r, c = _episodes.c, _requests.c, _cases.c
    is_open = exists().where(e.unit_id == context.unit_id, e.campaign_id == context.id, e.is_open)
    of_campaign = and_(c.unit_id == r.unit_id, c.id == r.case_id, c.campaign_id == context.id)
    waits = exists().where(r.unit_id == context.unit_id, r.status == "waiting", of_campaign)
    return bool(session.scalar(select(or_(is_open, waits))))
