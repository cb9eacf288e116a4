"""When each place of a unit was set up, closed and opened again, as the traces of its administration tell."""

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.days import day_start, local_day
from workflow.tables import Audit

TRACE: Final = "organisation"
"""The kind of the trace that every change of the organisation leaves."""
_FOUNDED: Final = ("add_team", "add_area", "add_body")
_CLOSED: Final = ("close_team", "close_area", "close_body")
_OPENED: Final = ("open_team_again", "open_area_again", "open_body_again")


@dataclass(frozen=True, slots=True)
class Past:
    """The past of a place. `founded_at` is empty for one that is as old as the unit.

    `closures` are the spans, from the day of closing on up to the opening again, that are over.
    """

    founded_at: Instant | None = None
    closures: tuple[tuple[Instant, Instant], ...] = ()


def pasts_of_places(session: Session, unit_id: uuid.UUID) -> Mapping[uuid.UUID | None, Past]:
    """Return the past of every team, area and body about whose founding, closing or opening there is a trace."""
    traces = session.execute(
        select(Audit.about_id, Audit.at, Audit.data)
        .where(Audit.unit_id == unit_id, Audit.kind == TRACE)
        .order_by(Audit.at)
    )
    told: defaultdict[uuid.UUID | None, list[tuple[str, Instant]]] = defaultdict(list)
    for about_id, at, data in traces:
        if data.get("what") in (*_FOUNDED, *_CLOSED, *_OPENED):
            told[about_id].append((data["what"], at))
    return {about_id: _past(steps) for about_id, steps in told.items()}


def _past(steps: list[tuple[str, Instant]]) -> Past:
    founded_at: Instant | None = None
    closed_at: Instant | None = None
    closures: list[tuple[Instant, Instant]] = []
    for what, at in steps:
        if what in _FOUNDED:
            founded_at = at
        elif what in _CLOSED:
            closed_at = day_start(local_day(at))
        elif closed_at is not None:
            closures.append((closed_at, at))
            closed_at = None
    return Past(founded_at, tuple(closures))
