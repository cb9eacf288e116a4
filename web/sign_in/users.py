"""Who a browser says it is: the token in its cookie, looked up in the table of sign-ins at every request."""

from dataclasses import dataclass
from typing import Any

from flask_login import UserMixin

from web.here import here
from workflow.signing.sessions import SignedIn, signed_in_by, touch


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
    now = here.real_now
    found = signed_in_by(here.session, token, now=now)
    if found is None:
        return None
    if found.touch_is_due(now):
        here.store.run(lambda session: touch(session, found.id, now=now))
    return User(token, found)
