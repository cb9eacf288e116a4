"""Putting a person in another household: the subject points to it, and their cases go to its door."""

import uuid

from sqlalchemy import select, update

from rules.time import Instant
from workflow.gateway.transfer import Opening, take_to_door
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Case, Subject, table_of

_cases, _subjects = table_of(Case), table_of(Subject)


def take_home(
    book: Book,
    context: CampaignContext,
    subject_id: uuid.UUID,
    household_id: uuid.UUID,
    area_id: uuid.UUID,
    door_id: uuid.UUID,
    happened_at: Instant,
    *,
    cause: str,
    opening: Opening,
) -> int:
    """Put a person in another household and take their cases of this campaign to its door; return how many cases moved."""
    book.flush()
    book.session.execute(
        update(_subjects)
        .where(_subjects.c.unit_id == book.unit_id, _subjects.c.id == subject_id)
        .values(household_id=household_id, area_id=area_id)
    )
    cases = book.session.execute(
        select(_cases.c.id, _cases.c.door_id)
        .where(_cases.c.unit_id == book.unit_id, _cases.c.campaign_id == context.id, _cases.c.subject_id == subject_id)
        .where(_cases.c.door_id != door_id, _cases.c.left_at.is_(None))
        .order_by(_cases.c.id)
    ).all()
    by_door: dict[uuid.UUID, list[uuid.UUID]] = {}
    for case in cases:
        by_door.setdefault(case.door_id, []).append(case.id)
    for old, ids in by_door.items():
        take_to_door(
            book, context, ids, from_door=old, to_door=door_id, happened_at=happened_at, opening=opening, cause=cause
        )
    return len(cases)
