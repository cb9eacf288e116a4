"""Who sees which task: the rule for one row and the condition for all of them are one."""

import uuid
from itertools import product

import pytest
from sqlalchemy import select

from rules.time import at
from tests.workflow.plan.conftest import Town
from workflow.access import Actor, Held, scope_of_tasks, sees_task, task_for
from workflow.actions.open_plan import open_plan
from workflow.errors import NotFound
from workflow.plan.scopes import relays_in
from workflow.queries.tasks import TASKS
from workflow.store import Store
from workflow.sweeps.duties import open_duties

ROLES = (
    "member", "team_leader", "area_head", "duty_leader", "coordinator", "administrator", "chair", "superior", "auditor",
    "support_desk", "plan_owner", "unheard_of",
)  # fmt: skip


@pytest.fixture
def plan(town: Town) -> Town:
    """The town with its plan, and the reports of two days."""
    town.write("2025-05-14 08:00", lambda book: open_plan(book, town.campaign))
    town.write("2025-05-16 16:00", lambda book: open_duties(book, town.campaign, at("2025-05-16 16:00")), by_rule=True)
    return town


def test_the_rule_for_one_task_is_the_rule_for_all_of_them(plan: Town) -> None:
    relays = relays_in(plan.campaign.pack)
    with plan.store.read() as session:
        rows = [dict(row) for row in session.execute(select(TASKS).where(TASKS.c.unit_id == plan.unit_id)).mappings()]
    area = next(row["area_id"] for row in rows if row["area_id"] is not None)
    places = [(None, None, None), (plan.teams["to-1"], None, None), (None, area, None), (plan.teams["to-2"], area, None),
              (None, None, plan.bodies["finance"])]  # fmt: skip
    posts = [plan.posts["office", "unit"], plan.posts["team_leader", "to-1"], uuid.uuid4()]
    actors = [
        Actor(unit, uuid.uuid4(), plan.member_id, "Ai", (Held(post, code, role, role, *place, None),))
        for unit in (plan.unit_id, uuid.uuid4())
        for role, place, post, code in product(ROLES, places, posts, ("deputy_police_chief", "x"))
    ]

    seen = set[int]()
    with plan.store.read() as session:
        for actor in actors:
            found = set(session.scalars(select(TASKS.c.id).where(scope_of_tasks(actor, relays=relays))))
            assert found == {row["id"] for row in rows if sees_task(actor, row, relays=relays)}
            seen.add(len(found))
    assert {0, len(rows)} < seen
    assert len(seen) > 6


def test_a_task_of_another_campaign_or_unit_is_absent(plan: Town, store: Store) -> None:
    task = plan.task("issue-decision")
    with store.read() as session:
        assert task_for(session, plan.everybody, plan.campaign.id, task.id)["id"] == task.id
        for actor, campaign in (
            (plan.everybody, uuid.uuid4()),
            (Actor(uuid.uuid4(), uuid.uuid4(), plan.member_id, "Ai", plan.everybody.posts), plan.campaign.id),
        ):
            with pytest.raises(NotFound):
                task_for(session, actor, campaign, task.id)
