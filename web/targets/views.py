"""Goals: under every base, what can still be reached, what a day has to bring; somebody else's figures; the letter about the base."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from rules.time import Instant
from web.attachments import DOCX, attachment
from web.door.words import source_words
from web.here import here
from web.i18n import _
from web.pages import render
from web.policy import for_roles
from web.report.forms import AsOfForm
from web.report.views import stamp
from web.targets.forms import AggregateForm
from workflow.actions.import_aggregate import IMPORTERS, import_aggregate
from workflow.documents.letter import Letter, write_letter
from workflow.errors import NotFound, WorkflowError
from workflow.figures.base_letter import BaseLetter, base_letter
from workflow.figures.target_board import target_board
from workflow.figures.values import Known
from workflow.queries.aggregates import aggregates_of

bp = Blueprint("targets", __name__, template_folder="templates")


@bp.get("/<unit>/<campaign>/targets")
@for_roles("coordinator", "administrator", "chair", "duty_leader", "superior", "auditor")
def index() -> ResponseReturnValue:
    form, as_of, known = _asked()
    figures, goals = target_board(here.session, here.context, as_of=as_of, known=known) if as_of else (None, ())
    return render(
        "targets/index.html",
        form=form,
        figures=figures,
        goals=goals,
        known=known,
        has_external=any(one.external for one in here.context.pack.model.figures.figures),
        may_import=_may_import(),
        source_words=source_words,
    )


@bp.get("/<unit>/<campaign>/targets/<target>/letter")
@for_roles("coordinator", "administrator", "chair", "duty_leader", "superior", "auditor")
def letter(target: str) -> ResponseReturnValue:
    """The draft that asks the superior what the goal is divided by, as of an instant."""
    draft, as_of, known = _draft_asked(target)
    has_papers = here.context.pack.model.pack.reporting.papers is not None
    return render(
        "targets/letter.html", target=target, draft=draft, as_of=as_of, known=known, stamp=stamp, has_papers=has_papers
    )  # fmt: skip


@bp.get("/<unit>/<campaign>/targets/<target>/letter.docx")
@for_roles("coordinator", "administrator", "chair", "duty_leader", "superior", "auditor")
def letter_in_word(target: str) -> ResponseReturnValue:
    """The same draft as a Word file, its number and day left blank."""
    draft, as_of, _known = _draft_asked(target)
    if here.context.pack.model.pack.reporting.papers is None:
        raise NotFound
    content = write_letter(
        Letter(draft.about, (draft.to,), draft.body, draft.closing, draft.recipients),
        here.context.pack, unit_name=here.unit.name, at=as_of,
    )  # fmt: skip
    return attachment(content, f"cong-van-{target.lower()}.docx", DOCX)


def _draft_asked(target: str) -> tuple[BaseLetter, Instant, Known]:
    """Return the draft about a target as of the instant in the address. Raises NotFound for a target that asks nothing."""
    _form, as_of, known = _asked()
    goals = target_board(here.session, here.context, as_of=as_of, known=known)[1] if as_of else ()
    judged = next((goal.judged for goal in goals if goal.judged.status.id == target), None)
    if as_of is None or judged is None or judged.status.needed is None or not judged.standings:
        raise NotFound
    return base_letter(judged, here.context.pack, as_of=as_of), as_of, known


@bp.get("/<unit>/<campaign>/targets/imported")
@for_roles(*IMPORTERS)
def imported() -> ResponseReturnValue:
    return _imported_page(AggregateForm(formdata=None, pack=here.context.pack))


@bp.post("/<unit>/<campaign>/targets/imported")
@for_roles(*IMPORTERS)
def take_over() -> ResponseReturnValue:
    """Take over a sum that another agency sent, with its document."""
    form = AggregateForm(pack=here.context.pack)
    if form.validate():
        told: dict[str, Any] = {
            "figure": form.figure.data,
            "item": form.item.data or "",
            "n": form.n.data,
            "source": form.source.data or "",
            "as_of": form.as_of.data,
        }

        def work(book: Any, context: Any, actor: Any) -> dict[str, Any]:
            return {"aggregate": str(import_aggregate(book, context, actor=actor, **told))}

        try:
            here.command(work, {"import_aggregate": told}, form.sent_key)
        except WorkflowError as refusal:
            form.refuse(refusal)
        else:
            flash(_("Đã nhập số liệu, kèm văn bản nguồn."), "success")
            return redirect(url_for("targets.imported"), 303)
    return _imported_page(form)


def _imported_page(form: AggregateForm) -> ResponseReturnValue:
    figures = {one.id: one for one in here.context.pack.model.figures.figures}
    return render(
        "targets/imported.html", form=form, rows=aggregates_of(here.session, here.context), figures=figures
    )  # fmt: skip


def _asked() -> tuple[AsOfForm, Instant | None, Known]:
    """Return the form, the instant that it asks for (None: it cannot be answered), and what counts as known."""
    form = AsOfForm(request.args if request.args else None)
    if request.args and not form.read(here.now):
        return form, None, "now"
    as_of = form.as_of.data if form.as_of.data is not None else here.now
    form.as_of.data = as_of
    return form, as_of, "then" if form.known.data == "then" else "now"


def _may_import() -> bool:
    return bool(here.actor.roles & set(IMPORTERS))
