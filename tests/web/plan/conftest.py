"""A small town with its plan open and the office's people in it."""

import uuid
from typing import Any

import pytest
from sqlalchemy import insert, select

from rules.time import at
from tests.web.site import Site
from workflow.actions.open_plan import open_plan
from workflow.ids import IdSource
from workflow.sweeps.duties import open_duties
from workflow.tables import Account, Membership, Post, PostHolding, Task

IDS = IdSource(seed=7)
NOW = "2025-05-24 09:00"


def appoint(site: Site, login: str, name: str, code: str, role: str) -> None:
    """Give a newcomer a post of the unit."""
    world = site.world
    with world.store.write() as session:
        account = session.scalar(select(Account.id).where(Account.login == login))
        if account is None:
            account = IDS.new(0)
            row = {"id": account, "login": login, "name": name, "locale": "vi", "created_at": 0, "version": 1}
            session.execute(insert(Account), [row])
        unit, member, post = {"unit_id": world.unit_id}, IDS.new(0), IDS.new(0)
        who = {"id": member, "account_id": account, "name": name, "name_sort": name, "from_at": 0, "version": 1}
        session.execute(insert(Membership), [unit | who])
        session.execute(insert(Post), [unit | {"id": post, "code": code, "role": role, "label": code, "scope": "unit"}])
        session.execute(
            insert(PostHolding), [unit | {"id": IDS.new(0), "post_id": post, "membership_id": member, "from_at": 0}]
        )


@pytest.fixture
def plan(site: Site) -> Site:
    """Two teams and the office (lan), on the morning of 24/5: the office's task of 20/5 is late, and so are reports."""
    appoint(site, "lan", "Mai Thị Lan", "office", "plan_owner")
    world = site.world
    with world.book() as (book, context):
        open_plan(book, context)
    world.go_to(NOW)
    with world.book() as (book, context):
        open_duties(book, context, at(NOW))
    return site


def task(site: Site, item: str, scope: str = "unit", occurrence: str = "") -> Any:
    """The task's row as it is now."""
    rows = site.world.rows(Task, Task.item == item, Task.scope == scope, Task.occurrence == occurrence)
    return rows[0]


def url(site: Site, item: str, rest: str = "", **where: Any) -> str:
    """The address of a task's page inside the campaign."""
    return f"plan/{task(site, item, **where).id}{rest}"


def nowhere() -> uuid.UUID:
    """An id that nothing has."""
    return IDS.new(0)
