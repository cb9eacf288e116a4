"""Lists of people: handed in and checked, read with what the check found, then applied once, thrown away or taken back."""

import hashlib
import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from web.api.blueprint import FORM_BYTES, Operation, answered_before, bp, carry_out
from web.api.doors import ReasonShape
from web.api.exits import PageQuery
from web.api.fields import File, Flag, Inside, Moment, NothingShape, Several, Shape, Text, Told, Whole
from web.api.problems import Problem, invalid
from web.api.roster_shapes import (
    ANSWERS,
    KeptShape,
    RosterInFullShape,
    RostersShape,
    RowCountsShape,
    told_in_full,
    told_of_roster,
)
from web.attachments import XLSX
from web.here import here
from web.i18n import _
from web.policy import for_roles
from web.roster.checking import Busy, check, uploads
from web.roster.rejects import handed_back
from web.roster.views import ROLES
from workflow.actions.apply_roster import apply_roster, discard_roster
from workflow.actions.command import Answer
from workflow.actions.undo_import import undo_import
from workflow.actions.void_event import LAST_NO
from workflow.queries.roster_files import FileInFull, count_roster_files, roster_file, roster_files
from workflow.roster.apply import measure
from workflow.roster.archive import FILE_BYTES
from workflow.roster.declare import WHOLE, Declaration
from workflow.roster.results import Counts, answer_of
from workflow.roster.shown import checked

WAIT_SECONDS: Final = 60
"""After which somebody may try again who found others checking lists."""
_PIECE: Final = 1 << 20


class NewRosterShape(Shape):
    """A list (.xlsx, at most 20 MB) and what it is said to be.

    `list_code` is a list of the campaign's rules, or `all` if each row tells how somebody stands; without `area` (its code) each row
    tells its own. `complete`: whoever is not on it is told about; nobody is ever removed.
    """

    file = File(required=True)
    list_code = Text(required=True, shortest=1, longest=60, metadata={"example": WHOLE})
    as_of = Moment(required=True, metadata={"description": "as of when the list is"})
    area = Text(load_default="", longest=60)
    complete = Flag(load_default=False)
    sheet = Text(load_default="", longest=100, metadata={"description": "the sheet's name, if there are several"})


class CheckedShape(Shape):
    """What came of the check. `already`: the same file was applied before, declared the same way; nothing has changed."""

    file = Told(required=True, metadata={"format": "uuid"})
    status = Told(required=True, metadata={"enum": ["judged", "refused", "already"]})
    answer = Told(required=True, metadata={"enum": list(ANSWERS)})
    counts = Inside(RowCountsShape, required=True)


class AgreementShape(Shape):
    """The account that was read, and is agreed to."""

    seen = Inside(RowCountsShape, required=True)


class AppliedShape(Shape):
    """The list in the ledger. `file` is another one if the same list had been applied before (`already`)."""

    file = Told(required=True, metadata={"format": "uuid"})
    status = Told(required=True, metadata={"enum": ["applied", "already"]})
    counts = Inside(RowCountsShape, required=True)
    ledger_no = Whole(required=True, most=LAST_NO)


class DiscardedShape(Shape):
    """The list that was thrown away."""

    file = Told(required=True, metadata={"format": "uuid"})
    status = Told(required=True, metadata={"enum": ["discarded"]})


class TakenBackShape(Shape):
    """How many entries were voided, and what stayed, by reason."""

    file = Told(required=True, metadata={"format": "uuid"})
    voided = Whole(required=True)
    kept = Several(Inside(KeptShape), required=True)
    ledger_no = Whole(required=True, most=LAST_NO)


@bp.route("/<unit>/<campaign>/rosters")
@for_roles(*ROLES)
class Rosters(Operation):
    """The lists that were handed in."""

    most_bytes = FILE_BYTES + FORM_BYTES
    refuses_also = (503,)

    def find(self) -> None:
        """Raise NotFound for a post of less than the unit."""
        count_roster_files(here.session, here.context, here.actor)

    @bp.arguments(PageQuery, location="query")
    @bp.response(200, RostersShape)
    def get(self, asked: dict[str, Any]) -> Any:
        """The lists of the campaign, the newest first, each with its account."""
        after, limit = asked["after"], asked["limit"]
        total = sum(count_roster_files(here.session, here.context, here.actor).values())
        listed = roster_files(here.session, here.context, here.actor, limit=limit, offset=after)
        return {
            "total": total,
            "next": after + limit if after + limit < total else None,
            "rosters": [told_of_roster(each) for each in listed],
        }

    @bp.arguments(NewRosterShape, location="files")
    @bp.response(201, CheckedShape)
    def post(self, told: dict[str, Any]) -> ResponseReturnValue:
        """Check a list. Nothing reaches the ledger: read what was found, then apply it or throw it away.

        Two lists at a time are checked; 503 for the third. The same list handed in again replaces what waits of it.
        """
        file: FileStorage = told.pop("file")
        asked = {**told, "file": [file.filename, _sha256(file)]}
        return answered_before(asked) or carry_out(_told_of_check(file, told), asked)


class AboutRoster(Operation):
    """Something about one list."""

    def find(self, *, file_id: uuid.UUID) -> None:
        """Raise NotFound for a list that is absent or foreign, and for a post of less than the unit."""
        _file(file_id)


@bp.route("/<unit>/<campaign>/rosters/<uuid:file_id>")
@for_roles(*ROLES)
class Roster(AboutRoster):
    """A list."""

    @bp.arguments(PageQuery, location="query")
    @bp.response(200, RosterInFullShape)
    def get(self, asked: dict[str, Any], file_id: uuid.UUID) -> Any:
        """One list: which of the three answers its check gave, its account, findings, and a page of the rows handed back."""
        file = _file(file_id)
        return told_in_full(file, checked(file, uploads()), after=asked["after"], limit=asked["limit"])


@bp.route("/<unit>/<campaign>/rosters/<uuid:file_id>/apply")
@for_roles(*ROLES)
class ApplyRoster(AboutRoster):
    """Writing a list to the ledger."""

    @bp.arguments(
        AgreementShape,
        example={"seen": {"rows": 120, "created": 100, "updated": 15, "unchanged": 3, "rejected": 2}},
    )
    @bp.response(200, AppliedShape)
    def post(self, told: dict[str, Any], file_id: uuid.UUID) -> ResponseReturnValue:
        """Write a checked list to the ledger, whole or not at all.

        409 (`count_changed`) if the ledger moved since and rows are judged otherwise now: nothing is written, `theirs` is the new
        account, to be agreed to under a new key.
        """
        seen = _agreed(told["seen"])
        done, headers = carry_out(
            lambda book, context, actor: apply_roster(book, context, actor, here.vault, file_id, seen=seen), told
        )
        if done["status"] == "changed":
            said = _("Sổ đã thay đổi từ lúc kiểm tra nên số dòng khác đi. Chưa ghi gì; xem lại rồi bấm nhập.")
            raise Problem(409, "count_changed", said, yours=told["seen"], theirs=done["counts"])
        if not headers:
            measure(here.store)
        return done, headers


@bp.route("/<unit>/<campaign>/rosters/<uuid:file_id>/discard")
@for_roles(*ROLES)
class DiscardRoster(AboutRoster):
    """Throwing a list away."""

    @bp.arguments(NothingShape, example={})
    @bp.response(200, DiscardedShape)
    def post(self, told: dict[str, Any], file_id: uuid.UUID) -> ResponseReturnValue:
        """Throw a checked list away: its people leave, that it was handed in stays on record. 409 once it is applied."""
        done = carry_out(lambda book, context, actor: discard_roster(book, context, actor, file_id), told)
        uploads().forget(file_id)
        return done


@bp.route("/<unit>/<campaign>/rosters/<uuid:file_id>/undo")
@for_roles(*ROLES)
class UndoRoster(AboutRoster):
    """Taking an import back."""

    @bp.arguments(ReasonShape, example={"reason": "Nhầm tệp"})
    @bp.response(200, TakenBackShape)
    def post(self, told: dict[str, Any], file_id: uuid.UUID) -> ResponseReturnValue:
        """Void what an import wrote, but for what somebody has built on since. The list may be handed in again."""
        reason = told["reason"]
        done, headers = carry_out(
            lambda book, context, actor: undo_import(book, context, actor, here.vault, file_id, reason=reason), told
        )
        if not headers:
            measure(here.store)
        stayed = Counter(str(each["why"]) for each in done["kept"])
        kept = [{"why": why, "count": count} for why, count in stayed.items()]
        return {"file": file_id, "voided": done["voided"], "kept": kept, "ledger_no": done["ledger_no"]}, headers


@bp.route("/<unit>/<campaign>/rosters/<uuid:file_id>/rejects")
@for_roles(*ROLES)
class Rejects(AboutRoster):
    """The rows that were handed back, as a file."""

    changes = False
    """It has no key: each time is an export of its own, recorded and counted."""

    @bp.arguments(NothingShape, example={})
    @bp.hands_out(XLSX)
    def post(self, told: dict[str, Any], file_id: uuid.UUID) -> ResponseReturnValue:
        """Fetch the rows that were handed back, and those to look at, as a spreadsheet: five exports a day and account (429).

        The rows stand as they did in the list, with their number and all reasons in columns of our own, to be corrected and handed
        in again as they are; only the reasons, once the rows are no longer kept (`has_all_rows`). 404 if there are none.
        """
        return handed_back(_file(file_id))


def _file(file_id: uuid.UUID) -> FileInFull:
    return roster_file(here.session, here.context, here.actor, file_id)


def _sha256(file: FileStorage) -> str:
    digest = hashlib.sha256()
    while piece := file.stream.read(_PIECE):
        digest.update(piece)
    file.stream.seek(0)
    return digest.hexdigest()


def _told_of_check(file: FileStorage, told: dict[str, Any]) -> Callable[..., Answer]:
    """Check a list, outside every lock, and return what only has to be remembered under the key."""
    declared = Declaration(told["list_code"], told["as_of"], told["area"] or None, complete=told["complete"])
    try:
        done = check(file.stream, declared, file_name=file.filename or "", sheet=told["sheet"] or None)
    except Busy:
        said = _("Đang kiểm tra tệp khác. Chờ ít phút rồi gửi lại.")
        raise Problem(503, "busy", said, retry_after=WAIT_SECONDS) from None
    answer = {
        "file": str(done.file_id),
        "status": done.status,
        "answer": answer_of(done.status, done.counts.rejected),
        "counts": done.counts.as_dict(),
    }
    return lambda _book, _context, _actor: answer


def _agreed(seen: dict[str, int]) -> Counts:
    if seen["rows"] != sum(seen[name] for name in ("created", "updated", "unchanged", "rejected")):
        raise invalid({"json": {"seen": [_("rows phải bằng tổng của bốn số kia")]}})
    return Counts(**seen)
