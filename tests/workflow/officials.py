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
    "deputy_police_chief": "Lê Văn Lực",
    "police_chief": "Tô Văn Trưởng",
    "office": "Trần Thị Thanh",
}


POLICE = {"deputy_police_chief": "coordinator", "police_chief": "plan_owner", "office": "plan_owner"}
"""Posts through which Cát Thành's reports travel up, with their roles: rungs of its ladders that the small world leaves vacant."""


def appoint(world: World, role: str, *, area_id: uuid.UUID | None = None, code: str | None = None) -> str:
    """Give the unit (or one area) a post of `role` (called `code` in the pack) and somebody who holds it; return their login."""
    now, ids, unit = world.clock.now(), world.ids, world.unit_id
    code = code or role
    login, name = f"{code}-{world.code}", NAMES[code]
    account, member, post = ids.new(now), ids.new(now), ids.new(now)
    rows = {
        Account: {"id": account, "login": login, "name": name, "locale": "vi", "created_at": now, "version": 1},
        Membership: {
            "unit_id": unit, "id": member, "account_id": account, "name": name, "name_sort": name, "from_at": 0, "version": 1,
        },
        Post: {"unit_id": unit, "id": post, "code": code, "role": role, "label": name, "scope": "unit" if area_id is None else "A1", "area_id": area_id},
        PostHolding: {"unit_id": unit, "id": ids.new(now), "post_id": post, "membership_id": member, "from_at": 0},
    }  # fmt: skip
    with world.store.write() as session:
        for model, row in rows.items():
            session.execute(insert(model), row)
    return login


def man_the_relay(world: World) -> None:
    """Let somebody hold each post through which reports travel up, so that what waits there does not go on to the chair."""
    for code, role in POLICE.items():
        appoint(world, role, code=code)
