"""Planning an absence: who may, for whom, when; it begins and ends by itself, to the microsecond."""

import uuid
from collections.abc import Callable

import pytest

from rules.time import at
from tests.workflow.absence.conftest import Away
from tests.workflow.conftest import NewWorld
from tests.workflow.officials import appoint
from workflow.actions.manage_posts import end_post, end_posts_of, give_post
from workflow.actions.plan_absence import plan_absence
from workflow.errors import AlreadyDecided, BadInput, NotFound, NotPermitted
from workflow.tables import Audit, PostHolding

FROM, TO = "2025-05-17 08:00", "2025-05-18 12:00"


def test_it_begins_and_ends_by_itself(away: Away) -> None:
    away.plan("an", "binh", FROM, TO)

    assert away.posts("binh") == [("member", False)]
    seen = []
    for instant in (at(FROM) - 1, at(FROM), at(TO) - 1, at(TO)):
        away.world.clock.move_to(instant)
        seen.append(("team_leader", True) in away.posts("binh"))
    assert seen == [False, True, True, False]
    assert away.posts("an") == [("team_leader", False)]


def test_own_posts_come_before_lent_ones(away: Away) -> None:
    away.plan("hai", "an", None, TO)

    assert away.posts("an") == [("team_leader", False), ("coordinator", True)]


def test_both_read_of_it_and_nobody_else(away: Away) -> None:
    away.plan("giang", "an", FROM, TO)

    for login in ("giang", "an"):
        (one,) = away.near(login)
        assert (one.absent, one.delegate, one.from_at, one.to_at) == (
            "Hoàng Thị Giang", "Nguyễn Văn An", at(FROM), at(TO),
        )  # fmt: skip
        assert one.posts == ("Lãnh đạo phụ trách địa bàn (A1)",)
    assert away.near("dung") == []
    away.world.go_to(TO)
    assert away.near("an") == []


def test_the_coordinator_plans_it_for_somebody_and_it_leaves_a_trace(away: Away) -> None:
    away.plan("an", "binh", FROM, TO, by="hai")

    (trace,) = [row for row in away.world.rows(Audit) if row.data.get("what") == "plan_absence"]
    assert (trace.membership_id, trace.about_id) == (away.id("hai"), away.id("an"))
    assert trace.data["delegate"] == str(away.id("binh"))


def test_ended_early_it_is_over_at_once(away: Away) -> None:
    absence = away.plan("an", "binh", None, TO)["absence"]
    away.world.go_to(FROM)

    assert away.end(absence, "an")["posts"] == 1

    assert away.posts("binh") == [("member", False)]
    with pytest.raises(AlreadyDecided, match="đã kết thúc lúc 08:00"):
        away.end(absence, "an")


def test_it_is_ended_by_the_id_it_was_planned_with_whichever_of_its_posts_ended_before(away: Away) -> None:
    administrator = appoint(away.world, "administrator")
    for code, scope in (("coordinator", "unit"), ("duty_leader", "A1")):
        away.world.command(
            administrator,
            lambda b, c, a, code=code, scope=scope: give_post(b, a, away.id("an"), code=code, scope=scope),
        )
    absence = away.plan("an", "dung", None, TO)["absence"]
    (first,) = [row for row in away.world.rows(PostHolding) if str(row.id) == absence]
    (own,) = [
        row
        for row in away.world.rows(PostHolding, PostHolding.post_id == first.post_id)
        if row.membership_id == away.id("an")
    ]
    away.world.go_to("2025-05-16 08:00")
    away.world.command(administrator, lambda b, c, a: end_post(b, a, own.id))
    away.world.go_to(FROM)
    assert [lent for _, lent in away.posts("dung")].count(True) == 2

    ended = away.end(absence, "an")

    assert ended == {"posts": 2, "to_at": at(FROM)}
    assert away.posts("dung") == [("team_leader", False)]
    with pytest.raises(AlreadyDecided, match="đã kết thúc lúc 08:00"):
        away.end(absence, "an")


def test_called_off_before_it_begins_it_never_was(away: Away) -> None:
    absence = away.plan("an", "binh", FROM, TO)["absence"]

    away.end(absence, "binh")

    away.world.go_to(FROM)
    assert away.posts("binh") == [("member", False)]
    assert away.near("an") == []
    away.plan("an", "cuong", None, TO)


def test_who_has_nothing_to_do_with_it_does_not_end_it(away: Away) -> None:
    absence = away.plan("an", "binh", FROM, TO)["absence"]

    for stranger in ("cuong", "dung", "khanh"):
        with pytest.raises(NotFound):
            away.end(absence, stranger)


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        (lambda away: away.plan("an", "an", FROM, TO), "chính là người vắng"),
        (lambda away: away.plan("an", "em", FROM, TO), "chọn người đang giữ vị trí lãnh đạo"),
        (lambda away: away.plan("an", "hai", FROM, TO, by="hai"), "không tự nhận làm thay"),
        (lambda away: away.plan("binh", "an", FROM, TO), "không giữ vị trí nào giao người làm thay được"),
        (lambda away: away.plan("an", "binh", "2025-05-14 07:59", TO), "đã qua"),
        (lambda away: away.plan("an", "binh", FROM, FROM), "phải sau 08:00 ngày 17/5/2025"),
        (lambda away: away.plan("an", "binh", FROM, "2025-07-17 08:01"), "dài hơn 60 ngày"),
    ],
)
def test_refusals_say_what_to_change(away: Away, how: Callable[[Away], object], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        how(away)
    assert [row for row in away.world.rows(PostHolding) if row.acting_for_id is not None] == []


def test_a_member_plans_nobody_elses(away: Away) -> None:
    with pytest.raises(NotPermitted, match="chính người vắng, đầu mối tổng hợp hoặc quản trị"):
        away.plan("an", "binh", FROM, TO, by="cuong")


def test_nobody_passes_on_what_was_lent_to_them(away: Away) -> None:
    away.plan("an", "binh", None, TO)
    away.world.go_to(FROM)

    with pytest.raises(BadInput, match="không giao tiếp"):
        away.plan("binh", "cuong", None, TO)


def test_a_borrowed_coordinators_post_plans_nobodys_absence(away: Away) -> None:
    away.plan("hai", "an", None, TO)
    away.world.go_to(FROM)

    with pytest.raises(NotPermitted):
        away.plan("giang", "binh", None, TO, by="an")
    with pytest.raises(NotPermitted):
        away.plan("hai", "an", TO, "2025-05-25 12:00", by="an")


@pytest.mark.parametrize(
    ("second", "sentence"),
    [
        (("an", "cuong", "2025-05-18 11:59", "2025-05-19 08:00"), "đã có Trần Thị Bình làm thay từ 08:00 ngày 17/5"),
        (("dung", "an", "2025-05-16 08:00", "2025-05-17 08:01"), "Nguyễn Văn An cũng vắng"),
    ],
)
def test_two_at_a_time_are_refused_and_one_after_the_other_is_not(
    away: Away, second: tuple[str, str, str, str], sentence: str
) -> None:
    away.plan("an", "binh", FROM, TO)

    with pytest.raises(BadInput, match=sentence):
        away.plan(*second)
    away.plan("an", "cuong", TO, "2025-05-19 08:00")


def test_who_is_counted_on_does_not_go_away_meanwhile(away: Away) -> None:
    away.plan("dung", "an", FROM, TO)

    with pytest.raises(BadInput, match="đang nhận làm thay Phạm Thị Dung"):
        away.plan("an", "binh", "2025-05-18 08:00", "2025-05-19 08:00")


def test_a_foreign_units_person_is_nobody(worlds: NewWorld) -> None:
    here, there = Away(worlds()), Away(worlds())
    foreign, own = there.id("binh"), here.id("an")

    for absent, delegate in ((own, foreign), (own, uuid.uuid4()), (foreign, own)):
        with pytest.raises(NotFound):
            here.world.command(
                "an" if absent == own else "hai",
                lambda book, context, actor, absent=absent, delegate=delegate: plan_absence(
                    book, actor, absent, delegate_id=delegate, from_at=None, to_at=at(TO)
                ),
            )


def test_who_may_stand_in(away: Away) -> None:
    leaders = {"Nguyễn Văn An", "Phạm Thị Dung", "Hoàng Thị Giang", "Đỗ Văn Hải", "Ngô Thị Khánh"}
    assert set(away.may_stand_in_for("an")) == (leaders - {"Nguyễn Văn An"}) | {"Trần Thị Bình", "Lê Văn Cường"}
    assert away.may_stand_in_for("an")[:2] == ["Trần Thị Bình", "Lê Văn Cường"]  # of the same team, before all others
    assert set(away.may_stand_in_for("khanh")) == leaders - {"Ngô Thị Khánh"}


def test_a_post_that_ends_is_no_longer_lent(away: Away) -> None:
    away.plan("an", "binh", None, TO)
    away.world.go_to(FROM)
    with away.world.book() as (book, _):
        end_posts_of(book, away.id("an"))

    assert away.posts("binh") == [("member", False)]


def test_who_leaves_the_team_no_longer_stands_in_for_its_leader(away: Away) -> None:
    administrator = appoint(away.world, "administrator")
    (own,) = [row.id for row in away.world.rows(PostHolding) if row.membership_id == away.id("binh")]
    away.plan("an", "binh", None, TO)
    away.plan("an", "binh", "2025-05-19 08:00", "2025-05-20 08:00")
    away.plan("giang", "dung", None, TO)
    away.world.command(administrator, lambda b, c, a: give_post(b, a, away.id("binh"), code="member", scope="T2"))
    assert ("team_leader", True) in away.posts("binh")

    away.world.command(administrator, lambda b, c, a: end_post(b, a, own))

    assert away.posts("binh") == [("member", False)]
    assert away.near("an") == []
    assert len(away.near("giang")) == 1
    ended = [row for row in away.world.rows(Audit) if row.data.get("what") == "end_absence"]
    assert [(row.membership_id, row.about_id, row.data["delegate"]) for row in ended] == [
        (away.id(administrator), away.id("an"), str(away.id("binh")))
    ]
    away.plan("an", "cuong", None, TO)


def test_a_post_that_leaves_the_delegate_fit_leaves_the_loan(away: Away) -> None:
    administrator = appoint(away.world, "administrator")
    away.plan("an", "dung", None, TO)
    given = away.world.command(
        administrator, lambda b, c, a: give_post(b, a, away.id("dung"), code="member", scope="T1")
    )

    away.world.command(administrator, lambda b, c, a: end_post(b, a, uuid.UUID(given["holding"])))

    assert ("team_leader", True) in away.posts("dung")
    assert [row for row in away.world.rows(Audit) if row.data.get("what") == "end_absence"] == []


def test_sent_twice_it_is_planned_once(away: Away) -> None:
    first = away.plan("an", "binh", FROM, TO, key="same")
    again = away.plan("an", "binh", FROM, TO, key="same")

    assert first == again
    assert len([row for row in away.world.rows(PostHolding) if row.acting_for_id is not None]) == 1
