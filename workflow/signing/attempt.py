"""One attempt to sign in. An unknown login, a wrong password and a disabled account get the same answer after the same work."""

import unicodedata
import uuid
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.ids import IdSource
from workflow.ledger.audits import write_audit
from workflow.signing import passwords
from workflow.signing.places import places_of, roles_everywhere
from workflow.signing.sessions import HOUR, MINUTE, got_in_before, limits_for, open_sign_in
from workflow.signing.throttle import Pace, clear, count_failure, forget_old, wait_for
from workflow.signing.tokens import hash_of
from workflow.store import Store
from workflow.tables import Account, table_of

ONE_LOGIN: Final = Pace(limit=5, window=HOUR, longest=15 * MINUTE)
"""For one login from one address, or from a browser that got in before: five tries, then a minute, two, four … fifteen."""
ONE_ADDRESS: Final = Pace(limit=100, window=15 * MINUTE, longest=5 * MINUTE)
"""For an address, over all logins: a whole office sits behind one."""

_accounts = table_of(Account)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of it: `welcome` with the cookie's token and the account, `refused`, or `wait` with the minutes to wait."""

    kind: Literal["welcome", "refused", "wait"]
    token: str | None = None
    account_id: uuid.UUID | None = None
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class _Account:
    """What is compared with; nothing of it when nobody has the login."""

    id: uuid.UUID | None
    password_hash: str | None


REFUSED: Final = Attempt("refused")


def attempt_sign_in(
    store: Store,
    *,
    login: str,
    password: str,
    address: str,
    device_token: str | None,
    device: str,
    is_shared: bool,
    now: Instant,
    ids: IdSource,
) -> Attempt:
    """Try to sign in with a password. `now` is real time; `device_token` is the browser's own secret, the same at every sign-in.

    The try is counted before the password is compared, so that tries at the same moment cannot pass together. A browser that got in
    before has a count of its own: nobody else's guesses make it wait.
    """
    login = login_typed(login)

    def knock(session: Session) -> tuple[_Account, str, int]:
        account = _account(session, login)
        key, wait = _admit(session, account.id, login, address, device_token, now=now)
        return account, key, wait

    account, key, wait = store.run(knock)
    if wait:
        return Attempt("wait", minutes=-(-wait // 60))
    if not passwords.matches(account.password_hash, password) or account.id is None:
        store.run(lambda session: _refuse(session, account.id, address, now=now, ids=ids))
        return REFUSED
    account_id, kept = account.id, str(account.password_hash)
    better = passwords.hash_password(password) if passwords.needs_rehash(kept) else None

    def welcome(session: Session) -> Attempt:
        if not _still_the_same(session, account_id, kept, better):
            return REFUSED
        clear(session, key)
        forget_old(session, now=now, after=24 * HOUR)
        places = places_of(session, account_id, now=now)
        for place in places:
            write_audit(
                session, place.unit_id, "sign_in", now=place.now, ids=ids, account_id=account_id,
                membership_id=place.membership_id, data={"shared": is_shared},
            )  # fmt: skip
        limits = limits_for(roles_everywhere(places), is_shared=is_shared)
        token = open_sign_in(
            session, account_id, device=device, device_token=device_token, is_shared=is_shared, limits=limits, now=now, ids=ids
        )  # fmt: skip
        return Attempt("welcome", token=token, account_id=account_id)

    return store.run(welcome)


def login_typed(text: str) -> str:
    """Return a login as it is kept: lower case, without the blanks that a phone's keyboard adds."""
    return unicodedata.normalize("NFC", text).strip().lower()[:200]


def _account(session: Session, login: str) -> _Account:
    known = (_accounts.c.login == login, _accounts.c.disabled_at.is_(None))
    row: Any = session.execute(select(_accounts.c.id, _accounts.c.password_hash).where(*known)).first()
    return _Account(None, None) if row is None else _Account(row.id, row.password_hash)


def _admit(
    session: Session, account_id: uuid.UUID | None, login: str, address: str, device_token: str | None, *, now: Instant
) -> tuple[str, int]:
    """Count the try and return under which key, and how many seconds it has to wait (0: it may go on)."""
    known = device_token is not None and got_in_before(session, account_id or uuid.UUID(int=0), device_token)
    from_where = f"device|{device_token}" if known else f"address|{address}"
    key = f"login:{hash_of('throttle', f'{login}|{from_where}').hex()}"
    wait = 0 if known else wait_of_address(session, address, now=now)
    if not wait and not count_failure(
        session, key, now=now, limit=ONE_LOGIN.limit, window=ONE_LOGIN.window, longest=ONE_LOGIN.longest
    ):
        wait = wait_for(session, key, now=now)
    return key, wait


def _refuse(session: Session, account_id: uuid.UUID | None, address: str, *, now: Instant, ids: IdSource) -> None:
    count_address(session, address, now=now)
    for place in places_of(session, account_id or uuid.UUID(int=0), now=now):
        write_audit(
            session, place.unit_id, "sign_in_failed", now=place.now, ids=ids, account_id=account_id, membership_id=place.membership_id
        )  # fmt: skip


def count_address(session: Session, address: str, *, now: Instant) -> None:
    """Count a failure of an address, whatever was tried: a password, a card's code."""
    count_failure(
        session, _address_key(address), now=now, limit=ONE_ADDRESS.limit, window=ONE_ADDRESS.window, longest=ONE_ADDRESS.longest
    )  # fmt: skip


def wait_of_address(session: Session, address: str, *, now: Instant) -> int:
    """Return how many seconds an address has to wait; 0 if it need not."""
    return wait_for(session, _address_key(address), now=now)


def _still_the_same(session: Session, account_id: uuid.UUID, kept: str, better: str | None) -> bool:
    """Whether the account may still sign in with this password; a stronger hash of it is stored on the way."""
    same = (_accounts.c.id == account_id, _accounts.c.password_hash == kept, _accounts.c.disabled_at.is_(None))
    result: Any = session.execute(update(_accounts).where(*same).values(password_hash=better or kept))
    return bool(result.rowcount)


def _address_key(address: str) -> str:
    return f"address:{hash_of('throttle', address).hex()}"
