"""Choosing a password: one's own, or the first one at the installation. Whoever was signed in with the old one is not any more."""

import uuid
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from rules.said import Said
from rules.time import Instant
from workflow.errors import BadInput, NotFound
from workflow.ids import IdSource
from workflow.ledger.audits import write_audit
from workflow.signing import passwords
from workflow.signing.places import places_of
from workflow.signing.sessions import HOUR, MINUTE, end_all
from workflow.signing.throttle import clear, count_failure, wait_for
from workflow.store import Store
from workflow.tables import Account, table_of

_accounts = table_of(Account)
_TRIES: Final = {"limit": 5, "window": HOUR, "longest": 15 * MINUTE}


def change_password(
    store: Store,
    account_id: uuid.UUID,
    *,
    old: str,
    new: str,
    now: Instant,
    keep_token: str | None,
    ids: IdSource | None = None,
) -> int:
    """Set a new password over the old one, and end all other sign-ins in the same transaction; return how many.

    `keep_token` is the token of the sign-in that stays. Raises BadInput: old password wrong (or tried too often), new one unfit.
    """
    key = f"change:{account_id.hex}"

    def look(session: Session) -> tuple[Any, int]:
        row = _account(session, account_id)
        counted = count_failure(session, key, now=now, **_TRIES)
        return row, 0 if counted else wait_for(session, key, now=now)

    row, wait = store.run(look)
    if wait:
        raise BadInput(
            where="Mật khẩu hiện tại", what=Said("đã nhập sai nhiều lần; thử lại sau %(n)s phút", n=-(-wait // 60))
        )
    if not passwords.matches(row.password_hash, old):
        raise BadInput(where="Mật khẩu hiện tại", what="không đúng; nhập lại, hoặc xin thẻ đăng nhập mới")
    store.run(lambda session: clear(session, key))
    if new == old:
        raise BadInput(where="Mật khẩu mới", what="trùng mật khẩu hiện tại; chọn mật khẩu khác")
    passwords.judge_password(new, login=row.login, name=row.name)
    made = passwords.hash_password(new)

    def change(session: Session) -> int:
        if not store_password(session, account_id, made, now=now, only_over=row.password_hash):
            raise BadInput(where="Mật khẩu hiện tại", what="vừa được đổi ở nơi khác; đăng nhập lại")
        note_everywhere(session, account_id, "password_changed", now=now, ids=ids or IdSource())
        return end_all(session, account_id, but=keep_token, because="password", now=now)

    return store.run(change)


def set_first_password(
    store: Store, account_id: uuid.UUID, new: str, *, now: Instant, ids: IdSource, must_change: bool = True
) -> int:
    """Set a password without the old one, at the installation itself; return how many sign-ins ended with it.

    Raises NotFound, or BadInput if the password is unfit.
    """
    with store.read() as session:
        row = _account(session, account_id)
    passwords.judge_password(new, login=row.login, name=row.name)
    made = passwords.hash_password(new)

    def change(session: Session) -> int:
        if not store_password(session, account_id, made, now=now, must_change=must_change):
            raise NotFound
        note_everywhere(session, account_id, "password_set", now=now, ids=ids)
        return end_all(session, account_id, because="password", now=now)

    return store.run(change)


def store_password(
    session: Session,
    account_id: uuid.UUID,
    made: str,
    *,
    now: Instant,
    must_change: bool = False,
    only_over: str | None = None,
) -> bool:
    """Write a password's hash to an account that is not disabled (and, if asked, still has the hash `only_over`)."""
    which = (_accounts.c.id == account_id) & _accounts.c.disabled_at.is_(None)
    if only_over is not None:
        which &= _accounts.c.password_hash == only_over
    values = {"password_hash": made, "password_set_at": now, "must_change_password": must_change}
    result: Any = session.execute(update(_accounts).where(which).values(version=_accounts.c.version + 1, **values))
    return bool(result.rowcount)


def note_everywhere(session: Session, account_id: uuid.UUID, kind: str, *, now: Instant, ids: IdSource) -> None:
    """Leave a trace in every unit that the account has a place in."""
    for place in places_of(session, account_id, now=now):
        write_audit(
            session, place.unit_id, kind, now=place.now, ids=ids, account_id=account_id, membership_id=place.membership_id
        )  # fmt: skip


def _account(session: Session, account_id: uuid.UUID) -> Any:
    columns = (_accounts.c.login, _accounts.c.name, _accounts.c.password_hash)
    row = session.execute(
        select(*columns).where(_accounts.c.id == account_id, _accounts.c.disabled_at.is_(None))
    ).first()
    if row is None:
        raise NotFound
    return row
