"""Letters that urge, as they are listed and opened. None commits."""

import uuid
from typing import Any, NamedTuple

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.access import Actor
from workflow.errors import NotFound
from workflow.queries.campaigns import CampaignContext
from workflow.queries.in_whose_name import ABSENT, ABSENT_NAME, stood_in, who_did
from workflow.queries.papers import MOST_LISTED, READERS
from workflow.tables import Event, Membership, UrgeLetter, table_of

_made = table_of(Event)


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
    nobody in particular: whoever holds the database), else their own: what they made for somebody else only while they stand in for
    them, and what somebody made for them."""
    statement = _letters(actor, context).order_by(UrgeLetter.made_at.desc(), UrgeLetter.ledger_no.desc()).limit(limit)
    return [_line(row) for row in session.execute(statement)]


def letter_line(session: Session, actor: Actor | None, context: CampaignContext, letter_id: uuid.UUID) -> LetterLine:
    """Return one letter. Raises NotFound, also for one that the actor may not see."""
    row = session.execute(_letters(actor, context).where(UrgeLetter.id == letter_id)).one_or_none()
    if row is None:
        raise NotFound
    return _line(row)


def _line(row: Any) -> LetterLine:
    """Return a letter; who made it is told with for whom."""
    *columns, absent = row
    line = LetterLine(*columns)
    return line._replace(made_by=who_did(line.made_by, absent))


def _letters(actor: Actor | None, context: CampaignContext) -> Any:
    statement = (
        select(
            UrgeLetter.id, UrgeLetter.addressee, UrgeLetter.tasks, UrgeLetter.episodes, UrgeLetter.answer_by, UrgeLetter.file_sha256,
            UrgeLetter.made_at, Membership.name, UrgeLetter.made_by_id, UrgeLetter.number, UrgeLetter.issued_on,
            UrgeLetter.signed_sha256, UrgeLetter.recorded_at,
            ABSENT_NAME,
        )
        .join(Membership, and_(Membership.unit_id == UrgeLetter.unit_id, Membership.id == UrgeLetter.made_by_id))
        .outerjoin(_made, and_(_made.c.unit_id == UrgeLetter.unit_id, _made.c.ledger_no == UrgeLetter.ledger_no))
        .outerjoin(ABSENT, stood_in(_made))
        .where(UrgeLetter.unit_id == context.unit_id, UrgeLetter.campaign_id == context.id)
    )  # fmt: skip
    if actor is None or actor.roles & set(READERS):
        return statement
    absent = _made.c.acting_for_id
    now = [post.acting_for for post in actor.posts if post.acting_for is not None]
    by_me = and_(UrgeLetter.made_by_id == actor.membership_id, or_(absent.is_(None), absent.in_(now)))
    return statement.where(or_(by_me, absent == actor.membership_id))
