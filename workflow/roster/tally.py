"""The account of a list's rows: how many of each kind, which were handed back and why, what is odd, what was repaired."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from rules.said import Figure, Said
from workflow.numbers import integer_vi
from workflow.roster.findings import Doubt, Finding, Rejection, rows_handed_back, rows_named
from workflow.roster.reasons import DOUBTS, REASONS, REPAIRS, ROW_KINDS

KEPT: Final = 2000
"""How many doubts of one check are kept row by row; all are counted."""


class Tally:
    """Grows while rows are judged. `kinds` adds up to the rows of the sheet: accepted, rejected, and each other kind."""

    def __init__(self) -> None:
        self.kinds: Counter[str] = Counter()
        self.rejections: list[Rejection] = []
        self.doubts: list[Doubt] = []
        self.repairs: Counter[str] = Counter()
        self._doubted: Counter[str] = Counter()
        self._rejected: dict[str, list[int]] = {}

    @property
    def people(self) -> int:
        """Rows that hold a person: accepted and rejected."""
        return self.kinds["accepted"] + self.kinds["rejected"]

    def reject(self, check: str, row: int, column: str, value: str, values: Mapping[str, int]) -> None:
        """Record one fault of a row that is not taken; the row itself is counted in `kinds` by whoever judges it."""
        reason, todo = REASONS[check]
        self.rejections.append(Rejection(row, column, value, Said(reason, **values) if values else reason, todo))
        self._rejected.setdefault(check, []).append(row)

    def doubt(self, check: str, row: int, column: str, value: str) -> None:
        """Record something odd in a row that is taken."""
        self._doubted[check] += 1
        if self._doubted[check] <= KEPT:
            self.doubts.append(Doubt(check, row, column, value, DOUBTS[check]))

    def findings(self) -> list[Finding]:
        """Return one finding for each check: rejections first, then doubts, repairs and rows that are no people."""
        findings = [_rejected(check, rows) for check, rows in self._rejected.items()]
        for check, count in self._doubted.items():
            rows = [doubt.row for doubt in self.doubts if doubt.check == check]
            findings.append(
                Finding(
                    check,
                    "warning",
                    _where(rows),
                    Said("%(doubt)s: %(count)s lần.", doubt=Said(DOUBTS[check]), count=Figure(integer_vi(count))),
                    {"rows": count},
                )
            )
        for check, count in self.repairs.items():
            findings.append(
                Finding(
                    check,
                    "info",
                    "",
                    Said("%(about)s: %(count)s dòng.", about=Said(REPAIRS[check]), count=Figure(integer_vi(count))),
                    {"rows": count},
                )
            )
        for kind, count in self.kinds.items():
            if kind in ROW_KINDS:
                findings.append(
                    Finding(
                        f"rows_{kind}",
                        "info",
                        "",
                        Said(
                            "%(about)s: %(count)s dòng.", about=Said(ROW_KINDS[kind]), count=Figure(integer_vi(count))
                        ),
                        {"rows": count},
                    )
                )
        if not self.people:
            message = "Không có dòng nào là người dân. Kiểm tra đúng tệp và đúng trang tính rồi gửi lại."
            findings.append(Finding("no_people", "error", "", message))
        return findings


def _rejected(check: str, rows: list[int]) -> Finding:
    reason, todo = REASONS[check]
    why = Said(reason, first=Said("khác")) if "%(first)s" in reason else reason
    return Finding(check, "warning", _where(rows), rows_handed_back(len(rows), why, todo), {"rows": len(rows)})


def _where(rows: list[int]) -> str:
    named = [row for row in rows if row]
    return rows_named(named) if named else ""
