"""What the reader of a roster has to say about the file: one shape for every finding of the product."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from rules.said import Figure, Part, Said, kept, revived
from workflow.numbers import integer_vi

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `where` names the place as the reader of the file sees it; `repairs` propose, nothing is done by itself.

    Each repair is {"where", "printed", "proposed", "mends"}.
    """

    check: str
    severity: Severity
    where: str
    message: str
    numbers: Mapping[str, int] = field(default_factory=dict)
    repairs: tuple[Mapping[str, str], ...] = ()

    def as_kept(self) -> dict[str, Any]:
        """Return the finding as it is kept with its file, so that another page can say it in another language."""
        return {**self.as_dict(), "where": kept(self.where), "message": kept(self.message)}

    @classmethod
    def of(cls, kept_with_file: Mapping[str, Any]) -> "Finding":
        """Return what `as_kept` kept."""
        values = dict(kept_with_file)
        told = {name: revived(values[name]) for name in ("where", "message")}
        return cls(**{**values, **told, "repairs": tuple(values["repairs"])})

    def as_dict(self) -> dict[str, Any]:
        """Return the finding for JSON."""
        return {
            "check": self.check,
            "severity": self.severity,
            "where": self.where,
            "message": self.message,
            "numbers": dict(self.numbers),
            "repairs": [dict(repair) for repair in self.repairs],
        }


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that is not taken: where, the value as far as it may be shown, why, and what to do about it."""

    row: int
    column: str
    """Letter and header of the column, as in 'E – Số ĐDCN'; empty if the whole row is meant."""
    value: str
    """ID and phone numbers are masked: this goes to files and screens."""
    reason: str
    todo: str
    known: str = ""
    """The check against what is known that the row failed; empty for what is wrong in the file itself."""

    @property
    def cell(self) -> str:
        """Where it stands, as people find it on the sheet: 'E7', or 'dòng 7' for a whole row.

        >>> Rejection(7, "E – Số ĐDCN", "12", "", "").cell, Rejection(7, "", "", "", "").cell
        ('E7', 'dòng 7')
        """
        letter = self.column.partition(" ")[0]
        return f"{letter}{self.row}" if letter else Said("dòng %(row)s", row=self.row)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something odd in a row that was taken all the same, or a value of it that was left out."""

    check: str
    row: int
    column: str
    value: str
    message: str


ROWS_NAMED: Final = 5


def rows_named(rows: Sequence[int]) -> str:
    """Return where a finding about several rows stands: the first of them.

    >>> rows_named([7, 9]), rows_named([1, 2, 3, 4, 5, 6])
    ('dòng 7, 9', 'dòng 1, 2, 3, 4, 5 …')
    """
    named = ", ".join(str(row) for row in rows[:ROWS_NAMED])
    return Said("dòng %(rows)s", rows=f"{named} …" if len(rows) > ROWS_NAMED else named)


def rows_handed_back(count: int, reason: str, todo: str) -> str:
    """Return the sentence about rows that are handed back for one reason."""
    why = Part(reason)
    return Said("%(n)s dòng bị trả lại: %(why)s. %(todo)s.", n=Figure(integer_vi(count)), why=why, todo=Said(todo))


def column_letter(index: int) -> str:
    """Return the letters a spreadsheet shows for the column at `index`, counted from 0.

    >>> column_letter(0), column_letter(25), column_letter(26), column_letter(51)
    ('A', 'Z', 'AA', 'AZ')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def masked_tail(value: str) -> str:
    """Return a value with all but its last three characters hidden, however it was written.

    >>> masked_tail("99918501234"), masked_tail("12")
    ('********234', '**')
    """
    return "*" * (len(value) - 3) + value[-3:] if len(value) > 5 else "*" * len(value)
