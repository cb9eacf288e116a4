"""Forms of superiors: shown as tables whose cells are links, named one by one, filled from a close."""

import uuid

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from rules.said import Said
from web.attachments import DOCX, XLSX, attachment
from web.here import here
from web.i18n import _
from web.pages import render
from web.papers.blueprint import MAKES, SEES, bp
from web.papers.forms import AddFormForm, CellForm, FillForm
from web.papers.views import close_choices, may_make
from web.plan.files import file_store
from web.policy import for_roles
from web.refusing import told_in
from web.sayings import spoken
from workflow.actions.superior_forms import add_form, drop_form, name_cell
from workflow.documents.fill_superior import fill_superior, shown_place
from workflow.documents.kept_close import frozen_of_close
from workflow.documents.superior import Choice, choices_for, read_grids
from workflow.documents.superior.choices import PARTS, WORDS
from workflow.errors import WorkflowError
from workflow.queries.papers import FormLine, closes_of_unit, superior_form

DEEPEST = 40
"""Rows of a form that a page shows; the others are there all the same."""


@bp.route("/<unit>/<campaign>/papers/forms/new", methods=["GET", "POST"])
@for_roles(*MAKES)
def new_form() -> ResponseReturnValue:
    form = AddFormForm()
    upload = form.upload() if request.method == "POST" and form.validate() else None
    if upload is not None:
        name = str(form.name.data)
        try:
            told = here.command(
                lambda book, context, actor: add_form(
                    book, context, actor, name=name, upload=upload, files=file_store()
                ),
                {"what": "add_form", "name": name, "file": upload.name},
                form.sent_key,
            )
        except WorkflowError as refusal:
            form.refuse(refusal)
        else:
            flash(_("Đã nhận biểu mẫu. Bấm vào từng ô rồi chọn số liệu."), "success")
            return redirect(url_for("papers.form", form_id=told["form"]), 303)
    return render("papers/new_form.html", form=form)


@bp.get("/<unit>/<campaign>/papers/forms/<uuid:form_id>")
@for_roles(*SEES)
def form(form_id: uuid.UUID) -> ResponseReturnValue:
    return _page(superior_form(here.session, here.context, form_id), None, None)


@bp.post("/<unit>/<campaign>/papers/forms/<uuid:form_id>")
@for_roles(*MAKES)
def save_cell(form_id: uuid.UUID) -> ResponseReturnValue:
    layout = superior_form(here.session, here.context, form_id)
    sent = CellForm()
    sent.choice.choices = _choices()
    place, choice = str(sent.place.data or ""), str(sent.choice.data or "")
    if sent.validate():
        with told_in(sent):
            here.command(
                lambda book, context, actor: name_cell(
                    book,
                    context,
                    actor,
                    form_id,
                    place=place,
                    choice=choice,
                    version=sent.seen_version,
                    files=file_store(),
                ),
                {"what": "name_cell", "form": str(form_id), "place": place, "choice": choice},
                sent.sent_key,
            )
            flash(_("Đã đặt ô %(place)s.", place=shown_place(place)), "success")
            return redirect(url_for("papers.form", form_id=form_id), 303)
    return _page(layout, sent, None)


@bp.post("/<unit>/<campaign>/papers/forms/<uuid:form_id>/fill")
@for_roles(*MAKES)
def fill(form_id: uuid.UUID) -> ResponseReturnValue:
    """Hand out the superior's own file with the chosen cells filled from a close."""
    layout = superior_form(here.session, here.context, form_id)
    asked = FillForm()
    asked.offer(close_choices(closes_of_unit(here.session, here.context)))
    if asked.validate():
        with told_in(asked):
            frozen = frozen_of_close(here.session, here.context, uuid.UUID(str(asked.close_id.data)))
            extension = extension_of(layout)
            content = fill_superior(file_store().read(layout.sha256), extension, layout.cells, frozen)
            return attachment(
                content, f"bieu-mau-{layout.sha256[:8]}.{extension}", XLSX if extension == "xlsx" else DOCX
            )
    return _page(layout, None, asked)


@bp.post("/<unit>/<campaign>/papers/forms/<uuid:form_id>/drop")
@for_roles(*MAKES)
def put_away(form_id: uuid.UUID) -> ResponseReturnValue:
    superior_form(here.session, here.context, form_id)
    key = CellForm().sent_key
    here.command(
        lambda book, context, actor: drop_form(book, context, actor, form_id),
        {"what": "drop_form", "form": str(form_id)},
        key,
    )
    flash(_("Đã cất biểu mẫu."), "success")
    return redirect(url_for("papers.index"), 303)


def extension_of(layout: FormLine) -> str:
    """Return what kind of file a form is."""
    return layout.file_name.rpartition(".")[2]


def _choices() -> list[tuple[str, str]]:
    return [
        ("", _("Để như biểu mẫu gửi đến")),
        *((choice.text, words) for choice, words in choices_for(here.context.pack)),
    ]


def _short(layout: FormLine) -> dict[str, str]:
    """Return what goes into each cell in as few words as a cell has room for: 3.8 – count."""
    labels = {each.id: spoken(each.label.said) for each in here.context.pack.model.figures.figures}
    labels |= {name: spoken(Said(words)) for name, words in WORDS.items()}
    return {
        place: _("%(code)s – %(part)s", code=each["key"], part=spoken(Said(PARTS[each["part"]])))
        if each["what"] == "line"
        else labels.get(each["key"], each["key"])
        for place, each in layout.cells.items()
    }


def _page(layout: FormLine, cell: CellForm | None, filled: FillForm | None) -> ResponseReturnValue:
    content = file_store().read(layout.sha256)
    grids = read_grids(content, extension_of(layout))
    at = str(cell.place.data) if cell is not None else request.args.get("at", "")
    chosen = next((one for grid in grids for row in grid.rows for one in row if one.place == at), None)
    words = dict(_choices())
    if cell is None:
        cell = CellForm(formdata=None)
        cell.choice.choices = _choices()
        told = layout.cells.get(at)
        cell.place.data, cell.version.data = at, str(layout.version)
        cell.choice.data = Choice(told["what"], told["key"], told["part"]).text if told else ""
    if filled is None:
        filled = FillForm(formdata=None)
        filled.offer(close_choices(closes_of_unit(here.session, here.context)))
    full = {
        place: words.get(Choice(each["what"], each["key"], each["part"]).text, "?")
        for place, each in layout.cells.items()
    }
    return render(
        "papers/form.html", layout=layout, grids=grids, chosen=chosen, at=at, cell=cell, filled=filled, full=full, named=_short(layout),
        deepest=DEEPEST, may_make=may_make(), shown_place=shown_place,
    )  # fmt: skip
