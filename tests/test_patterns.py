"""The table of workflow resource patterns says what is true: 43 patterns, each once, each "yes" with a test that is there."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "patterns.md").read_text("utf-8")


class Pattern(NamedTuple):
    """A row of the table."""

    number: int
    code: str
    name: str
    answer: str
    how: str
    scenario: str


def patterns() -> list[Pattern]:
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in TEXT.splitlines() if line.startswith("| ")
    ]
    return [Pattern(int(number), *rest) for number, *rest in cells if number.isdigit()]


@cache
def functions_in(path: Path) -> frozenset[str]:
    """Return the test functions that pytest collects from a file."""
    if not (path.is_file() and path.name.startswith("test_")):
        return frozenset()
    return frozenset(
        node.name
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def test_each_of_the_43_stands_there_once_in_order() -> None:
    rows = patterns()

    assert [row.number for row in rows] == list(range(1, 44))
    assert len({row.code for row in rows}) == len({row.name for row in rows}) == 43
    assert all(re.fullmatch("R-[A-Z]+", row.code) and row.how for row in rows)


def test_a_yes_names_a_test_that_is_there_and_a_no_none() -> None:
    assert {row.answer for row in patterns()} == {"yes", "no"}
    for row in patterns():
        if row.answer == "no":
            assert row.scenario == "–", row
            continue
        path, name = row.scenario.strip("`").split("::")
        assert path.startswith("tests/"), row
        assert name in functions_in(ROOT / path), row


def test_the_count_in_the_text_is_that_of_the_table() -> None:
    counts = Counter(row.answer for row in patterns())

    assert re.findall(r"\*\*(\d+) yes, (\d+) no\.\*\*", TEXT) == [(str(counts["yes"]), str(counts["no"]))]


def test_the_readme_names_the_table() -> None:
    assert "](docs/patterns.md)" in (ROOT / "README.md").read_text("utf-8")
