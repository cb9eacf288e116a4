"""An office whose accounts nobody else uses, and a world with doors in which somebody administers."""

from typing import Any

import pytest
from sqlalchemy import insert

from tests.workflow.signing.conftest import office, offices
from tests.workflow.world import World
from workflow.ids import id_of
from workflow.tables import Post, PostHolding, table_of

__all__ = ["office", "offices"]


@pytest.fixture
def administered(world: World) -> World:
    """A world in which "hai" administers too, and "khanh" is a member of the first team besides being chair."""
    now, unit = world.clock.now(), world.unit_id
    post = id_of(unit, "post", "administrator", "unit")
    row: dict[str, Any] = {"unit_id": unit, "id": post, "code": "administrator", "role": "administrator", "label": "Quản trị", "scope": "unit"}  # fmt: skip
    hold = {"unit_id": unit, "id": id_of(unit, "h"), "post_id": post, "membership_id": world.actor("hai").membership_id, "from_at": now}  # fmt: skip
    with world.store.write() as session:
        session.execute(insert(table_of(Post)), row)
        session.execute(insert(table_of(PostHolding)), hold)
    return world
