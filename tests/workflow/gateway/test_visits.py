"""What a visit does to its door: one live follow-up, attempts, contact; and what it refuses."""

import uuid

import pytest
from sqlalchemy import event

from rules.time import HOUR, MINUTE, at
from tests.workflow.world import World
from workflow.actions.command import check_key
from workflow.actions.record_visit import Finding
from workflow.errors import BadInput, GuardRefused, MoveNotAllowed, NotPermitted, OutsideWindow, StaleVersion
from workflow.queries.door_list import doors_to_visit
from workflow.tables import Membership, Visit

TWO = ["Nguyễn Văn Một", "Nguyễn Thị Hai"]


def test_the_earliest_follow_up_wins_and_the_later_takes_its_place(given: World) -> None:
    door, (one, two) = given.household(TWO)
    given.go_to("2025-05-16 09:00")

    given.visit("an", door, Finding("needs_help", one), Finding("card_expired", two))
    first = given.door(door)
    given.go_to("2025-05-16 18:00")
    given.visit("an", door, Finding("took_part", one))
    second = given.door(door)

    assert (first.follow_up_case_id, first.follow_up_at) == (one, given.case(one).follow_up_at or first.follow_up_at)
    assert (second.follow_up_case_id, second.follow_up_at) == (two, given.case(two).follow_up_at)
    assert first.follow_up_at < second.follow_up_at


def test_nobody_home_asks_for_this_evening_and_counts_for_everybody(given: World) -> None:
    door, cases = given.household(TWO)
    given.go_to("2025-05-16 09:00")

    given.visit("an", door, "nobody_home")

    now = given.door(door)
    assert (now.attempts, now.last_contact, now.follow_up_case_id) == (1, None, None)
    assert at("2025-05-16 17:00") <= now.follow_up_at <= at("2025-05-16 22:00")
    assert [given.case(case).attempts for case in cases] == [1, 1]


def test_one_person_not_met_counts_for_that_person_only(given: World) -> None:
    door, (one, two) = given.household(TWO)
    given.go_to("2025-05-16 09:00")

    given.visit("an", door, Finding("not_met", one), Finding("needs_help", two))

    assert (given.case(one).attempts, given.case(two).attempts, given.door(door).attempts) == (1, 0, 0)
    assert given.case(one).last_contact == given.case(two).last_contact == given.clock.now()


def test_a_promised_hour_is_the_follow_up(given: World) -> None:
    door, _ = given.household(TWO)
    now = given.go_to("2025-05-16 09:00")

    with pytest.raises(BadInput, match="cần giờ hẹn; nhập"):
        given.visit("an", door, "door_promised")
    with pytest.raises(BadInput, match="phải sau lúc thăm"):
        given.visit("an", door, Finding("door_promised", promised_at=now))
    given.visit("an", door, Finding("door_promised", promised_at=now + 30 * HOUR))

    assert given.door(door).follow_up_at == given.door(door).promised_at == now + 30 * HOUR


def test_a_promise_lies_before_the_end_of_the_campaign(given: World) -> None:
    door, (one, _) = given.household(TWO)
    given.go_to("2025-05-16 09:00")
    ends = given.context().ends_at

    for promised in (ends, at("2099-01-01 08:00")):
        with pytest.raises(BadInput, match="giờ hẹn sau khi đợt kết thúc; hẹn trước 00:00 ngày 31/5/2025"):
            given.visit("an", door, Finding("promised", one, promised_at=promised))
    given.visit("an", door, Finding("promised", one, promised_at=ends - HOUR))

    assert given.door(door).promised_at == ends - HOUR


def test_refusals_are_sentences_and_change_nothing(given: World) -> None:
    door, (one, two) = given.household([TWO[0], ("Nguyễn Thị Hai", "registered")])
    stranger = given.household(["Lê Văn Khác"], house="2")[1][0]
    given.go_to("2025-05-16 09:00")
    before = len(given.events())
    cases = [
        ((Finding("fly", one),), BadInput, "gói quy tắc không có kết quả “fly”"),
        ((), BadInput, "chọn ít nhất một kết quả"),
        (("took_part",), BadInput, "ghi cho từng người: chọn người"),
        ((Finding("nobody_home", one),), BadInput, "ghi cho cả hộ: bỏ chọn người"),
        ((Finding("took_part", one), Finding("needs_help", one)), BadInput, "chỉ một kết quả"),
        ((Finding("took_part", one, state_version=7),), StaleVersion, "Người khác vừa cập nhật.*Tải lại rồi làm tiếp"),
        ((Finding("activated_now", one),), MoveNotAllowed, "Kích hoạt tài khoản.*Tải lại trang"),
        ((Finding("took_part", two),), MoveNotAllowed, "đang ở “Đã đăng ký, chưa kích hoạt”"),
    ]

    for findings, kind, words in cases:
        with pytest.raises(kind, match=words):
            given.visit("an", door, *findings)
    with pytest.raises(OutsideWindow, match="Sửa lại ngày giờ"):
        given.visit("an", door, "nobody_home", happened="2025-05-16 09:01")
    with pytest.raises(OutsideWindow, match=r"23:59 ngày 12/5/2025 nằm ngoài đợt .*, từ 00:00 ngày 13/5/2025 đến"):
        given.visit("an", door, "nobody_home", happened="2025-05-12 23:59:22.007995")
    with pytest.raises(BadInput, match="chọn một trong door"):
        given.visit("an", door, "nobody_home", mode="drone")
    with pytest.raises(BadInput, match="Người đi thăm: không có trong đơn vị"):
        given.visit("an", door, "nobody_home", done_by=uuid.uuid4())
    with pytest.raises(Exception, match="Không tìm thấy"):
        given.visit("an", door, Finding("took_part", stranger))
    assert len(given.events()) == before


def test_a_guard_says_which_comparison_decided_and_what_to_do(given: World) -> None:
    door, (one, _) = given.household(TWO)
    given.go_to("2025-05-14 09:00")

    with pytest.raises(GuardRefused) as refused:
        given.visit("an", door, Finding("took_part", one))

    assert str(refused.value).startswith("Chưa thể “Góp ý”: ")
    assert "lúc việc xảy ra: 09:00 ngày 14/5/2025" in str(refused.value)
    assert "Kiểm tra lại ngày giờ" in str(refused.value)


def test_who_went_and_who_typed_are_kept_apart(given: World) -> None:
    door, _ = given.household(TWO)
    given.go_to("2025-05-16 09:00")
    binh = given.actor("binh").membership_id

    given.visit("an", door, "nobody_home", done_by=binh, claimed_at=given.clock.now() - MINUTE)

    visit = given.rows(Visit)[0]
    assert (visit.done_by_id, visit.recorded_by_id) == (binh, given.actor("an").membership_id)
    assert given.rows(Membership, Membership.id == binh)


def test_a_move_is_open_only_to_posts_that_reach_this_door(given: World) -> None:
    """A coordinator sees the door, but reconciling is theirs, marking is the team's: roles count where they reach."""
    door, (one, _) = given.household(TWO)
    given.go_to("2025-05-16 09:00")

    with pytest.raises(NotPermitted) as refused:
        given.visit("giang", door, Finding("card_expired", one))

    assert "thành viên tổ công tác hoặc tổ trưởng tổ công tác" in str(refused.value)
    assert "team_leader" not in str(refused.value)


def test_what_is_told_about_finished_contacts_is_alike(given: World) -> None:
    door, (one, two) = given.household(TWO)
    given.go_to("2025-05-16 09:00")

    told = given.visit("an", door, Finding("took_part", one), Finding("not_taking_part", two))["cases"]

    assert (
        told[str(one)] == told[str(two)] == {"state": "finished", "label": "Đã kết thúc liên hệ", "state_version": None}
    )
    sentences = set()
    for case in (one, two):
        with pytest.raises(MoveNotAllowed) as refused:
            given.visit("an", door, Finding("took_part", case))
        sentences.add(str(refused.value))
        with pytest.raises(MoveNotAllowed) as refused:
            given.visit("an", door, Finding("died", case, evidence="giấy"))
        sentences.add(str(refused.value))
        for outcome in ("took_part", "died", "needs_help", "not_met"):
            with pytest.raises(MoveNotAllowed, match="Đã kết thúc liên hệ"):
                given.visit("an", door, Finding(outcome, case, state_version=1))
    assert len(sentences) == 2
    assert all("khi đang ở “Đã kết thúc liên hệ”" in sentence for sentence in sentences)


@pytest.mark.parametrize("evidence", ["bà ấy không tán thành", "số 0912345678", "\ud800", "a\x00b", "x" * 501])
def test_evidence_that_must_not_be_kept_is_refused(given: World, evidence: str) -> None:
    door, (one,) = given.household(TWO[:1])
    given.go_to("2025-05-16 09:00")

    with pytest.raises(BadInput, match="Kết quả thứ 1, chứng cứ"):
        given.visit("an", door, Finding("died", one, evidence=evidence))


@pytest.mark.parametrize("key", ["", "có dấu", "a b", "x" * 101, "999085000001", "khong_tan_thanh-1", "k\n", "a\ud800"])
def test_a_key_says_nothing_about_anybody(given: World, key: str) -> None:
    door, _ = given.household(TWO[:1])
    given.go_to("2025-05-16 09:00")

    with pytest.raises(BadInput, match="Mã gửi"):
        check_key(key)
    check_key("cli-12345678-1234-4123-8123-123456789012")
    if key:
        with pytest.raises(BadInput, match="Mã gửi"):
            given.visit("an", door, "nobody_home", key=key)


def test_lists_leave_out_whom_contact_has_ended_with(given: World) -> None:
    door, (one, _, two, *_) = given.household([*TWO, "Lê Văn Ba"], tracks=("health_insurance",))
    given.go_to("2025-05-16 09:00")
    given.visit("an", door, Finding("took_part", one), Finding("not_taking_part", two))

    with given.store.read() as session:
        actor, context = given.actor("an"), given.context()
        (listed,) = doors_to_visit(session, actor, context)
        (everything,) = doors_to_visit(session, actor, context, everything=True, limit=10**9)
        (asked,) = doors_to_visit(session, actor, context, door_id=door)

    assert {person.name for person in listed.people} == {person.name for person in everything.people} == {"Lê Văn Ba"}
    ended = [person for person in asked.people if person.state == "finished"]
    assert {(person.track, person.state_version) for person in ended} == {("path", None)}
    assert len(ended) == 2
    assert len(asked.people) == 4


def test_a_visit_to_one_person_costs_few_statements(given: World) -> None:
    door, (one,) = given.household(TWO[:1])
    given.go_to("2025-05-16 09:00")
    account = given.account("an")
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    given.account = lambda login: account  # type: ignore[method-assign]
    event.listen(given.store.writer, "before_cursor_execute", note)
    given.visit("an", door, Finding("needs_help", one))
    event.remove(given.store.writer, "before_cursor_execute", note)

    of_the_caller = [text for text in seen if "FROM campaigns" in text or text.startswith("BEGIN")]
    assert len(seen) - len(of_the_caller) <= 14, "\n".join(text[:90] for text in seen)
