"""What a post decides about an escalation besides closing it: who has it from now on, how long the ladder waits, what rests."""

import uuid
from typing import Any

import pytest
from sqlalchemy import select, text, update

from rules.time import DAY, HOUR, at
from tests.workflow.conftest import NewWorld
from tests.workflow.inbox.conftest import CLIMBED, NOTICED, TOP, Silent, silent_world
from workflow.errors import BadInput, NotFound, NotPermitted
from workflow.queries.inbox import count_inbox
from workflow.queries.ladder_counts import ladder_counts
from workflow.tables import Escalation, EscalationRest, EscalationStep, Event, Post, PostHolding, table_of

pytestmark = pytest.mark.slow


def waits_for(silent: Silent) -> dict[str, int]:
    """Return how many episodes of silence in the first area wait for whom; in the second nobody holds the post above the team's."""
    logins = ("an", "giang", "khanh", "binh", "hai")
    found = {login: [group for group in silent.groups(login) if group.place == "Tổ dân phố 1"] for login in logins}
    return {login: n for login, groups in found.items() if (n := sum(group.waiting for group in groups))}


def levels(silent: Silent, number: int = 0) -> list[tuple[int, int]]:
    """Return level and due instant of one person's steps."""
    rows = silent.world.rows(EscalationStep, EscalationStep.escalation_id == silent.ids(number)[0])
    return [(step.level, step.due_at) for step in rows]


def enter(silent: Silent, who: uuid.UUID, code: str) -> None:
    """Let somebody take up a post of the first team, the first area or the unit."""
    world, now = silent.world, silent.world.clock.now()
    post = next(post for post in world.rows(Post) if post.code == code and post.scope in ("T1", "A1", "unit"))
    with world.store.write() as session:
        row = {"unit_id": world.unit_id, "id": world.ids.new(now), "from_at": now}
        session.execute(table_of(PostHolding).insert().values(**row, post_id=post.id, membership_id=who))


def leave(silent: Silent, code: str) -> None:
    """Let whoever holds a post leave it."""
    with silent.world.store.write() as session:
        posts = select(Post.id).where(Post.unit_id == silent.world.unit_id, Post.code == code)
        held = table_of(PostHolding)
        session.execute(
            update(held)
            .where(held.c.unit_id == silent.world.unit_id, held.c.post_id.in_(posts))
            .values(to_at=silent.world.clock.now())
        )


def told(silent: Silent, number: int = 0) -> list[dict[str, Any]]:
    """Return what the ledger tells of one person's episode."""
    return [event.data for event in silent.world.events(Event.about_id == silent.ids(number)[0])]


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


def test_a_post_above_takes_it_over_and_the_ladder_goes_on(silent: Silent) -> None:
    silent.at(NOTICED)
    with pytest.raises(NotPermitted, match="cấp trên của Tổ trưởng"):
        silent.answer("an", silent.ids(0), "taken_over")

    silent.answer("khanh", silent.ids(0), "taken_over", reason="tôi gọi trực tiếp", until=at("2025-05-17 18:00"))

    assert waits_for(silent) == {"an": 2, "khanh": 1}
    assert silent.told("an", 0).may == ("noted",)
    assert silent.told("khanh", 0).with_whom.vi.startswith("Chủ tịch UBND thị trấn")
    assert silent.told("khanh", 0).line.answer_by == at("2025-05-17 18:00")
    with pytest.raises(NotPermitted):
        silent.answer("an", silent.ids(0), "decided", reason="đã gặp")
    assert silent.findings() == []
    silent.at(CLIMBED)
    assert waits_for(silent) == {"giang": 2, "khanh": 1}
    assert [level for level, _ in levels(silent)] == [1, 2]
    silent.at(TOP)
    assert silent.told("khanh", 0).line.holder == 3
    assert silent.findings() == []


def test_what_the_coordinator_takes_over_they_keep_while_the_ladder_goes_on(silent: Silent) -> None:
    silent.at(NOTICED)
    silent.answer("hai", silent.ids(0), "taken_over")
    assert waits_for(silent) == {"an": 2, "hai": 1}
    assert silent.answer("giang", silent.ids(0), "taken_over")["answered"] == 1
    silent.answer("hai", silent.ids(1), "taken_over")
    silent.at(CLIMBED)
    assert waits_for(silent) == {"giang": 2, "hai": 1}
    assert [level for level, _ in levels(silent, 1)] == [1, 2]
    assert silent.findings() == []
    assert silent.answer("khanh", silent.ids(1), "taken_over")["answered"] == 1
    silent.answer("hai", silent.ids(2), "taken_over")
    silent.at(TOP)
    assert (
        silent.answer("khanh", silent.ids(2), "decided", reason="đã xử lý tại chỗ")["answered"] == 1
    )  # nobody is above the chair
    assert silent.findings() == []


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


def test_what_reaches_nobody_goes_up_and_says_why(silent: Silent) -> None:
    silent.world.go_to("2025-05-16 23:30")
    leave(silent, "team_leader")
    leave(silent, "duty_leader")

    silent.at(NOTICED)

    assert waits_for(silent) == {"khanh": 3}
    ladder = silent.told("khanh", 0).ladder
    assert [(step.level, step.has_it, step.reached_nobody) for step in ladder] == [
        (1, False, True), (2, False, False), (3, True, False),
    ]  # fmt: skip
    assert {key: told(silent)[-1][key] for key in ("level", "nobody", "holder")} == {
        "level": 1, "nobody": "team_leader", "holder": 3,
    }  # fmt: skip
    with silent.world.store.read() as session:
        assert ladder_counts(session, silent.world.context(), now=silent.world.clock.now()).unheld >= 4
    assert silent.world.tick().written == 0
    silent.at(TOP)
    assert [level for level, _ in levels(silent)] == [1, 2, 3]  # the ladder is the pack's, whoever is there
    assert silent.findings() == []


def test_where_nobody_is_above_it_goes_to_the_top_of_the_unit_else_to_the_coordinator(silent: Silent) -> None:
    silent.at(CLIMBED)
    silent.world.go_to("2025-05-18 09:00")
    for code in ("team_leader", "duty_leader", "chair"):
        leave(silent, code)

    silent.at("2025-05-18 09:15")

    assert waits_for(silent) == {"hai": 4}
    assert silent.told("hai", 0).with_whom.en == "Coordinator"
    assert silent.answer("hai", silent.ids(0), "decided", reason="đã gặp")["answered"] == 1
    assert silent.findings() == []


def test_a_post_that_falls_vacant_while_something_waits_for_it(silent: Silent) -> None:
    silent.at(NOTICED)
    assert silent.told("an", 0).line.holder == 1
    silent.world.go_to("2025-05-17 10:00")
    leave(silent, "team_leader")
    silent.at("2025-05-17 10:15")
    assert waits_for(silent) == {"giang": 3}
    silent.answer("giang", silent.ids(0), "raised", reason="xin ý kiến chỉ đạo")
    assert [level for level, _ in levels(silent)] == [1, 2, 3]
    assert waits_for(silent) == {"giang": 2, "khanh": 1}
    assert silent.findings() == []


def test_a_foreign_unit_and_a_member_of_the_team_may_decide_nothing(worlds: NewWorld) -> None:
    here, there = silent_world(worlds), silent_world(worlds)
    for silent in (here, there):
        silent.at(NOTICED)
    later = here.world.clock.now() + 2 * DAY
    for answer in (
        "taken_over",
        "returned",
        "granted",
        "rested",
        "decided",
        "raised",
        "handed_on",
        "acknowledged",
        "noted",
    ):
        values = {"reason": "tổ đi lại", "until": later, "to": "team"}
        with pytest.raises(NotFound):
            there.answer("khanh", here.ids(0), answer, **values)
        with pytest.raises(NotFound):
            here.answer("cuong", here.ids(0), answer, **values)
    here.answer("an", here.ids(0), "handed_on", to="team")
    for answer in ("taken_over", "returned", "granted", "decided", "raised", "handed_on"):
        with pytest.raises(NotPermitted):
            here.answer("cuong", here.ids(0), answer, reason="tổ đi lại", until=later, to="team")


def test_a_group_is_decided_with_honest_counts(silent: Silent) -> None:
    silent.at(NOTICED)
    silent.answer("khanh", silent.ids(0), "taken_over")
    done = silent.answer("giang", silent.group("A1"), "granted", reason="mưa lớn", until=at("2025-05-18 12:00"))
    assert (done["answered"], done["skipped"]["absent"]) == (0, 0)  # not yet in giang's list
    done = silent.answer("giang", silent.ids(0, 1, 2), "granted", reason="mưa lớn", until=at("2025-05-18 12:00"))
    assert (done["answered"], done["skipped"]["not_held"]) == (2, 1)
    assert silent.findings() == []


TAMPERS = [
    ("UPDATE escalations SET holder_level = 2 WHERE is_open AND holder_level IS NULL", "I7-holder"),
    ("UPDATE escalations SET holder_level = NULL WHERE holder_level IS NOT NULL", "I7-holder"),
    ("UPDATE escalations SET given_to = 'team' WHERE given_to IS NOT NULL", "I7-holder"),
    ("UPDATE escalations SET unheld_level = 1 WHERE is_open", "I7-holder"),
    ("UPDATE escalations SET next_action_at = next_action_at - 1 WHERE next_action_at IS NOT NULL", "I7-granted"),
    ("UPDATE escalation_rests SET until_at = until_at + 1 WHERE level = 1", "I7-rest"),
]  # fmt: skip


@pytest.mark.parametrize(("tamper", "check"), TAMPERS)
def test_a_tampered_decision_is_found(silent: Silent, tamper: str, check: str) -> None:
    silent.at(NOTICED)
    world, later = silent.world, at("2025-05-18 12:00")
    silent.answer("an", silent.ids(0), "handed_on", to=world.actor("binh").membership_id)
    silent.answer("khanh", silent.ids(1), "taken_over")
    silent.answer("giang", silent.ids(2), "granted", reason="mưa lớn", until=later)
    silent.answer("an", silent.ids(2), "rested", reason="hẹn hộ này", until=later)
    assert silent.findings() == []
    unit = world.unit_id if world.store.reader.dialect.name == "postgresql" else world.unit_id.bytes
    with world.store.write() as session:
        touched: Any = session.execute(text(f"{tamper} AND unit_id = :unit"), {"unit": unit})
        assert touched.rowcount
    assert any(check in finding for finding in silent.findings())


def test_an_episode_that_moved_keeps_its_natural_key(silent: Silent) -> None:
    silent.at(NOTICED)
    before = {row.id: (row.rule_id, row.subject_id, row.anchor, row.due_at) for row in silent.world.rows(Escalation)}
    silent.answer("khanh", silent.ids(0), "taken_over")
    silent.answer("khanh", silent.ids(0), "returned", reason="tổ đi lại")
    silent.answer("giang", silent.ids(0), "granted", reason="mưa lớn", until=at("2025-05-18 00:00") + HOUR)
    after = {row.id: (row.rule_id, row.subject_id, row.anchor, row.due_at) for row in silent.world.rows(Escalation)}
    assert before == after
    assert waits_for(silent) == {"an": 3}
    assert silent.findings() == []


def test_who_takes_it_over_moves_no_date(silent: Silent) -> None:
    silent.at(NOTICED)
    called = silent.told("khanh", 0).line.answer_by
    silent.answer("khanh", silent.ids(0), "taken_over", until=at("2025-05-20 18:00"))
    assert silent.told("khanh", 0).line.answer_by == called == at("2025-05-18 00:00")  # when the next level is called

    silent.at(TOP)
    now = silent.world.clock.now()
    silent.answer("hai", silent.ids(1), "taken_over", until=at("2025-05-24 18:00"))
    assert (
        silent.told("hai", 1).line.answer_by == now - (now + 7 * HOUR) % DAY + DAY
    )  # nobody is called any more: today
    for answer, more in (("taken_over", {}), ("acknowledged", {}), ("returned", {"reason": "tổ đi lại"})):
        with pytest.raises(BadInput, match="phải trong đợt"):
            silent.answer("hai", silent.ids(2), answer, until=at("2099-05-24 18:00"), **more)
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


def test_what_was_sent_back_to_a_post_that_falls_vacant_lies_with_the_newest_level_again(silent: Silent) -> None:
    silent.at(TOP)
    silent.answer("khanh", silent.ids(0), "returned", reason="làm tiếp")
    silent.world.go_to("2025-05-19 09:05")
    leave(silent, "duty_leader")
    silent.at("2025-05-19 09:15")
    assert silent.told("khanh", 0).line.holder == 3
    assert [step.reached_nobody for step in silent.told("khanh", 0).ladder] == [False, True, False]
    assert silent.findings() == []
    with pytest.raises(BadInput, match="cấp dưới chưa có người giữ"):
        silent.answer("khanh", silent.ids(0), "returned", reason="làm tiếp")


@pytest.mark.parametrize("looks", [True, False])
def test_who_may_decide_does_not_depend_on_whether_the_clock_has_looked(silent: Silent, looks: bool) -> None:
    silent.at(CLIMBED)
    silent.world.go_to("2025-05-18 09:05")
    leave(silent, "duty_leader")
    if looks:
        silent.at("2025-05-18 09:15")
    silent.world.go_to("2025-05-18 09:20")
    with pytest.raises(BadInput, match="cấp cao nhất"):
        silent.answer("khanh", silent.ids(0), "raised", reason="xin ý kiến")
    with pytest.raises(NotPermitted):
        silent.answer("khanh", silent.ids(0), "granted", reason="mưa lớn", until=at("2025-05-20 08:00"))
    silent.answer("khanh", silent.ids(0), "acknowledged")
    assert silent.told("khanh", 0).line.holder == 3
    silent.at(TOP)
    assert levels(silent)[-1] == (3, at("2025-05-19 00:00"))
    assert silent.findings() == []


@pytest.mark.parametrize("looks", [True, False])
def test_a_post_that_is_filled_again_has_again_what_was_meant_for_it(silent: Silent, looks: bool) -> None:
    silent.at(NOTICED)
    an = silent.world.actor("an").membership_id
    for minute, code in (("09:05", "team_leader"), ("09:20", "duty_leader"), ("09:35", "")):
        silent.world.go_to(f"2025-05-17 {minute}")
        if code:
            leave(silent, code)
        else:
            enter(silent, an, "team_leader")
        if looks:
            silent.world.tick()
            assert silent.findings() == []
    assert silent.told("an", 0).line.holder == 1
    silent.world.go_to("2025-05-17 09:40")
    silent.answer("an", silent.ids(0), "acknowledged")
    silent.answer("khanh", silent.ids(0), "granted", reason="mưa lớn", until=at("2025-05-20 08:00"))
    assert silent.told("an", 0).line.holder == 1
    assert [step.reached_nobody for step in silent.told("an", 0).ladder] == [False, False, False]
    assert silent.findings() == []


@pytest.mark.parametrize("looks", [True, False])
def test_what_was_taken_over_by_a_post_that_falls_vacant_goes_up_from_there(silent: Silent, looks: bool) -> None:
    silent.at(NOTICED)
    silent.answer("khanh", silent.ids(0), "taken_over")
    silent.world.go_to("2025-05-17 09:05")
    leave(silent, "chair")
    if looks:
        silent.at("2025-05-17 09:15")
    silent.at(CLIMBED)
    assert waits_for(silent) == {"giang": 2, "hai": 1}
    assert silent.findings() == []
