"""The form of a unit: the sample can be used as it is, in both forms alike; every mistake is told at its place, all at once."""

import pytest
import xlsxwriter

from rules.pack import load_pack, shipped_packs
from workflow.errors import BadInput
from workflow.operations.errors import AlreadyThere
from workflow.roster.archive import SheetRefused
from workflow.setup.form import SECTIONS, SetupRefused
from workflow.setup.judge import plan_of
from workflow.setup.sample import sample_rows, write_sample
from workflow.setup.set_up import read_form

PACK = load_pack(shipped_packs()["cat-thanh-2025"])

GOOD = """\
unit: {code: xa-thu, name: Xã Thử, kind: xã, pack: cat-thanh-2025}
areas:
  - {code: A01, name: Thôn 1, aliases: [Xóm 1, Thôn Một]}
  - {code: A02, name: Thôn 2}
teams:
  - {code: T01, name: Tổ 1, areas: [A01, A02]}
accounts:
  - {login: an, name: Nguyễn Văn An}
  - {login: binh, name: Trần Thị Bình}
posts:
  - {post: team_leader, scope: T01, holders: an}
  - {post: member, scope: T01, holders: [an, binh]}
"""


def judged(tmp_path, text, name="form.yaml"):
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return plan_of(read_form(path), PACK)


def findings(tmp_path, text):
    with pytest.raises(SetupRefused) as refused:
        judged(tmp_path, text)
    told: dict[str, str] = {}
    for finding in refused.value.findings:
        told[finding.where] = f"{told.get(finding.where, '')} {finding.message}".strip()
    return told


def write_book(path, sheets):
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, text in enumerate(row):
                    sheet.write_string(number, column, text)


@pytest.mark.parametrize("name", sorted(shipped_packs()))
def test_the_sample_is_a_unit_in_both_forms_alike(tmp_path, name):
    pack = load_pack(shipped_packs()[name])
    for file in ("a.yaml", "a.xlsx"):
        write_sample(tmp_path / file, pack)

    plans = [plan_of(read_form(tmp_path / file), pack) for file in ("a.yaml", "a.xlsx")]

    assert plans[0] == plans[1]
    assert len(plans[0].areas) == len(plans[0].teams) == 2
    assert {post.code for post in plans[0].posts} == {post.id for post in pack.model.pack.posts}
    assert all(post.holders for post in plans[0].posts)


def test_a_sample_overwrites_nothing(tmp_path):
    write_sample(tmp_path / "a.yaml", PACK)

    with pytest.raises(AlreadyThere, match="Đã có tệp"):
        write_sample(tmp_path / "a.yaml", PACK)


def test_a_filled_in_form_becomes_the_plan(tmp_path):
    plan = judged(tmp_path, GOOD)

    held = {(post.code, post.scope): post.holders for post in plan.posts if post.holders}
    assert (plan.code, plan.name, plan.kind, plan.is_demo) == ("xa-thu", "Xã Thử", "xã", False)
    assert plan.areas[0].aliases == ("Xóm 1", "Thôn Một")
    assert plan.teams[0].areas == ("A01", "A02")
    assert held == {("team_leader", "T01"): ("an",), ("member", "T01"): ("an", "binh")}
    assert [body.code for body in plan.bodies] == [body.id for body in PACK.model.pack.bodies]
    assert ("area_head", "A02") in {(post.code, post.scope) for post in plan.posts}


def test_every_mistake_is_told_at_once_at_its_place(tmp_path):
    told = findings(
        tmp_path,
        """\
unit: {code: Xã Thử, name: Xã Thử, kinds: xã}
areas:
  - {code: A01, name: Thôn 1}
  - {code: A01, name: Thôn 2}
  - {code: A03, name: thon 1}
  - {name: Thôn 4}
teams:
  - {code: T01, name: Tổ 1, areas: [A01, A9]}
  - {code: T02, areas: A01}
bodies:
  - {code: T01, name: Văn phòng, kind: ofice, counts_staff: maybe}
accounts:
  - {login: an, name: Nguyễn Văn An}
  - {login: an, name: Nguyễn Văn An Hai}
  - {login: Bình, name: Trần Thị Bình}
posts:
  - {post: team_leder, scope: T01, holders: an}
  - {post: team_leader, scope: A01, holders: ann}
  - {post: member}
  - {post: coordinator, scope: T01}
postt: []
""",
    )

    expected = {
        "form.yaml:1:14": "không dùng làm mã được",
        "form.yaml:1:36": "khóa lạ “kinds” - có phải 'kind' không?",
        "form.yaml:4:12": "mã “A01” đã dùng ở form.yaml:3:12",
        "form.yaml:5:23": "“thon 1” đã là tên của địa bàn A01",
        "form.yaml:6:5": "chưa ghi “Mã”, ví dụ A01",
        "form.yaml:8:36": "không có địa bàn “A9”",
        "form.yaml:9:5": "chưa ghi “Tên”",
        "form.yaml:9:24": "địa bàn A01 đã giao cho tổ T01",
        "form.yaml:11:12": "mã “T01” đã dùng",
        "form.yaml:11:40": "không có loại “ofice” - có phải 'office' không?",
        "form.yaml:11:61": "ghi “có” hoặc “không”",
        "form.yaml:14:13": "mỗi người một tên đăng nhập",
        "form.yaml:15:13": "không dùng làm mã được",
        "form.yaml:17:12": "không có vị trí “team_leder” - có phải 'team_leader' không?",
        "form.yaml:18:32": "không có tổ công tác “A01”",
        "form.yaml:18:46": "không có tài khoản “ann” - có phải 'an' không?",
        "form.yaml:19:5": "thuộc một tổ công tác; ghi mã: T01, T02",
        "form.yaml:21:1": "mục lạ “postt” - có phải 'posts' không?",
    }
    missing = {where: text for where, text in expected.items() if text not in told.get(where, "")}
    assert missing == {}, told


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "thiếu mục “Đơn vị”"),
        ("- a\n- b\n", "tệp phải gồm các mục: unit, areas"),
        ("unit: [1, 2\n", "form.yaml:"),
        ("unit: {code: a, code: b}\n", "code"),
        (GOOD.replace("areas:\n", "areas: 5\nunused:\n"), "phải là một danh sách"),
        (GOOD.replace("{login: an, name: Nguyễn Văn An}", "an"), "phải là một nhóm khóa: giá trị"),
        (GOOD.replace("name: Xã Thử", "name: {vi: Xã Thử}"), "phải là một đoạn chữ"),
        (GOOD.replace("code: A02", "code: unit"), "“unit” không dùng làm mã được"),
        (GOOD.replace("Thôn 2", "x" * 300), "dài hơn 200 chữ"),
    ],
)
def test_a_form_that_is_no_form_is_told_where(tmp_path, text, sentence):
    told = findings(tmp_path, text)

    assert any(sentence in f"{where}: {message}" for where, message in told.items()), told


def test_a_spreadsheet_is_told_by_sheet_and_cell(tmp_path):
    rows = sample_rows(PACK)
    sheets = {
        label: [list(columns.values()), *([row.get(key, "") for key in columns] for row in rows[section])]
        for section, (label, columns) in SECTIONS.items()
    }
    sheets["Tổ công tác"][2][2] = "A77"
    sheets["Tài khoản"][0][1] = "Họ tên"
    sheets["Vị trí lạ"] = [["x"]]
    write_book(tmp_path / "a.xlsx", sheets)

    with pytest.raises(SetupRefused) as refused:
        plan_of(read_form(tmp_path / "a.xlsx"), PACK)

    told = {finding.where: finding.message for finding in refused.value.findings}
    assert "không có địa bàn “A77”" in told["Tổ công tác!C3"]
    assert "cột lạ “Họ tên” - có phải 'Họ và tên' không?" in told["Tài khoản!B1"]
    assert "trang tính lạ - có phải 'Vị trí' không?" in told["Vị trí lạ"]


def test_an_empty_sheet_of_something_needed_is_missing(tmp_path):
    write_book(tmp_path / "a.xlsx", {"Đơn vị": [["Mã", "Tên"], ["xa-thu", "Xã Thử"]], "Địa bàn": [["Mã", "Tên"]]})

    with pytest.raises(SetupRefused) as refused:
        plan_of(read_form(tmp_path / "a.xlsx"), PACK)

    messages = [finding.message for finding in refused.value.findings]
    assert len([message for message in messages if "còn trống" in message]) == 2


@pytest.mark.parametrize(
    ("name", "content", "refusal"),
    [("a.xlsx", b"not a book", SheetRefused), ("a.xls", b"x", SheetRefused), ("a.docx", b"x", BadInput),
     ("a.yaml", b"\xff\xfe", BadInput), ("nowhere/a.yaml", None, BadInput), ("nowhere/a.xlsx", None, SheetRefused)],
)  # fmt: skip
def test_other_files_are_refused_with_a_sentence(tmp_path, name, content, refusal):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(refusal) as refused:
        read_form(path)

    assert str(refused.value).endswith(".")
