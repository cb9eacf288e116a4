"""What was answered to one episode, from the ledger: who, when, what, to whom."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, and_, or_, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.queries.in_hand import names_of_receivers
from workflow.queries.in_whose_name import ABSENT, ABSENT_NAME, stood_in, who_did
from workflow.queries.ladder_rows import TO_TEAM
from workflow.tables import Event, Membership


class AnswerTold(NamedTuple):
    """What somebody answered, from the ledger. `to` is a name; `to_team` says that it went to the team."""

    ledger_no: int
    at: Instant
    by: str
    level: int
    kind: str
    reason: str | None
    until: Instant | None
    to: str | None
    to_team: bool


def answers_of(session: Session, unit_id: uuid.UUID, row: Row[Any]) -> tuple[tuple[AnswerTold, ...], Instant | None]:
    """Return what was answered to an episode, oldest first, and when it was last opened again, from the ledger.

    Those about a case are found with its events; the others, which are few, between the instants at which it opened and closed.
    """
    event, near = Event, [Event.unit_id == unit_id, Event.kind == "escalate", Event.about_id == row.id]
    if row.kind == "case":
        near.append(event.case_id == row.subject_id)
    else:
        near.append(event.recorded_at >= row.opened_at)
        if row.closed_at is not None:
            near.append(event.recorded_at <= row.closed_at)
    events: Sequence[Any] = session.execute(
        select(event.ledger_no, event.recorded_at, event.data, Membership.name, ABSENT_NAME)
        .outerjoin(Membership, and_(Membership.unit_id == event.unit_id, Membership.id == event.actor_id))
        .outerjoin(ABSENT, stood_in())
        .where(*near, or_(event.cause == "person", event.data["reopened"].as_string().is_not(None)))
        .order_by(event.ledger_no)
    ).all()
    told = [found for found in events if (found.data or {}).get("answer")]
    again = [found.recorded_at for found in events if (found.data or {}).get("reopened")]
    names = names_of_receivers(session, unit_id, [found.data.get("to") for found in told])
    return tuple(_told(found, names) for found in told), max(again, default=None)


def _told(found: Row[Any], names: Mapping[str, str]) -> AnswerTold:
    data, to = found.data, found.data.get("to")
    return AnswerTold(
        found.ledger_no, found.recorded_at, who_did(found.name, found.absent), data["level"], data["answer"], data.get("reason"), data.get("until"),
        names.get(to or ""), to == TO_TEAM,
    )  # fmt: skip
