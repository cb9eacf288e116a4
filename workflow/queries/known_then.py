"""What had been recorded before an instant: for rules that are judged for a moment that has passed.

What people did is known from when it was recorded, whenever it happened. What a rule did is taken as known from when it came true: the
clock records it late only because it looked late.
"""

import uuid
from bisect import bisect_left
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.tables import Event, table_of

_RULE: Final = "rule"


class Known(NamedTuple):
    """What was known before the instant `at`: events up to `ledger_no`, and later ones of rules that had come true by then.

    `stretch` is another one wherever more was known, or less.
    """

    at: Instant
    ledger_no: int
    stretch: int

    def is_later(self, event: Any) -> ColumnElement[bool]:
        """Return the condition that an event was not known yet."""
        by_rule = event.cause == _RULE
        return or_(and_(by_rule, event.happened_at >= self.at), and_(~by_rule, event.ledger_no > self.ledger_no))

    def is_earlier(self, event: Any) -> ColumnElement[bool]:
        """Return the condition that an event was known."""
        return ~self.is_later(event)


def knowledge(session: Session, unit_id: uuid.UUID, *, since: Instant, step: int) -> Callable[[Instant], Known | None]:
    """Return what was known before each instant from `since` on (multiples of `step`); None where nothing was recorded after it.

    One statement, which gives a row for each `step` in which something was recorded. What the clock writes about escalations is no fact.
    """
    event = table_of(Event).c
    by_rule = event.cause == _RULE
    moment = case((by_rule, event.happened_at), else_=event.recorded_at)
    block = (moment - moment % step).label("block")
    statement = (
        select(by_rule.label("by_rule"), block, func.min(event.ledger_no).label("first"), func.max(event.ledger_no).label("last"))
        .where(event.unit_id == unit_id, event.recorded_at >= since, event.kind != "escalate")
        .group_by(by_rule, block)
    )  # fmt: skip
    rows = sorted(session.execute(statement).all(), key=lambda row: row.block)
    blocks = [row.block for row in rows]
    before = min((row.first for row in rows), default=1) - 1

    def known(at: Instant) -> Known | None:
        earlier = bisect_left(blocks, at)
        if earlier == len(rows):
            return None
        return Known(at, max([before, *(row.last for row in rows[:earlier] if not row.by_rule)]), earlier)

    return known


__all__ = ["Known", "knowledge"]
