"""What comes of a file: the account of its rows, what there is to say, and how that is kept with the file."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from rules.said import Figure, Said
from workflow.clock import Clock
from workflow.ids import IdSource
from workflow.numbers import integer_vi
from workflow.roster import say
from workflow.roster.as_sent import RowsAsSent
from workflow.roster.findings import Doubt, Finding, Rejection
from workflow.roster.known import KnownRejection, known_rejections
from workflow.store import Store
from workflow.vault import Vault

Answer = Literal["ready", "columns", "cells"]
"""What a check says: every row can be taken; the columns must be mended first; some rows are handed back."""

WAITING: Final = ("staging", "judged")
"""States of a file that nobody has settled yet."""


@dataclass(frozen=True)
class Tools:
    """What an import works with."""

    store: Store
    vault: Vault
    clock: Clock
    ids: IdSource


@dataclass(frozen=True)
class Counts:
    """The account of a file's rows. `rows` is always the sum of the four others."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0

    def __post_init__(self) -> None:
        if self.rows != self.created + self.updated + self.unchanged + self.rejected:
            raise AssertionError(f"the four counts do not account for the rows: {self}")

    @property
    def taken(self) -> int:
        """Rows that an import takes: new, changed or the same."""
        return self.rows - self.rejected

    def as_dict(self) -> dict[str, int]:
        """Return the counts by name."""
        return {name: getattr(self, name) for name in ("rows", "created", "updated", "unchanged", "rejected")}

    @classmethod
    def of(cls, row: Any) -> "Counts":
        """Return the counts that a file's row holds."""
        return cls(row.rows, row.created, row.updated, row.unchanged, row.rejected)


@dataclass(frozen=True)
class Import:
    """A file checked or applied: its counts, what there is to say, and the rows handed back.

    `status` is judged, applied, refused, already (the same file was applied before, nothing changed now) or changed (the judging
    came out otherwise than somebody had seen it, so nothing was written).
    """

    file_id: uuid.UUID
    status: str
    counts: Counts
    findings: tuple[Finding, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    ledger_no: int = 0
    as_sent: RowsAsSent | None = None
    """The rows handed back as they stood in the file; None if there are none."""

    @property
    def applied(self) -> bool:
        """Whether the ledger holds what the file says."""
        return self.status in ("applied", "already")

    @property
    def message(self) -> str:
        """Return the outcome in one sentence."""
        counts = self.counts
        told = Said(
            "%(rows)s dòng: %(created)s thêm mới, %(updated)s cập nhật, %(unchanged)s không đổi, %(rejected)s trả lại",
            **{name: Figure(integer_vi(count)) for name, count in counts.as_dict().items()},
        )
        return {
            "judged": Said("Đã kiểm tra %(told)s. Chưa ghi gì vào sổ.", told=told),
            "changed": Said("Sổ đã thay đổi từ lúc kiểm tra; xét lại được %(told)s. Chưa ghi gì vào sổ.", told=told),
            "applied": Said("Đã nhập %(told)s.", told=told),
            "already": Said("Tệp này đã nhập trước đó với cùng khai báo; không có gì thay đổi (%(told)s).", told=told),
            "refused": "Tệp chưa nhập được; xem các lỗi, sửa rồi gửi lại.",
        }[self.status]


def answer_of(status: str, rejected: int) -> Answer:
    """Return which of the three answers a checked file got."""
    if status == "refused":
        return "columns"
    return "cells" if rejected else "ready"


def known_by_check(known: list[KnownRejection]) -> dict[str, list[int]]:
    """Return the rows that conflict with what is known as they are kept with the file: numbers only, nobody's name."""
    kept: dict[str, list[int]] = {}
    for each in known:
        kept.setdefault(each.check, []).append(each.row)
    return kept


def as_rejections(known: list[KnownRejection]) -> list[Rejection]:
    """Return conflicts with what is known as rows that are handed back."""
    return [Rejection(each.row, "", each.name, each.reason, each.todo, each.check) for each in known]


def stored_findings(kept: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Return all findings that are kept with a file: about the file, about what is known, about what was written or would be."""
    conflicts = as_rejections(known_rejections(kept.get("known", {})))
    written = _read(kept["written"]) if "written" in kept else say.missing(kept.get("left_out", 0))
    return (*_read(kept.get("items", ())), *say.handed_back(conflicts), *written)


def _read(items: Any) -> list[Finding]:
    return [Finding.of(item) for item in items]


__all__ = [
    "WAITING", "Answer", "Counts", "Import", "Tools", "answer_of", "as_rejections", "known_by_check", "stored_findings",
]  # fmt: skip
