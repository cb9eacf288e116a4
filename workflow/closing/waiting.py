"""What of the closes waits for somebody: a period whose hour has passed and nobody closed, and a wish to open a closed one again."""

from typing import Literal, NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.closing.kept import UNIT
from workflow.plan.periods import ClosePeriod, periods_of
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Close, CloseReopening, table_of

_closes, _reopenings = table_of(Close), table_of(CloseReopening)


class WaitingClose(NamedTuple):
    """A period that waits: `due` to be closed, `asked` for a second person's word, or `agreed` to be closed again."""

    period: ClosePeriod
    why: Literal["due", "asked", "agreed"]


def closes_waiting(session: Session, context: CampaignContext, *, now: Instant) -> tuple[WaitingClose, ...]:
    """Return what waits, the newest period first. One statement, whatever the closes hold."""
    live = and_(
        _reopenings.c.unit_id == _closes.c.unit_id, _reopenings.c.close_id == _closes.c.id,
        _reopenings.c.status.in_(("asked", "agreed")),
    )  # fmt: skip
    rows = session.execute(
        select(_closes.c.period, _closes.c.as_of, _reopenings.c.status)
        .select_from(_closes.outerjoin(_reopenings, live))
        .where(_closes.c.unit_id == context.unit_id, _closes.c.campaign_id == context.id, _closes.c.scope == UNIT)
    ).all()
    closed, last = {row.period for row in rows}, max((row.as_of for row in rows), default=None)
    wanted = {row.period: row.status for row in rows if row.status is not None}
    found = []
    for period in reversed(periods_of(context.pack)):
        if period.key in wanted:
            found.append(WaitingClose(period, wanted[period.key]))
        elif period.key not in closed and period.opens_at <= now and open_state(period, last, now) == "due":
            found.append(WaitingClose(period, "due"))
    return tuple(found)


def open_state(period: ClosePeriod, last: Instant | None, now: Instant) -> Literal["skipped", "due", "running"]:
    """Return how a period stands that was not closed; `last` is the instant of the last close."""
    if last is not None and last >= period.cut_off:
        return "skipped"
    return "due" if now >= period.due_at else "running"


__all__ = ["WaitingClose", "closes_waiting", "open_state"]
