"""What posts are told of requests: each to whoever has to confirm it, however it was asked."""

import pytest

from tests.workflow.conftest import NewWorld
from tests.workflow.inbox.conftest import Silent, silent_world
from tests.workflow.notices.test_announce import told
from workflow.actions.record_visit import Finding

pytestmark = pytest.mark.slow


@pytest.fixture
def silent(worlds: NewWorld) -> Silent:
    """The town's world at the moment before anybody notices."""
    return silent_world(worlds)


def test_an_exit_that_a_visit_asks_for_is_told_to_who_has_to_confirm_it(silent: Silent) -> None:
    silent.at("2025-05-17 10:15")
    silent.world.go_to("2025-05-17 10:40")
    silent.world.visit("binh", silent.doors[0], Finding("died", silent.cases[0], evidence="giấy báo"))
    for moment in ("2025-05-17 10:45", "2025-05-17 11:15"):
        silent.at(moment)

    asked = {line for line in told(silent.world) if line[2] == "to_confirm"}
    assert asked == {("team_leader T1", "2025-05-17 10:00", "to_confirm", 1)}
