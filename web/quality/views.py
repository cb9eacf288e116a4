"""Can the figures be believed: doors asked again by another team, and what is unusual enough to ask about."""

import uuid
from typing import Any, Final

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from web.here import here
from web.i18n import _, _l, ngettext
from web.pages import render
from web.policy import for_roles
from web.quality.forms import AnswerForm, DrawForm
from web.refusing import told_in
from workflow.actions.answer_revisit import answer_revisit
from workflow.actions.draw_revisits import draw_revisits
from workflow.days import as_date
from workflow.errors import WorkflowError
from workflow.figures.patterns import questions
from workflow.figures.revisit_sample import PERCENT, in_words
from workflow.queries.revisits import answers_by_team, days_of_revisits, revisit_for, revisits_to_ask

bp = Blueprint("quality", __name__, template_folder="templates")
WATCHERS: Final = ("duty_leader", "coordinator")
ASKERS: Final = ("member", "team_leader", "duty_leader", "coordinator")
ANSWERS: Final = {
    "came": (_l("Có người đến"), "check-circle", "good"),
    "not_came": (_l("Không có ai đến"), "x-circle", "warn"),
    "nobody_there": (_l("Không gặp ai để hỏi"), "house-door", "quiet"),
}


@bp.get("/<unit>/<campaign>/quality")
@for_roles(*WATCHERS)
def index() -> ResponseReturnValue:
    """Questions, what the doors answered, and the days that were drawn or can be."""
    return _overview(DrawForm(formdata=None))


@bp.post("/<unit>/<campaign>/quality")
@for_roles(*WATCHERS)
def draw() -> ResponseReturnValue:
    form = DrawForm()
    if form.validate():
        day = int(form.day.data or 0)

        def work(book: Any, context: Any, actor: Any) -> dict[str, Any]:
            return draw_revisits(book, context, actor, day)

        try:
            told = here.command(work, {"draw_revisits": day}, form.sent_key)
        except WorkflowError as refusal:
            form.refuse(refusal)
        else:
            n = told["drawn"]
            flash(ngettext("Đã rút %(n)s hộ để hỏi lại.", "Đã rút %(n)s hộ để hỏi lại.", n, n=n), "success")
            return redirect(url_for("quality.index"), 303)
    return _overview(form)


@bp.get("/<unit>/<campaign>/revisits")
@for_roles(*ASKERS)
def mine() -> ResponseReturnValue:
    """The doors at which one is to ask: an address, a day, three answers."""
    return _to_ask(AnswerForm(formdata=None))


@bp.post("/<unit>/<campaign>/revisits/<uuid:revisit_id>")
@for_roles(*ASKERS)
def answer(revisit_id: uuid.UUID) -> ResponseReturnValue:
    revisit_for(here.session, here.actor, here.context, revisit_id)
    form = AnswerForm()
    if form.validate():
        said = str(form.answer.data)

        def work(book: Any, context: Any, actor: Any) -> dict[str, Any]:
            return answer_revisit(book, context, actor, revisit_id, said)

        with told_in(form):
            here.command(work, {"answer_revisit": str(revisit_id), "answer": said}, form.sent_key)
            flash(_("Đã ghi: %(answer)s.", answer=str(ANSWERS[said][0]).lower()), "success")
            return redirect(url_for("quality.mine"), 303)
    return _to_ask(form)


def _overview(form: DrawForm) -> ResponseReturnValue:
    teams = answers_by_team(here.session, here.actor, here.context)
    return render(
        "quality/index.html",
        form=form,
        asked=questions(here.session, here.actor, here.context),
        teams=[(team, in_words(team.asked, team.not_came)) for team in teams],
        days=days_of_revisits(here.session, here.actor, here.context, now=here.now),
        as_date=as_date,
        percent_drawn=PERCENT,
        new_key=_new_key,
    )


def _to_ask(form: AnswerForm) -> ResponseReturnValue:
    doors = revisits_to_ask(here.session, here.actor, here.context)
    return render(
        "quality/mine.html",
        form=form,
        open_doors=[one for one in doors if one.answer in (None, "nobody_there")],
        done=[one for one in doors if one.answer not in (None, "nobody_there")],
        answers={value: (str(label), *rest) for value, (label, *rest) in ANSWERS.items()},
        as_date=as_date,
        new_key=_new_key,
    )


def _new_key() -> str:
    return uuid.uuid4().hex
