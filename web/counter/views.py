"""What the national system shows: entered by hand or from a file, beside the ledger of the same instant."""

import uuid
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from web.counter.forms import AddForm, FileForm, SettleForm
from web.format import number
from web.here import here
from web.i18n import _
from web.pages import render
from web.policy import for_roles
from web.withdrawal import WithdrawForm, withdrawal
from workflow.actions.add_system_count import WRITERS, CountEntry, add_system_count
from workflow.actions.import_system_counts import import_system_counts
from workflow.actions.settle_lag import SETTLERS, settle_lag, undo_settling
from workflow.actions.withdraw_told import withdraw_system_count
from workflow.closing.counter_page import counter_page
from workflow.closing.system_counts import require_reader, system_count
from workflow.errors import WorkflowError
from workflow.queries.open_work import places_of
from workflow.roster.counts_file import MOST_BYTES, CountsFile, read_counts
from workflow.roster.places import Places

bp = Blueprint("counter", __name__, url_prefix="/<unit>/<campaign>/counter", template_folder="templates")
READS: Final = ("coordinator", "administrator", "chair")


@bp.get("")
@for_roles(*READS)
def index() -> ResponseReturnValue:
    return _shown()


@bp.post("")
@for_roles(*WRITERS)
def add() -> ResponseReturnValue:
    """Enter one number."""
    require_reader(here.actor)
    form = AddForm(areas=_areas())
    if form.validate():
        area = uuid.UUID(str(form.area.data)) if form.area.data else None
        entry, source = CountEntry(area, int(form.n.data or 0), int(form.as_of.data or 0)), str(form.source.data)
        try:
            here.command(
                lambda book, context, actor: add_system_count(book, context, actor, entry, source=source),
                {"what": "system_count", "entry": [str(area or ""), entry.n, entry.as_of], "source": source},
                form.sent_key,
            )
        except WorkflowError as refusal:
            form.refuse(refusal)
        else:
            flash(_("Đã ghi số trên hệ thống: %(n)s.", n=number(entry.n)), "success")
            to = "answer.quick" if form.back.data == "answer" else "counter.index"
            return redirect(url_for(to), 303)
    return _shown(form=form)


@bp.post("/file")
@for_roles(*WRITERS)
def import_file() -> ResponseReturnValue:
    """Take over a table: what can be read is recorded, the rest is handed back row by row."""
    require_reader(here.actor)
    form = FileForm()
    if form.validate():
        source = str(form.source.data)
        try:
            file = _read(form)
            entries = [CountEntry(row.area_id, row.n, row.as_of) for row in file.rows]
            told = here.command(
                lambda book, context, actor: import_system_counts(book, context, actor, entries, source=source),
                {
                    "what": "system_counts",
                    "rows": [[str(e.area_id or ""), e.n, e.as_of] for e in entries],
                    "source": source,
                },
                form.sent_key,
            )
        except WorkflowError as refusal:
            form.refuse(refusal)
        else:
            return render("counter/imported.html", file=file, told=told)
    return _shown(file_form=form)


@bp.route("/<uuid:count_id>/withdraw", methods=["GET", "POST"])
@for_roles(*WRITERS)
def withdraw(count_id: uuid.UUID) -> ResponseReturnValue:
    """Take back a number that was entered by mistake."""
    count = system_count(here.session, here.actor, here.context, count_id)
    back = url_for("counter.index")
    return withdrawal(withdraw_system_count, count_id, template="counter/withdraw.html", back=back, count=count)


@bp.route("/<uuid:count_id>/settle", methods=["GET", "POST"])
@for_roles(*SETTLERS)
def settle(count_id: uuid.UUID) -> ResponseReturnValue:
    """Settle everybody who waited to be deducted when this number was seen."""
    count = system_count(here.session, here.actor, here.context, count_id)
    form = SettleForm()
    if request.method == "POST" and form.validate():
        try:
            told = here.command(
                lambda book, context, actor: settle_lag(book, context, actor, count_id),
                {"settle_lag": str(count_id)},
                form.sent_key,
            )
        except WorkflowError as refusal:
            form.refuse(refusal)
        else:
            flash(_settled(told), "success")
            return redirect(url_for("counter.index"), 303)
    return render("counter/settle.html", count=count, form=form)


@bp.route("/<uuid:count_id>/unsettle", methods=["GET", "POST"])
@for_roles(*SETTLERS)
def unsettle(count_id: uuid.UUID) -> ResponseReturnValue:
    """Take back what a number settled."""
    count = system_count(here.session, here.actor, here.context, count_id)
    form = WithdrawForm()
    if request.method == "POST" and form.validate():
        reason = str(form.reason.data)
        try:
            told = here.command(
                lambda book, context, actor: undo_settling(book, context, actor, count_id, reason=reason),
                {"undo_settling": str(count_id), "reason": reason},
                form.sent_key,
            )
        except WorkflowError as refusal:
            form.refuse(refusal)
        else:
            flash(_undone(told), "success" if not told["kept"] else "warning")
            return redirect(url_for("counter.index"), 303)
    return render("counter/unsettle.html", count=count, form=form)


def _settled(told: dict[str, Any]) -> str:
    if told["settled"] is None:
        return _("Đã đối soát những người đang chờ của địa bàn.")
    return _(
        "Đã đối soát %(n)s người; còn %(left)s người chờ hệ thống trừ.",
        n=number(told["settled"]), left=number(told["left"]),
    )  # fmt: skip


def _undone(told: dict[str, Any]) -> str:
    if told["undone"] is None:
        return _("Đã hủy đối soát của địa bàn; ai đã có việc ghi sau đó thì giữ nguyên.")
    return _(
        "Đã hủy đối soát %(n)s người; giữ nguyên %(kept)s người đã có việc ghi sau đó.",
        n=number(told["undone"]), kept=number(told["kept"]),
    )  # fmt: skip


def read_file(stream: Any, *, file_name: str, as_of: int) -> CountsFile:
    """Return what a file of counts says. Raises SheetRefused."""
    places = Places(here.session, here.unit.id)
    with NamedTemporaryFile(suffix=".part") as kept:
        kept.write(stream.read(MOST_BYTES * 10 + 1))
        kept.flush()
        return read_counts(
            Path(kept.name), places, file_name=file_name, as_of=as_of, starts_at=here.context.starts_at, now=here.now
        )


def _read(form: FileForm) -> CountsFile:
    sent = form.file.data
    return read_file(sent.stream, file_name=sent.filename or "", as_of=int(form.as_of.data or 0))


def _areas() -> list[Any]:
    return places_of(here.session, here.unit.id, "area", only_open=True)


def _shown(*, form: AddForm | None = None, file_form: FileForm | None = None) -> ResponseReturnValue:
    number_of_page = _page()
    page = counter_page(here.session, here.actor, here.context, now=here.now, page=number_of_page)
    source = page.system.counted.source if page.system else None
    areas = [one.area for one in page.areas.areas]
    return render(
        "counter/index.html",
        page=page,
        number_of_page=number_of_page,
        small=here.context.pack.model.pack.small_cell,
        may_enter=bool(here.actor.roles & set(WRITERS)),
        may_settle=bool(here.actor.roles & set(SETTLERS)),
        form=form or AddForm(formdata=None, as_of=here.now, source=source, areas=areas),
        file_form=file_form or FileForm(formdata=None, as_of=here.now, source=source),
    )


def _page() -> int:
    text = request.args.get("page", "1")
    return max(1, min(int(text), 10_000)) if text.isascii() and text.isdigit() and len(text) < 7 else 1
