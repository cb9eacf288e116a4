"""Which tasks somebody may see, and who may move one."""

import uuid
from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, bindparam, false, or_, select
from sqlalchemy.orm import Session

from rules.said import Said
from workflow.access.actors import Actor, Held
from workflow.access.posts import PLAN_ROLES, ROLE_LABELS, of_the_unit, roles_in_words
from workflow.errors import NotFound, NotPermitted
from workflow.statements.prepared import Prepared
from workflow.tables import Task, table_of

OWNER_MOVES = frozenset({"start", "submit", "evidence", "progress", "withdraw"})
"""What only the post that a task was given to does, or the leader of its team."""
SUPPORT_MOVES = frozenset({"evidence", "progress"})
"""What of that the posts that support a task do besides: they help, and never finish it."""
ABOVE: Final = ("coordinator", "chair", "plan_owner", "duty_leader")
"""Roles that stand above the owners of tasks: they speak to every task they see."""
REVIEW_MOVES = frozenset({"accept", "return"})
"""What only those who receive the work do."""
PLAN_MOVES: Mapping[str, tuple[str, ...]] = dict.fromkeys(
    ("assign", "cancel", "waive", "reopen"), ("coordinator", "plan_owner", "chair")
)
"""What changes the plan itself, with the roles at the unit that may."""
ANOTHER: Final = "một người khác với người đã nộp việc này"
"""Who accepts what somebody handed in themselves."""
EXCUSES = frozenset({"waive", "cancel"})
"""What lets work go that is not done: not for who answers for it, but for the chair, above whom there is nobody."""


_tasks = table_of(Task)


_TASK = Prepared(
    select(_tasks).where(
        _tasks.c.unit_id == bindparam("unit"),
        _tasks.c.campaign_id == bindparam("campaign"),
        _tasks.c.id == bindparam("task"),
    )
)


def task_for(
    session: Session | Connection,
    actor: Actor,
    campaign_id: uuid.UUID,
    task_id: uuid.UUID,
    *,
    relays: Mapping[str, str] | None = None,
    supports: Mapping[str, Collection[str]] | None = None,
) -> Mapping[str, Any]:
    """Return the task's row, or raise NotFound: absent and foreign look alike.

    The actor sees what was given to their post, their team, area or body; a post of the unit's plan sees all of it, a duty leader
    without an area too. `relays` has, by plan item, the code of the post through which reports travel: it sees them. So do the posts
    in `supports`, by plan item: what is the unit's, or of their own team, area or body.
    """
    found = _TASK.first(session, {"unit": actor.unit_id, "campaign": campaign_id, "task": task_id})
    if found is None:
        raise NotFound
    task: dict[str, Any] = found._asdict()
    if not sees_task(actor, task, relays=relays, supports=supports):
        raise NotFound
    return task


def scope_of_tasks(
    actor: Actor,
    *,
    relays: Mapping[str, str] | None = None,
    supports: Mapping[str, Collection[str]] | None = None,
) -> ColumnElement[bool]:
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
        supported = sorted(item for item, codes in (supports or {}).items() if post.code in codes)
        if supported:
            of_the_units = [its.is_(None) for its in (task.team_id, task.area_id, task.body_id)] if own else []
            conditions.append(and_(task.item.in_(supported), *of_the_units))
    return and_(task.unit_id == actor.unit_id, or_(false(), *conditions))


def sees_task(
    actor: Actor,
    task: Mapping[str, Any],
    *,
    relays: Mapping[str, str] | None = None,
    supports: Mapping[str, Collection[str]] | None = None,
) -> bool:
    """Whether the actor may see a task: `scope_of_tasks`, asked of one row."""
    relay, support = (relays or {}).get(task["item"]), (supports or {}).get(task["item"], ())
    return task["unit_id"] == actor.unit_id and any(
        _sees_task(post, task, relay) or _supports(post, task, support) for post in actor.posts
    )


def _sees_task(post: Held, task: Mapping[str, Any], relay: str | None) -> bool:
    if of_the_unit(post) and post.role in (*PLAN_ROLES, "duty_leader"):
        return True
    places = ((post.team_id, task["team_id"]), (post.area_id, task["area_id"]), (post.body_id, task["body_id"]))
    mine = any(own is not None and own == its for own, its in places)
    return mine or post.post_id == task["owner_post_id"] or _relays(post, task, relay)


def _relays(post: Held, task: Mapping[str, Any], relay: str | None) -> bool:
    """Whether the task's report travels through this post: the unit's, or the one of the task's own team or area."""
    if relay is None or post.code != relay:
        return False
    return of_the_unit(post) or (
        post.team_id in (None, task["team_id"])
        and post.area_id in (None, task["area_id"])
        and post.body_id in (None, task["body_id"])
    )


def _supports(post: Held, task: Mapping[str, Any], support: Collection[str]) -> bool:
    """Whether the post supports the task's owner: what is the unit's, or of the post's own place; a post of the unit supports all."""
    if post.code not in support:
        return False
    places = ((post.team_id, task["team_id"]), (post.area_id, task["area_id"]), (post.body_id, task["body_id"]))
    held = [(own, its) for own, its in places if own is not None]
    return not held or any(own == its for own, its in held) or all(its is None for _own, its in places)


def require_task_post(
    actor: Actor,
    task: Mapping[str, Any],
    move: str,
    *,
    action: str,
    relay: str | None = None,
    support: Collection[str] = (),
    handed_in: Collection[uuid.UUID | None] = (),
) -> Held:
    """Return the post under which the actor may make `move` on a task they see.

    Besides the moves there are "evidence": add to it; "withdraw": take that back; "progress": say how far it is; "comment": say
    something. `support` are the codes of the posts that support its owner: they add and tell, and finish nothing.

    Who was given a task works on it; who receives it judges it, and never who handed it in (`handed_in`, with in whose name); the plan
    itself is changed at the unit, and nobody lets go what they answer for themselves. The chair may both: nobody stands above. A move
    that stands in none of the three tables is nobody's; nobody changes the plan of their own work in somebody else's name. Raises
    NotPermitted naming who may.
    """
    post = task_post(actor, task, move, relay=relay, support=support, handed_in=handed_in)
    if post is None and handed_in and task_post(actor, task, move, relay=relay, support=support) is not None:
        raise NotPermitted(action=action, who=ANOTHER)
    if post is None:
        raise NotPermitted(action=action, who=who_else_may_move(actor, task, move))
    actor.acts_under(post)
    return post


def task_post(
    actor: Actor,
    task: Mapping[str, Any],
    move: str,
    *,
    relay: str | None = None,
    support: Collection[str] = (),
    handed_in: Collection[uuid.UUID | None] = (),
) -> Held | None:
    """Return the held post under which the actor may make `move` on a task they see, as `require_task_post` asks; None if under none."""
    workers = frozenset(handed_in) if move == "accept" else frozenset[uuid.UUID | None]()
    return next(
        (
            post
            for post in actor.posts
            if _may_move(post, task, move, relay, support)
            and not (move in PLAN_MOVES and answers_otherwise(actor, task, post))
            and not (move in EXCUSES and post.role != "chair" and _answers(actor, task))
            and not workers
            & (actor.besides(post) if post.role == "chair" else {actor.membership_id, *actor.besides(post)})
        ),
        None,
    )


def answers_otherwise(actor: Actor, task: Mapping[str, Any], lent: Held) -> bool:
    """Whether a post was lent to somebody who answers for the task themselves, or for somebody else: one person never counts as two."""
    return lent.acting_for is not None and any(
        post.acting_for != lent.acting_for and _has_to_do(post, task) for post in actor.posts
    )


def _answers(actor: Actor, task: Mapping[str, Any]) -> bool:
    """Whether somebody answers for the task in their own name."""
    return any(post.acting_for is None and _has_to_do(post, task) for post in actor.posts)


def _has_to_do(post: Held, task: Mapping[str, Any]) -> bool:
    owns = task["owner_post_id"] is not None and post.post_id == task["owner_post_id"]
    return owns or _leads(post, task)


def _may_move(post: Held, task: Mapping[str, Any], move: str, relay: str | None, support: Collection[str]) -> bool:
    owns = task["owner_post_id"] is not None and post.post_id == task["owner_post_id"]
    if move in OWNER_MOVES:
        return owns or _leads(post, task) or (move in SUPPORT_MOVES and _supports(post, task, support))
    if move == "comment":
        has_part = owns or _leads(post, task) or _relays(post, task, relay) or _supports(post, task, support)
        return has_part or (post.role in ABOVE and _sees_task(post, task, relay))
    if move in REVIEW_MOVES:
        return (of_the_unit(post) and post.role in ("coordinator", "chair")) or _relays(post, task, relay)
    return of_the_unit(post) and post.role in PLAN_MOVES.get(move, ())


def _leads(post: Held, task: Mapping[str, Any]) -> bool:
    return post.role == "team_leader" and post.team_id is not None and post.team_id == task["team_id"]


def who_may_move_task(move: str) -> str:
    """Return in words who may make `move` on a task."""
    if move in SUPPORT_MOVES:
        return Said(
            "người được giao hoặc phối hợp nhiệm vụ này, hoặc %(leader)s của tổ được giao",
            leader=Said(ROLE_LABELS["team_leader"]),
        )
    if move == "comment":
        return Said("người được giao hoặc phối hợp nhiệm vụ này, hoặc %(above)s", above=roles_in_words(ABOVE))
    if move in OWNER_MOVES:
        return Said(
            "người được giao nhiệm vụ này hoặc %(leader)s của tổ được giao", leader=Said(ROLE_LABELS["team_leader"])
        )
    if move in REVIEW_MOVES:
        return roles_in_words(("coordinator", "chair"))
    return roles_in_words(PLAN_MOVES.get(move, ())) or Said(ROLE_LABELS["administrator"])


def who_else_may_move(actor: Actor, task: Mapping[str, Any], move: str) -> str:
    """Return in words who may make `move` on a task that this actor may not move so: nobody excuses their own work, and in a lent post
    nobody changes its plan.
    """
    who = who_may_move_task(move)
    lent = [post for post in actor.posts if move in EXCUSES or post.acting_for is not None]
    if move in PLAN_MOVES and any(_may_move(post, task, move, None, ()) for post in lent):
        return Said("%(who)s, không phải người chịu trách nhiệm việc này", who=who)
    return who
