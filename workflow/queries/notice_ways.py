"""In which ways posts of a campaign are told, now and at every earlier instant."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.notices.hours import Quiet
from workflow.notices.ways import Changed, Way, Ways
from workflow.queries.campaigns import CampaignContext
from workflow.tables import NoticeSetting, table_of

_settings = table_of(NoticeSetting)


def ways_of(session: Session, context: CampaignContext) -> Ways:
    """Return the way that the pack says and what the unit changed. One statement."""
    s = _settings.c
    rows = session.execute(
        select(s.from_at, s.quiet_from, s.quiet_until, s.every_hours, s.most_listed)
        .where(s.unit_id == context.unit_id, s.campaign_id == context.id)
        .order_by(s.from_at.desc())
    ).all()
    return Ways(context.pack.model.pack.notices, tuple(_changed(*row) for row in rows))


def _changed(from_at: Instant, begins: int | None, ends: int | None, hours: int | None, lines: int | None) -> Changed:
    return Changed(from_at, None if begins is None or ends is None else Quiet(begins, ends), hours, lines)


def way_to_come(ways: Ways, now: Instant) -> tuple[Instant, Way] | None:
    """Return the change that has not begun yet, with the way it makes; None if there is none."""
    coming = next((each for each in ways.changes if each.from_at > now), None)
    return None if coming is None else (coming.from_at, ways.at(coming.from_at))
