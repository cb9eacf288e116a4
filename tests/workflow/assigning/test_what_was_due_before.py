"""Doors that go to another team: a level that came before is told to the team that had them, however late the clock looked."""

import uuid

import pytest

from tests.workflow.conftest import NewWorld
from tests.workflow.inbox.conftest import Silent, silent_world
from tests.workflow.notices.test_announce import told
from workflow.actions.assign_doors import reassign
from workflow.actions.record_visit import Finding
from workflow.tables import Team

pytestmark = pytest.mark.slow


@pytest.fixture
def helped(worlds: NewWorld) -> Silent:
    """Somebody who asked for help on 16 May at 10:40: the leader of team 1 is to be told of silence two days later, at 10:40."""
    silent = silent_world(worlds)
    silent.world.go_to("2025-05-16 10:40")
    silent.world.visit("an", silent.doors[1], Finding("needs_help", silent.cases[2]))
    silent.at("2025-05-18 10:15")
    return silent


def leaders_told(silent: Silent) -> set[str]:
    return {post for post, shown, *_ in told(silent.world) if "team_leader" in post and shown >= "2025-05-18 10"}


@pytest.mark.parametrize("looks", [("2025-05-18 10:45",), ()])
def test_the_leader_who_had_the_door_is_told(helped: Silent, looks: tuple[str, ...]) -> None:
    world = helped.world
    for moment in looks:
        helped.at(moment)
    world.go_to("2025-05-18 10:50")
    other = next(team.id for team in world.rows(Team) if team.code == "T2")
    receiver: uuid.UUID = world.actor("em").membership_id
    world.command("hai", lambda book, context, actor: reassign(
        book, context, actor, [helped.doors[1]], team_id=other, assignee_id=receiver, reason="hỗ trợ"))  # fmt: skip
    helped.at("2025-05-18 11:15")

    assert leaders_told(helped) == {"team_leader T1"}
    assert not helped.findings()
