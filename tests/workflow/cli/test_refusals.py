"""Bad input and bad days: a sentence each, nothing changed, never a traceback."""

import json
import sqlite3
import stat

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.workflow.cli.conftest import Place, call, roster, set_up
from workflow.migrations.guards import allow_changes
from workflow.sweeps import tick as sweep

MEMBER = "member-t01"
NOW = "2025-05-12 08:00"


@pytest.mark.parametrize("command", [["report"], ["tick"], ["verify"], ["seal"], ["doors"], ["backup", "x.tnb"]])
def test_without_a_database_the_way_in_is_told(empty, command):
    assert "Chạy “tungnha init” để lập đơn vị" in empty.refused(*command)
    assert not (empty.folder / "tungnha.db").exists()


def test_an_old_or_empty_database_is_not_touched(empty):
    empty.instance.mkdir()
    sqlite3.connect(empty.url.removeprefix("sqlite:///")).close()

    assert "Cơ sở dữ liệu ở bản trống" in empty.refused("report")
    assert empty.json("migrate")["before"] is None
    assert "đã ở bản" in empty.run("migrate").stdout
    assert "Chưa có đơn vị nào" in empty.refused("doors")


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (["report", "an-lac"], "Đợt an-lac: không có; có: an-lac-2025 (phuong-mau)."),
        (["report", "--area", "A9"], "Địa bàn A9: đơn vị không có mã này; có: A01"),
        (["report", "--team", "T9"], "Tổ công tác T9: đơn vị không có mã này; có: T01"),
        (["--unit", "ha-noi", "report"], "Đơn vị ha-noi: không có; có: phuong-mau."),
        (["--as", "nobody", "doors"], "Tài khoản nobody: không có vị trí nào trong đơn vị"),
        (["verify", "--anchor", "nowhere.json"], "Tệp mốc nowhere.json: không đọc được"),
        (["--as", "coordinator", "roster", "check", "nowhere.xlsx", "--list", "L1"], "Không đọc được tệp “nowhere.xlsx”."),
        (["--as", "coordinator", "roster", "import", "x.csv", "--list", "L1"], "Hiện chưa nhận tệp .csv."),
        (["--as", "coordinator", "visit", "--file", "nowhere.json"], "Tệp nowhere.json: không đọc được"),
        (["backup", "/nowhere/at/all.tnb"], "Không ghi được /nowhere/at/all.tnb"),
        (["anchor", "/nowhere/at/all.json"], "Không ghi được /nowhere/at/all.json"),
        (["restore", "nowhere.tnb"], "Tệp này không phải là bản sao lưu"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)  # fmt: skip
def test_what_is_not_there_is_named_with_what_is(place, command, sentence):
    assert sentence in place.refused(*command)


def test_a_command_of_a_person_asks_who(place):
    assert "hãy ghi --as TÊN_ĐĂNG_NHẬP" in place.refused("doors", code=2)
    assert "hãy ghi --as TÊN_ĐĂNG_NHẬP" in place.refused("visit", "--door", "0" * 32, "--outcome", "x", code=2)


def test_a_list_may_be_imported_only_by_whom_the_posts_allow(place):
    refusal = place.refused("roster", "import", roster(place.folder, seed=3), "--list", "L1", by=MEMBER, now=NOW)

    assert "“Nhập danh sách” không thuộc quyền của vị trí này" in refusal


def test_a_list_of_the_future_and_an_unknown_list_are_refused(place):
    file = roster(place.folder, seed=3)

    assert "ở sau giờ hiện tại" in place.refused(
        "roster", "check", file, "--list", "L1", "--as-of", "2025-06-01 08:00", by="coordinator", now=NOW
    )
    assert "không có danh sách “L7”" in place.refused(
        "roster", "check", file, "--list", "L7", by="coordinator", now=NOW
    )
    assert "không thuộc quyền" in place.refused("roster", "check", "nowhere.xlsx", "--list", "L1", by=MEMBER, now=NOW)


def test_a_visit_says_what_is_wrong_and_records_nothing(place):
    door = place.json("doors", by=MEMBER, now=NOW)[0]
    before = place.json("verify")["events"]

    def refused(*arguments, **options):
        return place.refused("visit", "--door", door["door"], *arguments, by=MEMBER, now=NOW, **options)

    assert "gói quy tắc không có kết quả “xyz”" in refused("--outcome", "xyz")
    assert "ghi cho từng người" in refused("--outcome", "took_part")
    assert "nằm ngoài" in refused("--outcome", "nobody_home", "--at", "2025-05-13 08:00")
    assert "Hình thức" in refused("--outcome", "nobody_home", "--mode", "letter")
    assert "Tài khoản nobody" in refused("--outcome", "nobody_home", "--done-by", "nobody")
    assert "Thiếu --outcome" in refused(code=2)
    other = place.json("doors", by="member-t02", now=NOW)[0]["door"]
    assert "Không tìm thấy" in place.refused("visit", "--door", other, "--outcome", "nobody_home", by=MEMBER, now=NOW)
    assert place.json("verify")["events"] == before


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("[{]", "dòng 1, cột 3: không phải JSON"),
        ("{}", "phải là một danh sách lượt thăm"),
        ("[]", "phải là một danh sách lượt thăm"),
        ("[" * 100_000, "không phải"),
        ([1], "lượt thứ 1: phải là một nhóm khóa và giá trị"),
        ([{"door": "0" * 32, "outcomes": [{"outcome": "x"}]}], "lượt thứ 1, “key”: chưa ghi"),
        ([{"key": "a", "door": "12", "outcomes": [{"outcome": "x"}]}], "lượt thứ 1, “door”: “12” không phải là mã"),
        ([{"key": "a", "door": "0" * 32, "outcomes": []}], "“outcomes”: phải là danh sách"),
        ([{"key": "a", "door": "0" * 32, "at": "mai", "outcomes": [{"outcome": "x"}]}], "“at”: “mai” không phải"),
        ([{"key": "a", "door": "0" * 32, "outcomes": [{"outcom": "x"}]}], "khóa lạ - có phải 'outcome' không?"),
        ([{"key": "a", "door": "0" * 32, "outcomes": [{"outcome": "x", "state_version": "1"}]}], "phải là một số nguyên"),
        ([{"key": "a", "door": "0" * 32, "outcomes": [{"outcome": "x", "state_version": 2**63}]}], "phải từ 1 đến"),
        ([{"key": "\ud800", "door": "0" * 32, "outcomes": [{"outcome": "x"}]}], "có ký tự không lưu được"),
        ([{"key": "a", "door": "0" * 32, "at": "\x00", "outcomes": [{"outcome": "x"}]}], "có ký tự không lưu được"),
        ('[{"key": ' + "9" * 5000 + "}]", "có một số quá dài"),
        ([{"key": "a", "door": "0" * 32, "outcomes": [{"outcome": "x"}]}] * 2, "mã gửi “a” dùng cho nhiều lượt"),
    ],
)  # fmt: skip
def test_a_bad_file_of_visits_is_refused_whole(place, visits, content, sentence):
    assert sentence in place.refused("visit", "--file", visits(content), by=MEMBER, now=NOW)


def test_every_mistake_in_a_file_of_visits_is_told_at_once(place, visits):
    refusal = place.refused(
        "visit", "--file", visits([{"door": "x"}, {"key": "b", "door": "0" * 32}]), by=MEMBER, now=NOW
    )

    assert "có 4 chỗ sai nên chưa ghi lượt nào" in refusal


def test_a_real_unit_is_dated_by_the_clock_alone(kind, tmp_path):
    place = Place(kind, tmp_path, "cli_real")
    form = tmp_path / "don-vi.yaml"
    call("init", "--sample", form)
    assert "chỉ dùng khi lập đơn vị tập dượt" in place.refused("init", form, now=NOW)
    told = place.run("init", form).stdout
    assert "không ghi được lượt thăm nào" in told  # the shipped campaign is a thing of the past
    assert "tungnha pack rebase an-lac-2025 --id TÊN --first NGÀY --out GÓI" in told
    assert f"init {form} --pack GÓI" in told
    assert f'--now "2025-05-05 08:00" init --rehearsal {form}' in told
    assert [(each["check"], each["where"]) for each in place.json("doctor", code=1)["findings"]] == [
        ("doctor.campaign_over", "phuong-mau")
    ]

    assert "là đơn vị thật nên chỉ ghi theo đồng hồ máy" in place.refused("seal", now=NOW)
    assert "ở sau giờ máy" in place.refused("tick", "--as-of", "2090-01-01 08:00")
    assert "đã ghi đến" in place.refused("tick", "--as-of", "2025-05-12 08:00")
    assert "mã này đã có" in place.refused("init", form)


def test_all_that_is_wrong_with_a_form_is_said_although_its_pack_is_not_known(empty, tmp_path):
    form = tmp_path / "don-vi.yaml"
    form.write_text(
        "unit: {code: Xã Thử, name: '', pack: khong-co}\n"
        "accounts:\n  - {login: Bình, name: Bình}\n"
        "posts:\n  - {post: member, scope: T01, holders: ai}\n",
        "utf-8",
    )

    refusal = empty.refused("init", form)

    for part in (
        "khong-co",
        "“Xã Thử” không dùng làm mã được",
        "chưa ghi “Tên”",
        "thiếu mục “Địa bàn”",
        "“Bình” không",
        "tài khoản “ai”",
    ):
        assert part in refusal
    assert "vị trí" not in refusal  # which posts there are only a pack can tell


def test_with_two_units_the_tool_asks_which(kind, tmp_path):
    place = Place(kind, tmp_path, "cli_two")
    form = tmp_path / "don-vi.yaml"
    call("init", "--sample", form)
    place.run("init", form)
    form.write_text(form.read_text("utf-8").replace("phuong-mau", "phuong-hai"), "utf-8")
    place.run("init", form, "--pack", "cat-thanh-2025", "--campaign", "dot-hai", code=1)
    place.run("init", form, "--campaign", "an-lac-2025")

    assert "Có 2 đơn vị; hãy chọn một bằng --unit: phuong-hai, phuong-mau." in place.refused(
        "doors", by="coordinator", code=2
    )
    assert "ghi thêm --unit: an-lac-2025 (phuong-hai), an-lac-2025 (phuong-mau)" in place.refused(
        "report", "an-lac-2025", code=2
    )
    assert place.json("--unit", "phuong-hai", "report", "an-lac-2025")["total"] == 0
    assert [each["unit"] for each in place.json("tick")] == ["phuong-hai", "phuong-mau"]


def test_a_unit_whose_tick_fails_does_not_keep_the_next_waiting(kind, tmp_path, monkeypatch):
    place = Place(kind, tmp_path, "cli_isolated")
    form = tmp_path / "don-vi.yaml"
    call("init", "--sample", form)
    place.run("init", form)
    form.write_text(form.read_text("utf-8").replace("phuong-mau", "phuong-hai"), "utf-8")
    place.run("init", form, "--campaign", "an-lac-2025")

    def tick_unit(store, now, ids, unit, **others):
        if unit.code == "phuong-hai":
            raise RuntimeError("boom")
        return sweep.tick_unit(store, now, ids, unit, **others)

    monkeypatch.setattr("workflow.cli.tick.tick_unit", tick_unit)
    result = place.run("tick", "--json", code=1)

    assert [each["unit"] for each in json.loads(result.stdout)] == ["phuong-mau"]
    assert "“phuong-hai” chưa xét được lần này; đơn vị khác không phải chờ." in result.stderr
    assert "Có lỗi ngoài dự tính" in result.stderr


def test_a_tampered_ledger_is_found(kind, tmp_path):
    place = set_up(Place(kind, tmp_path, "cli_tamper"))
    place.run("seal", now="2025-05-06 12:00")
    store = place.store()
    with store.writer.begin() as connection:
        allow_changes(connection, "events")
        connection.execute(text("UPDATE events SET state = 'finished' WHERE ledger_no = 20"))
    store.dispose()

    result = place.run("verify", code=1)

    assert "CÓ CHỖ SAI" in result.stdout
    assert not place.json("verify", code=1)["ok"]
    assert not (place.folder / "anchor.json").exists()
    place.run("verify", "--write-anchor", place.folder / "anchor.json", code=1)
    assert not (place.folder / "anchor.json").exists()


def test_what_nobody_foresaw_gets_a_number_and_a_file(empty, monkeypatch):
    def broken(*_arguments, **_options):
        raise RuntimeError("boom")

    monkeypatch.setattr("workflow.cli.doctor.examine", broken)

    refusal = empty.refused("doctor")

    (log,) = (empty.instance / "logs").iterdir()
    assert log.stem.removeprefix("loi-") in refusal
    assert "boom" in log.read_text("utf-8")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


@pytest.mark.parametrize("command", [["report"], ["migrate"], ["doctor"]])
def test_a_server_that_does_not_answer_is_told_without_a_number(empty, command):
    empty.env["TUNGNHA_DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/none"

    result = empty.run(*command, code=1)

    assert "cơ sở dữ liệu" in result.output
    assert "Có lỗi ngoài dự tính" not in result.output
    assert not (empty.instance / "logs").exists()


def test_a_log_holds_no_values_of_statements(empty, monkeypatch):
    values = {"name": " ".join(["Nguyễn", "Văn", "Kín"])}

    def broken(*_arguments, **_options):
        raise IntegrityError("INSERT INTO subjects", values, Exception("constraint"))

    monkeypatch.setattr("workflow.cli.doctor.examine", broken)

    assert "Có lỗi ngoài dự tính" in empty.refused("doctor")
    (log,) = (empty.instance / "logs").iterdir()
    assert "Nguyễn Văn Kín" not in log.read_text("utf-8")


def test_a_developer_may_see_the_error_whole(empty, monkeypatch):
    def broken(*_arguments, **_options):
        raise RuntimeError("boom")

    monkeypatch.setattr("workflow.cli.doctor.examine", broken)

    result = call("--debug", "doctor", env=empty.env)

    assert isinstance(result.exception, RuntimeError)


def test_doctor_finds_keys_that_others_can_read(place):
    keys = place.instance / "keys.json"
    keys.chmod(0o644)
    try:
        sick = {finding["check"] for finding in place.json("doctor", code=1)["findings"]}
    finally:
        keys.chmod(0o600)

    assert "doctor.keys" in sick


def test_an_unknown_outcome_is_answered_with_the_known_ones(place):
    door = place.json("doors", by=MEMBER, now=NOW)[0]["door"]
    told = place.refused("visit", "--door", door, "--outcome", "nobdy_home", by=MEMBER, now=NOW)

    assert "có phải “nobody_home” không" in told
    assert "NGƯỜI=took_part: Đã góp ý" in told


def test_a_refusal_sends_nobody_to_a_page(place):
    told = place.refused("void", 999999, "--reason", "nhầm", by=MEMBER, now=NOW)

    assert "Không tìm thấy" in told
    assert "trang" not in told
    assert "địa chỉ" not in told


def test_whoami_without_a_login_lists_every_login(place):
    listed = {one["login"]: one["posts"] for one in place.json("whoami", now=NOW)}

    assert listed[MEMBER] == ["member"]
    assert MEMBER in place.run("whoami", now=NOW).stdout
