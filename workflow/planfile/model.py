"""What a plan's spreadsheet came to, row by row: new, changed, unchanged or rejected. Every row is exactly one of them."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from rules.pack.model import Duty, PlanFile, PlanTask
from workflow.planfile.read import PlanSheet
from workflow.roster.findings import Finding, Rejection

Outcome = Literal["created", "updated", "unchanged", "rejected"]
OUTCOMES: Final[Mapping[Outcome, str]] = {
    "created": "mới",
    "updated": "thay đổi",
    "unchanged": "không đổi",
    "rejected": "bị trả lại",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a row changes in an item: the header of its column, what stood in the plan, what the row says."""

    field: str
    header: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """A row with what becomes of it. `item` is the item as it would be; for a rejected row, as it is (None for a new one).

    `due` is the deadline in the plan's words with its last moment.
    """

    number: int
    no: str
    outcome: Outcome
    label: str
    section: str
    owner: str
    due: str
    item: PlanTask | Duty | None
    changes: tuple[Change, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    """What somebody should look at before the row is written; it is taken all the same."""


@dataclass(frozen=True)
class Judged:
    """A whole file against a plan. `plan` is the plan as it would be; `vanished` names what the file does not mention: it stays."""

    sheet: PlanSheet
    pack_hash: str
    rows: tuple[JudgedRow, ...]
    vanished: tuple[PlanTask | Duty, ...]
    plan: PlanFile
    found: tuple[Finding, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return what there is to say of the file as a whole."""
        return (*self.sheet.findings, *self.found)

    @property
    def to_look_at(self) -> int:
        """Return how many rows should be looked at before they are written."""
        return sum(bool(row.doubts) for row in self.rows)

    @cached_property
    def counts(self) -> Mapping[Outcome, int]:
        """Return how many rows are what; they add up to the rows of the file."""
        found = Counter(row.outcome for row in self.rows)
        return {outcome: found[outcome] for outcome in OUTCOMES}

    @property
    def told(self) -> dict[str, int]:
        """Return the counts as they are kept and printed."""
        return {str(outcome): n for outcome, n in self.counts.items()}

    @property
    def changes_anything(self) -> bool:
        """Whether putting it in force would change the plan."""
        return bool(self.counts["created"] or self.counts["updated"])

    @property
    def rejections(self) -> list[Rejection]:
        """Return everything that is wrong, in the order of the rows."""
        return [each for row in self.rows for each in row.rejections]

    @property
    def touched(self) -> list[PlanTask | Duty]:
        """Return the items that already stand in the plan and change."""
        return [row.item for row in self.rows if row.outcome == "updated" and row.item is not None]

    @cached_property
    def seen(self) -> str:
        """Return a mark of what was shown: another one if the plan or the outcome of any row is another one."""
        told = (self.pack_hash, [(row.number, row.outcome, repr(row.item)) for row in self.rows])
        return hashlib.sha256(repr(told).encode()).hexdigest()
