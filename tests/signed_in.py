"""Browsers of tests, in which somebody is signed in however long nothing is asked."""

import uuid
from typing import Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from rules.time import HOUR, Instant
from workflow.ids import IdSource
from workflow.signing.sessions import Limits, open_sign_in
from workflow.signing.tokens import hash_of
from workflow.tables import SignIn

AGES: Final = 10_000 * HOUR


def sign_in_for_good(session: Session, account_id: uuid.UUID, *, now: Instant, ids: IdSource) -> str:
    """Sign an account in for longer than any test's time goes, and return the token."""
    token = open_sign_in(
        session, account_id, device="test", device_token=None, is_shared=False, limits=Limits(AGES, AGES), now=now, ids=ids
    )  # fmt: skip
    mine = SignIn.token_hash == hash_of("sign-in", token)
    session.execute(update(SignIn).where(mine).values(seen_at=now + AGES))
    return token
