"""Templates of papers: taken away to be edited in Word, brought back, and given up again."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from web.attachments import DOCX, attachment
from web.here import here
from web.i18n import _
from web.pages import render
from web.papers.blueprint import MAKES, SEES, bp
from web.papers.forms import TemplateForm
from web.plan.files import file_store
from web.policy import for_roles
from web.sayings import spoken
from workflow.actions.make_paper import any_kind
from workflow.actions.save_template import TemplateRefused, save_template
from workflow.documents.fields import fields_of, help_on
from workflow.documents.make_template import FILES, NAMES, Kind, make_template
from workflow.errors import WorkflowError
from workflow.files import Upload
from workflow.queries.papers import templates_in_use


@bp.get("/<unit>/<campaign>/papers/templates/<template>")
@for_roles(*SEES)
def template(template: str) -> ResponseReturnValue:
    return _page(any_kind(template), TemplateForm(formdata=None), [])


@bp.post("/<unit>/<campaign>/papers/templates/<template>")
@for_roles(*MAKES)
def replace_template(template: str) -> ResponseReturnValue:
    kind, form = any_kind(template), TemplateForm()
    faults: list[str] = []
    upload = form.upload() if form.validate() else None
    if upload is not None:
        try:
            _save(kind, upload, form.sent_key)
        except TemplateRefused as refusal:
            form.refuse(refusal)
            faults = [spoken(problem.sentence()) for problem in refusal.problems]
        except WorkflowError as refusal:
            form.refuse(refusal)
        else:
            flash(_("Đã dùng mẫu mới cho văn bản lập từ bây giờ."), "success")
            return redirect(url_for("papers.template", template=kind), 303)
    return _page(kind, form, faults)


@bp.post("/<unit>/<campaign>/papers/templates/<template>/reset")
@for_roles(*MAKES)
def reset_template(template: str) -> ResponseReturnValue:
    kind, form = any_kind(template), TemplateForm()
    _save(kind, None, form.sent_key)
    flash(_("Đã trở lại mẫu của gói quy tắc."), "success")
    return redirect(url_for("papers.template", template=kind), 303)


@bp.get("/<unit>/<campaign>/papers/templates/<template>/file")
@for_roles(*SEES)
def template_file(template: str) -> ResponseReturnValue:
    kind = any_kind(template)
    own = templates_in_use(here.session, here.context).get(kind)
    content = file_store().read(own.sha256) if own is not None else make_template(here.context.pack, kind)
    return attachment(content, FILES[kind], DOCX)


def _save(kind: Kind, upload: Upload | None, key: str) -> None:
    told = {"what": "save_template", "kind": kind, "file": upload.name if upload else None}
    here.command(
        lambda book, context, actor: save_template(book, context, actor, kind, upload, files=file_store()), told, key
    )


def _page(kind: Kind, form: TemplateForm, faults: list[str]) -> ResponseReturnValue:
    return render(
        "papers/template.html",
        kind=kind,
        name=NAMES[kind],
        form=form,
        faults=faults,
        own=templates_in_use(here.session, here.context).get(kind),
        fields=help_on(fields_of(kind, here.context.pack)),
        may_make=bool(here.actor.roles & set(MAKES)),
    )
