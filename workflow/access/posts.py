"""What a post reaches, and under which post somebody may do a thing."""

import uuid
from collections.abc import Callable, Collection, Iterable
from typing import Any

from rules.said import Said, either
from workflow.access.actors import Actor, Held
from workflow.errors import NotPermitted

UNIT_ROLES = frozenset({"coordinator", "administrator"})
"""Roles that see every door of their unit."""
PLAN_ROLES = frozenset({"coordinator", "administrator", "plan_owner", "chair"})
"""Roles that see the whole plan of their unit, when the post is the unit's and not a team's, an area's or a body's."""
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


def acting_post(
    actor: Actor, roles: Iterable[str], door: Any, *, asked_by: Collection[uuid.UUID | None] = ()
) -> Held | None:
    """Return the held post under which the actor may do a thing that `roles` may do, to this door (or None).

    `asked_by` are who asked for it, in whose name, and who wrote that down: nobody grants a wish of their own, or of another for whom
    they stand in, in somebody else's name.
    """
    wanted, askers = frozenset(roles), frozenset(asked_by)
    return next(
        (
            post
            for post in actor.posts
            if post.role in wanted and covers(post, door) and not (askers and askers & actor.besides(post))
        ),
        None,
    )


def own_names(actor: Actor, door: Any) -> frozenset[tuple[uuid.UUID, uuid.UUID | None]]:
    """Return as whom, and in whose name, the actor may have recorded what they may undo at a door as their own.

    What they recorded in somebody else's name is theirs only while they stand in for that person there.
    """
    absent = {post.acting_for for post in actor.posts if post.acting_for is not None and covers(post, door)}
    return frozenset((actor.membership_id, name) for name in (None, *absent))


def require_post(
    actor: Actor, roles: Iterable[str], door: Any, *, action: str, asked_by: Collection[uuid.UUID | None] = ()
) -> Held:
    """Return the post under which the actor acts from now on, as `acting_post` finds it, or raise NotPermitted naming who may."""
    roles = tuple(roles)
    post = acting_post(actor, roles, door, asked_by=asked_by)
    if post is None:
        who = roles_in_words(roles) or Said(ROLE_LABELS["administrator"])
        if asked_by and acting_post(actor, roles, door) is not None:
            who = Said("%(who)s không phải người đã đề nghị", who=who)
        raise NotPermitted(action=action, who=who)
    actor.acts_under(post)
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


def of_the_unit(post: Held) -> bool:
    """Whether a post is the unit's, and not a team's, an area's or a body's."""
    return post.team_id is None and post.area_id is None and post.body_id is None


def unit_post(actor: Actor, roles: Iterable[str]) -> Held | None:
    """Return the post of the unit (not of a team, an area or a body) under which the actor may do a thing that `roles` may, or None."""
    wanted = frozenset(roles)
    return next((post for post in actor.posts if post.role in wanted and of_the_unit(post)), None)


def require_unit_post(actor: Actor, roles: Iterable[str], *, action: str) -> Held:
    """Return the post under which the actor acts from now on, as `unit_post` finds it, or raise NotPermitted naming who may.

    For what concerns the whole unit, so that there is no object to hide.
    """
    roles = tuple(roles)
    post = unit_post(actor, roles)
    if post is None:
        raise NotPermitted(action=action, who=roles_in_words(roles) or Said(ROLE_LABELS["administrator"]))
    actor.acts_under(post)
    return post
