"""The corpus is whole and its key is right: every sum and rate it names is worked out again, and stands in its document."""

import csv
import re
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from pathlib import Path

import docx
import pytest
import yaml
from python_calamine import CalamineWorkbook

from tests.workflow.checking.documents.make_documents import write_documents

FOLDER = Path(__file__).parent / "documents"
KEY = yaml.safe_load((FOLDER / "answers.yaml").read_text("utf-8"))["documents"]
HELD = re.compile(r"~?(?P<sum>[\d.+-]+) (?P<sign>=|!=) (?P<total>[\d.]+)")
RATE = re.compile(r"~?(?P<part>[\d.]+)/(?P<base>[\d.]+) (?P<sign>->|-/>) (?P<rate>[\d.]+)(?P<cut> cut)?")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("documents")
    write_documents(made)
    return made


def holds(proof):
    if rate := RATE.fullmatch(proof):
        exact, printed = Decimal(rate["part"]) * 100 / Decimal(rate["base"]), Decimal(rate["rate"])
        rounded, cut = (exact.quantize(printed, how) for how in (ROUND_HALF_UP, ROUND_DOWN))
        if rate["cut"]:
            return rounded != printed == cut
        return (rounded == printed) == (rate["sign"] == "->")
    held = HELD.fullmatch(proof)
    terms = re.findall(r"[+-]?[\d.]+", held["sum"])
    return (sum(map(Decimal, terms)) == Decimal(held["total"])) == (held["sign"] == "=")


def text_of(path):
    if path.suffix == ".docx":
        document = docx.Document(path)
        cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
        return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    if path.suffix == ".xlsx":
        rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        return "\n".join(
            f"{cell:g}" if isinstance(cell, float) and cell < 1e5 else f"{cell}" for row in rows for cell in row
        )
    text = path.read_text("utf-8")
    if path.suffix == ".csv":
        rows = csv.reader(text.splitlines(), delimiter=";" if ";" in text else ",")
        return "\n".join(cell for row in rows for cell in row)
    return text


def digits(number):
    """Return what is left of a number in whatever writing: its digits, without noughts before or behind a decimal mark."""
    plain = (
        number.rstrip("0") if re.search(r"[.,]\d?\d?0$", number) and not re.search(r"[.,]\d{3}$", number) else number
    )
    return re.sub(r"[.,]", "", plain).lstrip("0") or "0"


def test_the_key_and_the_folder_name_the_same_documents(folder):
    kept = {path.name for path in FOLDER.iterdir() if path.suffix in {".txt", ".csv"}}
    made = {path.name for path in folder.iterdir()}

    assert sorted(each["file"] for each in KEY) == sorted(kept | made)
    assert {each["file"] for each in KEY if each.get("made")} == made
    assert {each["previous"] for each in KEY if "previous" in each} <= kept


def test_made_documents_are_the_same_each_time(folder, tmp_path):
    again = write_documents(tmp_path)

    assert [path.read_bytes() for path in again] == [(folder / path.name).read_bytes() for path in again]


def test_there_are_enough_of_each():
    kinds = [each["kind"] for each in KEY]

    assert kinds.count("public") >= 12
    assert len(kinds) - kinds.count("seed") >= 30
    assert all(each["source"]["address"] and each["source"]["title"] for each in KEY if each["kind"] == "public")


def test_a_clean_document_has_no_error_in_its_key():
    told = [each for each in KEY if not each.get("unreadable")]
    wrong = [
        each["file"]
        for each in told
        if (each["clean"] and any(fault["error"] is True for fault in each.get("faults", [])))
        or (not each["clean"] and not each.get("faults"))
    ]

    assert wrong == []


@pytest.mark.parametrize("each", KEY, ids=lambda each: each["file"])
def test_every_sum_and_rate_is_as_the_key_says(each, folder):
    proofs = each.get("proof", [])
    if not proofs:
        return
    path = (folder if each.get("made") else FOLDER) / each["file"]
    printed = {digits(number) for number in re.findall(r"\d[\d.,]*\d|\d", text_of(path))}

    assert [proof for proof in proofs if not holds(proof)] == []
    for proof in proofs:
        if not proof.startswith("~") and "!=" not in proof:
            missing = {number for number in re.findall(r"[\d.]+", proof) if digits(number) not in printed}
            assert not missing, (proof, missing)
