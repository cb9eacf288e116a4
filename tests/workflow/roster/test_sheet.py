"""Files that somebody hands in: honest ones are read, hostile and broken ones are refused with a sentence."""

import random
import struct
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest

from tests.effort import ends
from workflow.roster import archive, sandbox
from workflow.roster.archive import SheetRefused
from workflow.roster.sheet import open_sheet, tidy


def rows_of(path, **options):
    with open_sheet(path, **options) as sheet:
        return list(sheet.rows())


def refusal_of(path, **options):
    with pytest.raises(SheetRefused) as caught:
        rows_of(path, **options)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert sentence.count(". ") >= 1, "says what is wrong, then what to do"
    return caught.value.reason


def cell(place, text="x"):
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def test_an_honest_file_is_read_row_by_row_with_the_numbers_people_see(write_book):
    path = write_book(
        [[], ["", "Họ tên", 999185012345], ["", "Lê  Văn\u00a0A ", 2.5], [], ["", date(1985, 3, 5), 1956]]
    )

    assert rows_of(path) == [
        (1, ["", "", ""]),
        (2, ["", "Họ tên", "999185012345"]),
        (3, ["", "Lê Văn A", "2.5"]),
        (4, ["", "", ""]),
        (5, ["", "1985-03-05", "1956"]),
    ]


def test_other_sheets_are_named_and_one_can_be_chosen(write_book):
    path = write_book([["a"]], more_sheets=["Tổ 2", "Tổ 3"])

    with open_sheet(path) as sheet:
        assert (sheet.name, sheet.other_names) == ("Danh sách", ("Tổ 2", "Tổ 3"))
    assert rows_of(path, sheet="Tổ 2") == [(1, ["x"])]
    assert refusal_of(path, sheet="Tổ 9") == "no_such_sheet"


def test_a_long_file_arrives_whole_across_blocks(write_book):
    rows = rows_of(write_book([[number, "x"] for number in range(2_501)]))

    assert [number for number, _ in rows] == list(range(1, 2_502))
    assert rows[-1] == (2_501, ["2500", "x"])


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "extension"),
        ("a.csv", b"STT,Ten\n1,A\n", "extension"),
        ("a.xlsm", b"PK\x03\x04", "extension"),
        ("a.txt", b"x", "extension"),
        ("a", b"x", "extension"),
        ("a.xlsx", b"", "empty"),
        ("a.xlsx", b"STT,Ten\n1,A\n", "signature"),
        ("a.xlsx", b"<html><table></table></html>", "signature"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "signature"),
        ("a.xlsx", b"PK\x03\x04" + bytes(100), "damaged"),
    ],
)
def test_what_is_no_xlsx_is_refused_by_name_and_first_bytes(tmp_path, name, content, reason):
    path = tmp_path / name
    path.write_bytes(content)

    assert refusal_of(path) == reason


def test_the_name_it_was_sent_under_counts_not_the_one_it_is_stored_under(tmp_path, write_book):
    stored = write_book([["a"]]).rename(tmp_path / "0b9f")

    assert rows_of(stored, file_name="Danh sách tổ 3.XLSX") == [(1, ["a"])]
    assert refusal_of(stored) == "extension"
    assert refusal_of(tmp_path / "none.xlsx") == "missing"


def test_a_file_of_more_than_20_megabytes_is_refused_before_it_is_opened(tmp_path):
    path = tmp_path / "large.xlsx"
    with path.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(archive.FILE_BYTES + 1)

    assert refusal_of(path) == "size"


@pytest.mark.parametrize("kept", [0.3, 0.9, 0.99])
def test_a_file_cut_short_is_refused(write_book, kept):
    path = write_book([[number, "Nguyễn Văn A"] for number in range(500)])
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])

    assert refusal_of(path) == "damaged"


def test_bytes_damaged_in_the_middle_are_refused(write_book):
    path = write_book([[number, f"Nguyễn Văn {number}"] for number in range(500)])
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as book:
        part = book.getinfo("xl/worksheets/sheet1.xml")
    middle = part.header_offset + 60 + part.compress_size // 2
    content[middle : middle + 4] = bytes(byte ^ 0xFF for byte in content[middle : middle + 4])
    path.write_bytes(content)

    assert refusal_of(path) == "damaged"


def test_a_bomb_of_blanks_is_refused_by_its_ratio(write_parts):
    path = write_parts(parts={"xl/media/blank.xml": " " * 30_000_000})

    assert path.stat().st_size < 100_000
    assert refusal_of(path) == "ratio"


def test_more_than_256_megabytes_unpacked_is_refused_by_the_directory(write_parts, monkeypatch):
    assert archive.UNPACKED_BYTES == 256 * 1024 * 1024
    monkeypatch.setattr(archive, "UNPACKED_BYTES", 1_000_000)

    assert refusal_of(write_parts(parts={"xl/media/long.bin": random.Random(1).randbytes(1_000_000)})) == "unpacked"


def test_a_file_of_3000_parts_is_refused(write_parts):
    assert refusal_of(write_parts(parts={f"xl/media/{number}.xml": "" for number in range(3_000)})) == "parts"


def test_a_directory_that_states_a_smaller_size_is_found_out_while_reading(write_parts):
    path = write_parts("<sheetData><row>" + cell("A1") + "</row></sheetData>" + " " * 400_000)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as book:
        size = book.getinfo("xl/worksheets/sheet1.xml").file_size
    content = content.replace(struct.pack("<L", size), struct.pack("<L", 500))
    path.write_bytes(content)

    assert refusal_of(path) == "damaged"


@pytest.mark.parametrize(
    "declaration",
    ['<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>', '<!DOCTYPE x SYSTEM "file:///etc/passwd">', '<!ENTITY a "b">'],
)
def test_declared_entities_are_refused(write_parts, declaration):
    shared = f"<?xml version='1.0'?>{declaration}<sst/>"

    assert refusal_of(write_parts(parts={"xl/sharedStrings.xml": shared})) == "entity"


def test_an_entity_across_two_pieces_and_one_in_utf_16_are_refused(write_parts):
    filler = random.Random(1).randbytes(archive._PIECE // 2).hex()
    late = filler[: archive._PIECE - 4] + "<!DOCTYPE x []><sst/>"

    assert refusal_of(write_parts(parts={"xl/sharedStrings.xml": late})) == "entity"
    assert (
        refusal_of(write_parts(parts={"xl/sharedStrings.xml": "<!DOCTYPE x []><sst/>".encode("utf-16")})) == "encoding"
    )


def test_a_false_dimension_costs_nothing(write_parts):
    path = write_parts('<dimension ref="A1:XFD1048576"/><sheetData><row r="1">' + cell("A1") + "</row></sheetData>")

    with ends():
        assert rows_of(path) == [(1, ["x"])]


@pytest.mark.parametrize("last", ["XFD1048576", "BH1048576"])
def test_cells_at_both_ends_of_the_sheet_run_into_the_limit_of_memory(write_parts, last):
    far = '<row r="1">' + cell("A1") + '</row><row r="1048576">' + cell(last) + "</row>"

    with ends():
        assert refusal_of(write_parts(f"<sheetData>{far}</sheetData>")) == "memory"


def test_reading_a_full_sheet_stays_within_the_limit_of_memory(write_parts):
    far = '<row r="1">' + cell("A1") + '</row><row r="1048576">' + cell("BH1048576") + "</row>"
    path = write_parts(f"<sheetData>{far}</sheetData>")

    assert 0 < _peak_of_the_reader(path) < sandbox.MEMORY_BYTES


def _peak_of_the_reader(path: Path) -> int:
    """Return the most bytes the reader held. A small process starts it: a child's peak begins with what its parent held."""
    measure = (
        "import resource, subprocess, sys;"
        "subprocess.run([sys.executable, '-I', *sys.argv[1:]], stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)"
    )
    reader = [sandbox.__file__, str(path), "200000", "60"]
    run = subprocess.run([sys.executable, "-I", "-c", measure, *reader], capture_output=True, text=True, check=True)
    return int(run.stdout)


def test_too_many_columns_and_rows_are_refused_with_the_place(write_parts):
    wide = write_parts('<sheetData><row r="1">' + cell("A1") + cell("BI1") + "</row></sheetData>")
    long = write_parts(
        '<sheetData><row r="1">' + cell("A1") + '</row><row r="100501">' + cell("A100501") + "</row></sheetData>",
        name="long.xlsx",
    )

    with pytest.raises(SheetRefused, match="cột thứ 61"):
        rows_of(wide)
    with pytest.raises(SheetRefused, match="dòng 100501"):
        rows_of(long)


def test_empty_and_senseless_workbooks_are_refused(write_parts):
    assert refusal_of(write_parts()) == "empty"
    assert refusal_of(write_parts(parts={"xl/workbook.xml": "<workbook"}, name="b.xlsx")) == "damaged"
    assert refusal_of(write_parts("<sheetData><row", name="c.xlsx")) == "damaged"


def test_an_ordinary_zip_called_xlsx_is_refused(tmp_path):
    path = tmp_path / "photos.xlsx"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("photo.txt", "x")

    assert refusal_of(path) == "damaged"


def test_the_child_sees_no_key_and_leaves_no_process(write_book, monkeypatch):
    monkeypatch.setenv("TUNGNHA_VAULT", "secret")
    seen = {}
    start = __import__("subprocess").Popen

    def noted(command, **options):
        seen.update(options, command=command)
        seen["process"] = start(command, **options)
        return seen["process"]

    monkeypatch.setattr("workflow.roster.sheet.subprocess.Popen", noted)
    with open_sheet(write_book([["a"]])):
        pass

    assert seen["env"] == {"LC_ALL": "C.UTF-8"}
    assert "-I" in seen["command"]
    assert seen["process"].returncode is not None


def test_separators_inside_cells_do_not_shift_columns():
    assert sandbox.block_text([["a\x1fb", "c"], ["d", "e\x1ef"]], "").split("\x1e") == ["a b\x1fc", "d\x1fe f"]
    assert sandbox.block_text([["a", 1.0]], "\x1f\x1f") == "\x1f\x1fa\x1f1"


def test_a_block_is_tidied_cell_by_cell():
    assert tidy(" a  b \x1f\u00a0c\n d\x1e \x1fe\u0301\u200b ") == "a b\x1fc d\x1e\x1fé"
