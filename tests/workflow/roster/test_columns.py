"""Which column is what: aliases, header rows further down and over several rows, what is missing or left out."""

import pytest

from workflow.roster.columns import Needs, recognise
from workflow.roster.headers import ALIASES, FIELD_OF, REASON_OF

NO_HOUSEHOLD = Needs(household=False)


def layout_of(*rows, needs=NO_HOUSEHOLD, **options):
    width = max(map(len, rows))
    return recognise(
        [(number, [*row, *[""] * (width - len(row))]) for number, row in enumerate(rows, 1)], needs, **options
    )


def fields_of(layout):
    return {field: column.index for field, column in layout.fields.items()}


def checks_of(layout):
    return [(finding.severity, finding.check) for finding in layout.findings]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("HỌ VÀ TÊN", "name"), ("hoten", "name"), ("Họ, chữ đệm và tên khai sinh", "name"), ("Ho va ten", "name"),
        ("NTNS", "birth"), ("Ngày, tháng,\nnăm sinh", "birth"), ("Phái", "sex"), ("Số CCCD", "id_number"), ("CMND/CCCD", "id_number"),
        ("Số định danh cá nhân", "id_number"), ("SĐD", "id_number"), ("Xóm", "area"), ("Thôn", "area"), ("KDC", "area"), ("Họ tên chủ hộ", "head"),
        ("Số hồ sơ cư trú", "household_key"), ("SĐT", "phone"), ("ĐT", "phone"), ("Trạng thái kích hoạt", "account"), ("HKTT", "permanent"),
        ("Nơi tạm trú", "temporary"), ("Nơi ở hiện nay", "present"), ("Ngày sinh (dd/mm/yyyy)", "birth"),
    ],
)  # fmt: skip
def test_headers_are_known_under_the_names_offices_use(header, field):
    others = [alias for alias in ("Họ và tên", "Ngày sinh", "Số ĐDCN", "Chủ hộ") if alias != ALIASES[field][0]]

    assert layout_of([*others, header]).fields[field].header == header


def test_no_header_is_known_twice():
    assert not FIELD_OF.keys() & REASON_OF.keys()
    assert len(FIELD_OF) > 130


def test_the_header_is_found_under_a_letterhead():
    layout = layout_of(
        ["CÔNG AN PHƯỜNG", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        [],
        ["DANH SÁCH CÔNG DÂN"],
        ["STT", "Họ và tên", "Số CCCD"],
        ["1", "Lê Văn An"],
    )

    assert (layout.header_starts, layout.header_ends) == (4, 4)
    assert fields_of(layout) == {"ordinal": 0, "name": 1, "id_number": 2}
    assert layout.usable


def test_a_header_of_two_merged_rows_is_read_as_one():
    layout = layout_of(
        ["STT", "Họ và tên", "Năm sinh", "", "Định danh", "", "Số CCCD"],
        ["", "", "Nam", "Nữ", "Mức 1", "Mức 2", ""],
        ["1", "Lê Văn An", "1985"],
        merged=[(0, 2, 0, 3), (0, 4, 0, 5), (0, 0, 1, 0)],
    )

    assert layout.header_ends == 2
    assert fields_of(layout) == {
        "ordinal": 0,
        "name": 1,
        "male_mark": 2,
        "female_mark": 3,
        "level_1": 4,
        "level_2": 5,
        "id_number": 6,
    }
    assert checks_of(layout) == []


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("Dân tộc", "nhạy cảm"),
        ("Tôn giáo", "nhạy cảm"),
        ("Quê quán", "không cần"),
        ("Ghi chú", "ghi chú"),
        ("Ý kiến", "không ghi ý kiến"),
    ],
)
def test_columns_that_are_not_taken_are_left_out_and_said_so(header, said):
    layout = layout_of(["Họ và tên", "Ngày sinh", "Số ĐDCN", header])

    assert checks_of(layout) == [("info", "column_left_out")]
    assert said in layout.findings[0].message
    assert layout.findings[0].where == f"D – {header}"


def test_an_unknown_column_is_named_with_what_it_may_mean():
    layout = layout_of(["Họ và tên", "Ngày sinh", "Số ĐDCN", "Số điện thọi", "Cân nặng"])

    assert [finding.check for finding in layout.findings] == ["column_unknown", "column_unknown"]
    assert layout.findings[0].repairs[0]["proposed"] == "Số điện thoại"
    assert "Có phải là “Số điện thoại”?" in layout.findings[0].message
    assert layout.findings[1].repairs == ()


def test_a_header_the_pack_knows_is_a_column():
    layout = layout_of(["Họ và tên", "Ngày sinh", "Số ĐDCN", "Nhóm liên gia"], aliases={"NHÓM LIÊN GIA": "area"})

    assert fields_of(layout)["area"] == 3


def test_a_column_that_is_there_twice_is_read_once():
    layout = layout_of(["Họ và tên", "Ngày sinh", "Số CCCD", "Số ĐDCN"])

    assert fields_of(layout)["id_number"] == 2
    assert checks_of(layout) == [("warning", "column_twice")]


@pytest.mark.parametrize(
    ("headers", "needs", "missing"),
    [
        (["STT", "Ngày sinh", "Số CCCD"], Needs(household=False), ["Họ và tên"]),
        (["STT", "Họ và tên", "SĐT"], Needs(household=False), ["Số ĐDCN"]),
        (["STT", "Họ và tên", "Số CCCD"], Needs(), ["Chủ hộ"]),
        (["STT", "Họ và tên", "Số CCCD", "Số nhà"], Needs(), []),
        (
            ["STT", "Họ và tên", "Số CCCD"],
            Needs(household=False, area=True, account=True),
            ["Tổ dân phố", "Tình trạng định danh"],
        ),
    ],
)
def test_columns_a_list_must_have_are_asked_for(headers, needs, missing):
    layout = layout_of(headers, needs=needs)

    errors = [finding.message for finding in layout.findings if finding.severity == "error"]
    assert len(errors) == len(missing)
    assert all(word in message for word, message in zip(missing, errors, strict=True))
    assert layout.usable is not bool(missing)


@pytest.mark.parametrize(
    "rows", [[[]], [["a", "b", "c"]], [["Họ và tên", "x", "y"]], [["x"]] * 60 + [["STT", "Họ và tên", "Số CCCD"]]]
)
def test_a_sheet_without_a_header_is_a_sentence(rows):
    layout = layout_of(*rows)

    assert checks_of(layout) == [("error", "header_missing")]
    assert "dòng tiêu đề" in layout.findings[0].message


def test_a_file_without_any_row_is_a_sentence():
    assert not recognise([], Needs()).usable
