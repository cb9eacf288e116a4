"""Lists of people: handed in and checked, then applied once, thrown away or taken back."""

import io
import uuid
from typing import Final

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from web.attachments import attachment
from web.here import here
from web.i18n import _
from web.pages import render
from web.policy import for_roles
from web.roster.checking import Busy, check, uploads
from web.roster.forms import ApplyForm, UndoForm, UploadForm
from web.roster.rejects import handed_back
from workflow.actions.apply_roster import apply_roster, discard_roster
from workflow.actions.undo_import import undo_import
from workflow.errors import WorkflowError
from workflow.queries.open_work import places_of
from workflow.queries.roster_files import PAGE, FileInFull, count_roster_files, roster_file, roster_files
from workflow.roster.apply import measure
from workflow.roster.blank import write_blank
from workflow.roster.column_help import ALSO_READ, COLUMNS
from workflow.roster.reasons import REASONS
from workflow.roster.shown import checked

bp = Blueprint("roster", __name__, url_prefix="/<unit>/<campaign>/roster", template_folder="templates")
ROLES: Final = ("coordinator", "administrator")
CELLS_A_PAGE: Final = 50
TOLD_BY_ROW: Final = frozenset({*REASONS, "row_conflicts"})
"""Findings that only add rows up: left out where all these rows stand on the page."""


@bp.get("")
@for_roles(*ROLES)
def files() -> ResponseReturnValue:
    page = _page()
    told = count_roster_files(here.session, here.context, here.actor)
    listed = roster_files(here.session, here.context, here.actor, offset=(page - 1) * PAGE)
    return render("roster/files.html", files=listed, page=page, pages=-(-sum(told.values()) // PAGE))


@bp.route("/new", methods=["GET", "POST"])
@for_roles(*ROLES)
def new() -> ResponseReturnValue:
    count_roster_files(here.session, here.context, here.actor)  # NotFound for a post of less than the unit
    form = UploadForm()
    form.offer(here.context.pack, places_of(here.session, here.unit.id, "area", only_open=True))
    if request.method == "POST" and form.validate():
        sent = form.file.data
        try:
            done = check(sent.stream, form.declaration(), file_name=sent.filename or "", sheet=form.sheet.data or None)
        except Busy:
            form.refuse(_("Đang kiểm tra tệp khác. Chờ ít phút rồi gửi lại."))
        except WorkflowError as refusal:
            form.refuse(refusal)
        else:
            if done.status == "already":
                flash(_("Tệp này đã nhập trước đó với cùng khai báo; không có gì thay đổi."), "warning")
            return redirect(url_for("roster.show", file_id=done.file_id), 303)
    elif request.method == "GET":
        form.as_of.data = here.now
    return render("roster/new.html", form=form, columns=[*COLUMNS, *ALSO_READ])


@bp.get("/blank")
@for_roles(*ROLES)
def blank() -> ResponseReturnValue:
    """Hand out an empty list to fill in. It has nobody in it, so it is no export."""
    count_roster_files(here.session, here.context, here.actor)  # NotFound for a post of less than the unit
    content = io.BytesIO()
    write_blank(content)
    return attachment(content.getvalue(), "mau-danh-sach.xlsx")


@bp.get("/<uuid:file_id>")
@for_roles(*ROLES)
def show(file_id: uuid.UUID) -> ResponseReturnValue:
    return _show(_file(file_id))


@bp.post("/<uuid:file_id>/apply")
@for_roles(*ROLES)
def apply(file_id: uuid.UUID) -> ResponseReturnValue:
    file, form = _file(file_id), ApplyForm()
    seen = form.agreed()
    if seen is None:
        form.refuse(_("Không đọc được số dòng đã xem. Tải lại trang rồi bấm nhập lại."))
        return _show(file, apply_form=form)
    try:
        told = here.command(
            lambda book, context, actor: apply_roster(book, context, actor, here.vault, file_id, seen=seen),
            {"apply_roster": str(file_id), "seen": seen.as_dict()},
            form.sent_key,
        )
    except WorkflowError as refusal:
        form.refuse(refusal)
        return _show(file, apply_form=form)
    if told["status"] == "applied":
        measure(here.store)
        flash(_("Đã nhập vào sổ."), "success")
    elif told["status"] == "already":
        flash(_("Tệp này đã nhập trước đó với cùng khai báo; không có gì thay đổi."), "warning")
    else:
        flash(_("Sổ đã thay đổi từ lúc kiểm tra nên số dòng khác đi. Chưa ghi gì; xem lại rồi bấm nhập."), "warning")
    return redirect(url_for("roster.show", file_id=told["file"]), 303)


@bp.post("/<uuid:file_id>/discard")
@for_roles(*ROLES)
def discard(file_id: uuid.UUID) -> ResponseReturnValue:
    file, form = _file(file_id), ApplyForm()
    try:
        here.command(
            lambda book, context, actor: discard_roster(book, context, actor, file_id),
            {"discard_roster": str(file_id)},
            form.sent_key,
        )
    except WorkflowError as refusal:
        form.refuse(refusal)
        return _show(file, apply_form=form)
    uploads().forget(file_id)
    flash(_("Đã bỏ tệp; không có gì được ghi vào sổ."), "success")
    return redirect(url_for("roster.files"), 303)


@bp.post("/<uuid:file_id>/undo")
@for_roles(*ROLES)
def undo(file_id: uuid.UUID) -> ResponseReturnValue:
    file, form = _file(file_id), UndoForm()
    if form.validate():
        reason = str(form.reason.data)
        try:
            told = here.command(
                lambda book, context, actor: undo_import(book, context, actor, here.vault, file_id, reason=reason),
                {"undo_import": str(file_id), "reason": reason},
                form.sent_key,
            )
        except WorkflowError as refusal:
            form.refuse(refusal)
        else:
            measure(here.store)
            kept = len(told["kept"])
            flash(
                _("Đã hủy %(voided)s dòng sổ, giữ lại %(kept)s trường hợp.", voided=told["voided"], kept=kept),
                "warning" if kept else "success",
            )
            return redirect(url_for("roster.show", file_id=file_id), 303)
    return _show(file, undo_form=form)


@bp.post("/<uuid:file_id>/rejects")
@for_roles(*ROLES)
def rejects(file_id: uuid.UUID) -> ResponseReturnValue:
    """Hand out the rows that were handed back."""
    return handed_back(_file(file_id))


def _file(file_id: uuid.UUID) -> FileInFull:
    return roster_file(here.session, here.context, here.actor, file_id)


def _show(
    file: FileInFull, *, apply_form: ApplyForm | None = None, undo_form: UndoForm | None = None
) -> ResponseReturnValue:
    said = checked(file, uploads())
    page, pages = _page(), max(-(-len(said.rejections) // CELLS_A_PAGE), 1)
    start = (min(page, pages) - 1) * CELLS_A_PAGE
    if apply_form is None:
        apply_form = ApplyForm(None)
    apply_form.seen.data = ",".join(map(str, file.counts))
    told = {*(TOLD_BY_ROW if pages == 1 else ()), *(("missing_from_list",) if file.status == "judged" else ())}
    lists = {each.id: each.label for each in here.context.pack.model.pack.lists}
    return render(
        "roster/show.html",
        file=file,
        said=said,
        findings=[each for each in said.findings if each.check not in told],
        rejections=said.rejections[start : start + CELLS_A_PAGE],
        page=min(page, pages),
        pages=pages,
        list_label=lists.get(file.list_code, ""),
        apply_form=apply_form,
        undo_form=undo_form or UndoForm(None),
    )


def _page() -> int:
    text = request.args.get("page", "1")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 7 else 1
