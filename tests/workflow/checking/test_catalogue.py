"""The catalogue names every check that the code can find, and nothing else."""

import ast
from collections.abc import Iterator
from pathlib import Path

import workflow.checking
from workflow.checking.catalogue import CATALOGUE
from workflow.checking.check import check_file

DOCUMENTS = Path(__file__).parent / "documents"
FIRST_SAYS = ("Finding", "Note", "Sum")
"""What takes the name of its check as its first value."""


def _words(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value


def _named_in_code() -> Iterator[str]:
    for path in Path(workflow.checking.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "id", "")
                if called in FIRST_SAYS and node.args and isinstance(node.args[0], ast.Constant | ast.IfExp):
                    yield from _words(node.args[0])
                if called == "Within" and len(node.args) > 4:
                    yield from _words(node.args[4])
                for keyword in node.keywords:
                    if keyword.arg == "check":
                        yield from _words(keyword.value)
            elif isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "check" and node.value:
                yield from _words(node.value)


def test_every_check_of_the_code_is_in_the_catalogue_and_no_other() -> None:
    ids = [check.id for check in CATALOGUE]

    assert len(ids) == len(set(ids))
    assert set(_named_in_code()) == set(ids)


def test_no_finding_of_any_document_is_graver_than_its_check() -> None:
    gravest = {check.id: check.severity for check in CATALOGUE}
    order = ("info", "warning", "error")
    found = {
        (finding.check, finding.severity)
        for path in DOCUMENTS.iterdir()
        if path.suffix in (".txt", ".csv", ".docx", ".xlsx")
        for finding in check_file(path.read_bytes(), path.name).findings
    }

    assert found
    assert [each for each in found if order.index(each[1]) > order.index(gravest[each[0]])] == []
