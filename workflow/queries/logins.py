"""The accounts of a unit, for whoever sits at the installation itself."""

import uuid

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.tables import Account, Membership


def logins_of(session: Session, unit_id: uuid.UUID, *, now: Instant) -> list[str]:
    """Return the logins that have a place in the unit at `now` and are not disabled, in order."""
    statement = (
        select(Account.login)
        .join(Membership, Membership.account_id == Account.id)
        .where(
            Membership.unit_id == unit_id,
            Membership.from_at <= now,
            or_(Membership.to_at.is_(None), Membership.to_at > now),
            Account.disabled_at.is_(None),
        )
        .order_by(Account.login)
    )
    return list(session.scalars(statement))
