"""`tungnha figures check`: the three exit codes, sentences for people, {document, numbers, findings} for programs."""

import json
from pathlib import Path

import pytest

from tests.workflow.cli.conftest import call

FOLDER = Path(__file__).parents[1] / "checking/documents"


def test_a_report_with_faults_ends_with_one():
    shown = call("figures", "check", FOLDER / "an-lac.txt")

    assert shown.exit_code == 1
    assert "lỗi: mục II.1 (dòng 89): 3.976 + 571 = 4.547 ≠ 4.546 (thừa 1).\n" in shown.stdout
    assert "mục II.2 (dòng 93), mục II.2.1 (dòng 95): in “3.976”, có thể là “3.975”" in shown.stdout
    assert "4 lỗi, 2 ghi chú" in shown.stderr


def test_a_right_report_ends_with_nought_and_tells_programs_every_number():
    shown = call("figures", "check", FOLDER / "own-c11-an-lac-dung.txt", "--json")
    told = json.loads(shown.stdout)

    assert shown.exit_code == 0
    assert set(told) == {"document", "numbers", "findings"}
    line = next(each for each in told["numbers"] if each["code"] == "II.3.4")
    assert (line["count"], line["base"], line["percent"]) == (207, 4546, "4,55%")


def test_the_period_before_is_read_too():
    shown = call("figures", "check", FOLDER / "own-f07-ngay-0524.csv", "--previous", FOLDER / "own-f07-ngay-0523.csv")

    assert shown.exit_code == 1
    assert "ít hơn kỳ trước" in shown.stdout


@pytest.mark.parametrize(
    ("content", "said"), [(b"\x00\x01\x02", "không phải văn bản"), (b"khong co so", "Không có con số nào")]
)
def test_what_cannot_be_read_ends_with_two(tmp_path, content, said):
    path = tmp_path / "tep.bin"
    path.write_bytes(content)

    shown = call("figures", "check", path)

    assert shown.exit_code == 2
    assert said in shown.stderr
    assert shown.stdout == ""


@pytest.mark.parametrize(
    ("content", "said"),
    [("Ngày 5/6/2025 họp tổ", "1 cảnh báo"), ("Đã tham gia: 300 người.", "không có phép cộng hay tỷ lệ nào để kiểm")],
)
def test_nothing_is_called_right_of_which_nothing_could_be_checked(tmp_path, content, said):
    path = tmp_path / "a.txt"
    path.write_text(content, "utf-8")

    shown = call("figures", "check", path)

    assert shown.exit_code == 0
    assert said in shown.stderr
    assert "không có gì sai" not in shown.stderr


def test_a_file_that_is_not_there_is_said(tmp_path):
    shown = call("figures", "check", tmp_path / "khong-co.docx")

    assert shown.exit_code == 2
    assert "không có thư mục hoặc tệp này" in shown.stderr


def test_the_catalogue_is_told_with_its_names():
    shown = call("figures", "checks")
    told = json.loads(call("figures", "checks", "--json").stdout)

    assert shown.exit_code == 0
    assert "  partition     lỗi       các phần của một tổng cộng lại bằng tổng\n" in shown.stdout
    assert {"check": "misplaced", "severity": "error", "asks": "người đã làm xong không nằm trong số không thể"} in told
