"""Planning that somebody is away: from an instant until another, a delegate also holds their posts, and no longer.

The delegate may do what each of these posts may, and nothing more; what they do there is recorded as theirs, for whom they stand in.
One delegate at a time stands in for a post, and nobody passes on a post that was lent to them.
"""

import uuid
from typing import Any, Final

from sqlalchemy import and_, func, insert, or_, select, update

from rules.said import At, Said
from rules.time import DAY, Instant
from workflow.access import Actor
from workflow.actions.organisation_input import leave_trace, row_of
from workflow.errors import AlreadyDecided, BadInput, NotFound, NotPermitted
from workflow.ledger.book import Book
from workflow.queries.absences import LENT_ROLES, delegates_for, lent_between, plans_for_others
from workflow.tables import Membership, Post, PostHolding, table_of

ACTION: Final = "Báo vắng và giao người làm thay"
LONGEST: Final = 60 * DAY
"""Who is away for longer gives the post to somebody else."""
_holdings, _posts = table_of(PostHolding), table_of(Post)
_WHO: Final = Said("chính người vắng, đầu mối tổng hợp hoặc quản trị")


def plan_absence(
    book: Book,
    actor: Actor,
    absent_id: uuid.UUID,
    *,
    delegate_id: uuid.UUID,
    from_at: Instant | None,
    to_at: Instant,
) -> dict[str, Any]:
    """Lend every post with duties that somebody holds to a delegate from `from_at` (None: now) until `to_at`, exclusive.

    The person themself may, and for somebody else the coordinator and the administrator; these do not choose themselves. Returns
    `absence` (its id) and how many `posts`. Raises NotFound (nobody of this unit), NotPermitted or BadInput, saying what to change.
    """
    _permit(book, actor, absent_id)
    starts = book.now if from_at is None else from_at
    _check_time(book, starts, to_at)
    posts = _own_posts(book, absent_id)
    if not posts:
        raise BadInput(
            where="Người vắng",
            what="không giữ vị trí nào giao người làm thay được; vị trí đang làm thay cho người khác thì không giao tiếp",
        )
    row_of(book, Membership, delegate_id)
    _check_delegate(book, actor, absent_id, delegate_id)
    _check_free(book, absent_id, delegate_id, starts, to_at)
    rows = [
        {
            "unit_id": book.unit_id, "id": book.new_id(), "post_id": post, "membership_id": delegate_id,
            "acting_for_id": absent_id, "from_at": starts, "to_at": to_at,
        }
        for post in posts
    ]  # fmt: skip
    book.session.execute(insert(_holdings), rows)
    leave_trace(
        book, actor, "plan_absence", absent_id, delegate=str(delegate_id), posts=len(rows), from_at=starts, to_at=to_at
    )
    return {"absence": str(rows[0]["id"]), "posts": len(rows)}


def end_absence(book: Book, actor: Actor, absence_id: uuid.UUID) -> dict[str, Any]:
    """End an absence now, or call off one that has not begun; return how many `posts` are no longer lent.

    `absence_id` is that of any holding it gave, also of one whose post has ended since: what began together ends together. The one who is
    away may, the one who stands in, and who may plan for others. Raises NotFound, or AlreadyDecided once it is over.
    """
    lent = row_of(book, PostHolding, absence_id)
    if lent["acting_for_id"] is None or not (
        actor.membership_id in (lent["acting_for_id"], lent["membership_id"]) or plans_for_others(actor)
    ):
        raise NotFound
    together = and_(
        _holdings.c.unit_id == book.unit_id,
        *(_holdings.c[name] == lent[name] for name in ("acting_for_id", "membership_id", "from_at")),
    )
    ends = max(lent["from_at"], book.now)
    posts = book.session.execute(
        update(_holdings).where(together, _holdings.c.to_at > ends).values(to_at=ends),
        execution_options={"preserve_rowcount": True},
    )
    if not posts.rowcount:  # type: ignore[attr-defined]
        over = book.session.scalar(select(func.max(_holdings.c.to_at)).where(together))
        raise AlreadyDecided(status=Said("lần vắng này đã kết thúc lúc %(at)s", at=At(min(over or ends, book.now))))
    leave_trace(book, actor, "end_absence", lent["acting_for_id"], delegate=str(lent["membership_id"]), to_at=ends)
    return {"posts": posts.rowcount, "to_at": ends}  # type: ignore[attr-defined]


def _permit(book: Book, actor: Actor, absent_id: uuid.UUID) -> None:
    if absent_id == actor.membership_id:
        return
    if not plans_for_others(actor):
        found = book.session.get(Membership, (book.unit_id, absent_id))
        raise NotFound if found is None else NotPermitted(action=ACTION, who=_WHO)
    row_of(book, Membership, absent_id)


def _check_time(book: Book, from_at: Instant, to_at: Instant) -> None:
    if from_at < book.now:
        raise BadInput(
            where="Vắng từ", what=Said("đã qua (bây giờ là %(at)s); để trống nếu vắng ngay", at=At(book.now))
        )
    if to_at <= from_at:
        raise BadInput(where="Vắng đến", what=Said("phải sau %(at)s; chọn lại ngày giờ", at=At(from_at)))
    if to_at - from_at > LONGEST:
        raise BadInput(
            where="Vắng đến",
            what=Said("dài hơn %(n)s ngày; chọn sớm hơn, hoặc nhờ quản trị giao hẳn vị trí", n=LONGEST // DAY),
        )


def _own_posts(book: Book, absent_id: uuid.UUID) -> list[uuid.UUID]:
    """Return the posts with duties that somebody holds now in their own name; each once."""
    statement = (
        select(_posts.c.id)
        .join(_holdings, and_(_holdings.c.unit_id == _posts.c.unit_id, _holdings.c.post_id == _posts.c.id))
        .where(_posts.c.unit_id == book.unit_id, _posts.c.role.in_(LENT_ROLES))
        .where(_holdings.c.membership_id == absent_id, _holdings.c.acting_for_id.is_(None))
        .where(_holdings.c.from_at <= book.now, or_(_holdings.c.to_at.is_(None), _holdings.c.to_at > book.now))
        .distinct()
    )
    return sorted(book.session.scalars(statement))


def _check_delegate(book: Book, actor: Actor, absent_id: uuid.UUID, delegate_id: uuid.UUID) -> None:
    if delegate_id == absent_id:
        raise BadInput(where="Người làm thay", what="chính là người vắng; chọn người khác")
    if delegate_id == actor.membership_id:
        raise BadInput(
            where="Người làm thay",
            what="không tự nhận làm thay cho người khác; nhờ chính người vắng hoặc người có quyền khác lập",
        )
    if delegate_id not in dict(delegates_for(book.session, book.unit_id, absent_id, now=book.now)):
        raise BadInput(
            where="Người làm thay",
            what="không nhận được; chọn người đang giữ vị trí lãnh đạo của đơn vị hoặc người cùng tổ công tác",
        )


def _check_free(book: Book, absent_id: uuid.UUID, delegate_id: uuid.UUID, from_at: Instant, to_at: Instant) -> None:
    """Refuse a second delegate at a time, a delegate who is away, and one who is away while others count on them."""
    for one in lent_between(book.session, book.unit_id, from_at, to_at, people=[absent_id, delegate_id]):
        told = {"delegate": one.delegate, "absent": one.absent, "from_at": At(one.from_at), "to_at": At(one.to_at)}
        if one.absent_id == absent_id:
            what = "đã có %(delegate)s làm thay từ %(from_at)s đến %(to_at)s; kết thúc lần ấy trước, hoặc chọn thời gian khác"
            raise BadInput(where="Thời gian vắng", what=Said(what, **told))
        if one.absent_id == delegate_id:
            what = "%(absent)s cũng vắng từ %(from_at)s đến %(to_at)s; chọn người khác"
            raise BadInput(where="Người làm thay", what=Said(what, **told))
        if one.delegate_id == absent_id:
            what = "đang nhận làm thay %(absent)s từ %(from_at)s đến %(to_at)s; kết thúc lần ấy trước để có người khác làm thay"
            raise BadInput(where="Người vắng", what=Said(what, **told))


def end_lent(book: Book, absent_id: uuid.UUID, *, post_id: uuid.UUID | None = None) -> None:
    """Somebody no longer holds a post (None: any): nobody stands in for them there any more."""
    mine = _holdings.c.acting_for_id == absent_id
    _end(book, mine if post_id is None else and_(mine, _holdings.c.post_id == post_id))


def end_unfit(book: Book, actor: Actor, membership_id: uuid.UUID) -> None:
    """Somebody's posts have changed: what they lend and what is lent to them ends wherever the delegate could not be chosen now.

    Each end leaves the trace of an absence that is ended.
    """
    loans = (
        select(_holdings.c.acting_for_id, _holdings.c.membership_id)
        .where(_holdings.c.unit_id == book.unit_id, _holdings.c.acting_for_id.is_not(None))
        .where(_holdings.c.to_at > book.now, _holdings.c.from_at < _holdings.c.to_at)
        .where(or_(_holdings.c.acting_for_id == membership_id, _holdings.c.membership_id == membership_id))
        .distinct()
        .order_by(_holdings.c.acting_for_id, _holdings.c.membership_id)
    )
    for absent, delegate in book.session.execute(loans).all():  # as many as one person has absences: a few
        if delegate not in dict(delegates_for(book.session, book.unit_id, absent, now=book.now)):
            _end(book, and_(_holdings.c.acting_for_id == absent, _holdings.c.membership_id == delegate))
            leave_trace(book, actor, "end_absence", absent, delegate=str(delegate), to_at=book.now)


def _end(book: Book, those: Any) -> None:
    later = func.max if book.connection.dialect.name == "sqlite" else func.greatest
    book.session.execute(
        update(_holdings)
        .where(_holdings.c.unit_id == book.unit_id, _holdings.c.to_at > book.now, those)
        .values(to_at=later(_holdings.c.from_at, book.now))
    )
