"""One shape for everything a check has to say: packs, rosters, figures and the ledger proof all return these."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
SEVERITY_VI: Mapping[Severity, str] = {"error": "lỗi", "warning": "cảnh báo", "info": "ghi chú"}


@dataclass(frozen=True, slots=True)
class Repair:
    """A reading that would put things right: what is printed, what is proposed, and which checks that mends."""

    where: str
    printed: str
    proposed: str
    mends: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the repair as JSON-ready data."""
        return {"where": self.where, "printed": self.printed, "proposed": self.proposed, "mends": list(self.mends)}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found.

    `check` is the stable name of the check, `where` a place a person can go to (a file position, a cell, a report line),
    `message` a Vietnamese sentence that says what is wrong and what to do, `numbers` the values compared.
    """

    check: str
    severity: Severity
    where: str
    message: str
    numbers: Mapping[str, Any] = field(default_factory=dict)
    repairs: tuple[Repair, ...] = ()

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message

    def to_json(self) -> dict[str, Any]:
        """Return the finding as JSON-ready data, with the same six keys for every kind of check."""
        return {
            "check": self.check,
            "severity": self.severity,
            "where": self.where,
            "message": self.message,
            "numbers": dict(self.numbers),
            "repairs": [repair.to_json() for repair in self.repairs],
        }


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that forbid going on, in their order."""
    return [finding for finding in findings if finding.severity == "error"]
