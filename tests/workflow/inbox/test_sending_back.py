"""Sending back: the post below has it again with a word, until the next level is called."""

import pytest

from rules.time import at
from tests.workflow.inbox.conftest import CLIMBED, NOTICED, TOP, Silent
from tests.workflow.inbox.ladders import leave, waits_for
from workflow.errors import BadInput

pytestmark = pytest.mark.slow


def test_it_is_sent_back_with_a_word_and_comes_again_with_the_next_level(silent: Silent) -> None:
    silent.at(CLIMBED)
    with pytest.raises(BadInput, match="Nội dung: chưa ghi; ghi cấp dưới cần làm gì"):
        silent.answer("giang", silent.ids(0), "returned")
    with pytest.raises(BadInput, match="ý kiến trả lời"):
        silent.answer("giang", silent.ids(0), "returned", reason="hộ này không tán thành, bỏ qua")

    silent.answer("giang", silent.ids(0), "returned", reason="tổ đi lại tối nay", until=at("2025-05-18 21:00"))

    assert waits_for(silent) == {"an": 1, "giang": 2}
    below = silent.told("an", 0)
    assert below.instruction is not None
    assert (below.instruction.by, below.instruction.reason) == ("Hoàng Thị Giang", "tổ đi lại tối nay")
    assert below.line.answer_by == at("2025-05-18 21:00")
    assert "decided" in below.may
    assert [line.sent_back for line in silent.opened("giang")[0] if line.id == silent.ids(0)[0]] == [True]
    assert silent.findings() == []
    silent.answer("an", silent.ids(0), "raised", reason="đã đi, nhà vẫn khóa")
    assert waits_for(silent) == {"giang": 3}
    assert silent.findings() == []
    silent.answer("giang", silent.ids(1), "returned", reason="tổ đi lại")
    silent.at(TOP)
    assert waits_for(silent) == {"khanh": 3, "an": 1}  # the fourth has been silent for less
    assert silent.told("an", 1).instruction is None
    assert silent.findings() == []


def test_nothing_is_sent_below_the_first_rung_or_to_nobody(silent: Silent) -> None:
    silent.at(NOTICED)
    with pytest.raises(BadInput, match="không còn cấp dưới"):
        silent.answer("an", silent.ids(0), "returned", reason="tổ đi lại")
    silent.at(CLIMBED)
    silent.world.go_to("2025-05-18 09:00")
    leave(silent, "team_leader")
    with pytest.raises(BadInput, match="cấp dưới chưa có người giữ"):
        silent.answer("giang", silent.ids(0), "returned", reason="tổ đi lại")
    done = silent.answer("giang", silent.group("A1"), "returned", reason="tổ đi lại")
    assert (done["answered"], done["skipped"]["nobody_below"]) == (0, 3)
