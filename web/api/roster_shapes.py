"""How a list of people, and what its check found, is told to programs."""

from typing import Any, Final, get_args

from web.api.fields import ByKey, Flag, Inside, Moment, Several, Shape, Told, Whole
from workflow.queries.roster_files import FileInFull, ListedFile
from workflow.roster.results import Answer
from workflow.roster.shown import Checked

STATUSES: Final = ("staging", "judged", "refused", "discarded", "applied", "undone")
ANSWERS: Final = get_args(Answer)


class RowCountsShape(Shape):
    """The account of a list: `rows` is always the sum of the four others."""

    rows = Whole(required=True)
    created = Whole(required=True)
    updated = Whole(required=True)
    unchanged = Whole(required=True)
    rejected = Whole(required=True)


class RosterShape(Shape):
    """A list that was handed in: what it was declared to be, its account, and how it stands."""

    id = Told(required=True, metadata={"format": "uuid"})
    file_name = Told(required=True)
    list_code = Told(required=True, metadata={"description": "a list of the campaign's rules, or `all`"})
    area = Told(required=True, allow_none=True)
    as_of = Moment(required=True)
    complete = Flag(required=True)
    status = Told(required=True, metadata={"enum": list(STATUSES)})
    counts = Inside(RowCountsShape, required=True)
    uploaded_by = Told(required=True, allow_none=True)
    uploaded_at = Moment(required=True)
    applied_at = Moment(required=True, allow_none=True)


class RostersShape(Shape):
    """A page of the lists, the newest first."""

    total = Whole(required=True)
    next = Whole(required=True, allow_none=True)
    rosters = Several(Inside(RosterShape), required=True)


class RepairShape(Shape):
    """What may have been meant. Nothing is mended by itself."""

    where = Told()
    printed = Told()
    proposed = Told()
    mends = Told()


class RosterFindingShape(Shape):
    """Something that the check found; `message` is in the language of the list. `check` is a word to branch on."""

    check = Told(required=True)
    severity = Told(required=True, metadata={"enum": ["error", "warning", "info"]})
    where = Told(required=True)
    message = Told(required=True)
    numbers = ByKey(values=Whole(), required=True)
    repairs = Several(Inside(RepairShape), required=True)


class RejectionShape(Shape):
    """What is wrong with a row that is handed back: a row with several faults stands here once for each. Numbers of people are masked in `value`."""

    row = Whole(required=True)
    cell = Told(required=True, metadata={"description": "as people find it on the sheet: `E7`, or `dòng 7`"})
    column = Told(required=True)
    value = Told(required=True)
    reason = Told(required=True)
    todo = Told(required=True)


class KeptShape(Shape):
    """What stayed when an import was taken back, and why."""

    why = Told(required=True)
    count = Whole(required=True)


class UndoneShape(Shape):
    """An import that was taken back."""

    at = Moment(required=True)
    voided = Whole(required=True, metadata={"description": "entries of the ledger"})
    kept = Several(Inside(KeptShape), required=True)


class RosterInFullShape(RosterShape):
    """A list with what its check found. `answer` is one of three: every row can be taken (`ready`), the columns have to be mended
    first (`columns`), or some rows are handed back (`cells`).
    """

    answer = Told(required=True, metadata={"enum": list(ANSWERS)})
    taken = Whole(required=True, metadata={"description": "rows that applying takes"})
    moved = Whole(required=True, metadata={"description": "entries that the ledger got since the check"})
    columns = Several(
        Inside(RosterFindingShape), required=True, metadata={"description": "about the headers of columns"}
    )
    findings = Several(Inside(RosterFindingShape), required=True)
    rejections = Several(Inside(RejectionShape), required=True, metadata={"description": "a page of them"})
    next = Whole(required=True, allow_none=True)
    has_all_cells = Flag(
        required=True, metadata={"description": "false if the cells that were handed back are no longer kept"}
    )
    has_all_rows = Flag(
        required=True, metadata={"description": "whether the rows handed back can be fetched as they stood in the list"}
    )
    undone = Inside(UndoneShape, required=True, allow_none=True)


def told_of_roster(file: ListedFile) -> dict[str, Any]:
    """Return a list as `RosterShape` tells it."""
    names = set(RosterShape._declared_fields) - {"counts"}
    return {name: getattr(file, name) for name in names} | {"counts": file.counts._asdict()}


def told_in_full(file: FileInFull, said: Checked, *, after: int, limit: int) -> dict[str, Any]:
    """Return a list with its check as `RosterInFullShape` tells it, and one page of the rows handed back."""
    undone = file.findings.get("undone")
    last = after + limit
    return told_of_roster(file) | {
        "answer": said.answer,
        "taken": file.counts.taken,
        "moved": file.moved,
        "columns": said.columns,
        "findings": said.findings,
        "rejections": said.rejections[after:last],
        "next": last if last < len(said.rejections) else None,
        "has_all_cells": said.complete,
        "has_all_rows": said.as_sent,
        "undone": undone and {**undone, "kept": [{"why": why, "count": n} for why, n in undone["kept"].items()]},
    }
