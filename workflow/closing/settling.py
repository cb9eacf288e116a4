"""How a number of the national system settles who waited to be deducted, and what it has settled.

What a number settles carries its id as batch and happens at the last instant before the number's own, because figures at an
instant hold what happened before it. Both lead back from the number to the moves through an index, and nothing else needs to be
kept. Who was settled stands in no list.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.closing.headline import count_of, done_states, headline_of, lags
from workflow.figures.counts import count_at
from workflow.figures.replay import Cut, event_as
from workflow.figures.values import Figures
from workflow.queries.campaigns import CampaignContext

BY = ("track", "state", "stage", "unnamed")
event, _void = event_as("settles"), event_as("unsettles")


@dataclass(frozen=True, slots=True)
class Waiting:
    """The ledger of a place at the instant of a number: `ledger` done people, `waiting` of them not yet deducted."""

    ledger: int
    waiting: int


def waiting_at(
    session: Session, context: CampaignContext, *, as_of: Instant, area_id: uuid.UUID | None, newest: int
) -> Waiting:
    """Return the ledger at the instant and place of a number, as known at `newest`."""
    cut = Cut(as_of, newest)
    cells = count_at(session, context.unit_id, context.id, cut, newest=newest, by=BY, area_id=area_id)
    figures = Figures(session, context, context.pack, cut, cells, area_id=area_id)
    return Waiting(count_of(figures, headline_of(context.pack)), sum(lag.n for lag in lags(figures)))


def settled_at(as_of: Instant) -> Instant:
    """Return when what a number of that instant settles happened: as late as its figures still hold it."""
    return as_of - 1


def moves_that_settle(context: CampaignContext, role: str) -> dict[str, str]:
    """Return, by state that awaits reconciliation, the move by which `role` says that the system has deducted; first in the pack."""
    track = context.pack.main_track
    final = {name for name in done_states(track) if track.states[name].awaits is None}
    waits = [name for name in done_states(track) if track.states[name].awaits == "reconciliation"]
    found = {name: [move.name for move in track.moves_from(name, role) if move.target in final] for name in waits}
    return {name: moves[0] for name, moves in sorted(found.items()) if moves}


def is_settled_by(context: CampaignContext, count_id: Any, as_of: Any) -> ColumnElement[bool]:
    """Return the condition for the moves of `event` that a number (id and instant) made and nobody undid."""
    undone = exists().where(_void.unit_id == event.unit_id, _void.voids_no == event.ledger_no)
    return and_(
        event.unit_id == context.unit_id,
        event.campaign_id == context.id,
        event.happened_at == settled_at(as_of),
        event.batch_id == count_id,
        event.kind == "move",
        ~undone,
    )


def how_many_settled(context: CampaignContext, count_id: Any, as_of: Any) -> ColumnElement[int]:
    """Return how many people a number (columns of it) has settled, as a value beside each number in a statement."""
    return (
        select(func.count())
        .select_from(event.ledger_no.table)
        .where(is_settled_by(context, count_id, as_of))
        .scalar_subquery()
    )
