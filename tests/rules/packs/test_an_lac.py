"""The ward's pack against the ward's paper, number by number and word by word."""

import pytest

from rules.machine import GuardRefused, WrongState
from rules.time import at
from tests.rules.packs.counting import figure_of, line_of, percent_vi

PAPER = {
    "1": (4546, None, "Tổng số công dân có tài khoản định danh điện tử mức độ 2 cần lấy ý kiến"),
    "2": (3976, "87,44", "Tổng số người đã tham gia góp ý sửa đổi, bổ sung một số điều của Hiến pháp Nước Cộng hòa xã hội chủ nghĩa Việt Nam năm 2013 qua ứng dụng VNeID"),
    "2.1": (3976, "100", "Số người dân cho ý kiến tán thành"),
    "2.2": (0, "0", "Số người dân cho ý kiến không tán thành"),
    "3": (571, "12,56", "Tổng số công dân không thể lấy ý kiến sửa đổi Hiến pháp"),
    "3.1": (4, "0,088", "Số người chết"),
    "3.2": (185, "4,07", "Số công dân nhập ngũ, công tác trong lực lượng vũ trang không ở địa phương"),
    "3.3": (5, "0,11", "Số công dân đang chấp hành án phạt tù"),
    "3.4": (207, "4,55", "Số công dân đi nước ngoài không liên lạc được"),
    "3.5": (111, "2,44", "Số công dân có tài khoản định danh điện tử mức độ 2, nhưng tại thời điểm lấy ý kiến không còn dùng điện thoại"),
    "3.6": (36, "0,79", "Số công dân có CCCD hết hạn"),
    "3.7": (17, "0,37", "Số công dân làm thủ tục thay số điện thoại nhưng chưa phê duyệt"),
    "3.8": (6, "0,13", "Số công dân đã làm nhưng hệ thống chưa trừ chỉ tiêu"),
}  # fmt: skip
"""Number, count, percent and words of the signed paper, spelling mended."""

THE_END = {
    "activated": 0, "submitted": 3975, "submitted_unreconciled": 6, "dead": 4, "army": 185, "prison": 5, "abroad": 207,
    "no_phone": 111, "card_expired": 36, "sim_pending": 17, "declined": 0,
}  # fmt: skip
"""Where the 4.546 people stand at 22:00 on 29/5/2025."""

OWN_COUNTS = ("3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8")


@pytest.mark.parametrize("code", PAPER)
def test_a_line_of_the_paper_keeps_its_number_and_its_words(an_lac, code):
    lines = {line.code: line for line in an_lac.model.figures.lines}

    assert lines[code].label.vi == PAPER[code][2]
    assert lines[code].source == f"Mục II.{code}"


@pytest.mark.parametrize("code", PAPER)
def test_the_printed_value_is_kept_as_data(an_lac, code):
    (printed,) = an_lac.model.examples.printed
    line = {line.code: line for line in printed.lines}[code]

    assert (line.count, line.percent) == PAPER[code][:2]
    assert line.written is not None
    assert f"{line.count:,}".replace(",", ".") in line.written
    assert printed.as_of == "2025-05-29 22:00"


def test_only_line_4_is_ours_and_it_hides_when_it_is_zero(an_lac):
    added = [line for line in an_lac.model.figures.lines if line.code not in PAPER]

    assert [(line.code, line.print) for line in added] == [("4", "when_not_zero")]
    assert added[0].source == "assumed, not in the paper"


def test_the_real_end_gives_the_lines_of_the_report(an_lac):
    assert line_of(an_lac, "1", THE_END) == 4546
    assert line_of(an_lac, "2", THE_END) == 3975
    assert percent_vi(3975, 4546) == "87,44"
    assert line_of(an_lac, "3", THE_END) == 571
    assert [line_of(an_lac, code, THE_END) for code in OWN_COUNTS] == [PAPER[code][0] for code in OWN_COUNTS]
    assert line_of(an_lac, "4", THE_END) == 0


def test_with_3_8_counted_it_is_3981(an_lac):
    assert figure_of(an_lac, "took_part", THE_END) == 3981
    assert percent_vi(3981, 4546) == "87,57"


def test_the_highest_still_reachable_is_read_in_three_ways(an_lac):
    highest = [
        figure_of(an_lac, name, THE_END)
        for name in ("highest", "highest_with_unreconciled", "highest_with_recoverable")
    ]

    assert highest == [3975, 3981, 4145]
    assert percent_vi(4145, 4546) == "91,18"


def test_with_days_left_everybody_not_yet_met_still_counts_as_reachable(an_lac):
    early = {**THE_END, "submitted": 3051, "activated": 924}

    assert figure_of(an_lac, "highest", early) == 3975
    assert line_of(an_lac, "4", early) == 924


def test_ours_balances_and_the_printed_paper_does_not(an_lac):
    partition = an_lac.model.figures.partitions[0]
    printed = {line.code: line.count for line in an_lac.model.examples.printed[0].lines}

    assert (partition.total, partition.parts) == ("1", ("2", "3", "4"))
    assert sum(line_of(an_lac, code, THE_END) for code in partition.parts) == line_of(an_lac, "1", THE_END)
    assert printed["2"] + printed["3"] - printed["1"] == 1
    assert sum(printed[code] for code in OWN_COUNTS) == printed["3"]
    assert percent_vi(printed["2"], printed["1"]) == "87,46" != PAPER["2"][1]


def test_one_person_moved_anywhere_keeps_the_balance(an_lac):
    for state in THE_END:
        people = {**THE_END, state: THE_END[state] + 1}
        assert sum(line_of(an_lac, code, people) for code in ("2", "3", "4")) == 4547, state


def test_the_three_denominators_are_named(an_lac):
    bases = {policy.id: figure_of(an_lac, policy.base, THE_END) for policy in an_lac.model.figures.policies}

    assert bases == {
        "all_listed": 4546,
        "minus_ineligible": 4542,
        "minus_ineligible_unavailable": 4145,
        "participants": 3975,
    }


def test_the_goal_is_marked_as_ours(an_lac):
    (goal,) = an_lac.model.figures.targets

    assert (goal.id, goal.count, goal.policy, goal.more_than) == ("G1", "took_part", "all_listed", "95 percent")
    assert goal.source == "assumed, not in the paper"


def test_seven_exits_with_their_classes_and_one_done_state_beside_the_line(an_lac):
    states = an_lac.main_track.states

    assert {name: state.exit for name, state in states.items() if state.exit} == {
        "dead": "ineligible", "army": "unavailable", "prison": "unavailable", "abroad": "unavailable",
        "no_phone": "remediable", "card_expired": "remediable", "sim_pending": "pending", "declined": "declined",
    }  # fmt: skip
    assert states["submitted_unreconciled"].done
    assert states["submitted_unreconciled"].awaits == "reconciliation"
    assert an_lac.main_track.stage_after("activated", "submitted_unreconciled") == "submitted"
    assert [name for name, state in states.items() if state.sensitive] == ["prison"]


def test_work_is_left_only_where_somebody_can_do_something(an_lac):
    assert set(an_lac.main_track.open_states) == {"activated", "no_phone", "card_expired", "sim_pending"}
    left = next(figure for figure in an_lac.model.figures.figures if figure.id == "open_people")
    assert set(left.states or ()) == set(an_lac.main_track.open_states)


def test_whoever_is_dead_or_finished_cannot_take_part(an_lac):
    facts = {"happened_at": at("2025-05-20 08:00")}
    for state in ("dead", "submitted", "declined", "prison"):
        with pytest.raises(WrongState):
            an_lac.main_track.fire(state, "submit", facts, at("2025-05-20 08:00"))


def test_taking_part_is_judged_by_when_it_happened_not_by_when_it_is_typed(an_lac):
    fire = an_lac.main_track.fire
    typed_late = at("2025-05-31 08:00")

    assert fire("activated", "submit", {"happened_at": at("2025-05-29 23:59:59.999999")}, typed_late) == "submitted"
    for outside in ("2025-05-30 00:00", "2025-05-05 23:59:59.999999"):
        with pytest.raises(GuardRefused):
            fire("activated", "submit", {"happened_at": at(outside)}, at("2025-05-20 08:00"))


def test_a_mended_obstacle_leads_straight_to_taking_part(an_lac):
    facts = {"happened_at": at("2025-05-20 08:00")}
    for state in ("no_phone", "card_expired", "sim_pending", "army", "abroad"):
        assert an_lac.main_track.fire(state, "submit", facts, at("2025-05-20 08:00")) == "submitted"


def test_what_the_paper_says_was_done_is_a_task_with_evidence(an_lac):
    counts = {
        task.id: evidence.at_least
        for task in an_lac.model.plan.tasks
        for evidence in task.evidence
        if evidence.kind == "count"
    }

    assert counts["articles"] == 31  # "hơn 30 lượt tin bài"
    assert counts["broadcasts"] == 51  # "trên 50 lượt"
    assert counts["conference"] == 1


def test_hours_that_the_paper_does_not_give_are_marked(an_lac):
    assert all("assumed, not in the paper" in rule.model.source for rule in an_lac.rules)


def test_the_outline_has_the_papers_numbers_and_prints_every_line(an_lac):
    outline = an_lac.model.figures.outline

    assert [item.number for item in outline] == ["I", "I.1", "I.2", "I.3", "I.3.1", "I.3.2", "II", "III"]
    assert [code for item in outline for code in item.lines] == [line.code for line in an_lac.model.figures.lines]


def test_opinions_are_counted_only_by_the_owner_of_the_national_system(an_lac):
    lines = {line.code: line.figure for line in an_lac.model.figures.lines}
    figures = {figure.id: figure for figure in an_lac.model.figures.figures}

    for code in ("2.1", "2.2"):
        assert "Cơ quan chủ quản" in (figures[lines[code]].external or "")


def test_recipients_are_those_of_the_paper(an_lac):
    assert [one.to for one in an_lac.model.pack.reporting.recipients] == [
        "UBND thành phố", "TTr Đảng ủy", "TTr HĐND phường", "Lãnh đạo UBND phường", "MTTQ, các đoàn thể CTXH",
        "Trưởng KDC", "Lưu: VT",
    ]  # fmt: skip
