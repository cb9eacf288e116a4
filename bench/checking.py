"""Checking the figures of a long right document, against only reading it into paragraphs."""

import io
from collections.abc import Callable

import docx

from bench.long_report import long_document
from bench.measure import Meter, Result, Side, compare, interleave
from workflow.checking.check import Checked, check_document
from workflow.checking.model import Document
from workflow.checking.quantities import quantities
from workflow.checking.read import read_document, read_pasted

NUMBERS, ROUNDS = 2000, 7
ALLOWED = 20.0
"""How many times the reading a check may take."""


def bench_checking(numbers: int = NUMBERS) -> list[Result]:
    """Measure a pasted text and a Word file; SystemExit if the document, which is right, is called wrong."""
    text = long_document(numbers)
    paper = docx.Document()
    for line in text.splitlines():
        paper.add_paragraph(line)
    target = io.BytesIO()
    paper.save(target)
    word = target.getvalue()
    return [
        _measured("check: pasted text", read_pasted(text, "text"), lambda: read_pasted(text, "text")),
        _measured("check: Word file", read_document(word, "a.docx"), lambda: read_document(word, "a.docx")),
    ]


def _measured(what: str, document: Document, read: Callable[[], Document]) -> Result:
    if _checked(document).has_errors:
        raise SystemExit(f"{what}: a right document is called wrong.")
    sides = Side(lambda _: _checked(document), Meter()), Side(lambda _: read(), Meter())
    interleave(sides, ROUNDS)
    return compare(what, *sides, ALLOWED)


def _checked(document: Document) -> Checked:
    quantities.cache_clear()
    return check_document(document)
