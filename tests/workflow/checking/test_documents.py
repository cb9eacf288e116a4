"""Every document of the corpus: all faults found, nothing else called an error in what is clean, the likeliest repair first."""

from pathlib import Path

import pytest
import yaml

from tests.workflow.checking.documents.make_documents import write_documents
from workflow.checking.check import check_file
from workflow.checking.read import Unreadable

FOLDER = Path(__file__).parent / "documents"
KEY = yaml.safe_load((FOLDER / "answers.yaml").read_text("utf-8"))["documents"]
FOUND_BY = {
    "partition": {"partition", "children"},
    "children": {"children", "partition"},
    "missing-part": {"children", "partition"},
    "copied-value": {"children", "partition"},
    "part-exceeds-whole": {"subset", "children", "partition", "completion"},
    "cross-foot": {"cross-foot"},
    "rate": {"rate"},
    "no-matching-base": {"rate"},
    "wrong-base": {"base", "rate"},
    "complement": {"complement"},
    "percentage-points": {"points"},
    "monotone": {"monotone"},
    "day-difference": {"today"},
    "stock-flow": {"stock"},
    "impossible-date": {"date"},
    "outside-window": {"window"},
    "malformed-number": {"malformed"},
    "mixed-units": {"unit"},
    "misplaced": {"misplaced"},
    "impossible-completion": {"completion"},
    "truncated": {"cut"},
}
"""Which checks may report a kind of fault."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("documents")
    write_documents(made)
    return made


def checked(name, folder, previous=None):
    def read(file):
        path = FOLDER / file
        return (path if path.exists() else folder / file).read_bytes(), file

    return check_file(*read(name), read(previous) if previous else None)


@pytest.mark.parametrize("document", KEY, ids=lambda document: document["file"])
def test_a_document_of_the_corpus(document, folder):
    if document.get("unreadable"):
        with pytest.raises(Unreadable) as refused:
            checked(document["file"], folder)
        assert str(refused.value).endswith(".")
        return

    found = checked(document["file"], folder, document.get("previous")).findings

    called_errors = {finding.check for finding in found if finding.severity == "error"}
    if document["clean"]:
        assert not called_errors, [str(finding) for finding in found if finding.severity == "error"]
    for fault in document.get("faults") or []:
        kinds = FOUND_BY.get(fault["what"], set())
        if fault["error"] is True:
            assert kinds & called_errors, fault
        elif fault.get("must_report"):
            assert kinds & {finding.check for finding in found}, fault
        if "repair" in fault:
            first = [finding.repairs[0].proposed for finding in found if finding.check in kinds and finding.repairs]
            assert fault["repair"] in first, (fault, first)


def test_the_report_this_program_began_with(folder):
    found = checked("an-lac.txt", folder).findings

    wrong = [finding for finding in found if finding.severity == "error"]
    assert [finding.check for finding in wrong] == ["partition", "completion", "rate", "misplaced"]
    partition, completion, rate, misplaced = wrong
    assert str(partition) == "mục II.1 (dòng 89): 3.976 + 571 = 4.547 ≠ 4.546 (thừa 1)."
    assert (rate.numbers["computed"], rate.numbers["printed"]) == ("87,46%", "87,44%")
    assert completion.numbers["share"] == "100,03%"
    assert misplaced.where.startswith("mục II.3.8")
    for finding in (partition, completion, rate):
        repair = finding.repairs[0]
        assert (repair.printed, repair.proposed, len(repair.mends)) == ("3.976", "3.975", 3)
    assert {finding.check for finding in found} - {finding.check for finding in wrong} == {"decimals", "written"}


def test_the_same_report_from_word_says_the_same(folder):
    text, word = (checked(name, folder).findings for name in ("an-lac.txt", "own-f25-an-lac.docx"))

    assert [(one.check, one.severity, one.numbers.get("difference")) for one in text] == [
        (one.check, one.severity, one.numbers.get("difference")) for one in word
    ]


def test_the_corpus_is_as_large_as_it_should_be():
    kinds = [document["kind"] for document in KEY]

    assert (kinds.count("public") >= 12, len(kinds) > 30) == (True, True)
