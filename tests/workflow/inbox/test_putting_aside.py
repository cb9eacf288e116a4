"""Putting aside: one's own list rests with a reason and an end, and nothing else stops."""

import pytest

from rules.time import at
from tests.workflow.inbox.conftest import CLIMBED, NOTICED, Silent
from tests.workflow.inbox.ladders import waits_for
from workflow.errors import BadInput, NotFound
from workflow.queries.inbox import count_inbox
from workflow.tables import EscalationRest

pytestmark = pytest.mark.slow


def test_putting_aside_rests_ones_own_list_and_stops_nothing(silent: Silent) -> None:
    silent.at(NOTICED)
    before = silent.read("hai", count_inbox), silent.told("an", 0).ladder

    silent.answer("an", silent.ids(0), "rested", reason="hẹn hộ này 17 giờ", until=at("2025-05-17 17:00"))

    counts = silent.inbox("an").counts
    assert silent.read("an", count_inbox) == counts
    assert (counts.resting, [group.waiting for group in silent.groups("an")]) == (1, [2])
    assert silent.opened("an", due="resting")[1] == 1
    assert (silent.read("hai", count_inbox), silent.told("an", 0).ladder) == before
    assert silent.inbox("hai", whole_unit=True).counts.resting == 0
    assert silent.findings() == []
    silent.at("2025-05-17 17:00")
    assert waits_for(silent) == {"an": 3}

    silent.answer("an", silent.ids(0), "rested", reason="hẹn hộ này", until=at("2025-05-20 17:00"))
    silent.answer("an", silent.ids(0), "rested", reason="hẹn lại hộ này", until=at("2025-05-21 17:00"))
    assert len(silent.world.rows(EscalationRest)) == 1
    silent.at(CLIMBED)
    assert (silent.inbox("an").counts.resting, waits_for(silent)) == (0, {"giang": 3})
    silent.answer("giang", silent.ids(0), "rested", reason="chờ tổ", until=at("2025-05-20 17:00"))
    silent.answer("giang", silent.ids(0), "returned", reason="tổ đi ngay")
    assert silent.inbox("giang").counts.resting == 0
    assert silent.findings() == []


def test_putting_aside_says_why_and_until_when(silent: Silent) -> None:
    silent.at(NOTICED)
    with pytest.raises(BadInput, match="ghi vì sao tạm gác"):
        silent.answer("an", silent.ids(0), "rested", until=at("2025-05-17 17:00"))
    with pytest.raises(BadInput, match="Thời điểm: chưa ghi; ghi tạm gác đến khi nào"):
        silent.answer("an", silent.ids(0), "rested", reason="hẹn hộ này")
    with pytest.raises(NotFound):
        silent.answer("binh", silent.ids(0), "rested", reason="hẹn hộ này", until=at("2025-05-17 17:00"))
