"""The numbers for the telephone, what was said, and what the national system shows."""

import hashlib
import uuid
from typing import Any, Final

from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from web.answer.views import ROLES
from web.api.blueprint import FORM_BYTES, Operation, bp, carry_out
from web.api.doors import ReasonShape
from web.api.fields import (
    ByKey,
    Choice,
    File,
    Flag,
    Id,
    Inside,
    Labelled,
    Moment,
    Several,
    Shape,
    Text,
    Told,
    Whole,
    WholeInQuery,
)
from web.api.problems import invalid
from web.counter.views import READS, read_file
from web.here import here
from web.i18n import _
from web.policy import for_roles
from web.sayings import in_words
from workflow.actions.add_system_count import LARGEST, WRITERS, CountEntry, add_system_count
from workflow.actions.import_system_counts import import_system_counts
from workflow.actions.say_figures import say_figures
from workflow.actions.void_event import LAST_NO
from workflow.actions.withdraw_told import withdraw_said, withdraw_system_count
from workflow.closing.counter_page import counter_page
from workflow.closing.quick_answer import QuickAnswer, SystemNumber, quick_answer
from workflow.closing.said import CHANNEL_LABELS, SaidAgainst, SaidRow, said_figure
from workflow.closing.system_counts import Counted, require_reader, system_count
from workflow.errors import NotFound
from workflow.figures.counts import newest_no
from workflow.roster.archive import FILE_BYTES

CHANNELS: Final = tuple(CHANNEL_LABELS)
LEAST: Final = -(2**31)


class DifferenceShape(Shape):
    """The newest number of the system against the ledger at the same instant. Positive where the system has more."""

    as_of = Moment(required=True)
    source = Told(required=True)
    system = Whole(required=True)
    ledger = Whole(required=True)
    difference = Whole(required=True, least=LEAST)
    waiting = Whole(required=True, metadata={"description": "done by the ledger, not yet deducted by the system"})
    unexplained = Whole(required=True, least=LEAST)
    sentences = Several(Told(), required=True)


class SinceShape(Shape):
    """The last close of the unit, and how many more there are now (null: it does not tell the figure)."""

    period = Told(required=True)
    revision = Whole(required=True)
    as_of = Moment(required=True)
    n = Whole(required=True, allow_none=True)
    change = Whole(required=True, allow_none=True, least=LEAST)


class TeamSignShape(Shape):
    """A team whose report is missing, and when anything of its people last reached the ledger (null: not for days)."""

    name = Told(required=True)
    synced_at = Moment(required=True, allow_none=True)


class ToldFiguresShape(Shape):
    """Something that was said. `because` says why the note was taken back (null: it stands)."""

    id = Told(required=True, metadata={"format": "uuid"})
    recipient = Told(required=True)
    channel = Told(required=True, metadata={"enum": list(CHANNELS)})
    said_at = Moment(required=True)
    who = Told(required=True)
    n = Whole(required=True)
    base = Whole(required=True, allow_none=True)
    as_of = Moment(required=True)
    known_no = Whole(required=True, most=LAST_NO)
    because = Told(required=True, allow_none=True)


class ComparedShape(Shape):
    """Something said in the period that was closed last, against the close; `reasons` add up to `difference`."""

    id = Told(required=True, metadata={"format": "uuid"})
    closed = Whole(required=True, allow_none=True)
    difference = Whole(required=True, allow_none=True, least=LEAST)
    reasons = ByKey(values=Whole(least=LEAST), required=True)
    sentence = Told(required=True)


class QuickAnswerShape(Shape):
    """The unit's numbers: what happened before `as_of`, up to ledger number `ledger_no`."""

    as_of = Moment(required=True)
    ledger_no = Whole(required=True, most=LAST_NO)
    label = Labelled(required=True)
    n = Whole(required=True)
    base = Whole(required=True, allow_none=True)
    base_label = Labelled(required=True, allow_none=True)
    percent = Told(required=True, allow_none=True)
    total = Whole(required=True)
    left = Whole(required=True, metadata={"description": "not yet met, or contact has ended"})
    doors = Whole(required=True)
    needed = Whole(required=True, allow_none=True)
    highest = Whole(required=True)
    is_reachable = Flag(required=True, allow_none=True)
    since = Inside(SinceShape, required=True, allow_none=True)
    system = Inside(DifferenceShape, required=True, allow_none=True)
    reports_due_at = Moment(required=True, allow_none=True)
    missing_teams = Several(Inside(TeamSignShape), required=True)
    synced_at = Moment(required=True, allow_none=True)
    said = Several(Inside(ToldFiguresShape), required=True)
    compared = Several(Inside(ComparedShape), required=True)


class NewSaidShape(Shape):
    """Figures of a cut that was read (`as_of`, `ledger_no`), said to somebody. They are counted anew, never taken from what is sent."""

    recipient = Text(required=True, shortest=1, longest=200)
    channel = Choice(CHANNELS, required=True)
    as_of = Moment(required=True)
    ledger_no = Whole(required=True, most=LAST_NO)
    said_at = Moment(load_default=None, allow_none=True)


class NotedShape(Shape):
    """What was noted: the headline's number at that cut."""

    said = Told(required=True, metadata={"format": "uuid"})
    n = Whole(required=True)
    recipient = Told(required=True)
    channel = Told(required=True)
    ledger_no = Whole(required=True, most=LAST_NO)


class SystemCountShape(Shape):
    """A number of the system, of the unit (`area` null) or an area. `because` says why it was taken back (null: it stands)."""

    id = Told(required=True, metadata={"format": "uuid"})
    area = Told(required=True, allow_none=True)
    n = Whole(required=True)
    as_of = Moment(required=True)
    source = Told(required=True)
    recorded_at = Moment(required=True)
    who = Told(required=True, allow_none=True)
    in_file = Flag(required=True)
    because = Told(required=True, allow_none=True)
    has_settled = Flag(required=True, metadata={"description": "whether people were settled by it"})
    settled = Whole(required=True, allow_none=True, metadata={"description": "how many; null for an area"})


class SystemCountsQuery(Shape):
    """Which page of entries."""

    page = WholeInQuery(load_default=1, least=1, most=10_000)


class SystemCountsShape(Shape):
    """The numbers that were entered, those of the newest instants first, and the newest against the ledger."""

    ledger_no = Whole(required=True, most=LAST_NO)
    difference = Inside(DifferenceShape, required=True, allow_none=True)
    counts = Several(Inside(SystemCountShape), required=True)
    has_more = Flag(required=True)


class NewSystemCountShape(Shape):
    """A number that the system shows, of the unit or of an area (its id), at an instant."""

    n = Whole(required=True, most=LARGEST)
    as_of = Moment(required=True)
    source = Text(required=True, shortest=1, longest=200)
    area = Id(load_default=None, allow_none=True)


class SystemCountedShape(Shape):
    """The entry."""

    count = Told(required=True, metadata={"format": "uuid"})
    ledger_no = Whole(required=True, most=LAST_NO)


class SystemCountsFileShape(Shape):
    """A table (.xlsx or .csv) of areas and numbers; rows without an instant of their own are of `as_of`."""

    file = File(required=True)
    as_of = Moment(required=True)
    source = Text(required=True, shortest=1, longest=200)


class RowHandedBackShape(Shape):
    """A row that was not taken: where, what stood there, and why."""

    row = Whole(required=True)
    column = Told(required=True)
    value = Told(required=True)
    why = Told(required=True)


class ImportedCountsShape(Shape):
    """What became of every row: `rows` = `created` + `unchanged` + those handed back."""

    rows = Whole(required=True)
    created = Whole(required=True)
    unchanged = Whole(required=True)
    rejected = Several(Inside(RowHandedBackShape), required=True)
    remarks = Several(Told(), required=True)
    ledger_no = Whole(required=True, most=LAST_NO)


class WithdrawnEntryShape(Shape):
    """What was taken back."""

    withdrawn = Told(required=True, metadata={"format": "uuid"})
    ledger_no = Whole(required=True, most=LAST_NO)


class OfTheUnit(Operation):
    """Something that only posts of the whole unit do."""

    def find(self) -> None:
        """Raise NotFound for a post of less than the unit."""
        require_reader(here.actor)


@bp.route("/<unit>/<campaign>/figures/answer")
@for_roles(*ROLES)
class AnswerFigures(Operation):
    """The quick answer."""

    @bp.response(200, QuickAnswerShape)
    def get(self) -> Any:
        """The numbers for the telephone, all of one instant and one ledger number."""
        return _told(quick_answer(here.session, here.actor, here.context, now=here.now))


@bp.route("/<unit>/<campaign>/figures/said")
@for_roles(*ROLES)
class SaidFigures(OfTheUnit):
    """What was said."""

    @bp.arguments(
        NewSaidShape,
        example={
            "recipient": "UBND huyện",
            "channel": "phone",
            "as_of": "2025-05-24T15:45:00+07:00",
            "ledger_no": 63774,
        },
    )
    @bp.response(201, NotedShape)
    def post(self, told: dict[str, Any]) -> ResponseReturnValue:
        """Note that the figures of a cut were said to somebody."""
        if told["as_of"] > here.now:
            raise invalid({"json": {"as_of": [_("thời điểm này chưa tới; ghi lại ngày giờ")]}})
        if told["ledger_no"] > newest_no(here.session, here.unit.id):
            raise invalid({"json": {"ledger_no": [_("không trang nào đã cho xem số này; tải lại trang rồi bấm lại")]}})
        return carry_out(
            lambda book, context, actor: say_figures(
                book, context, actor, recipient=told["recipient"], channel=told["channel"], as_of=told["as_of"],
                known_no=told["ledger_no"], said_at=told["said_at"],
            ),
            told,
        )  # fmt: skip


@bp.route("/<unit>/<campaign>/figures/said/<uuid:said_id>/withdraw")
@for_roles(*ROLES)
class WithdrawSaid(Operation):
    """Taking a note back."""

    def find(self, *, said_id: uuid.UUID) -> None:
        """Raise NotFound for a note that is absent or foreign."""
        require_reader(here.actor)
        if said_figure(here.session, here.context, said_id) is None:
            raise NotFound

    @bp.arguments(ReasonShape, example={"reason": "bấm nhầm"})
    @bp.response(200, WithdrawnEntryShape)
    def post(self, told: dict[str, Any], said_id: uuid.UUID) -> ResponseReturnValue:
        """Take back a note of what was said; it stays in the ledger."""
        reason = told["reason"]
        return carry_out(lambda book, context, actor: withdraw_said(book, context, actor, said_id, reason=reason), told)


@bp.route("/<unit>/<campaign>/figures/system-counts")
@for_roles(*READS)
class SystemCounts(OfTheUnit):
    """The numbers of the national system, to read."""

    @bp.arguments(SystemCountsQuery, location="query")
    @bp.response(200, SystemCountsShape)
    def get(self, asked: dict[str, Any]) -> Any:
        """The numbers that were entered, forty to a page, and how the newest differs from the ledger."""
        seen = counter_page(here.session, here.actor, here.context, now=here.now, page=asked["page"])
        return {
            "ledger_no": seen.ledger_no,
            "difference": _difference(seen.system),
            "counts": [_count(one) for one in seen.counts],
            "has_more": seen.has_more,
        }


@bp.route("/<unit>/<campaign>/figures/system-counts/new")
@for_roles(*WRITERS)
class NewSystemCount(OfTheUnit):
    """Entering a number of the national system."""

    @bp.arguments(
        NewSystemCountShape,
        example={"n": 3045, "as_of": "2025-05-24T15:45:00+07:00", "source": "Trang quản trị VNeID"},
    )
    @bp.response(201, SystemCountedShape)
    def post(self, told: dict[str, Any]) -> ResponseReturnValue:
        """Enter what the system shows. It stands beside the ledger and is part of no figure of ours."""
        entry = CountEntry(told["area"], told["n"], told["as_of"])
        return carry_out(
            lambda book, context, actor: add_system_count(book, context, actor, entry, source=told["source"]), told
        )


@bp.route("/<unit>/<campaign>/figures/system-counts/files")
@for_roles(*WRITERS)
class SystemCountFiles(OfTheUnit):
    """Entering a table of numbers."""

    most_bytes = FILE_BYTES + FORM_BYTES

    @bp.arguments(SystemCountsFileShape, location="files")
    @bp.response(201, ImportedCountsShape)
    def post(self, told: dict[str, Any]) -> ResponseReturnValue:
        """Enter every row of a table that can be taken; the others are handed back. The same file twice adds nothing."""
        sent: FileStorage = told.pop("file")
        digest = hashlib.sha256(sent.stream.read()).hexdigest()
        sent.stream.seek(0)
        file = read_file(sent.stream, file_name=sent.filename or "", as_of=told["as_of"])
        entries = [CountEntry(row.area_id, row.n, row.as_of) for row in file.rows]
        done, headers = carry_out(
            lambda book, context, actor: import_system_counts(book, context, actor, entries, source=told["source"]),
            {**told, "file": [sent.filename, digest]},
        )
        rejected = [
            {"row": one.row, "column": one.column, "value": one.value, "why": in_words(one.why)}
            for one in file.rejected
        ]
        answer = {name: done[name] for name in ("created", "unchanged", "ledger_no")}
        remarks = [in_words(remark) for remark in file.remarks]
        return {"rows": file.rows_in, **answer, "rejected": rejected, "remarks": remarks}, headers


@bp.route("/<unit>/<campaign>/figures/system-counts/<uuid:count_id>/withdraw")
@for_roles(*WRITERS)
class WithdrawSystemCount(Operation):
    """Taking a number back."""

    def find(self, *, count_id: uuid.UUID) -> None:
        """Raise NotFound for a number that is absent or foreign."""
        system_count(here.session, here.actor, here.context, count_id)

    @bp.arguments(ReasonShape, example={"reason": "gõ thừa số"})
    @bp.response(200, WithdrawnEntryShape)
    def post(self, told: dict[str, Any], count_id: uuid.UUID) -> ResponseReturnValue:
        """Take back a number of the system; it stays in the ledger."""
        reason = told["reason"]
        return carry_out(
            lambda book, context, actor: withdraw_system_count(book, context, actor, count_id, reason=reason), told
        )


def _told(page: QuickAnswer) -> dict[str, Any]:
    names = (
        "as_of", "ledger_no", "label", "n", "base", "base_label", "percent", "total", "left", "doors", "needed", "highest",
        "is_reachable", "since", "synced_at",
    )  # fmt: skip
    return {
        **{name: getattr(page, name) for name in names},
        "system": _difference(page.system),
        "reports_due_at": page.reports.due_at,
        "missing_teams": page.reports.missing,
        "said": [_said(one) for one in page.said],
        "compared": [_compared(one) for one in page.compared],
    }


def _difference(system: SystemNumber | None) -> dict[str, Any] | None:
    if system is None:
        return None
    counted, difference = system
    names = ("system", "ledger", "difference", "waiting", "unexplained")
    return {
        "as_of": counted.as_of,
        "source": counted.source,
        **{name: getattr(difference, name) for name in names},
        "sentences": [in_words(sentence) for sentence in difference.sentences()],
    }


def _said(one: SaidRow) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ToldFiguresShape._declared_fields}


def _compared(one: SaidAgainst) -> dict[str, Any]:
    told = {"closed": one.closed, "difference": one.difference, "reasons": dict(one.reasons)}
    return {"id": one.said.id, **told, "sentence": in_words(one.sentence())}


def _count(one: Counted) -> dict[str, Any]:
    return {name: getattr(one, name) for name in SystemCountShape._declared_fields}
