"""Who a browser says it is: the token in its cookie, looked up in the table of sign-ins at every request."""

from dataclasses import dataclass
from typing import Any

from flask_login import UserMixin

from web.here import arrived
from workflow.signing.sessions import SignedIn, touch


@dataclass
class User(UserMixin):
    """Somebody signed in. The cookie knows only the token."""

    token: str
    signed_in: SignedIn

    def get_id(self) -> str:
        return self.token


def load_user(token: Any) -> User | None:
    """Return who holds this token; None once it ended, ran out, was revoked or its account was disabled."""
    if not isinstance(token, str):
        return None
    came = arrived()
    found = came.arrive(token)
    if found is None:
        return None
    now = came.real_now
    if found.touch_is_due(now):
        came.store.run(lambda session: touch(session, found.id, now=now))
    return User(token, found)
