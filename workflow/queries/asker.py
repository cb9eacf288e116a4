"""Asking on somebody's behalf: statements that are put together once for each kind of reader (`workflow.statements.asking`).

A kind of reader is the posts held, by role, code and sort of place, and the pack in force. The builder gets an actor and a campaign whose
ids are bind parameters, so whatever it calls (`scope_of_doors`, conditions over a ladder) works unchanged.
"""

import uuid
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy.orm import Session

from rules.pack import Pack
from workflow.access import Actor, Held, Kind
from workflow.queries.campaigns import CampaignContext
from workflow.statements.asking import Asked, Value, ask

Builder = Callable[..., Asked]


@dataclass(frozen=True)
class _InForce:
    """A pack that is equal to another of the same hash."""

    pack: Pack

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _InForce) and self.pack.hash == other.pack.hash

    def __hash__(self) -> int:
        return hash(self.pack.hash)


def ask_as(
    session: Session,
    actor: Actor,
    context: CampaignContext,
    build: Builder,
    *shape: Hashable,
    row: Callable[..., Any] | None = None,
    **values: Value,
) -> list[Any]:
    """Run what `build(actor, context, *shape, **names)` returns and return its rows; see `ask` for shapes and values.

    The builder may look at the roles and places of the actor's posts and at the pack, not at ids, names or dates.
    """
    held = {f"post_{number}_{name}": value for number, post in enumerate(actor.posts) for name, value in _ids(post)}
    who = {
        "unit": actor.unit_id,
        "account": actor.account_id,
        "me": actor.membership_id,
        "campaign": context.id,
        **held,
    }
    return ask(session, _stand_in, build, actor.kinds, _InForce(context.pack), *shape, row=row, **who, **values)


def _ids(post: Held) -> list[tuple[str, uuid.UUID]]:
    ids = (
        ("id", post.post_id),
        ("team", post.team_id),
        ("area", post.area_id),
        ("body", post.body_id),
        ("for", post.acting_for),
    )
    return [(name, value) for name, value in ids if value is not None]


def _stand_in(
    build: Builder,
    kinds: tuple[Kind, ...],
    in_force: _InForce,
    *shape: Hashable,
    unit: Any,
    account: Any,
    me: Any,
    campaign: Any,
    **names: Any,
) -> Asked:
    """Call the builder with an actor and a campaign that have names where ids are."""
    posts = tuple(
        Held(
            names.pop(f"post_{number}_id"), kind.code, kind.role, "", names.pop(f"post_{number}_team", None),
            names.pop(f"post_{number}_area", None), names.pop(f"post_{number}_body", None), names.pop(f"post_{number}_for", None),
        )
        for number, kind in enumerate(kinds)
    )  # fmt: skip
    unknown = cast(Any, None)
    context = CampaignContext(unit, campaign, unknown, unknown, unknown, unknown, in_force.pack, unknown)
    return build(Actor(unit, account, me, "", posts), context, *shape, **names)
