"""Posts that the small world does not have from the start: a support desk, a head of an area; and people with numbers and births."""

import uuid

from sqlalchemy import insert, select, update

from tests.workflow.world import World
from workflow.gateway.personal import ID_NUMBER
from workflow.people.names import sort_key
from workflow.tables import Account, Area, Case, Membership, Post, PostHolding, Subject, table_of
from workflow.vault import Vault


def appoint(world: World, login: str, role: str, *, area: str | None = None, name: str = "Lý Thị Bàn") -> None:
    """Give somebody new an account, a place in the unit and a post."""
    now = world.clock.now()
    with world.store.write() as session:
        account = session.scalar(select(Account.id).where(Account.login == login))
        if account is None:
            account = world.ids.new(now)
            row = {"id": account, "login": login, "name": name, "locale": "vi", "created_at": now, "version": 1}
            session.execute(insert(table_of(Account)), row)
        area_id = session.scalar(select(Area.id).where(Area.unit_id == world.unit_id, Area.code == area))
        member, post = world.ids.new(now), world.ids.new(now)
        session.execute(
            insert(table_of(Membership)),
            {
                "unit_id": world.unit_id, "id": member, "account_id": account, "name": name, "name_sort": sort_key(name),
                "from_at": now, "version": 1,
            },
        )  # fmt: skip
        session.execute(
            insert(table_of(Post)),
            {
                "unit_id": world.unit_id, "id": post, "code": role, "role": role, "label": role, "scope": area or "unit",
                "area_id": area_id,
            },
        )  # fmt: skip
        session.execute(
            insert(table_of(PostHolding)),
            {
                "unit_id": world.unit_id, "id": world.ids.new(now), "post_id": post, "membership_id": member, "from_at": now,
            },
        )  # fmt: skip


def also_holds(world: World, login: str, code: str, scope: str) -> None:
    """Give somebody of the world one more of the posts that are there."""
    with world.store.write() as session:
        post = session.scalar(
            select(Post.id).where(Post.unit_id == world.unit_id, Post.code == code, Post.scope == scope)
        )
        row = {
            "unit_id": world.unit_id,
            "id": world.ids.new(world.clock.now()),
            "post_id": post,
            "membership_id": world.actor(login).membership_id,
            "from_at": world.clock.now(),
        }
        session.execute(insert(table_of(PostHolding)), row)


def tell(
    world: World, vault: Vault, case: uuid.UUID, *, id_number: str | None = None, birth: str | None = None
) -> None:
    """Note an ID number or a date of birth of the person of a case."""
    subject = world.rows(Case, Case.id == case)[0].subject_id
    index = None if id_number is None else vault.index(id_number, ID_NUMBER)
    with world.store.write() as session:
        table = table_of(Subject)
        session.execute(
            update(table)
            .where(table.c.unit_id == world.unit_id, table.c.id == subject)
            .values(id_index=index, birth_on=birth)
        )
