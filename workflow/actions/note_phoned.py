"""A count told by telephone: kept with who said it to whom and when, shown beside figures, and never part of one."""

import uuid
from typing import Final

from sqlalchemy import func, insert, select

from rules.said import Figure, Said
from rules.time import Instant
from workflow.access import Actor, require_unit_post
from workflow.actions.task_writes import check_sender, moment_given
from workflow.errors import BadInput, NotFound
from workflow.ledger import Book
from workflow.numbers import integer_vi
from workflow.plan.periods import period_called
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Case, PhonedCount, Post, PostHolding, Team

ACTION: Final = "ghi số báo nhanh"
NOTERS: Final = ("coordinator", "chair")


def note_phoned(
    book: Book,
    context: CampaignContext,
    period: str,
    team_id: uuid.UUID,
    n: int,
    *,
    actor: Actor,
    said_by_id: uuid.UUID,
    said_at: Instant | None = None,
) -> uuid.UUID:
    """Keep what somebody of the team said by telephone: how many have taken part in all. Returns the record's id.

    It was told to the actor, at `said_at` (default now). Earlier ones stay; the newest of a team is shown. Raises NotPermitted,
    NotFound (no such period or team), BadInput (nobody of that team; more people than the team has), OutsideWindow.
    """
    check_sender(book, actor, action=ACTION, cause="person")
    require_unit_post(actor, NOTERS, action=ACTION)
    chosen = period_called(context.pack, period)
    team = book.session.get(Team, (book.unit_id, team_id))
    if team is None:
        raise NotFound
    if said_by_id not in people_of_team(book, team_id):
        raise BadInput(
            where="Người báo",
            what=Said("không thuộc %(team)s; chọn một người trong tổ", team=Said("%(name)s", name=team.name)),
        )
    listed = _listed(book, context, team_id)
    if not 0 <= n <= listed:
        what = Said("hãy ghi một số từ 0 đến %(listed)s, là số người của tổ", listed=Figure(integer_vi(listed)))
        raise BadInput(where="Số báo nhanh", what=what)
    moment = moment_given(book, said_at, after=chosen.opens_at, window=Said("kỳ này (đến bây giờ)"))
    row_id = book.new_id()
    data = {
        "what": "phoned", "period": chosen.key, "team": str(team_id), "n": n, "said_by": str(said_by_id),
        "told_to": str(actor.membership_id),
    }  # fmt: skip
    number = book.append("note", happened_at=moment, campaign_id=context.id, about_id=row_id, data=data)
    book.session.execute(
        insert(PhonedCount).values(
            unit_id=book.unit_id, id=row_id, campaign_id=context.id, period=chosen.key, team_id=team_id, n=n,
            said_by_id=said_by_id, told_to_id=actor.membership_id, said_at=moment, ledger_no=number,
        )
    )  # fmt: skip
    return row_id


def people_of_team(book: Book, team_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Return the memberships that hold a post in the team now."""
    statement = (
        select(PostHolding.membership_id)
        .join(Post, (Post.unit_id == PostHolding.unit_id) & (Post.id == PostHolding.post_id))
        .where(PostHolding.unit_id == book.unit_id, Post.team_id == team_id, PostHolding.from_at <= book.now)
        .where(PostHolding.to_at.is_(None) | (PostHolding.to_at > book.now))
    )
    return frozenset(book.session.scalars(statement))


def _listed(book: Book, context: CampaignContext, team_id: uuid.UUID) -> int:
    statement = select(func.count()).where(
        Case.unit_id == book.unit_id, Case.campaign_id == context.id, Case.track == context.pack.main_track.id,
        Case.team_id == team_id, Case.left_at.is_(None),
    )  # fmt: skip
    return book.session.scalar(statement) or 0
