"""Who goes where: areas give doors their team, teams give doors without a holder to their members, evenly and in walking order.

By rule, so that running it twice changes nothing: members in the order of their ids get neighbouring doors, as many as bring
everybody's load level. `reassign` is the other way: somebody decides, with a reason.
"""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, case, func, insert, literal, or_, select, true

from workflow.access import Actor, require_post
from workflow.actions.give_doors import give_doors
from workflow.errors import BadInput, CountChanged, NotFound
from workflow.gateway.hand_over import hand_over_staged
from workflow.ledger.book import Book
from workflow.plan.texts import typed_reason
from workflow.queries.campaigns import CampaignContext
from workflow.queries.door_filter import UNIT_ASSIGNERS, Chosen, DoorFilter, chosen_doors, is_already, may_give
from workflow.queries.door_table import count_chosen
from workflow.tables import Area, Door, Membership, Post, PostHolding, Staged, Team, TeamArea, table_of

ASSIGNERS = ("team_leader", *UNIT_ASSIGNERS)
_doors, _areas, _works, _staged = table_of(Door), table_of(Area), table_of(TeamArea), table_of(Staged)
_posts, _holdings, _members = table_of(Post), table_of(PostHolding), table_of(Membership)
_STAGED = ["unit_id", "batch_id", "position", "subject_id", "team_id", "assignee_id"]


@dataclass(frozen=True)
class Reach:
    """The area and team of a change, for asking who may make it (where there is no one door to ask about)."""

    area_id: uuid.UUID | None
    team_id: uuid.UUID | None


def assign_doors(
    book: Book, context: CampaignContext, actor: Actor, *, team_id: uuid.UUID | None = None
) -> dict[str, Any]:
    """Give doors without a team to the team of their area, and doors without a holder to members; return honest counts.

    `team_id` limits it to one team. Doors that somebody holds are left alone. Raises NotPermitted or NotFound (no such team).
    """
    if team_id is not None and team_id not in _teams(book, None):
        raise NotFound
    require_post(actor, ASSIGNERS if team_id else UNIT_ASSIGNERS, Reach(None, team_id), action="Phân công hộ")
    cause = "person" if actor.membership_id else "rule"
    batch = book.new_id()
    book.flush()
    _stage_teams(book, context, batch, team_id)
    to_team, _ = hand_over_staged(book, context, batch, cause=cause, reason=None, dated_now=False)
    batch, position, skipped = book.new_id(), 0, 0
    for team in _teams(book, team_id):
        waiting = _waiting(context, team)
        count = book.session.scalar(select(func.count()).where(waiting)) or 0
        members = _members_of(book, team, "member")
        if not count or not members:
            skipped += count
            continue
        stage_shares(book, batch, position, waiting, team, quotas(loads_of(book, context, members), count))
        position += count
    to_member, _ = hand_over_staged(book, context, batch, cause=cause, reason=None, dated_now=False)
    without_team = book.session.scalar(select(func.count()).where(_of(context), _doors.c.team_id.is_(None))) or 0
    return {
        "to_team": to_team,
        "to_member": to_member,
        "skipped": {"no_member": skipped, "no_team": without_team},
        "ledger_no": book.last_no,
    }


def reassign(
    book: Book,
    context: CampaignContext,
    actor: Actor,
    doors: Chosen,
    *,
    team_id: uuid.UUID,
    assignee_id: uuid.UUID | None,
    reason: str,
    expected: int | None = None,
) -> dict[str, Any]:
    """Give doors (by id, or all that match) to a team and one of its people (or to nobody yet); return moved and skipped.

    A leader gives only the doors of their own team, and only within it. `skipped` says how many doors were `absent` (foreign ones
    look the same) and how many were theirs `already`. `expected` is how many doors the sender saw: if another number is meant
    now, nothing moves. Raises NotPermitted, BadInput, CountChanged or NotFound.
    """
    if team_id not in _teams(book, None):
        raise NotFound
    require_post(actor, ASSIGNERS, Reach(None, team_id), action="Chuyển giao hộ")
    reason = typed_reason(reason, missing="chưa ghi lý do chuyển giao; ghi một câu ngắn")
    if assignee_id is not None and assignee_id not in _members_of(book, team_id, "member", "team_leader"):
        raise BadInput(where="Người nhận", what="không phải thành viên của tổ này; chọn một thành viên đang làm việc")
    book.flush()
    batch, counts = book.new_id(), Counter[str]()
    already = is_already(team_id, assignee_id)
    for chosen, ids in chosen_doors(context, actor, doors, now=book.now):
        found = book.session.execute(count_chosen(chosen, actor, team_id, assignee_id)).one()
        counts.update(matched=found.matched, given=found.given, already=found.already)
        counts["asked"] += found.matched if ids is None else ids
        movable = and_(chosen, may_give(actor), ~already)
        stage_doors(book, batch, counts["staged"], movable, team_id, literal(assignee_id, _doors.c.id.type))
        counts["staged"] += found.given - found.already
    if expected is not None and counts["matched"] != expected:
        raise CountChanged(before=expected, after=counts["matched"])
    moved, cases = give_doors(book, context, batch, reason=reason)
    skipped = {"already": counts["already"], "absent": counts["asked"] - counts["given"]}
    return {"moved": moved, "cases": cases, "skipped": skipped, "ledger_no": book.last_no}


def quotas(loads: dict[uuid.UUID, int], count: int) -> list[tuple[uuid.UUID, int]]:
    """Return how many of `count` doors each member gets, in the order of their ids, so that loads end as level as can be.

    >>> a, b = uuid.UUID(int=1), uuid.UUID(int=2)
    >>> [n for _, n in quotas({b: 0, a: 0}, 5)], [n for _, n in quotas({a: 4, b: 0}, 2)]
    ([3, 2], [0, 2])
    """
    members, by_load = sorted(loads), sorted(loads.values())
    level, rest = 0, count
    for n in range(1, len(by_load) + 1):  # pour over the n lightest: the level stands when it stays below the next one
        total = sum(by_load[:n]) + count
        level, rest = divmod(total, n)
        if n == len(by_load) or level < by_load[n]:
            break
    given = {member: max(level - loads[member], 0) for member in members}
    for member in members:
        if rest and loads[member] <= level:
            given[member] += 1
            rest -= 1
    return [(member, given[member]) for member in members]


def _of(context: CampaignContext) -> ColumnElement[bool]:
    return and_(_doors.c.unit_id == context.unit_id, _doors.c.campaign_id == context.id)


def _waiting(context: CampaignContext, team_id: uuid.UUID) -> ColumnElement[bool]:
    return and_(_of(context), _doors.c.team_id == team_id, _doors.c.assignee_id.is_(None))


def _teams(book: Book, team_id: uuid.UUID | None) -> list[uuid.UUID]:
    teams = table_of(Team)
    statement = select(teams.c.id).where(teams.c.unit_id == book.unit_id, teams.c.valid_to.is_(None))
    if team_id is not None:
        statement = statement.where(teams.c.id == team_id)
    return list(book.session.scalars(statement.order_by(teams.c.sort, teams.c.id)))


def _members_of(book: Book, team_id: uuid.UUID, *roles: str) -> list[uuid.UUID]:
    """Return the memberships that hold a post of these roles in the team now, in their own name."""
    now = book.now
    statement = (
        select(_members.c.id)
        .join(_holdings, and_(_holdings.c.unit_id == _members.c.unit_id, _holdings.c.membership_id == _members.c.id))
        .join(_posts, and_(_posts.c.unit_id == _holdings.c.unit_id, _posts.c.id == _holdings.c.post_id))
        .where(_members.c.unit_id == book.unit_id, _posts.c.team_id == team_id, _posts.c.role.in_(roles))
        .where(_holdings.c.acting_for_id.is_(None))
        .where(_holdings.c.from_at <= now, or_(_holdings.c.to_at.is_(None), _holdings.c.to_at > now))
        .where(_members.c.from_at <= now, or_(_members.c.to_at.is_(None), _members.c.to_at > now))
        .distinct()
    )
    return sorted(book.session.scalars(statement))


def loads_of(
    book: Book, context: CampaignContext, members: Sequence[uuid.UUID], *, with_work: bool = False
) -> dict[uuid.UUID, int]:
    """Return how many doors of the campaign each member holds; `with_work`: only those where something is left to do."""
    held = select(_doors.c.assignee_id, func.count()).where(_of(context), _doors.c.assignee_id.in_(members))
    if with_work:
        held = held.where(_doors.c.open_cases > 0)
    known = {row[0]: row[1] for row in book.session.execute(held.group_by(_doors.c.assignee_id))}
    return {member: known.get(member, 0) for member in members}


def _stage_teams(book: Book, context: CampaignContext, batch: uuid.UUID, team_id: uuid.UUID | None) -> None:
    """Stage doors without a team whose area has one."""
    works = and_(
        _works.c.unit_id == _doors.c.unit_id,
        _works.c.area_id == _doors.c.area_id,
        _works.c.to_at.is_(None),
        true() if team_id is None else _works.c.team_id == team_id,
    )
    rows = (
        select(
            _doors.c.unit_id,
            literal(batch, _staged.c.batch_id.type),
            func.row_number().over(order_by=_doors.c.id),
            _doors.c.id,
            _works.c.team_id,
            literal(None, _staged.c.assignee_id.type),
        )
        .join(_works, works)
        .where(_of(context), _doors.c.team_id.is_(None))
    )
    book.session.execute(insert(_staged).from_select(_STAGED, rows))


def stage_shares(
    book: Book,
    batch: uuid.UUID,
    after: int,
    waiting: ColumnElement[bool],
    team_id: uuid.UUID,
    shares: list[tuple[uuid.UUID, int]],
) -> None:
    """Stage the waiting doors of a team: the first member gets the first so many in walking order, and so on."""
    order = (_areas.c.sort, _doors.c.area_id, _doors.c.place_sort, _doors.c.id)
    place = func.row_number().over(order_by=order)
    area = and_(_areas.c.unit_id == _doors.c.unit_id, _areas.c.id == _doors.c.area_id)
    ranked = select(_doors.c.unit_id, _doors.c.id, place.label("place")).join(_areas, area).where(waiting).subquery()
    upper, branches = 0, []
    for member, share in shares:
        upper += share
        if share:
            branches.append((ranked.c.place <= upper, literal(member, _staged.c.assignee_id.type)))
    rows = select(
        ranked.c.unit_id,
        literal(batch, _staged.c.batch_id.type),
        ranked.c.place + after,
        ranked.c.id,
        literal(team_id, _staged.c.team_id.type),
        case(*branches, else_=literal(None, _staged.c.assignee_id.type)),
    )
    book.session.execute(insert(_staged).from_select(_STAGED, rows))


def stage_doors(
    book: Book,
    batch: uuid.UUID,
    after: int,
    chosen: ColumnElement[bool],
    team_id: uuid.UUID,
    assignee: ColumnElement[Any],
) -> None:
    """Stage the chosen doors for one team and one holder, numbered from `after` + 1."""
    rows = select(
        _doors.c.unit_id,
        literal(batch, _staged.c.batch_id.type),
        func.row_number().over(order_by=_doors.c.id) + literal(after, BigInteger),
        _doors.c.id,
        literal(team_id, _staged.c.team_id.type),
        assignee,
    ).where(chosen)
    book.session.execute(insert(_staged).from_select(_STAGED, rows))


__all__ = [
    "ASSIGNERS", "UNIT_ASSIGNERS", "DoorFilter", "Reach", "assign_doors", "loads_of", "quotas", "reassign", "stage_doors", "stage_shares",
]  # fmt: skip
