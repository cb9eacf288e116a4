"""What posts above decided about what somebody has, as a digest tells it: each decision with who took it, leading to its episode."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, and_, case, cast, func, or_, select
from sqlalchemy.orm import Session

from rules.pack.model import Label
from rules.time import Instant
from workflow.notices.kinds import RETURNED
from workflow.queries.escalation_reach import Reach
from workflow.queries.in_whose_name import ABSENT, ABSENT_NAME, stood_in, who_did
from workflow.queries.ladder_labels import label_of_rule
from workflow.queries.ladder_rows import EPISODES
from workflow.tables import Area, Event, Membership, Team


@dataclass(frozen=True, slots=True)
class DecisionTold:
    """Somebody's answer about one episode of the reader's. `reason` is what they wrote, `until` the time they said."""

    escalation_id: uuid.UUID
    label: Label
    place: str
    answer: str
    by: str
    reason: str | None
    until: Instant | None
    at: Instant


def decisions_told(
    session: Session, reach: Reach, span: tuple[Instant, Instant], answers: Sequence[str], *, limit: int
) -> tuple[DecisionTold, ...]:
    """Return what was answered so between two instants (the second is exclusive) about what the reader had or got back. One statement."""
    e, event = EPISODES.c, Event
    data = event.data
    answer = data["answer"].as_string()
    had = func.coalesce(_number(data["had"]), _number(data["level"]))
    rung = case((answer == RETURNED, _number(data["holder"])), else_=had)
    mine = or_(reach.stands_on(rung), reach.is_given(data["given"].as_string()))
    rows = session.execute(
        select(e.id, e.rule_id, Area.name.label("area"), Team.name.label("team"), answer.label("answer"), data, event.recorded_at,
               Membership.name, ABSENT_NAME)
        .join_from(event, EPISODES, and_(e.unit_id == event.unit_id, e.id == event.about_id))
        .join(Membership, and_(Membership.unit_id == event.unit_id, Membership.id == event.actor_id))
        .outerjoin(ABSENT, stood_in())
        .outerjoin(Area, and_(Area.unit_id == e.unit_id, Area.id == e.area_id))
        .outerjoin(Team, and_(Team.unit_id == e.unit_id, Team.id == e.team_id))
        .where(
            event.unit_id == reach.context.unit_id, event.kind == "escalate", event.recorded_at >= span[0], event.recorded_at < span[1],
            event.campaign_id == reach.context.id, event.cause == "person", answer.in_(answers), reach.visible, mine,
        )
        .order_by(event.ledger_no.desc())
        .limit(limit)
    ).all()  # fmt: skip
    return tuple(_told(reach, row) for row in rows)


def _number(value: Any) -> Any:
    return cast(value.as_string(), BigInteger)


def _told(reach: Reach, row: Any) -> DecisionTold:
    label, by = label_of_rule(reach.context, row.rule_id), who_did(row.name, row.absent)
    told = row.data
    return DecisionTold(
        row.id, label, row.area or row.team or "", row.answer, by, told.get("reason"), told.get("until"), row.recorded_at
    )  # fmt: skip


__all__ = ["DecisionTold", "decisions_told"]
