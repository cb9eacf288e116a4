"""What no rung could take, or a coordinator took over, when the post that has it falls vacant or is filled: somebody sees it, always."""

import pytest
from sqlalchemy import insert

from tests.workflow.inbox.conftest import CLIMBED, NOTICED, Silent
from tests.workflow.inbox.ladders import leave, told, waits_for
from tests.workflow.world import PEOPLE
from workflow.tables import Membership, Post, PostHolding

pytestmark = pytest.mark.slow


def take_up(silent: Silent, login: str, code: str) -> None:
    """Let somebody hold a post of the unit again, from now on."""
    world, now = silent.world, silent.world.clock.now()
    (post,) = world.rows(Post, Post.code == code, Post.scope == "unit")
    (member,) = world.rows(Membership, Membership.name == PEOPLE[login])
    row = {"unit_id": world.unit_id, "id": world.ids.new(now), "post_id": post.id, "membership_id": member.id}
    with world.store.write() as session:
        session.execute(insert(PostHolding).values(**row, from_at=now))


def test_the_top_that_falls_vacant_or_is_filled_has_what_no_rung_could_take(silent: Silent) -> None:
    silent.at(CLIMBED)
    silent.world.go_to("2025-05-18 09:00")
    for code in ("team_leader", "duty_leader"):
        leave(silent, code)
    silent.at("2025-05-18 09:15")
    assert set(waits_for(silent)) == {"khanh"}

    leave(silent, "chair")
    silent.at("2025-05-18 09:30")
    assert set(waits_for(silent)) == {"hai"}

    take_up(silent, "khanh", "chair")
    silent.at("2025-05-18 09:45")
    assert set(waits_for(silent)) == {"khanh"}
    assert silent.findings() == []


def test_what_a_coordinator_took_over_lies_with_the_newest_level_while_nobody_coordinates(silent: Silent) -> None:
    silent.at(NOTICED)
    silent.answer("hai", silent.ids(0), "taken_over")
    assert waits_for(silent) == {"an": 2, "hai": 1}
    silent.world.go_to("2025-05-17 10:05")
    leave(silent, "coordinator")

    silent.at("2025-05-17 10:15")
    assert waits_for(silent) == {"an": 3}
    assert {key: told(silent)[-1][key] for key in ("nobody", "holder", "passed")} == {
        "nobody": "coordinator", "holder": 1, "passed": 1000,
    }  # fmt: skip
    assert silent.findings() == []
    silent.at(CLIMBED)
    assert waits_for(silent) == {"giang": 3}
    assert silent.findings() == []
    assert silent.world.tick().written == 0


def test_once_somebody_coordinates_again_they_have_it_again(silent: Silent) -> None:
    silent.at(NOTICED)
    silent.answer("hai", silent.ids(0), "taken_over")
    silent.world.go_to("2025-05-17 10:05")
    leave(silent, "coordinator")
    leave(silent, "team_leader")
    silent.at("2025-05-17 10:15")
    assert waits_for(silent) == {"giang": 3}

    take_up(silent, "hai", "coordinator")
    silent.at("2025-05-17 10:30")

    assert waits_for(silent) == {"giang": 2, "hai": 1}
    assert told(silent)[-1]["again"] == "coordinator"
    assert silent.findings() == []
