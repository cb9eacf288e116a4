"""Handing on: whoever was given it has it in their own list, and the step stays with its post."""

import uuid

import pytest
from sqlalchemy import update

from rules.time import at
from tests.workflow.inbox.conftest import CLIMBED, NOTICED, Silent
from workflow.errors import BadInput
from workflow.tables import Escalation, Post, table_of

pytestmark = pytest.mark.slow


def test_what_was_handed_on_stays_with_its_receiver_whatever_they_answer(silent: Silent) -> None:
    silent.at(NOTICED)
    binh = silent.world.actor("binh").membership_id
    silent.answer("an", silent.ids(0), "handed_on", to=binh)

    silent.answer("binh", silent.ids(0), "acknowledged", until=at("2025-05-17 17:00"))
    assert silent.answer("binh", silent.ids(0), "noted", reason="chiều nay đến")["answered"] == 1
    silent.answer("an", silent.ids(0), "acknowledged")
    silent.at(CLIMBED)

    assert silent.opened("binh")[1] == 1
    assert silent.answer("binh", silent.ids(0), "noted", reason="đã gọi")["answered"] == 1
    assert silent.findings() == []
    silent.answer("giang", silent.ids(0), "handed_on", to="team")
    assert silent.opened("cuong")[1] == 1
    assert [one.to for one in silent.told("giang", 0).answers if one.kind == "handed_on"] == ["Trần Thị Bình", None]
    assert silent.findings() == []


def test_it_can_be_given_to_whoever_holds_a_post(silent: Silent) -> None:
    silent.at(NOTICED)
    posts = {(post.code, post.scope): post.id for post in silent.world.rows(Post)}

    silent.answer("an", silent.ids(0), "handed_on", to_post=posts["coordinator", "unit"])

    assert silent.opened("hai")[1] == 1
    (line,) = silent.opened("hai")[0]
    assert line.in_hand is not None
    assert line.in_hand.to == "Đầu mối tổng hợp"
    with pytest.raises(BadInput, match="không phụ trách nơi này"):
        silent.answer("an", silent.ids(0), "handed_on", to_post=posts["team_leader", "T2"])
    with pytest.raises(BadInput, match="chưa có ai giữ vị trí này"):
        silent.answer("an", silent.ids(0), "handed_on", to_post=uuid.uuid4())
    assert silent.findings() == []


def test_what_lies_in_no_team_is_not_handed_to_one_without_a_word(silent: Silent) -> None:
    silent.at(NOTICED)
    episodes = table_of(Escalation)
    with silent.world.store.write() as session:
        everywhere = {"team_id": None, "area_id": None}
        session.execute(update(episodes).where(episodes.c.id.in_(silent.ids(0))).values(**everywhere))
    an = silent.world.actor("an").membership_id
    with pytest.raises(BadInput, match="không phụ trách nơi này"):
        silent.answer("hai", silent.ids(0), "handed_on", to=an)
    done = silent.answer("hai", silent.ids(0, 1), "handed_on", to=an)
    assert (done["answered"], done["skipped"]["outside"]) == (1, 1)
