"""The whole check of a document: what it says, what it claims, what cannot be, and which single slip would explain most."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rules.findings import Finding, Repair, errors
from rules.said import Said
from workflow.checking.claims import Claim, Claims
from workflow.checking.days import check_days
from workflow.checking.entries import entries_of
from workflow.checking.folding import fold
from workflow.checking.grid_claims import claims_of_grid
from workflow.checking.grids import Grid, read_grid
from workflow.checking.growth import claims_of_growth
from workflow.checking.judge import judge
from workflow.checking.model import Document, Entry, Passage
from workflow.checking.outline import Node, outline, where_of
from workflow.checking.periods import against_previous, changes_of, stocks_of
from workflow.checking.read import read_document
from workflow.checking.remarks import remarks
from workflow.checking.shares import claims_of_shares, mixed_points
from workflow.checking.structure import claims_of


@dataclass(frozen=True)
class Read:
    """A document with its figures read: the tree of its passages, its entries, its tables."""

    document: Document
    passages: Sequence[Passage]
    nodes: Sequence[Node]
    wheres: Sequence[str]
    entries: Sequence[Entry]
    grids: Sequence[Grid]


@dataclass(frozen=True)
class Checked:
    """What was read and found. `has_errors` decides the exit code."""

    read: Read
    claims: Claims
    findings: tuple[Finding, ...]

    @property
    def has_errors(self) -> bool:
        """Whether anything in the document cannot be."""
        return bool(errors(self.findings))

    @property
    def is_silent(self) -> bool:
        """Whether nothing was found though nothing could be checked either: no sum, no rate. Then nothing is called right."""
        return not self.findings and not self.claims.claims

    @property
    def proven(self) -> int:
        """How many claims of the document were checked and hold."""
        return sum(claim.holds(lambda value: value.number) for claim in self.claims.claims)

    @property
    def best(self) -> tuple[Repair, ...]:
        """The readings that mend more than one thing at once, the best first: where to look before anything else."""
        told = {(each.where, each.proposed): each for found in self.findings for each in found.repairs}
        return tuple(
            sorted((each for each in told.values() if len(each.mends) > 1), key=lambda each: -len(each.mends))[:3]
        )

    def to_json(self) -> dict[str, Any]:
        """Return {document, numbers, findings} as JSON-ready data."""
        return {
            "document": self.read.document.name,
            "numbers": [number_of(entry) for entry in self.read.entries]
            + [each for grid in self.read.grids for each in _cells(grid)],
            "findings": [finding.to_json() for finding in self.findings],
        }


def check_file(data: bytes, name: str, previous: tuple[bytes, str] | None = None) -> Checked:
    """Return what is wrong with the figures of a file; `previous` is the report of the period before. Raises Unreadable."""
    before = read_document(*previous) if previous is not None else None
    return check_document(read_document(data, name), before)


def check_document(document: Document, previous: Document | None = None) -> Checked:
    """Return what is wrong with the figures of a document."""
    read = read_figures(document)
    of_text = claims_of(read.entries)
    before = read_figures(previous) if previous is not None else None
    more: list[Claim] = [claim for grid in read.grids for claim in claims_of_grid(grid)]
    more += changes_of(read.entries)
    more += stocks_of(read.entries)
    more += claims_of_shares(read.passages, read.wheres)
    more += claims_of_growth(read.passages, read.wheres)
    if before is not None:
        more += against_previous(read.entries, before.entries, read.grids, before.grids)
    claims = Claims((*of_text.claims, *more), of_text.together)
    notes = [*document.notes, *check_days(read.passages, read.wheres)]
    findings = (
        *judge(claims),
        *mixed_points(read.passages, read.wheres),
        *remarks(read.passages, read.wheres, read.entries, read.grids, claims, notes),
    )
    if not (findings or claims.claims or read.entries or any(grid.rows for grid in read.grids)):
        message = Said(
            "không đọc được số liệu nào trong văn bản này, nên chưa kiểm được gì. Dán cả dòng chữ cùng con số, hoặc gửi tệp .docx, .xlsx, .csv."
        )
        findings = (Finding("unread", "warning", "", message),)
    order = {"error": 0, "warning": 1, "info": 2}
    return Checked(read, claims, tuple(sorted(fold(findings), key=lambda finding: order[finding.severity])))


def read_figures(document: Document) -> Read:
    """Return a document with its figures read."""
    passages = document.passages
    nodes = outline(passages)
    wheres = [where_of(passages[node.passage], node) for node in nodes]
    return Read(
        document, passages, nodes, wheres, entries_of(passages, nodes), [read_grid(table) for table in document.tables]
    )


def number_of(entry: Entry) -> dict[str, Any]:
    """Return an entry as JSON-ready data: every number that the document states, and where."""
    rate, base = entry.rate, entry.told_base or entry.over
    return {
        "where": entry.where,
        "code": entry.code,
        "label": entry.label,
        "count": entry.count.number,
        "unit": entry.unit.rpartition(":")[2] or None,
        "base": base.number if base else None,
        "percent": rate.written if rate else None,
        "part_of": entry.above.where if entry.above else None,
    }


def _cells(grid: Grid) -> list[dict[str, Any]]:
    return [
        {
            "where": value.where, "code": "", "label": row.label, "count": value.number if column not in grid.shares else None,
            "unit": None, "base": None, "percent": value.written if column in grid.shares else None,
            "part_of": grid.heads.get(column) or None,
        }
        for row in grid.rows
        for column, value in sorted(row.numbers.items())
    ]  # fmt: skip
