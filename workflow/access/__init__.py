"""Who may see and do what: the one door to rows.

What somebody may do follows from the posts they hold at this moment: a role, in a unit, a team, an area or a body. Nothing is
allowed that is not written here. An object outside the scope of the actor is `NotFound`, exactly like one that does not exist,
and that is decided before anything else about the request is looked at.
"""

from workflow.access.actors import (
    ACTOR,
    ACTOR_ORDER,
    Actor,
    Held,
    Kind,
    LookedUp,
    actor_by_login,
    actor_from,
    actor_of,
    is_member,
    with_posts,
)
from workflow.access.bodies import body_for, sits_in
from workflow.access.doors import case_for, door_for, request_for, scope_of_doors, sees_door
from workflow.access.look_up import LOOK_UP, LOOKED_UP_FOR, let_in_by_look_up
from workflow.access.posts import (
    PLAN_ROLES,
    ROLE_LABELS,
    UNIT_ROLES,
    acting_post,
    covers,
    of_the_unit,
    own_names,
    require_post,
    require_unit_post,
    roles_at,
    roles_in_words,
)
from workflow.access.printed import printed_for, scope_of_printed
from workflow.access.tasks import (
    OWNER_MOVES,
    PLAN_MOVES,
    REVIEW_MOVES,
    require_task_post,
    scope_of_tasks,
    sees_task,
    task_for,
    task_post,
    who_else_may_move,
    who_may_move_task,
)

__all__ = [
    "ACTOR",
    "ACTOR_ORDER",
    "LOOKED_UP_FOR",
    "LOOK_UP",
    "OWNER_MOVES",
    "PLAN_MOVES",
    "PLAN_ROLES",
    "REVIEW_MOVES",
    "ROLE_LABELS",
    "UNIT_ROLES",
    "Actor",
    "Held",
    "Kind",
    "LookedUp",
    "acting_post",
    "actor_by_login",
    "actor_from",
    "actor_of",
    "body_for",
    "case_for",
    "covers",
    "door_for",
    "is_member",
    "let_in_by_look_up",
    "of_the_unit",
    "own_names",
    "printed_for",
    "request_for",
    "require_post",
    "require_task_post",
    "require_unit_post",
    "roles_at",
    "roles_in_words",
    "scope_of_doors",
    "scope_of_printed",
    "scope_of_tasks",
    "sees_door",
    "sees_task",
    "sits_in",
    "task_for",
    "task_post",
    "who_else_may_move",
    "who_may_move_task",
    "with_posts",
]
