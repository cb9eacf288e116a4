"""Requests to confirm an exit that wait for somebody."""

import uuid
from typing import Any

from sqlalchemy import Row, and_, select
from sqlalchemy.orm import Session

from workflow.tables import Case, Request, Team


def waiting_requests(session: Session, unit_id: uuid.UUID) -> list[Row[Any]]:
    """Return the unit's waiting requests, oldest first: id, case, target, evidence, confirm_by, happened_at, team (code)."""
    statement = (
        select(
            Request.id,
            Request.case_id,
            Request.target,
            Request.evidence,
            Request.confirm_by,
            Request.happened_at,
            Request.state_version,
            Team.code.label("team"),
        )
        .join(Case, and_(Case.unit_id == Request.unit_id, Case.id == Request.case_id))
        .outerjoin(Team, and_(Team.unit_id == Case.unit_id, Team.id == Case.team_id))
        .where(Request.unit_id == unit_id, Request.status == "waiting")
        .order_by(Request.happened_at, Request.id)
    )
    return list(session.execute(statement))
