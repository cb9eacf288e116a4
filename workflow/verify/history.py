"""The effective history of every case as one window over the events: what stood before each event, and which one is last."""

from typing import Any

from sqlalchemy import Select, func, select

from workflow.figures.replay import alias_of, in_force
from workflow.tables import Campaign, Event
from workflow.verify.scope import Scope

PLACE = ("area_id", "team_id", "assignee_id")


def history(scope: Scope) -> Any:
    """Return a subquery with each effective event, its `position` (1 first) and `from_end` (1 last), and the one before it."""
    event, campaign = alias_of(Event), alias_of(Campaign)
    order = (event.happened_at, event.ledger_no)
    window = {"partition_by": event.case_id, "order_by": order}
    before = [
        func.lag(event[name]).over(**window).label(f"before_{name}") for name in ("kind", "state", "stage", *PLACE)
    ]
    backwards = (event.happened_at.desc(), event.ledger_no.desc())
    columns: Select[Any] = select(
        event.case_id, event.ledger_no, event.kind, event.track, event.move, event.from_state, event.state, event.stage,
        *(event[name] for name in PLACE), event.happened_at,
        func.coalesce(event.pack_hash, campaign.pack_hash).label("pack_hash"),
        func.row_number().over(**window).label("position"),
        func.row_number().over(partition_by=event.case_id, order_by=backwards).label("from_end"),
        *before,
    ).where(
        event.unit_id == scope.unit_id, in_force(event, scope.head.ledger_no),
        campaign.unit_id == event.unit_id, campaign.id == event.campaign_id,
    )  # fmt: skip
    return columns.subquery().c
