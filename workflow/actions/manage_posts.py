"""Giving posts and taking them back. What may be given are the posts that the unit's campaigns know."""

import uuid
from typing import Any

from sqlalchemy import and_, func, insert, or_, select, update

from workflow.access import Actor
from workflow.actions.open_posts import open_posts
from workflow.actions.organisation_input import leave_trace, require_administrator, row_of
from workflow.actions.plan_absence import end_lent, end_unfit
from workflow.actions.take_doors_back import take_doors_back
from workflow.errors import BadInput, NotFound
from workflow.ledger.book import Book
from workflow.queries.organisation import closed_scopes
from workflow.tables import Account, Membership, Post, PostHolding, table_of

_posts, _holdings, _members, _accounts = (table_of(model) for model in (Post, PostHolding, Membership, Account))


def give_post(book: Book, actor: Actor, membership_id: uuid.UUID, *, code: str, scope: str) -> dict[str, Any]:
    """Give a post to a colleague, from now on. `code` is the pack's post, `scope` is `unit` or the code of a team, area or body.

    Raises NotPermitted, NotFound (no such colleague or post here), BadInput (has left, holds it already, or the place is closed).
    """
    require_administrator(actor)
    member = live_member(book, membership_id)
    open_posts(book)
    post = book.session.execute(
        select(_posts.c.id).where(_posts.c.unit_id == book.unit_id, _posts.c.code == code, _posts.c.scope == scope)
    ).scalar_one_or_none()
    if post is None:
        raise NotFound
    if scope in closed_scopes(book.session, book.unit_id):
        raise BadInput(where="Vị trí", what="tổ, địa bàn hoặc cơ quan này đã kết thúc; mở lại trước")
    if book.session.execute(
        select(_holdings.c.id).where(*_live(book), _holdings.c.post_id == post, _holdings.c.membership_id == member)
    ).first():
        raise BadInput(where="Vị trí", what="người này đang giữ vị trí đó rồi")
    holding = book.new_id()
    row = {"unit_id": book.unit_id, "id": holding, "post_id": post, "membership_id": member, "from_at": book.now}
    book.session.execute(insert(_holdings), row)
    leave_trace(book, actor, "give_post", member, post=code, scope=scope)
    return {"holding": str(holding)}


def end_post(book: Book, actor: Actor, holding_id: uuid.UUID) -> dict[str, Any]:
    """End a post that somebody holds; the doors they held for that team go back to the team. Returns how many doors.

    Whoever stood in for them there no longer does, and nobody goes on standing in whom their own posts no longer make fit for it.

    Raises NotPermitted, NotFound, BadInput (ended already, or nobody would administer the unit).
    """
    require_administrator(actor)
    holding = row_of(book, PostHolding, holding_id)
    post = row_of(book, Post, holding["post_id"])
    if holding["to_at"] is not None and holding["to_at"] <= book.now:
        raise BadInput(where="Vị trí", what="đã kết thúc rồi; tải lại trang")
    if post["role"] == "administrator":
        keep_an_administrator(book, besides=holding["membership_id"], post_id=post["id"])
    _end(book, holding_id)
    if holding["acting_for_id"] is None:
        end_lent(book, holding["membership_id"], post_id=post["id"])
        end_unfit(book, actor, holding["membership_id"])
    doors = 0
    if post["team_id"] is not None and not _still_in_team(book, holding["membership_id"], post["team_id"]):
        doors = take_doors_back(book, holding["membership_id"], team_id=post["team_id"])
    leave_trace(book, actor, "end_post", holding["membership_id"], post=post["code"], scope=post["scope"])
    return {"doors": doors}


def end_posts_of(book: Book, membership_id: uuid.UUID) -> int:
    """End every post somebody holds, also as a stand-in for somebody, and return how many."""
    held = list(
        book.session.scalars(select(_holdings.c.id).where(*_live(book), _holdings.c.membership_id == membership_id))
    )
    for holding in held:
        _end(book, holding)
    end_lent(book, membership_id)
    return len(held)


def live_member(book: Book, membership_id: uuid.UUID) -> uuid.UUID:
    """Return the membership if it is one of this unit and lives. Raises NotFound, or BadInput for who has left."""
    member = row_of(book, Membership, membership_id)
    if member["to_at"] is not None and member["to_at"] <= book.now:
        raise BadInput(where="Người được giao", what="đã thôi làm việc ở đơn vị; mở lại vị trí làm việc trước")
    return membership_id


def keep_an_administrator(book: Book, *, besides: uuid.UUID, post_id: uuid.UUID | None = None) -> None:
    """Raise BadInput if nobody would administer the unit once this person (or their holding of this post) is gone."""
    same = _holdings.c.membership_id == besides
    gone = same if post_id is None else and_(same, _holdings.c.post_id == post_id)
    others = (
        select(func.count())
        .select_from(_holdings)
        .join(_posts, and_(_posts.c.unit_id == _holdings.c.unit_id, _posts.c.id == _holdings.c.post_id))
        .join(_members, and_(_members.c.unit_id == _holdings.c.unit_id, _members.c.id == _holdings.c.membership_id))
        .join(_accounts, _accounts.c.id == _members.c.account_id)
        .where(
            *_live(book),
            ~gone,
            _posts.c.role == "administrator",
            _members.c.from_at <= book.now,
            or_(_members.c.to_at.is_(None), _members.c.to_at > book.now),
            _accounts.c.disabled_at.is_(None),
        )
    )
    if not book.session.scalar(others):
        raise BadInput(
            where="Quản trị",
            what="đây là người quản trị cuối cùng của đơn vị; giao quyền quản trị cho người khác trước",
        )


def administers(book: Book, membership_id: uuid.UUID) -> bool:
    """Whether somebody administers the unit now."""
    statement = (
        select(_holdings.c.id)
        .join(_posts, and_(_posts.c.unit_id == _holdings.c.unit_id, _posts.c.id == _holdings.c.post_id))
        .where(*_live(book), _holdings.c.membership_id == membership_id, _posts.c.role == "administrator")
    )
    return book.session.execute(statement.limit(1)).first() is not None


def _end(book: Book, holding_id: uuid.UUID) -> None:
    """End a holding now; one that was to begin later ends before it begins."""
    ends_at = (
        func.max(_holdings.c.from_at, book.now)
        if book.connection.dialect.name == "sqlite"
        else func.greatest(_holdings.c.from_at, book.now)
    )
    mine = (_holdings.c.unit_id == book.unit_id, _holdings.c.id == holding_id)
    book.session.execute(update(_holdings).where(*mine).values(to_at=ends_at))


def _still_in_team(book: Book, membership_id: uuid.UUID, team_id: uuid.UUID) -> bool:
    statement = (
        select(_holdings.c.id)
        .join(_posts, and_(_posts.c.unit_id == _holdings.c.unit_id, _posts.c.id == _holdings.c.post_id))
        .where(*_live(book), _holdings.c.membership_id == membership_id, _posts.c.team_id == team_id)
    )
    return book.session.execute(statement.limit(1)).first() is not None


def _live(book: Book) -> tuple[Any, ...]:
    return (
        _holdings.c.unit_id == book.unit_id,
        or_(_holdings.c.to_at.is_(None), _holdings.c.to_at > book.now),
    )
