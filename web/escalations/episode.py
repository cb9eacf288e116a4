"""One episode in full: the rule, the ladder, what was answered, and answering it."""

import uuid
from typing import Any

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from web.escalations.blueprint import ROLES, bp
from web.escalations.forms import AnswerForm, ExitForm
from web.escalations.listing import address_of, beside_values, wanted_of
from web.escalations.words import answered_words, buttons
from web.here import here
from web.i18n import _
from web.pages import render
from web.policy import for_roles, policy_of
from workflow.actions.answer_escalation import answer_escalation
from workflow.actions.decide_exit import decide_exit
from workflow.errors import NotFound, StaleVersion, WorkflowError
from workflow.queries.episode import Episode, episode
from workflow.queries.episode_ladder import LadderStep


@bp.get("/<unit>/<campaign>/escalations/<uuid:escalation_id>")
@for_roles(*ROLES)
def show(escalation_id: uuid.UUID) -> ResponseReturnValue:
    """One episode in full."""
    told = _episode(escalation_id)
    return _episode_page(told, AnswerForm(told.receivers, told.reasons_to_choose, formdata=None))


@bp.post("/<unit>/<campaign>/escalations/<uuid:escalation_id>")
@for_roles(*ROLES)
def answer(escalation_id: uuid.UUID) -> ResponseReturnValue:
    """Answer one episode."""
    told = _episode(escalation_id)
    exit_form = ExitForm()
    if exit_form.answer is not None:
        return _decide_exit(told, exit_form)
    form = AnswerForm(told.receivers, told.reasons_to_choose)
    seen = request.form.get(
        "state_version", -1, type=int
    )  # a form that does not say what it looked at looked at nothing
    if form.validate():
        values = {**form.values(), "state_version": seen}
        work: Any = lambda book, context, actor: answer_escalation(book, context, actor, [escalation_id], **values)  # noqa: E731
        try:
            done = here.command(work, {"escalation": escalation_id.hex, **form.asked()}, form.sent_key)
        except (NotFound, StaleVersion):
            raise
        except WorkflowError as refusal:
            form.refuse(refusal)
        else:
            said, left_out = answered_words(done)
            flash(said, "warning" if left_out else "success")
            return redirect(_next(form, escalation_id), 303)
    return _episode_page(told, form)


def _episode(escalation_id: uuid.UUID) -> Episode:
    return episode(here.session, here.actor, here.context, escalation_id, now=here.now)


def _decide_exit(told: Episode, form: ExitForm) -> ResponseReturnValue:
    """Confirm or return the request that waits on the person, without leaving the escalation that asks about them."""
    wanted = request.form.get("request", type=_uuid)
    if wanted is None:
        raise NotFound
    confirm, reason = form.answer == "exit_confirmed", form.reason.data
    work: Any = lambda book, context, actor: decide_exit(book, context, actor, wanted, confirm=confirm, reason=reason)  # noqa: E731
    try:
        here.command(work, {"request": wanted.hex, "confirm": confirm, "reason": reason}, form.sent_key)
    except NotFound:
        raise
    except WorkflowError as refusal:
        form.refuse(refusal)
        return _episode_page(told, AnswerForm(told.receivers, told.reasons_to_choose, formdata=None), form)
    flash(_("Đã xác nhận đề nghị.") if confirm else _("Đã trả lại đề nghị."), "success")
    return redirect(url_for("escalations.show", escalation_id=told.line.id, **_kept()), 303)


def _uuid(text: str) -> uuid.UUID:
    return uuid.UUID(text)


def _episode_page(told: Episode, form: AnswerForm, exit_form: ExitForm | None = None) -> ResponseReturnValue:
    leads_to = {endpoint: _may_open(endpoint) for endpoint in ("door.show", "plan.show")}
    return render(
        "escalations/episode.html", told=told, form=form, leads_to=leads_to, exit_form=exit_form or ExitForm(formdata=None),
        buttons=buttons(told.may), next_call=_next_call(told), **beside_values(),
    )  # fmt: skip


def _next_call(told: Episode) -> LadderStep | None:
    """Return the rung that is called next if nothing changes; None if there is none."""
    ahead = (step for step in told.ladder if step.level > told.line.level and step.due_at is not None)
    return next(ahead, None)


def _may_open(endpoint: str) -> bool:
    """Whether a page of another group is there for this role: a link leads somewhere or is not shown."""
    policy = policy_of(current_app, endpoint) if endpoint in current_app.view_functions else None
    return policy is not None and policy.admits(here.actor.roles)


def _next(form: AnswerForm, escalation_id: uuid.UUID) -> str:
    if form.answer == "decided":
        return url_for("escalations.inbox", **_kept())
    return url_for("escalations.show", escalation_id=escalation_id, **_kept())


def _kept() -> dict[str, Any]:
    """Return what of the address stays while one goes from page to page."""
    return address_of(wanted_of(request.args))
