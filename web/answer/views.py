"""The numbers for the telephone: one page, one tap to note that they were said."""

import uuid
from typing import Final

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from web.answer.forms import SaidForm
from web.counter.forms import AddForm
from web.format import number
from web.here import here
from web.i18n import _
from web.pages import render
from web.policy import for_roles
from web.withdrawal import withdrawal
from workflow.actions.add_system_count import WRITERS
from workflow.actions.say_figures import say_figures
from workflow.actions.withdraw_told import withdraw_said
from workflow.closing.answer_text import answer_text
from workflow.closing.quick_answer import QuickAnswer, quick_answer
from workflow.closing.said import CHANNEL_LABELS, SaidRow, said_figure
from workflow.closing.system_counts import require_reader
from workflow.errors import NotFound, WorkflowError

bp = Blueprint("answer", __name__, url_prefix="/<unit>/<campaign>/answer", template_folder="templates")
ROLES: Final = ("coordinator", "chair", "administrator")


@bp.get("")
@for_roles(*ROLES)
def quick() -> ResponseReturnValue:
    """The page. Opening it changes nothing."""
    page = quick_answer(here.session, here.actor, here.context, now=here.now)
    return _shown(page, _form(page))


@bp.post("/said")
@for_roles(*ROLES)
def say() -> ResponseReturnValue:
    """Note that what a page showed was said."""
    require_reader(here.actor)
    form = SaidForm(here.context.pack)
    if form.validate():
        values = form.values()
        try:
            told = here.command(
                lambda book, context, actor: say_figures(book, context, actor, **values),
                {"what": "said", **values},
                form.sent_key,
            )
        except WorkflowError as refusal:
            form.refuse(refusal)
        else:
            flash(
                _(
                    "Đã ghi: báo %(n)s cho %(to)s (%(channel)s).",
                    n=number(told["n"]),
                    to=told["recipient"],
                    channel=_(CHANNEL_LABELS[told["channel"]]),
                ),
                "success",
            )
            return redirect(url_for("answer.quick", _anchor="said"), 303)
    return _shown(quick_answer(here.session, here.actor, here.context, now=here.now), form)


@bp.route("/said/<uuid:said_id>/withdraw", methods=["GET", "POST"])
@for_roles(*ROLES)
def withdraw(said_id: uuid.UUID) -> ResponseReturnValue:
    """Take back a note that was a slip of the finger."""
    back = url_for("answer.quick", _anchor="said")
    return withdrawal(
        withdraw_said, said_id, template="answer/withdraw.html", back=back, said=_said(said_id), channels=CHANNEL_LABELS
    )


def _said(said_id: uuid.UUID) -> SaidRow:
    require_reader(here.actor)
    found = said_figure(here.session, here.context, said_id)
    if found is None:
        raise NotFound
    return found


def _form(page: QuickAnswer) -> SaidForm:
    form = SaidForm(here.context.pack, formdata=None, last=next(iter(page.said), None))
    form.as_of.data, form.known_no.data = page.as_of, page.ledger_no
    return form


def _shown(page: QuickAnswer, form: SaidForm) -> ResponseReturnValue:
    source = page.system.counted.source if page.system else None
    return render(
        "answer/quick.html",
        page=page,
        form=form,
        text=answer_text(page, unit=here.unit.name),
        channels=CHANNEL_LABELS,
        may_enter=bool(here.actor.roles & set(WRITERS)),
        enter=AddForm(formdata=None, as_of=here.now, source=source, back="answer"),
    )
