"""What teams' cases looked like before a moment that has passed: what is there now, less what has been recorded since."""

import uuid
from collections import Counter

from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.days import day_start
from workflow.figures.counts import changed_by_recording
from workflow.queries.campaigns import CampaignContext
from workflow.queries.known_then import Known
from workflow.queries.team_facts import Since, first_day
from workflow.tables import NOBODY

_BY = ("track", "state", "stage", "team")


def recorded_since(
    session: Session, context: CampaignContext, known: Known, *, newest: int, now: Instant
) -> list[Since]:
    """Return how the cells of the main track have changed since `known`, up to the ledger number `newest`, recorded by `now`.

    Two statements, which replay the cases that something was recorded of since.
    """

    def changed(as_of: Instant) -> Counter[tuple[uuid.UUID, str, str]]:
        cells = changed_by_recording(
            session, context.unit_id, context.id, as_of=as_of, after_no=known.ledger_no, until_no=newest, by=_BY,
            rules_known_at=known.at,
        )  # fmt: skip
        mine = (cell for cell in cells if cell.track == context.pack.main_track.id)
        return Counter({(cell.team or NOBODY, str(cell.state), str(cell.stage)): cell.n for cell in mine})

    there, before = changed(now + 1), changed(day_start(first_day(known.at)))
    keys = sorted({*there, *before})
    return [Since(*key, there[key], there[key] - before[key]) for key in keys]


__all__ = ["recorded_since"]
