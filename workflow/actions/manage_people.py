"""Colleagues of a unit: who comes, who leaves, what they are called. Accounts are shared by units; a place is a unit's own.

What concerns an account as a whole (its name, whether it may sign in) is done here only while no other unit uses it: one unit's
administrator decides nothing for another's. Then the place here can still be ended.
"""

import uuid
from typing import Any

from sqlalchemy import insert, select, update

from rules.said import Said
from rules.time import Instant
from workflow.access import Actor
from workflow.actions.manage_posts import administers, end_posts_of, keep_an_administrator
from workflow.actions.organisation_input import (
    LOGIN,
    leave_trace,
    require_administrator,
    row_of,
    typed_code,
    typed_name,
)
from workflow.actions.take_doors_back import take_doors_back
from workflow.errors import BadInput
from workflow.ids import id_of
from workflow.ledger.book import Book
from workflow.people.names import sort_key
from workflow.signing.cards import void_cards
from workflow.signing.places import used_elsewhere
from workflow.signing.sessions import end_all
from workflow.tables import Account, Membership, table_of

_accounts, _members = table_of(Account), table_of(Membership)


def add_colleague(book: Book, actor: Actor, *, login: str, name: str) -> dict[str, Any]:
    """Make an account with a place in the unit, without posts and password: a printed card lets them in first.

    Raises NotPermitted, or BadInput (login unfit or taken, name unfit). An account of another unit is not taken in here: its
    owner's consent cannot be seen from this page; the installation does it (`tungnha init`).
    """
    require_administrator(actor)
    login = typed_code(login, where="Tên đăng nhập", pattern=LOGIN, example="nguyen.van.a")
    name = typed_name(name)
    if book.session.execute(select(_accounts.c.id).where(_accounts.c.login == login)).first():
        raise BadInput(
            where="Tên đăng nhập",
            what=Said("“%(login)s” đã có người dùng; thêm số hoặc tên đệm, ví dụ %(login)s2", login=login),
        )
    account_id, member_id = book.new_id(), id_of(book.unit_id, "membership", login)
    account = {"id": account_id, "login": login, "name": name, "locale": "vi", "created_at": book.now, "version": 1}
    member = {
        "unit_id": book.unit_id, "id": member_id, "account_id": account_id, "name": name, "name_sort": sort_key(name),
        "from_at": book.now, "version": 1,
    }  # fmt: skip
    book.session.execute(insert(_accounts), account)
    book.session.execute(insert(_members), member)
    leave_trace(book, actor, "add_colleague", member_id)
    return {"membership": str(member_id), "login": login}


def rename_colleague(
    book: Book, actor: Actor, membership_id: uuid.UUID, *, name: str, real_now: Instant
) -> dict[str, Any]:
    """Change what somebody is called in the unit, and in their account if no other unit uses it.

    Raises NotPermitted, NotFound or BadInput.
    """
    require_administrator(actor)
    member = row_of(book, Membership, membership_id)
    name = typed_name(name)
    _change(book, membership_id, name=name, name_sort=sort_key(name))
    if not _used_elsewhere(book, member["account_id"], real_now):
        _change_account(book, member["account_id"], name=name)
    leave_trace(book, actor, "rename_colleague", membership_id)
    return {"membership": str(membership_id)}


def end_place(book: Book, actor: Actor, membership_id: uuid.UUID, *, real_now: Instant) -> dict[str, Any]:
    """End somebody's work in the unit: their posts end, the doors they held go back to the team, they are signed out.

    An account that other units use stays signed in there, and sees this unit no more. Returns how many doors and posts. Raises
    NotPermitted, NotFound, BadInput (has left already, or is the last administrator).
    """
    require_administrator(actor)
    member = row_of(book, Membership, membership_id)
    if member["to_at"] is not None and member["to_at"] <= book.now:
        raise BadInput(where="Vị trí làm việc", what="đã kết thúc rồi; tải lại trang")
    counts = _end_place(book, actor, membership_id)
    if not _used_elsewhere(book, member["account_id"], real_now):
        end_all(book.session, member["account_id"], because="revoked", now=real_now)
        void_cards(book.session, member["account_id"], now=real_now)
    return counts


def disable_account(book: Book, actor: Actor, membership_id: uuid.UUID, *, real_now: Instant) -> dict[str, Any]:
    """Let an account sign in no more; its sign-ins and cards end in the same transaction, so does its place.

    Raises NotPermitted, NotFound, BadInput (disabled already, used by another unit, or the last administrator).
    """
    require_administrator(actor)
    member = row_of(book, Membership, membership_id)
    account_id = member["account_id"]
    if _used_elsewhere(book, account_id, real_now):
        what = "đơn vị khác cũng dùng tài khoản này nên không khóa ở đây được; chọn “Cho thôi làm việc” để kết thúc ở đơn vị này"
        raise BadInput(where="Tài khoản", what=what)
    if book.session.scalar(select(_accounts.c.disabled_at).where(_accounts.c.id == account_id)) is not None:
        raise BadInput(where="Tài khoản", what="đã khóa rồi; tải lại trang")
    is_here = member["to_at"] is None or member["to_at"] > book.now
    counts = _end_place(book, actor, membership_id) if is_here else {"doors": 0, "posts": 0}
    _change_account(book, account_id, disabled_at=real_now)
    ended = end_all(book.session, account_id, because="disabled", now=real_now)
    void_cards(book.session, account_id, now=real_now)
    leave_trace(book, actor, "disable_account", membership_id)
    return {**counts, "sign_ins": ended}


def reopen_place(book: Book, actor: Actor, membership_id: uuid.UUID, *, real_now: Instant) -> dict[str, Any]:
    """Take somebody back who had left: the place opens again, without posts; a disabled account may sign in again.

    Raises NotPermitted, NotFound, BadInput (has not left).
    """
    require_administrator(actor)
    member = row_of(book, Membership, membership_id)
    if member["to_at"] is None:
        raise BadInput(where="Vị trí làm việc", what="người này vẫn đang làm việc; tải lại trang")
    _change(book, membership_id, to_at=None)
    if not _used_elsewhere(book, member["account_id"], real_now):
        _change_account(book, member["account_id"], disabled_at=None)
    leave_trace(book, actor, "reopen_place", membership_id)
    return {"membership": str(membership_id)}


def _end_place(book: Book, actor: Actor, membership_id: uuid.UUID) -> dict[str, Any]:
    if administers(book, membership_id):
        keep_an_administrator(book, besides=membership_id)
    doors = take_doors_back(book, membership_id)
    posts = end_posts_of(book, membership_id)
    _change(book, membership_id, to_at=book.now)
    leave_trace(book, actor, "end_place", membership_id)
    return {"doors": doors, "posts": posts}


def _used_elsewhere(book: Book, account_id: uuid.UUID, real_now: Instant) -> bool:
    return bool(used_elsewhere(book.session, [account_id], book.unit_id, now=real_now))


def _change(book: Book, membership_id: uuid.UUID, **values: Any) -> None:
    mine = (_members.c.unit_id == book.unit_id, _members.c.id == membership_id)
    book.session.execute(update(_members).where(*mine).values(version=_members.c.version + 1, **values))


def _change_account(book: Book, account_id: uuid.UUID, **values: Any) -> None:
    mine = _accounts.c.id == account_id
    book.session.execute(update(_accounts).where(mine).values(version=_accounts.c.version + 1, **values))
