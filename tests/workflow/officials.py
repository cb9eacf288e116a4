"""Posts that the small world does not have: an auditor, a superior, an administrator and others, each held by somebody new."""

import uuid

from sqlalchemy import insert

from tests.workflow.world import World
from workflow.tables import Account, Membership, Post, PostHolding

NAMES = {
    "auditor": "Lý Thị Kiểm",
    "superior": "Mai Văn Cấp",
    "administrator": "Phan Thị Quản",
    "plan_owner": "Tạ Văn Chủ",
    "area_head": "Quách Thị Địa",
    "support_desk": "Ông Văn Quầy",
}


def appoint(world: World, role: str, *, area_id: uuid.UUID | None = None) -> str:
    """Give the unit (or one area) a post of `role` and somebody who holds it from now on; return their login."""
    now, ids, unit = world.clock.now(), world.ids, world.unit_id
    login, name = f"{role}-{world.code}", NAMES[role]
    account, member, post = ids.new(now), ids.new(now), ids.new(now)
    rows = {
        Account: {"id": account, "login": login, "name": name, "locale": "vi", "created_at": now, "version": 1},
        Membership: {
            "unit_id": unit, "id": member, "account_id": account, "name": name, "name_sort": name, "from_at": 0, "version": 1,
        },
        Post: {"unit_id": unit, "id": post, "code": role, "role": role, "label": name, "scope": "unit" if area_id is None else "A1", "area_id": area_id},
        PostHolding: {"unit_id": unit, "id": ids.new(now), "post_id": post, "membership_id": member, "from_at": 0},
    }  # fmt: skip
    with world.store.write() as session:
        for model, row in rows.items():
            session.execute(insert(model), row)
    return login
