"""The first visit to a new installation: whoever sees its terminal may set the first administrator's password.

As long as no account has a password, nobody can sign in, so the page asks for a code that stands in the terminal only. Its hash is
kept in a file of the instance folder that only the owner may read; it is gone once the code was used.
"""

import hmac
import os
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from rules.said import Said
from rules.time import Instant
from workflow.errors import BadInput
from workflow.ids import IdSource
from workflow.signing import passwords
from workflow.signing.change_password import note_everywhere, store_password
from workflow.signing.sessions import HOUR, MINUTE
from workflow.signing.throttle import clear, count_failure, wait_for
from workflow.signing.tokens import code_shown, code_typed, hash_of, new_code
from workflow.store import Store
from workflow.tables import Account, Membership, Post, PostHolding, Unit, table_of

FILE: Final = "first-visit"
_KEY: Final = "first-visit"
_TRIES: Final = {"limit": 5, "window": HOUR, "longest": 15 * MINUTE}
_accounts = table_of(Account)


@dataclass(frozen=True, slots=True)
class Administrator:
    """An account that administers a unit, to choose from at the first visit."""

    account_id: uuid.UUID
    login: str
    name: str
    unit_name: str


def is_first_visit(session: Session) -> bool:
    """Whether nobody has a password yet."""
    return (
        session.execute(select(_accounts.c.id).where(_accounts.c.password_hash.is_not(None)).limit(1)).first() is None
    )


def administrators(session: Session, *, now: Instant) -> list[Administrator]:
    """Return who administers a unit now, by unit and login. Empty: a unit has to be founded first (`tungnha init`)."""
    units, members, holdings, posts = (table_of(model) for model in (Unit, Membership, PostHolding, Post))
    there = now + units.c.clock_offset
    statement = (
        select(_accounts.c.id, _accounts.c.login, _accounts.c.name, units.c.name)
        .distinct()
        .join(members, members.c.account_id == _accounts.c.id)
        .join(units, units.c.id == members.c.unit_id)
        .join(holdings, and_(holdings.c.unit_id == members.c.unit_id, holdings.c.membership_id == members.c.id))
        .join(posts, and_(posts.c.unit_id == holdings.c.unit_id, posts.c.id == holdings.c.post_id))
        .where(
            posts.c.role == "administrator",
            _accounts.c.disabled_at.is_(None),
            members.c.from_at <= there,
            or_(members.c.to_at.is_(None), members.c.to_at > there),
            holdings.c.from_at <= there,
            or_(holdings.c.to_at.is_(None), holdings.c.to_at > there),
        )
        .order_by(units.c.name, _accounts.c.login)
    )
    return [Administrator(*row) for row in session.execute(statement)]


def first_visit_code(folder: Path) -> str:
    """Make a new code, keep its hash in the instance folder, and return it as it is printed in the terminal.

    Every start of the server makes a new one; the one before is void.
    """
    code = new_code()
    path = folder / FILE
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(hash_of("first", code).hex() + "\n")
    return code_shown(code)


def use_first_code(
    store: Store, folder: Path, code: str, *, login: str, password: str, now: Instant, ids: IdSource
) -> uuid.UUID:
    """Set the password of an administrator with the code from the terminal, once; return the account.

    Raises BadInput if an account has a password already, for a wrong code (or too many), a login that administers nothing, and an
    unfit password; the code stays good then.
    """

    def look(session: Session) -> tuple[list[Administrator], int]:
        if not is_first_visit(session):
            raise _wrong("đã có người đặt mật khẩu; hãy đăng nhập như thường lệ")
        counted = count_failure(session, _KEY, now=now, **_TRIES)
        return administrators(session, now=now), 0 if counted else wait_for(session, _KEY, now=now)

    known, wait = store.run(look)
    if wait:
        raise _wrong(Said("đã nhập sai nhiều lần; thử lại sau %(n)s phút", n=-(-wait // 60)))
    if not _is_the_code(folder, code):
        raise _wrong("không đúng; xem lại mã ở cửa sổ đang chạy “tungnha serve”")
    store.run(lambda session: clear(session, _KEY))
    chosen = next((one for one in known if one.login == login.strip().lower()), None)
    if chosen is None:
        raise BadInput(
            where="Tên đăng nhập",
            what="không phải người quản trị của đơn vị nào; ghi tên đăng nhập của người quản trị như trong biểu khai đã dùng khi lập đơn vị",
        )
    passwords.judge_password(password, login=chosen.login, name=chosen.name)
    made = passwords.hash_password(password)

    def set_it(session: Session) -> None:
        if not is_first_visit(session) or not store_password(session, chosen.account_id, made, now=now):
            raise _wrong("đã có người đặt mật khẩu; hãy đăng nhập như thường lệ")
        note_everywhere(session, chosen.account_id, "password_set", now=now, ids=ids)

    store.run(set_it)
    (folder / FILE).unlink(missing_ok=True)
    return chosen.account_id


def _is_the_code(folder: Path, code: str) -> bool:
    try:
        kept = (folder / FILE).read_text(encoding="ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return False
    return hmac.compare_digest(kept, hash_of("first", code_typed(code)).hex())


def _wrong(what: str) -> BadInput:
    return BadInput(where="Mã lần đầu", what=what)
