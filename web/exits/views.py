"""Requests to confirm that somebody cannot be asked: oldest first, one in full, several decided at once."""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from rules.said import revived
from web.exits.batch import batch_here
from web.exits.forms import DecideForm, TakeBackForm
from web.exits.words import CONFIRMS, state_words
from web.here import here
from web.i18n import _
from web.pages import render
from web.policy import for_roles
from web.refusing import told_in
from web.sayings import in_words
from workflow.actions.decide_exit import MOST_AT_ONCE, decide_exit, decide_exits
from workflow.actions.void_event import void_event
from workflow.errors import AlreadyDecided, NotFound, WorkflowError
from workflow.figures.exit_effect import exit_effect
from workflow.queries.exit_requests import (
    ExitRequest,
    confirmed_exits,
    count_waiting_exits,
    exit_request,
    exit_requests_named,
    waiting_exits,
)
from workflow.queries.team_load import SeenTeam, teams_seen

bp = Blueprint("exits", __name__, template_folder="templates")

PAGE: Final = 50
"""Requests on one page of the inbox."""
DECISIONS: Final = {"confirm": True, "return": False}


@bp.get("/<unit>/<campaign>/exits")
@for_roles("team_leader", "duty_leader", "coordinator")
def inbox() -> ResponseReturnValue:
    return _page(DecideForm(formdata=None))


@bp.get("/<unit>/<campaign>/exits/<uuid:request_id>")
@for_roles("team_leader", "duty_leader", "coordinator")
def show(request_id: uuid.UUID) -> ResponseReturnValue:
    opened = exit_request(here.session, here.actor, here.context, request_id)
    return _page(DecideForm(formdata=None), opened=opened)


@bp.post("/<unit>/<campaign>/exits/<uuid:request_id>")
@for_roles("team_leader", "duty_leader", "coordinator")
def decide(request_id: uuid.UUID) -> ResponseReturnValue:
    opened = exit_request(here.session, here.actor, here.context, request_id)
    confirm, form = _decision(), DecideForm()
    if form.validate():
        reason = form.reason.data or None

        def work(book: Any, context: Any, actor: Any) -> dict[str, Any]:
            return decide_exit(book, context, actor, request_id, confirm=confirm, reason=reason)

        asked = {"decide_exit": str(request_id), "confirm": confirm, "reason": reason}
        try:
            here.command(work, asked, form.sent_key)
        except NotFound:
            raise
        except WorkflowError as refusal:
            form.refuse(refusal)
            if isinstance(refusal, AlreadyDecided):  # somebody was faster than this page's snapshot, or than the reader
                return _page(form, opened=opened, back=True)
        else:
            flash(_("Đã xác nhận một đề nghị.") if confirm else _("Đã trả lại một đề nghị."), "success")
            return redirect(url_for("exits.inbox", **_kept()), 303)
    return _page(form, opened=opened)


@bp.post("/<unit>/<campaign>/exits")
@for_roles("team_leader", "duty_leader", "coordinator")
def decide_several() -> ResponseReturnValue:
    confirm, form = _decision(), DecideForm()
    batch = batch_here(_team_id())
    ids = batch.ids
    if form.validate():
        reason = form.reason.data or None

        def work(book: Any, context: Any, actor: Any) -> dict[str, Any]:
            return {**decide_exits(book, context, actor, ids, confirm=confirm, reason=reason), **batch.rest}

        asked = {**batch.asked, "confirm": confirm, "reason": reason}
        try:
            answer = here.command(work, asked, form.sent_key)
        except WorkflowError as refusal:
            form.refuse(refusal)
        else:
            decided = [uuid.UUID(row["request"]) for row in answer["rows"]]
            named = exit_requests_named(here.session, here.actor, here.context, decided)
            rows = [(named.get(key), row, _why(row)) for key, row in zip(decided, answer["rows"], strict=True)]
            return render(
                "exits/decided.html", answer=answer, rows=rows, confirm=confirm, kept=_kept(), reason=reason,
                form=DecideForm(formdata=None),
            )  # fmt: skip
    return _page(form, ticked=set(ids), everything=batch.is_everything)


@bp.post("/<unit>/<campaign>/exits/<uuid:request_id>/take-back")
@for_roles("team_leader", "duty_leader", "coordinator")
def take_back(request_id: uuid.UUID) -> ResponseReturnValue:
    """A death or another exit that was confirmed by mistake: the case goes back to where it was, the request waits again."""
    opened, form = exit_request(here.session, here.actor, here.context, request_id), TakeBackForm()
    number, reason = opened.decided_no, form.reason.data or ""
    if opened.status != "confirmed" or number is None:
        raise NotFound
    if form.validate():
        with told_in(form):
            here.command(
                lambda book, context, actor: void_event(book, context, actor, number, reason=reason),
                {"take_back": str(request_id), "no": number, "reason": reason},
                form.sent_key,
            )
            flash(_("Đã hủy xác nhận: người này trở lại như trước, đề nghị lại chờ xác nhận hoặc trả lại."), "success")
            return redirect(url_for("exits.show", request_id=request_id, **_kept()), 303)
    return _page(DecideForm(formdata=None), opened=opened, taking_back=form)


def _why(row: Mapping[str, Any]) -> str:
    """Return why a request was not decided; an answer from before sentences were kept has the text alone."""
    return in_words(revived(row["said"])) if "said" in row else row.get("message", "")


def _page(
    form: DecideForm,
    *,
    opened: ExitRequest | None = None,
    ticked: set[uuid.UUID] | None = None,
    back: bool = False,
    taking_back: TakeBackForm | None = None,
    everything: bool = False,
) -> ResponseReturnValue:
    """Return the inbox, with one request opened beside it (on a phone: instead of it)."""
    session, actor, context = here.session, here.actor, here.context
    teams = teams_seen(session, actor)
    team = _team(teams)
    team_id = None if team is None else team.id
    page = _page_number()
    total = count_waiting_exits(session, actor, context, team_id=team_id)
    waiting = waiting_exits(session, actor, context, team_id=team_id, limit=PAGE, offset=(page - 1) * PAGE)
    effect = None
    if opened is not None and opened.status == "waiting":
        effect = exit_effect(session, actor, context, opened.id, as_of=here.now + 1)  # what happened by now is in it
    return render(
        "exits/inbox.html",
        form=form,
        waiting=waiting,
        total=total,
        page=page,
        pages=max(-(-total // PAGE), 1),
        teams=teams,
        team=team,
        opened=opened,
        effect=effect,
        confirmed=confirmed_exits(session, actor, context),
        taking_back=taking_back or TakeBackForm(formdata=None),
        ticked=ticked or set(),
        everything=everything,
        most_at_once=MOST_AT_ONCE,
        kept=_kept(),
        back=back,
        who_confirms=CONFIRMS,
        state_words=state_words,
    )


def _decision() -> bool:
    """Return which button was pressed. A form without one is no form of ours."""
    decision = request.form.get("decision", "")
    if decision not in DECISIONS:
        raise NotFound
    return DECISIONS[decision]


def _team(teams: list[SeenTeam]) -> SeenTeam | None:
    code = request.args.get("team")
    if not code:
        return None
    found = next((team for team in teams if team.code == code), None)
    if found is None:
        raise NotFound
    return found


def _kept() -> dict[str, Any]:
    return {name: request.args[name] for name in ("team", "page") if request.args.get(name)}


def _page_number() -> int:
    text = request.args.get("page", "")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _team_id() -> uuid.UUID | None:
    team = _team(teams_seen(here.session, here.actor))
    return None if team is None else team.id
