"""Who may see and do what: the one door to rows.

What somebody may do follows from the posts they hold at this moment: a role, in a unit, a team, an area or a body. Nothing is
allowed that is not written here. An object outside the scope of the actor is `NotFound`, exactly like one that does not exist,
and that is decided before anything else about the request is looked at.
"""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Row,
    and_,
    bindparam,
    false,
    or_,
    select,
    true,
)  # fmt: skip
from sqlalchemy.orm import Session

from rules.said import Said, either
from rules.time import MINUTE, Instant
from workflow.errors import NotFound, NotPermitted
from workflow.statements.prepared import Prepared
from workflow.tables import (
    Account,
    Audit,
    Body,
    Case,
    Door,
    Membership,
    Post,
    PostHolding,
    PrintedList,
    Request,
    Task,
    table_of,
)  # fmt: skip

UNIT_ROLES = frozenset({"coordinator", "administrator"})
"""Roles that see every door of their unit."""
PLAN_ROLES = frozenset({"coordinator", "administrator", "plan_owner", "chair"})
"""Roles that see the whole plan of their unit, when the post is the unit's and not a team's, an area's or a body's."""
OWNER_MOVES = frozenset({"start", "submit", "evidence", "progress"})
"""What only the post that a task was given to does, or the leader of its team."""
REVIEW_MOVES = frozenset({"accept", "return"})
"""What only those who receive the work do."""
PLAN_MOVES: Mapping[str, tuple[str, ...]] = dict.fromkeys(
    ("assign", "cancel", "waive", "reopen"), ("coordinator", "plan_owner", "chair")
)
"""What changes the plan itself, with the roles at the unit that may."""


@dataclass(frozen=True)
class Held:
    """A post held now. `acting_for` is the membership that a delegate stands in for."""

    post_id: uuid.UUID
    code: str
    role: str
    label: str
    team_id: uuid.UUID | None
    area_id: uuid.UUID | None
    body_id: uuid.UUID | None
    acting_for: uuid.UUID | None


class Kind(NamedTuple):
    """A held post without its ids: what shapes a statement, whoever asks."""

    role: str
    code: str
    in_team: bool
    in_area: bool
    in_body: bool
    delegated: bool


@dataclass(frozen=True)
class Actor:
    """Somebody in a unit, with the posts they hold at the moment of asking."""

    unit_id: uuid.UUID
    account_id: uuid.UUID
    membership_id: uuid.UUID
    name: str
    posts: tuple[Held, ...]
    let_in: "LookedUp | None" = None
    """The one person that a support desk looked up just now: set by `let_in_by_look_up`, and only for what the desk does."""

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles of all held posts."""
        return frozenset(post.role for post in self.posts)

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        """The held posts without their ids."""
        return tuple(
            Kind(
                post.role, post.code, post.team_id is not None, post.area_id is not None, post.body_id is not None,
                post.acting_for is not None,
            )
            for post in self.posts
        )  # fmt: skip

    def holds(self, *roles: str) -> tuple[Held, ...]:
        """Return the held posts of any of `roles`."""
        return tuple(post for post in self.posts if post.role in roles)


@dataclass(frozen=True)
class LookedUp:
    """Whom an exact look-up found, and the door at which they are: open to who looked for a short while."""

    subject_id: uuid.UUID
    door_id: uuid.UUID
    until: Instant


_members, _posts, _holdings, _doors = (table_of(model) for model in (Membership, Post, PostHolding, Door))
_now: ColumnElement[int] = bindparam("now", type_=BigInteger)
ACTOR: Final = (
    _members.c.id,
    _members.c.name,
    _posts.c.id.label("post_id"),
    _posts.c.code,
    _posts.c.role,
    _posts.c.label,
    _posts.c.team_id,
    _posts.c.area_id,
    _posts.c.body_id,
    _holdings.c.acting_for_id,
)
"""What makes an actor, one row for each held post: the columns that `actor_from` reads."""
ACTOR_ORDER: Final = (_posts.c.code, _posts.c.scope)


def with_posts(members: FromClause, now: ColumnElement[int]) -> FromClause:
    """Return memberships, or what was joined to them, with the posts held at `now`: a row without one for somebody who holds none."""
    held = (_holdings.c.unit_id == _members.c.unit_id, _holdings.c.membership_id == _members.c.id, *_at(_holdings, now))
    post = (_posts.c.unit_id == _holdings.c.unit_id, _posts.c.id == _holdings.c.post_id)
    return members.outerjoin(_holdings, and_(*held)).outerjoin(_posts, and_(*post))


def is_member(now: ColumnElement[int]) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for a membership that holds at `now`."""
    return _at(_members, now)


def _at(table: Any, now: ColumnElement[int]) -> tuple[ColumnElement[bool], ...]:
    return table.c.from_at <= now, or_(table.c.to_at.is_(None), table.c.to_at > now)


_accounts = table_of(Account)
_ACTOR = Prepared(
    select(*ACTOR)
    .select_from(with_posts(_members.join(_accounts, _accounts.c.id == _members.c.account_id), _now))
    .where(
        _members.c.unit_id == bindparam("unit"),
        _members.c.account_id == bindparam("account"),
        _accounts.c.disabled_at.is_(None),
        *is_member(_now),
    )
    .order_by(*ACTOR_ORDER)
)
_tasks = table_of(Task)
_TASK = Prepared(
    select(_tasks).where(
        _tasks.c.unit_id == bindparam("unit"),
        _tasks.c.campaign_id == bindparam("campaign"),
        _tasks.c.id == bindparam("task"),
    )
)
_DOOR = Prepared(select(_doors).where(_doors.c.unit_id == bindparam("unit"), _doors.c.id == bindparam("door")))


def actor_of(session: Session | Connection, unit_id: uuid.UUID, account_id: uuid.UUID, *, now: Instant) -> Actor:
    """Return the account's actor in the unit; NotFound if it has no place there now (or is disabled)."""
    rows = _ACTOR.all(session, {"unit": unit_id, "account": account_id, "now": now})
    if not rows:
        raise NotFound
    return actor_from(unit_id, account_id, rows)


def actor_from(unit_id: uuid.UUID, account_id: uuid.UUID, rows: Sequence[Sequence[Any]]) -> Actor:
    """Return the actor that rows of `ACTOR` tell of; there is at least one."""
    membership_id, name = rows[0][:2]
    return Actor(unit_id, account_id, membership_id, name, tuple(Held(*row[2:]) for row in rows if row[2] is not None))


def actor_by_login(session: Session, unit_id: uuid.UUID, login: str, *, now: Instant) -> Actor:
    """Return the actor of the account called `login`."""
    account_id = session.scalar(select(Account.id).where(Account.login == login))
    if account_id is None:
        raise NotFound
    return actor_of(session, unit_id, account_id, now=now)


def scope_of_doors(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on `doors` that is true for the doors the actor may see.

    A member sees the doors given to them and those of their team that nobody holds; a leader the team's; an area head and a duty
    leader their areas'; a coordinator the unit's. Chair, superior and auditor see figures, not doors. The support desk looks up
    one person at a time and has no list.
    """
    conditions: list[ColumnElement[bool]] = []
    for post in actor.posts:
        if post.role in UNIT_ROLES or (post.role == "duty_leader" and post.area_id is None):
            conditions = [true()]
            break
        if post.role == "member" and post.team_id is not None:
            free_or_mine = or_(Door.assignee_id.is_(None), Door.assignee_id == actor.membership_id)
            conditions.append(and_(Door.team_id == post.team_id, free_or_mine))
        elif post.role == "team_leader" and post.team_id is not None:
            conditions.append(Door.team_id == post.team_id)
        elif post.role in ("area_head", "duty_leader") and post.area_id is not None:
            conditions.append(Door.area_id == post.area_id)
    if not conditions:
        return false()
    return and_(Door.unit_id == actor.unit_id, or_(*conditions))


def sees_door(actor: Actor, door: Any) -> bool:
    """Whether the actor may see a door: `scope_of_doors`, asked of one row."""
    return door.unit_id == actor.unit_id and any(_sees(actor, post, door) for post in actor.posts)


def _sees(actor: Actor, post: Held, door: Any) -> bool:
    if post.role in UNIT_ROLES:
        return True
    if post.role == "duty_leader":
        return post.area_id in (None, door.area_id)
    if post.role == "area_head":
        return post.area_id is not None and post.area_id == door.area_id
    if post.team_id is None or post.team_id != door.team_id:
        return False
    return post.role == "team_leader" or (post.role == "member" and door.assignee_id in (None, actor.membership_id))


def door_for(
    session: Session | Connection, actor: Actor, door_id: uuid.UUID, *, campaign_id: uuid.UUID | None = None
) -> Row[Any]:
    """Return the door's row, or raise NotFound: absent, foreign and (with `campaign_id`) another campaign's look alike."""
    row: Row[Any] | None = _DOOR.first(session, {"unit": actor.unit_id, "door": door_id})
    if row is None or not (sees_door(actor, row) or _let_in(actor, row)):
        raise NotFound
    if campaign_id is not None and row.campaign_id != campaign_id:
        raise NotFound
    return row


def _let_in(actor: Actor, door: Any) -> bool:
    return actor.let_in is not None and actor.unit_id == door.unit_id and actor.let_in.door_id == door.id


LOOK_UP: Final = "look_up"
"""The kind of the audit row that every look-up of the support desk leaves."""
LOOKED_UP_FOR: Final = 30 * MINUTE
"""How long whom the desk found stays open to the one who looked."""


def let_in_by_look_up(session: Session, actor: Actor, *, now: Instant) -> Actor:
    """Return the actor as let in to the person their newest look-up found less than `LOOKED_UP_FOR` ago.

    One person at a time: a newer look-up, also one in vain, closes the one before. Raises NotFound if nobody is open. The door is
    open to `door_for` alone; no list ever holds it.
    """
    statement = (
        select(Audit.about_id, Audit.at, Audit.data)
        .where(
            Audit.unit_id == actor.unit_id,
            Audit.at > now - LOOKED_UP_FOR,
            Audit.kind == LOOK_UP,
            Audit.membership_id == actor.membership_id,
        )
        .order_by(Audit.at.desc(), Audit.id.desc())
        .limit(1)
    )
    row = session.execute(statement).one_or_none()
    if row is None or row.about_id is None or not actor.holds("support_desk"):
        raise NotFound
    found = LookedUp(row.about_id, uuid.UUID(row.data["door"]), row.at + LOOKED_UP_FOR)
    return replace(actor, let_in=found)


def case_for(session: Session, actor: Actor, case_id: uuid.UUID) -> Row[Any]:
    """Return the case's row if its door is in the actor's scope, else raise NotFound."""
    statement = (
        select(table_of(Case))
        .join(Door, and_(Door.unit_id == Case.unit_id, Door.id == Case.door_id))
        .where(Case.unit_id == actor.unit_id, Case.id == case_id, scope_of_doors(actor))
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return row


def request_for(session: Session, actor: Actor, request_id: uuid.UUID) -> Row[Any]:
    """Return the request's row if its case's door is in the actor's scope, else raise NotFound."""
    statement = (
        select(table_of(Request))
        .join(Case, and_(Case.unit_id == Request.unit_id, Case.id == Request.case_id))
        .join(Door, and_(Door.unit_id == Case.unit_id, Door.id == Case.door_id))
        .where(Request.unit_id == actor.unit_id, Request.id == request_id, scope_of_doors(actor))
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return row


def scope_of_printed(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on `printed_lists` that is true for the sheets the actor may see.

    Whoever sees the unit's doors sees its sheets; a team leader those of the team; a member of the team those they printed, walk
    or were handed.
    """
    sheet = PrintedList
    mine = or_(
        *(column == actor.membership_id for column in (sheet.printed_by_id, sheet.assignee_id, sheet.handed_to_id))
    )
    conditions: list[ColumnElement[bool]] = []
    for post in actor.posts:
        if post.role in UNIT_ROLES:
            conditions = [true()]
            break
        if post.role == "team_leader" and post.team_id is not None:
            conditions.append(sheet.team_id == post.team_id)
        elif post.role == "member" and post.team_id is not None:
            conditions.append(and_(sheet.team_id == post.team_id, mine))
    if not conditions:
        return false()
    return and_(sheet.unit_id == actor.unit_id, or_(*conditions))


def printed_for(session: Session, actor: Actor, campaign_id: uuid.UUID, serial: int) -> Row[Any]:
    """Return the row of the printed sheet of that serial, or raise NotFound: absent and foreign look alike."""
    statement = select(table_of(PrintedList)).where(
        PrintedList.unit_id == actor.unit_id,
        PrintedList.campaign_id == campaign_id,
        PrintedList.serial == serial,
        scope_of_printed(actor),
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return row


_COVERS: dict[str, Callable[[Held, Any], bool]] = {
    "member": lambda post, door: post.team_id is not None and post.team_id == door.team_id,
    "team_leader": lambda post, door: post.team_id is not None and post.team_id == door.team_id,
    "area_head": lambda post, door: post.area_id is not None and post.area_id == door.area_id,
    "duty_leader": lambda post, door: post.area_id in (None, door.area_id),
    "coordinator": lambda post, door: True,
    "administrator": lambda post, door: True,
    "support_desk": lambda post, door: True,
    "chair": lambda post, door: True,
}


def covers(post: Held, door: Any) -> bool:
    """Whether a post's reach includes this door."""
    reaches = _COVERS.get(post.role)
    return reaches is not None and reaches(post, door)


def roles_at(actor: Actor, door: Any) -> tuple[str, ...]:
    """Return the roles under which the actor may act on this door."""
    return tuple(sorted({post.role for post in actor.posts if covers(post, door)}))


def acting_post(actor: Actor, roles: Iterable[str], door: Any) -> Held | None:
    """Return the held post under which the actor may do a thing that `roles` may do, to this door (or None)."""
    wanted = frozenset(roles)
    return next((post for post in actor.posts if post.role in wanted and covers(post, door)), None)


def require_post(actor: Actor, roles: Iterable[str], door: Any, *, action: str) -> Held:
    """Return the post under which the actor may act, or raise NotPermitted naming who may."""
    roles = tuple(roles)
    post = acting_post(actor, roles, door)
    if post is None:
        raise NotPermitted(action=action, who=roles_in_words(roles) or Said(ROLE_LABELS["administrator"]))
    return post


ROLE_LABELS = {
    "member": "thành viên tổ công tác",
    "team_leader": "tổ trưởng tổ công tác",
    "area_head": "tổ trưởng tổ dân phố",
    "support_desk": "điểm hỗ trợ",
    "coordinator": "đầu mối tổng hợp",
    "plan_owner": "đơn vị chủ trì",
    "duty_leader": "lãnh đạo phụ trách địa bàn",
    "chair": "trưởng ban chỉ đạo",
    "superior": "cấp trên",
    "auditor": "kiểm tra",
    "administrator": "quản trị",
}


def roles_in_words(roles: Iterable[str]) -> str:
    """Return roles as words joined by "hoặc"; what is no role of a person (a roster, a rule) is left out."""
    return either(dict.fromkeys(Said(ROLE_LABELS[role]) for role in roles if role in ROLE_LABELS))


def task_for(
    session: Session | Connection,
    actor: Actor,
    campaign_id: uuid.UUID,
    task_id: uuid.UUID,
    *,
    relays: Mapping[str, str] | None = None,
) -> Mapping[str, Any]:
    """Return the task's row, or raise NotFound: absent and foreign look alike.

    The actor sees what was given to their post, their team, area or body; a post of the unit's plan sees all of it, a duty leader
    without an area too. `relays` has, by plan item, the code of the post through which reports travel: it sees them.
    """
    found = _TASK.first(session, {"unit": actor.unit_id, "campaign": campaign_id, "task": task_id})
    if found is None:
        raise NotFound
    task: dict[str, Any] = found._asdict()
    if not sees_task(actor, task, relays=relays):
        raise NotFound
    return task


def scope_of_tasks(actor: Actor, *, relays: Mapping[str, str] | None = None) -> ColumnElement[bool]:
    """Return the condition on `tasks` that is true for the tasks the actor may see: `sees_task`, asked of all of them."""
    task, conditions = table_of(Task).c, list[ColumnElement[bool]]()
    for post in actor.posts:
        if of_the_unit(post) and post.role in (*PLAN_ROLES, "duty_leader"):
            return task.unit_id == actor.unit_id
        places = [(post.team_id, task.team_id), (post.area_id, task.area_id), (post.body_id, task.body_id)]
        own = [its == mine for mine, its in places if mine is not None]
        conditions += [*own, task.owner_post_id == post.post_id]
        relayed = sorted(item for item, code in (relays or {}).items() if code == post.code)
        if relayed:
            conditions.append(and_(task.item.in_(relayed), *own))
    return and_(task.unit_id == actor.unit_id, or_(false(), *conditions))


def sees_task(actor: Actor, task: Mapping[str, Any], *, relays: Mapping[str, str] | None = None) -> bool:
    """Whether the actor may see a task: `scope_of_tasks`, asked of one row."""
    relay = (relays or {}).get(task["item"])
    return task["unit_id"] == actor.unit_id and any(_sees_task(post, task, relay) for post in actor.posts)


def _sees_task(post: Held, task: Mapping[str, Any], relay: str | None) -> bool:
    if of_the_unit(post) and post.role in (*PLAN_ROLES, "duty_leader"):
        return True
    places = ((post.team_id, task["team_id"]), (post.area_id, task["area_id"]), (post.body_id, task["body_id"]))
    mine = any(own is not None and own == its for own, its in places)
    return mine or post.post_id == task["owner_post_id"] or _relays(post, task, relay)


def of_the_unit(post: Held) -> bool:
    """Whether a post is the unit's, and not a team's, an area's or a body's."""
    return post.team_id is None and post.area_id is None and post.body_id is None


def _relays(post: Held, task: Mapping[str, Any], relay: str | None) -> bool:
    """Whether the task's report travels through this post: the unit's, or the one of the task's own team or area."""
    if relay is None or post.code != relay:
        return False
    return of_the_unit(post) or (
        post.team_id in (None, task["team_id"])
        and post.area_id in (None, task["area_id"])
        and post.body_id in (None, task["body_id"])
    )


def require_task_post(
    actor: Actor, task: Mapping[str, Any], move: str, *, action: str, relay: str | None = None
) -> Held:
    """Return the post under which the actor may make `move` ("evidence": add to it; "progress": say how far it is) on a task they see.

    Who was given a task works on it; who receives it judges it (a plan owner also what is their own: nobody in the unit stands
    above the plan's owner but chair and coordinator, who may judge it too); the plan itself is changed at the unit. A move that
    stands in none of the three tables is nobody's. Raises NotPermitted naming who may.
    """
    post = task_post(actor, task, move, relay=relay)
    if post is None:
        raise NotPermitted(action=action, who=who_may_move_task(move))
    return post


def task_post(actor: Actor, task: Mapping[str, Any], move: str, *, relay: str | None = None) -> Held | None:
    """Return the held post under which the actor may make `move` on a task they see; None if under none."""
    return next((post for post in actor.posts if _may_move(post, task, move, relay)), None)


def _may_move(post: Held, task: Mapping[str, Any], move: str, relay: str | None) -> bool:
    owns = task["owner_post_id"] is not None and post.post_id == task["owner_post_id"]
    if move in OWNER_MOVES:
        leads = post.role == "team_leader" and post.team_id is not None and post.team_id == task["team_id"]
        return owns or leads
    if move in REVIEW_MOVES:
        receives = of_the_unit(post) and post.role in ("coordinator", "chair")
        return receives or (owns and post.role == "plan_owner") or _relays(post, task, relay)
    return of_the_unit(post) and post.role in PLAN_MOVES.get(move, ())


def who_may_move_task(move: str) -> str:
    """Return in words who may make `move` on a task."""
    if move in OWNER_MOVES:
        return Said(
            "người được giao nhiệm vụ này hoặc %(leader)s của tổ được giao", leader=Said(ROLE_LABELS["team_leader"])
        )
    if move in REVIEW_MOVES:
        own = Said("%(owner)s của chính nhiệm vụ này", owner=Said(ROLE_LABELS["plan_owner"]))
        return either([roles_in_words(("coordinator", "chair")), own])
    return roles_in_words(PLAN_MOVES.get(move, ())) or Said(ROLE_LABELS["administrator"])


def require_unit_post(actor: Actor, roles: Iterable[str], *, action: str) -> Held:
    """Return the post of the unit (not of a team, an area or a body) under which the actor may do a thing that `roles` may.

    For what concerns the whole unit, so that there is no object to hide. Raises NotPermitted naming who may.
    """
    roles = tuple(roles)
    post = next((post for post in actor.posts if post.role in roles and of_the_unit(post)), None)
    if post is None:
        raise NotPermitted(action=action, who=roles_in_words(roles) or Said(ROLE_LABELS["administrator"]))
    return post


def body_for(
    session: Session | Connection, actor: Actor, body_id: uuid.UUID, *, bodies_of: Mapping[str, str]
) -> Row[Any]:
    """Return the body's row if the actor holds a post in it or a post of the unit's plan, else raise NotFound.

    `bodies_of` has, by code of a post, the code of the body that the campaign's paper places it in.
    """
    statement = select(table_of(Body)).where(Body.unit_id == actor.unit_id, Body.id == body_id)
    row = session.execute(statement).one_or_none()
    if row is None or not any(
        sits_in(post, row, bodies_of) or (of_the_unit(post) and post.role in PLAN_ROLES) for post in actor.posts
    ):
        raise NotFound
    return row


def sits_in(post: Held, body: Any, bodies_of: Mapping[str, str]) -> bool:
    """Whether a post belongs to the body: set up there, or placed there by the campaign's paper."""
    return post.body_id == body.id or (of_the_unit(post) and bodies_of.get(post.code) == body.code)
