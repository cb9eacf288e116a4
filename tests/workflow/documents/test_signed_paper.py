"""The ward's own report, made from its close, comes back from Word with one person more."""

from io import BytesIO

import pytest
from docx import Document

from tests.workflow.documents.closes import an_lac
from workflow.checking.check import check_file
from workflow.checking.read import read_document
from workflow.checking.signed import check_signed
from workflow.documents.make_paper import make_report


@pytest.fixture(scope="module")
def made():
    frozen, pack, narrative = an_lac()
    return make_report(frozen, pack, narrative, "final")


def edited(content, old, new):
    """Return the paper after somebody typed over a number in Word and saved."""
    paper = Document(BytesIO(content))
    nodes = [node for node in paper.element.body.iter() if node.tag.endswith("}t") and node.text and old in node.text]
    nodes[0].text = nodes[0].text.replace(old, new, 1)
    target = BytesIO()
    paper.save(target)
    return target.getvalue()


def signed(made, back):
    return check_signed(read_document(made, "made.docx"), read_document(back, "bao-cao.docx"))


def test_our_own_paper_has_nothing_against_it(made):
    """The line of those who are done and not deducted is noted: the paper tells the done with them and without."""
    found = check_file(made, "bao-cao.docx").findings

    assert [(finding.check, finding.severity) for finding in found] == [("misplaced", "info")]


def test_one_person_more_is_located_and_said(made):
    back = edited(made, "3.975", "3.976")

    found = [str(finding) for finding in signed(made, back)]

    assert found[0].startswith("mục II.2 (đoạn ")
    assert "văn bản in 3.976, bản lập từ số chốt in 3.975" in found[0]
    assert any("3.976 + 571 = 4.547 ≠ 4.546 (thừa 1)." in each for each in found)
    assert any("3.976/4.546 = 87,46%, văn bản in 87,44%." in each for each in found)
    assert signed(made, edited(back, "3.976", "3.975")) == []


def test_a_number_of_the_appendix_is_located(made):
    (only,) = [found for found in signed(made, edited(made, "447", "474")) if found.check == "edited"]

    assert only.where.startswith("bảng ")
    assert "văn bản in 474, bản lập từ số chốt in 447" in only.message


def test_filling_in_number_and_day_changes_no_figure(made):
    back = edited(edited(made, "/BC-UBND", "05/BC-UBND"), "tháng 5 năm 2025", "30 tháng 5 năm 2025")

    assert signed(made, back) == []
