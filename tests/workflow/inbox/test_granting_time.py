"""Granting time: only a post above does, and every further level moves with it."""

import pytest

from rules.time import at
from tests.workflow.inbox.conftest import CLIMBED, NOTICED, TOP, Silent
from tests.workflow.inbox.ladders import levels
from workflow.errors import BadInput, NotPermitted

pytestmark = pytest.mark.slow


def test_granted_time_moves_every_further_level(silent: Silent) -> None:
    silent.at(NOTICED)
    with pytest.raises(NotPermitted, match="cấp trên của"):
        silent.answer("an", silent.ids(0), "granted", reason="mưa lớn", until=at("2025-05-18 12:00"))
    for wrong, said in (
        (None, "chưa ghi; ghi cho thêm"),
        (at("2025-05-17 08:00"), "phải sau lúc này"),
        (at("2030-01-01 00:00"), "phải trong đợt"),
    ):
        with pytest.raises(BadInput, match=said):
            silent.answer("giang", silent.ids(0), "granted", reason="mưa lớn", until=wrong)
    with pytest.raises(BadInput, match="chỉ được gọi lúc 00:00 ngày 18/5/2025; ghi một thời điểm sau đó"):
        silent.answer("giang", silent.ids(0), "granted", reason="mưa lớn", until=at("2025-05-18 00:00"))

    silent.answer("giang", silent.ids(0), "granted", reason="mưa lớn", until=at("2025-05-18 12:00"))

    assert [step.due_at for step in silent.told("an", 0).ladder] == [
        at("2025-05-17 00:00"), at("2025-05-18 12:00"), at("2025-05-19 12:00"),
    ]  # fmt: skip
    assert silent.told("an", 0).line.answer_by == at("2025-05-18 12:00")
    silent.at(CLIMBED)
    assert levels(silent) == [(1, at("2025-05-17 00:00"))]
    assert len(levels(silent, 1)) == 2
    silent.at(TOP)
    assert levels(silent)[1:] == [(2, at("2025-05-18 12:00"))]
    silent.at("2025-05-19 23:00")
    assert levels(silent)[1:] == [(2, at("2025-05-18 12:00")), (3, at("2025-05-19 12:00"))]
    with pytest.raises(BadInput, match="không còn cấp nào được gọi thêm"):
        silent.answer("hai", silent.ids(0), "granted", reason="mưa lớn", until=at("2025-05-21 12:00"))
    assert silent.findings() == []
