"""Letters that urge, as they are listed and opened. None commits."""

import uuid
from typing import Any, NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.access import Actor
from workflow.errors import NotFound
from workflow.queries.campaigns import CampaignContext
from workflow.queries.papers import MOST_LISTED, READERS
from workflow.tables import Membership, UrgeLetter


class LetterLine(NamedTuple):
    """A letter as a list shows it. `as_of`: what it says is of that instant."""

    id: uuid.UUID
    addressee: str
    tasks: int
    episodes: int
    answer_by: Instant
    file_sha256: str
    as_of: Instant
    made_by: str
    made_by_id: uuid.UUID
    number: int | None
    issued_on: int | None
    signed_sha256: str | None
    recorded_at: Instant | None

    @property
    def made_at(self) -> Instant:
        """When it was made: what it says is of the same instant."""
        return self.as_of


def letters_of(
    session: Session, actor: Actor | None, context: CampaignContext, *, limit: int = MOST_LISTED
) -> list[LetterLine]:
    """Return the letters of the campaign that the actor may see, the newest first: all for who reads papers (and for
    nobody in particular: whoever holds the database), else their own."""
    statement = _letters(actor, context).order_by(UrgeLetter.made_at.desc(), UrgeLetter.ledger_no.desc()).limit(limit)
    return [LetterLine(*row) for row in session.execute(statement)]


def letter_line(session: Session, actor: Actor | None, context: CampaignContext, letter_id: uuid.UUID) -> LetterLine:
    """Return one letter. Raises NotFound, also for one that the actor may not see."""
    row = session.execute(_letters(actor, context).where(UrgeLetter.id == letter_id)).one_or_none()
    if row is None:
        raise NotFound
    return LetterLine(*row)


def _letters(actor: Actor | None, context: CampaignContext) -> Any:
    statement = (
        select(
            UrgeLetter.id, UrgeLetter.addressee, UrgeLetter.tasks, UrgeLetter.episodes, UrgeLetter.answer_by, UrgeLetter.file_sha256,
            UrgeLetter.made_at, Membership.name, UrgeLetter.made_by_id, UrgeLetter.number, UrgeLetter.issued_on,
            UrgeLetter.signed_sha256, UrgeLetter.recorded_at,
        )
        .join(Membership, and_(Membership.unit_id == UrgeLetter.unit_id, Membership.id == UrgeLetter.made_by_id))
        .where(UrgeLetter.unit_id == context.unit_id, UrgeLetter.campaign_id == context.id)
    )  # fmt: skip
    if actor is None or actor.roles & set(READERS):
        return statement
    return statement.where(UrgeLetter.made_by_id == actor.membership_id)
