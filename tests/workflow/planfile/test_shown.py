"""What an export says of an item: late only what is late, and what has been sent counts as sent, also after the receiver's hour."""

from collections import Counter
from typing import Any

import pytest

from workflow.plan.standing import Standing
from workflow.planfile.shown import stands_in_words
from workflow.queries.plan_stands import ItemStand


def told(states: dict[str, int], **standings: int) -> tuple[Any, ...]:
    names: Counter[Standing] = Counter(standings)  # type: ignore[arg-type]
    stand = stands_in_words({"item": ItemStand(names, Counter(states))})["item"]
    return stand.state, stand.standing, stand.is_late


@pytest.mark.parametrize(
    ("states", "standings", "said"),
    [
        ({"assigned": 2, "done": 1}, {"overdue": 2, "on_time": 1}, ("đã gửi 1/3", "quá hạn 2", True)),
        ({"assigned": 2, "done": 2}, {"missing": 2, "supplement": 1, "on_time": 1}, ("đã gửi 2/4", "chưa gửi 2", False)),
        ({"done": 3, "waived": 1}, {"late": 1, "on_time": 2, "waived": 1}, ("đã gửi 3/3, miễn hoặc hủy 1", "trễ 1", False)),
        ({"done": 2}, {"supplement": 2}, ("đã gửi 2/2", "đã gửi bổ sung", False)),
        ({"assigned": 1}, {"missing": 1}, ("đã giao", "chưa gửi", False)),
    ],
)  # fmt: skip
def test_an_item_in_words(states: dict[str, int], standings: dict[str, int], said: tuple[Any, ...]) -> None:
    assert told(states, **standings) == said


def test_an_item_whose_deadline_counts_from_another_waits_for_it() -> None:
    stands = {"item": ItemStand(Counter(no_deadline=1), Counter(assigned=1))}

    assert stands_in_words(stands)["item"].standing == "không có hạn"
    assert stands_in_words(stands, {"item"})["item"].standing == "chưa có hạn: chờ việc trước xong"
