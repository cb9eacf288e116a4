"""What is kept of a check, put together again: which of the three answers it was, its findings, the cells handed back."""

from dataclasses import dataclass
from typing import Final

from workflow.queries.roster_files import FileInFull
from workflow.roster.findings import Doubt, Finding, Rejection
from workflow.roster.known import known_rejections
from workflow.roster.results import Answer, answer_of, as_rejections, stored_findings
from workflow.roster.uploads import HandedBack, Uploads

COLUMN_CHECKS: Final = ("column_unknown", "column_missing", "column_twice", "column_left_out", "header_missing")


@dataclass(frozen=True)
class Checked:
    """A check as a page shows it. `complete` is false when the cells themselves are not kept any more, or elsewhere."""

    answer: Answer
    columns: tuple[Finding, ...]
    findings: tuple[Finding, ...]
    rejections: tuple[Rejection, ...]
    doubts: tuple[Doubt, ...]
    complete: bool
    as_sent: bool = False
    """Whether the rows handed back are still there as they stood in the file."""


def checked(file: FileInFull, uploads: Uploads) -> Checked:
    """Return what there is to say about a file that `roster_file` has let somebody see.

    Conflicts with the ledger are those of the newest judging, kept as row numbers with the file; everything else comes from beside
    the database.
    """
    told = stored_findings(file.findings)
    kept = uploads.handed_back(file.id)
    back = kept or HandedBack()
    names = dict(back.names)
    known = [
        Rejection(each.row, "", names.get(each.row, ""), each.reason, each.todo, each.known)
        for each in as_rejections(known_rejections(file.findings.get("known", {})))
    ]
    rejections = sorted([*back.rejections, *known], key=lambda each: each.row)
    return Checked(
        answer=answer_of("refused" if file.status == "refused" else "judged", file.counts.rejected),
        columns=tuple(each for each in told if each.check in COLUMN_CHECKS),
        findings=tuple(each for each in told if each.check not in COLUMN_CHECKS),
        rejections=tuple(rejections),
        doubts=back.doubts,
        complete=kept is not None or not file.counts.rejected,
        as_sent=uploads.has_rows(file.id),
    )
