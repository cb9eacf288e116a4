"""Rows, judged: every kind of dirt that lists have is taken with a note, repaired and counted, or handed back."""

import time
import unicodedata
from datetime import date

import pytest

from workflow.roster.columns import Needs
from workflow.roster.judge import RowJudge

from .conftest import AN, HEADERS

pytestmark = pytest.mark.slow

BINH = {
    "Họ và tên": "Trần Thị Bình",
    "Giới tính": "Nữ",
    "Số ĐDCN": "999185000002",
    "Quan hệ với chủ hộ": "Vợ",
    "Số điện thoại": "",
}
CUONG = {"Họ và tên": "Nguyễn Văn Cường", "Số ĐDCN": "999085000003", "Quan hệ với chủ hộ": "Con"}
MOVED = {"Chủ hộ": "Lê Văn Đạt", "Họ và tên": "Lê Văn Đạt", "Số nhà/Ngõ": "14", "Số ĐDCN": "999085000009"}


def checks_of(findings, *severities):
    return {finding.check for finding in findings if finding.severity in (severities or ("error", "warning"))}


def only_rejection(roster):
    (rejection,) = roster.tally.rejections
    return rejection


def test_a_clean_row_is_taken_as_it_stands(judged):
    (row,), roster, findings = judged(AN)

    assert (row.row_no, row.name, row.name_fold, row.sex, row.birth_on, row.birth_precision) == (
        2, "Nguyễn Văn An", "nguyen van an", "male", "1985-03-05", "day")  # fmt: skip
    assert (row.id_number, row.phone, row.account) == ("999085000001", "0500000001", "activated")
    assert (row.area_text, row.lane, row.house_no, row.head_name, row.is_head, row.relation) == (
        "Tổ dân phố số 1", "Ngõ 5", "12", "Nguyễn Văn An", True, "Chủ hộ")  # fmt: skip
    assert checks_of(findings) == set()
    assert not roster.tally.repairs


def test_every_row_of_the_sheet_is_accounted_for(write_book, read):
    person = [AN.get(header, "1") for header in HEADERS]
    other = [BINH.get(header, AN.get(header, "2")) for header in HEADERS]
    rows = [
        ["CÔNG AN PHƯỜNG"], [], HEADERS, [f"({number})" for number in range(len(HEADERS))], ["", "Tổ dân phố số 1"], person, [], HEADERS, other,
        ["", "", *person[2:]], ["", "Tổng cộng: 3 người"], [], ["", "Ngày 15 tháng 5 năm 2025"], ["", "NGƯỜI LẬP BIỂU"], ["", "(Ký, ghi rõ họ tên)"],
        [], ["", "Hoàng Văn Mạnh"],
    ]  # fmt: skip

    taken, roster, _ = read(write_book(rows))

    assert dict(roster.tally.kinds) == {
        "letterhead": 3, "header": 2, "group": 1, "accepted": 2, "blank": 3, "rejected": 1, "total": 1, "signature": 4}  # fmt: skip
    assert sum(roster.tally.kinds.values()) == len(rows)
    assert [row.row_no for row in taken] == [6, 9]


def test_a_household_written_once_is_carried_down(judged):
    blank = {"Chủ hộ": "", "Số nhà/Ngõ": ""}
    rows, roster, findings = judged(AN, BINH | blank, CUONG | blank, MOVED)

    assert [row.household_key for row in rows] == ["nguyen van an|ngo 5|12"] * 3 + ["le van dat||14"]
    assert [row.head_name for row in rows[:3]] == ["Nguyễn Văn An"] * 3
    assert [row.is_head for row in rows] == [True, False, False, True]
    assert roster.tally.repairs["household_filled"] == 2
    assert "household_filled" in checks_of(findings, "info")


def test_a_new_head_without_an_address_does_not_join_the_household_above(judged):
    blank = {"Chủ hộ": "", "Số nhà/Ngõ": ""}
    rows, _, _ = judged(AN, MOVED | blank)

    assert rows[1].head_name == "Lê Văn Đạt"
    assert rows[0].household_key != rows[1].household_key


def test_another_address_without_a_head_does_not_join_the_household_above(judged):
    rows, _, _ = judged(AN, CUONG | {"Chủ hộ": "", "Số nhà/Ngõ": "14, Ngõ 5"})

    assert [row.head_name for row in rows] == ["Nguyễn Văn An", ""]
    assert rows[1].household_key == "|ngo 5|14"


def test_nothing_is_carried_past_a_group_row(write_book, read):
    blank = AN | CUONG | {"Chủ hộ": "", "Số nhà/Ngõ": ""}
    rows = [
        HEADERS,
        [AN.get(header, "") for header in HEADERS],
        ["Tổ dân phố số 2"],
        [blank.get(header, "") for header in HEADERS],
    ]

    taken, roster, findings = read(write_book(rows))

    assert [row.row_no for row in taken] == [2]
    assert (only_rejection(roster).row, "household_missing" in checks_of(findings)) == (4, True)


def test_the_file_number_tells_households_apart_before_the_address(judged):
    headers = [*HEADERS, "Số hồ sơ cư trú"]
    rows, _, _ = judged(
        AN | {headers[-1]: "HS 01"},
        BINH | {headers[-1]: "HS 01", "Số nhà/Ngõ": ""},
        MOVED | {headers[-1]: "HS 02"},
        headers=headers,
    )

    assert [row.household_key for row in rows] == ["hs 01", "hs 01", "hs 02"]
    assert rows[1].lane == "Ngõ 5"


def test_group_rows_name_the_area_and_the_household(write_book, read):
    headers = ["STT", "Họ và tên", "Năm sinh", "Quan hệ với chủ hộ", "Chủ hộ"]
    rows = [headers, ["Thôn Đông (2 hộ)"], ["Hộ số 1: ông Lê Văn Đạt"], ["1", "Lê Văn Đạt", "1956", "Chủ hộ"], ["2", "Ngô Thị Hoa", "1958", "Vợ"],
            ["Hộ số 2"], ["3", "Đỗ Văn Hà", "1960", "Chủ hộ"], ["Thôn Đoài"], ["4", "Tô Văn Khu", "1961", "Chủ hộ"]]  # fmt: skip

    taken, roster, _ = read(write_book(rows))

    assert [(row.area_text, row.head_name) for row in taken] == [
        ("Thôn Đông", "Lê Văn Đạt"), ("Thôn Đông", "Lê Văn Đạt"), ("Thôn Đông", "Đỗ Văn Hà"), ("Thôn Đoài", "Tô Văn Khu")]  # fmt: skip
    assert len({row.household_key for row in taken}) == 3
    assert roster.tally.kinds["group"] == 4


@pytest.mark.parametrize(
    "name",
    ["Tô Văn An", "Tống Thị Cộng", "Hồ Thị Ba", "Khu Văn Tổ", "Y Bham Niê", "H'Bia Mlô", "Công Tằng Tôn Nữ Thị Hoa"],
)
def test_people_whose_names_look_like_groups_and_totals_are_people(judged, name):
    (row,), _, _ = judged({"Họ và tên": name, "Chủ hộ": name})

    assert row.name == name


@pytest.mark.parametrize(
    ("value", "check"),
    [
        ("123456789", "id_old_card"), ("3.0123E+10", "id_scientific"), ("9990850000011", "id_length"), ("99908500000A", "id_not_digits"),
        ("99908500001", "id_unsafe_repair"),
    ],
)  # fmt: skip
def test_an_id_number_that_cannot_be_mended_hands_the_row_back_masked(judged, value, check):
    rows, roster, findings = judged({"Số ĐDCN": value})

    assert rows == []
    rejection = only_rejection(roster)
    assert (rejection.row, rejection.column) == (2, "E – Số ĐDCN")
    assert value not in (rejection.value, rejection.reason)
    assert rejection.value == "*" * (len(value) - 3) + value[-3:]
    assert rejection.reason
    assert rejection.todo
    assert check in checks_of(findings)


def test_an_id_number_that_lost_its_zero_as_a_number_is_mended_and_counted(write_book, read):
    year_2385 = {**AN, "Số ĐDCN": 31885000001, "Ngày sinh": ""}  # born in the 2300s: nobody's number
    (row,), roster, findings = read(write_book([HEADERS, [year_2385.get(header, "") for header in HEADERS]]))

    assert row.id_number == "031885000001"
    assert roster.tally.repairs["id_zeros"] == 1
    assert "id_zeros" in checks_of(findings, "info")


def test_numbers_and_dates_may_be_cells_of_their_kind(write_book, read):
    person = {**AN, "Số ĐDCN": 999085000001, "Ngày sinh": date(1985, 3, 5), "Số điện thoại": 500000001}
    (row,), _, findings = read(write_book([HEADERS, [person.get(header, "") for header in HEADERS]]))

    assert (row.id_number, row.birth_on, row.phone) == ("999085000001", "1985-03-05", "0500000001")
    assert checks_of(findings) == set()


def test_the_second_row_with_an_id_number_is_handed_back_with_the_first_rows_number(judged):
    rows, roster, _ = judged(AN, BINH, CUONG | {"Số ĐDCN": "999 085 000 001"})

    assert len(rows) == 2
    assert (only_rejection(roster).row, "dòng 2" in only_rejection(roster).reason) == (4, True)


def test_the_same_person_twice_is_handed_back_without_a_number_and_noted_with_another(judged):
    rows, roster, _ = judged(AN | {"Số ĐDCN": ""}, AN | {"Số ĐDCN": ""})
    assert len(rows) == 1
    assert "dòng 2" in only_rejection(roster).reason

    rows, roster, findings = judged(AN, AN | {"Số ĐDCN": "999085000007"})
    assert len(rows) == 2
    assert "person_twice" in checks_of(findings)


@pytest.mark.parametrize(
    ("person", "check"),
    [
        ({"Họ và tên": ""}, "name_missing"), ({"Họ và tên": "=HYPERLINK(1)"}, "name_symbols"), ({"Họ và tên": "Nguyễn 1"}, "name_symbols"),
        ({"Họ và tên": "NguyÔn V¨n A"}, "name_TCVN3"), ({"Họ và tên": "Nguyeãn Vaên A"}, "name_VNI"), ({"Họ và tên": "Nguyễn " * 20}, "name_long"),
        ({"Số ĐDCN": "", "Ngày sinh": ""}, "identity_missing"), ({"Ngày sinh": "31/02/1985"}, "birth_impossible"),
        ({"Ngày sinh": "không rõ"}, "birth_unreadable"), ({"Ngày sinh": "1/1/1885"}, "birth_too_early"),
        ({"Ngày sinh": "5/3/15", "Số ĐDCN": ""}, "birth_century"), ({"Tình trạng định danh": "chờ xem"}, "account_unknown"),
        ({"Chủ hộ": "", "Số nhà/Ngõ": "", "Quan hệ với chủ hộ": ""}, "household_missing"),
        ({"Chủ hộ": "", "Số nhà/Ngõ": "Thôn Đông", "Quan hệ với chủ hộ": ""}, "household_missing"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_taken_says_why_and_what_to_do(judged, person, check):
    rows, roster, findings = judged(person)

    assert rows == []
    assert check in checks_of(findings)
    assert only_rejection(roster).todo


def test_an_area_must_come_from_somewhere_if_the_list_needs_one(judged):
    nowhere = {"Tổ dân phố": ""}
    needs = Needs(area=True)

    assert judged(nowhere, needs=needs)[0] == []
    (row,), _, _ = judged(nowhere, needs=needs, area="Tổ dân phố số 7")
    assert row.area_text == "Tổ dân phố số 7"


@pytest.mark.parametrize(
    ("person", "check", "field", "kept"),
    [
        ({"Số ĐDCN": "998085000001"}, "id_unknown_province", "id_number", "998085000001"), ({"Giới tính": "Nữ"}, "id_sex", "sex", "female"),
        ({"Ngày sinh": "05/03/1986"}, "id_birth_year", "birth_on", "1986-03-05"), ({"Số điện thoại": "0500"}, "phone_unusable", "phone", None),
        ({"Số điện thoại": "0500000001/0500000002"}, "phone_several", "phone", "0500000001"), ({"Họ và tên": "An"}, "name_one_word", "name", "An"),
        ({"Họ và tên": "Ng. V. An"}, "name_short", "name", "Ng. V. An"), ({"Giới tính": "?"}, "sex_unknown", "sex", "male"),
        ({"Ngày sinh": "1/1/2026", "Số ĐDCN": ""}, "birth_future", "birth_on", "2026-01-01"),
        ({"Ngày sinh": "2015", "Số ĐDCN": ""}, "age_low", "birth_on", "2015"), ({"Ngày sinh": "1905", "Số ĐDCN": ""}, "age_high", "birth_on", "1905"),
    ],
)  # fmt: skip
def test_what_is_odd_is_noted_and_the_row_taken(judged, person, check, field, kept):
    (row,), roster, findings = judged(person)

    assert getattr(row, field) == kept
    assert check in checks_of(findings)
    (doubt,) = [doubt for doubt in roster.tally.doubts if doubt.check == check]
    assert doubt.row == 2
    assert not any(number in doubt.value for number in ("998085000001", "999085000001", "0500000001"))


@pytest.mark.parametrize(
    ("written", "kept"), [("5/3/85", "1985-03-05"), ("03/15/1985", "1985-03-15"), ("31111", "1985-03-05")]
)
def test_repaired_birth_dates_are_counted(judged, written, kept):
    (row,), roster, _ = judged({"Ngày sinh": written})

    assert row.birth_on == kept
    assert roster.tally.repairs["birth_repaired"] == 1


def test_the_sex_may_be_in_two_columns_as_ticks_or_as_birth_years(write_book, read):
    ticks = [
        ["STT", "Họ và tên", "Ngày sinh", "Nam", "Nữ", "Chủ hộ"],
        ["1", "Lê An", "1956", "x", "", "Lê An"],
        ["2", "Ngô Hoa", "1958", "", "X", "Lê An"],
    ]
    years = [
        ["STT", "Họ và tên", "Năm sinh", "", "Chủ hộ"],
        ["", "", "Nam", "Nữ"],
        ["1", "Lê An", 1956, "", "Lê An"],
        ["2", "Ngô Hoa", "", 1958, "Lê An"],
    ]

    for taken, _, _ in (read(write_book(ticks)), read(write_book(years, merged=[(0, 2, 0, 3, "Năm sinh")]))):
        assert [(row.sex, row.birth_on) for row in taken] == [("male", "1956"), ("female", "1958")]


def test_a_missing_sex_is_taken_from_the_id_number(judged):
    (row,), roster, _ = judged(BINH | {"Giới tính": ""})

    assert row.sex == "female"
    assert roster.tally.repairs["sex_from_id"] == 1


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("Đã kích hoạt", "activated"), ("KH rồi", "activated"), ("m2", "activated"), ("mức 02", "activated"), ("ĐÃ KÍCH HOẠT MỨC 2", "activated"),
        ("chưa kích hoạt", "registered"), ("chưa KH", "registered"), ("Đã đăng ký, chưa kích hoạt", "registered"), ("Chưa có mức 2", "none"),
        ("Đã KH mức 2 ngày 5/3", "activated"), ("đã cấp nhưng chưa kích hoạt được", "registered"),
        ("chưa có", "none"), ("Mức 1", "none"), ("", None),
    ],
)  # fmt: skip
def test_account_states_are_read_in_the_words_people_use(judged, text, account):
    (row,), _, _ = judged({"Tình trạng định danh": text})

    assert row.account == account


def test_a_pack_may_add_words_and_the_file_may_declare_what_it_lists(judged):
    (row,), _, _ = judged({"Tình trạng định danh": "Chờ duyệt"}, account_words={"chờ duyệt": "registered"})
    assert row.account == "registered"

    (row,), _, _ = judged({"Tình trạng định danh": ""}, account="activated")
    assert row.account == "activated"

    rows, _, findings = judged({"Tình trạng định danh": ""}, needs=Needs(account=True))
    assert rows == []
    assert "account_missing" in checks_of(findings)


def test_ticks_under_level_2_say_who_has_it(judged):
    headers = [*HEADERS[:-1], "Mức 1", "Mức 2"]
    rows, _, _ = judged(AN | {"Mức 2": "x"}, BINH | {"Mức 1": "x"}, headers=headers)

    assert [row.account for row in rows] == ["activated", "none"]


def test_residence_is_read_from_its_column_or_from_where_the_address_stands(judged):
    headers = [*HEADERS, "Nơi thường trú", "Nơi tạm trú"]
    rows, _, _ = judged(AN | {"Nơi thường trú": "Tổ 1"}, BINH | {"Nơi tạm trú": "Tổ 1"}, CUONG, headers=headers)
    assert [row.residence for row in rows] == ["permanent", "temporary", None]

    (row,), _, _ = judged(AN | {"Tình trạng cư trú": "Tạm vắng"}, headers=[*HEADERS, "Tình trạng cư trú"])
    assert row.residence == "away"


def test_decomposed_text_and_wide_spaces_make_no_second_person(judged):
    strange = unicodedata.normalize("NFD", "Nguyễn\u00a0Văn  An\u200b")
    rows, roster, _ = judged(AN | {"Số ĐDCN": ""}, AN | {"Họ và tên": strange, "Số ĐDCN": ""})

    assert [row.name for row in rows] == ["Nguyễn Văn An"]
    assert only_rejection(roster).value == "Nguyễn Văn An"


@pytest.mark.parametrize(
    ("total", "said"),
    [
        ("Tổng cộng: 2 người", False),
        ("Tổng số: 3 người", True),
        ("Tổng cộng: 1 hộ, 2 nhân khẩu", False),
        ("Tổng: 1 hộ", False),
    ],
)
def test_a_total_that_disagrees_with_the_rows_is_noted(write_book, read, total, said):
    people = [[{**AN, **person}.get(header, "") for header in HEADERS] for person in (AN, BINH)]

    _, _, findings = read(write_book([HEADERS, *people, ["", total]]))

    assert ("total_disagrees" in checks_of(findings)) is said


def test_a_phone_on_too_many_people_is_noted_once(judged):
    people = [
        {"Số ĐDCN": f"999085{number:06d}", "Họ và tên": f"Nguyễn Văn {letter}"}
        for number, letter in enumerate("ABCDEGHIK", 1)
    ]
    _, _, findings = judged(*people)

    (shared,) = [finding for finding in findings if finding.check == "phone_shared"]
    assert shared.numbers == {"rows": 1}


def test_a_list_without_people_is_an_error(write_book, read):
    _, _, findings = read(write_book([HEADERS, ["", "Tổng cộng: 0 người"]]))

    assert "no_people" in checks_of(findings, "error")


def test_a_list_without_the_columns_gives_no_rows_but_says_what_is_missing(write_book, read):
    taken, _, findings = read(write_book([["STT", "Họ và tên", "SĐT"], ["1", "Lê Văn An", "0500000001"]]))

    assert taken == []
    assert checks_of(findings, "error") == {"column_missing"}


def test_other_sheets_are_never_left_out_silently(write_book, read):
    _, _, findings = read(write_book([HEADERS], more_sheets=["Tổ 2"]))

    assert "other_sheets" in checks_of(findings)


def test_findings_have_the_one_shape_and_never_show_a_whole_number(judged):
    _, _, findings = judged(AN, CUONG | {"Số ĐDCN": "999085000001"}, BINH | {"Số điện thoại": "0500 00"})

    for finding in findings:
        assert set(finding.as_dict()) == {"check", "severity", "where", "message", "numbers", "repairs"}
        assert "999085000001" not in str(finding.as_dict())


def test_clean_rows_are_judged_quickly(judged):
    _, roster, _ = judged(AN)
    row = [AN.get(header, "") for header in HEADERS]
    rows = [(number, [*row[:4], f"999085{number:06d}", *row[5:]]) for number in range(10, 5_010)]
    started = time.process_time()

    taken = sum(1 for _ in RowJudge(roster.judge.layout, Needs(), as_of=date(2025, 5, 15)).accepted(rows))

    assert taken == 5_000
    assert (time.process_time() - started) / 5_000 < 120e-6, "40 microseconds on a quiet machine"


def test_no_cell_text_can_break_the_judge(judged):
    hostile = [
        "=1+1",
        "+84",
        "-",
        "@x",
        "\t",
        "9" * 400,
        "\u202e",
        "١٢٣",
        "½",
        "²²²²",
        "x" * 5000,
        "00/00/0000",
        "1e400",
        "NaN",
        "💥",
    ]
    for header in HEADERS:
        rows, roster, _ = judged(*({header: text} for text in hostile))

        others = sum(roster.tally.kinds[kind] for kind in ("group", "total", "header", "blank", "signature"))
        assert len(rows) + roster.tally.kinds["rejected"] + others == len(hostile)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"Chủ hộ": "Không tán thành"}, "ý kiến"),
        ({"Số nhà/Ngõ": "Số 12, Ngõ 5 không tán thành"}, "ý kiến"),
        ({"Chủ hộ": "An 999085000001"}, "dãy số dài"),
        ({"Họ và tên": "Nguyễn Văn 0912345678"}, "dãy số dài"),
    ],
)
def test_a_name_or_place_that_tells_too_much_is_handed_back_unrepeated(judged, cells, reason):
    rows, roster, _ = judged(AN | cells)

    rejection = only_rejection(roster)
    assert rows == []
    assert reason in rejection.reason
    assert rejection.value == ""


def test_a_relation_that_tells_an_answer_is_left_out_and_real_names_stay(judged):
    told = BINH | {"Quan hệ với chủ hộ": "không tán thành"}
    (row, named), roster, _ = judged(told, MOVED | {"Chủ hộ": "Lê Nhất Trí", "Số nhà/Ngõ": "Số 3, Ngõ Tân Thành"})

    assert row.relation == ""
    assert [doubt.value for doubt in roster.tally.doubts if "Quan hệ với chủ hộ" in doubt.message] == [""]
    assert named.head_name == "Lê Nhất Trí"


def test_a_row_names_all_its_faults_and_is_handed_back_once(judged):
    bad = {"Họ và tên": "", "Số ĐDCN": "12345", "Ngày sinh": "31/02/1985", "Tình trạng định danh": "sắp có"}

    (row,), roster, findings = judged(bad, BINH)

    assert row.name == "Trần Thị Bình"
    told = [(each.row, each.cell, each.reason) for each in roster.tally.rejections]
    assert told == [
        (2, "B2", "Thiếu họ tên"),
        (2, "C2", "Ngày sinh không có trên lịch"),
        (2, "E2", "Số ĐDCN không đủ hoặc thừa chữ số"),
        (2, "K2", "Không hiểu tình trạng định danh"),
    ]
    assert (roster.tally.kinds["accepted"], roster.tally.kinds["rejected"], roster.tally.people) == (1, 1, 2)
    assert all(finding.numbers == {"rows": 1} for finding in findings if "bị trả lại" in finding.message)


def test_what_a_fault_hides_is_not_said_to_be_missing(judged):
    _, roster, _ = judged({"Ngày sinh": "31/02/1985", "Số ĐDCN": ""})

    assert only_rejection(roster).reason == "Ngày sinh không có trên lịch"


def test_a_row_that_is_handed_back_takes_nobodys_number(judged):
    (row,), roster, _ = judged(AN | {"Ngày sinh": "31/02/1985"}, AN)

    assert row.row_no == 3
    assert only_rejection(roster).row == 2


def test_rows_below_one_that_is_handed_back_stay_in_its_household(judged):
    blank = {"Chủ hộ": "", "Số nhà/Ngõ": ""}

    rows, _, _ = judged(AN, MOVED | {"Họ và tên": "Đạt @ 1"}, CUONG | blank)

    assert [row.head_name for row in rows] == ["Nguyễn Văn An", "Lê Văn Đạt"]
