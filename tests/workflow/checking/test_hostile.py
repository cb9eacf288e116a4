"""Files that mean harm or are only broken: refused in a sentence or read in a bounded time, never with a traceback."""

import contextlib
import io
import time
import zipfile

import pytest

from workflow.checking.check import check_file
from workflow.checking.read import Unreadable

SHAPES = (
    "1.1.1.1.", "a a a a ", "((((", "1", "12 ", "1/2 ", "5% ", "12 người, ", "12 người (5%) ", "trong đó: 5 người ", "1. 5 người\n",
    "- 5 người\n", "1\t2\t3\n", "1|2|3\n", "tăng 5 người (5%) ", "tổng cộng 5 người; ", "không 5 người, đã 5 người, ", "đạt 5% tăng 5% ",
    "kế hoạch ( ", "từ ngày 1/1 ", "0 12 34 ", "\u0301",
)  # fmt: skip


def seconds(text, name="a.txt"):
    """Return the processor seconds that a check takes; whether it refuses or finds something is all the same."""
    begun = time.process_time()
    with contextlib.suppress(Unreadable):
        check_file(text.encode(), name)
    return time.process_time() - begun


@pytest.mark.parametrize("shape", SHAPES)
def test_a_repeated_shape_is_read_in_a_bounded_time(shape):
    assert seconds((shape * 6_000)[:6_000]) < 5


def test_too_long_a_text_is_refused():
    with pytest.raises(Unreadable, match="một triệu ký tự"):
        check_file(b"1 " * 600_000, "a.txt")


def test_ten_megabytes_of_digits_are_refused():
    with pytest.raises(Unreadable):
        check_file(b"7" * 9_999_999, "a.txt")


def test_a_line_of_a_hundred_thousand_columns_is_refused():
    with pytest.raises(Unreadable, match="cột"):
        check_file(("1," * 100_000 + "\n" + "2," * 100_000).encode(), "a.csv")


def test_a_file_that_unfolds_to_gigabytes_is_refused():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for at in range(21):
            archive.writestr(f"word/media/{at}", b"\0" * 10_000_000)

    with pytest.raises(Unreadable, match="bung ra quá lớn"):
        check_file(target.getvalue(), "a.docx")


@pytest.mark.parametrize(("name", "words"), [("a.doc", "kiểu cũ"), ("a.xls", "bảng tính"), ("a.xlsx", "mật khẩu")])
def test_old_and_locked_office_files_are_refused_in_a_sentence(name, words):
    with pytest.raises(Unreadable, match=f"(?i){words}"):
        check_file(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2048, name)


def test_a_wrong_base_in_many_rows_is_one_finding_that_names_them():
    rows = [(120 + 7 * at, 160 + 9 * at) for at in range(15)]
    lines = [
        f"{at}. Thôn {at}: {done}/4.564 người, chiếm {100 * done / 4546:.2f}%".replace(".00%", "%")
        for at, (done, _) in enumerate(rows, 1)
    ]
    text = "\n".join(
        line.rpartition("chiếm")[0] + "chiếm" + line.rpartition("chiếm")[2].replace(".", ",") for line in lines
    )

    found = [finding for finding in check_file(text.encode(), "a.txt").findings if finding.severity == "error"]

    assert len(found) == 1
    assert (len(found[0].numbers["wheres"]), "Cùng lỗi này ở 14 chỗ nữa" in str(found[0])) == (15, True)
