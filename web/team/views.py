"""The team leader's day: who carries what, the table of doors, handing over, covering the absent, sending the report."""

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from web.here import here
from web.i18n import _, ngettext
from web.pages import render
from web.policy import for_roles
from web.refusing import told_in
from web.team.door_pages import assign_page, back_to_doors, chosen_of, doors_page, places_of
from web.team.forms import EVENLY, ButtonForm, CoverForm, HandOverForm, ReportForm, receiver_of
from web.team.team_page import no_team_page, team_page
from web.team.words import covered, handed_over
from workflow.actions.assign_doors import reassign
from workflow.actions.cover_absent import cover_absent, return_cover
from workflow.actions.move_task import move_task
from workflow.errors import NotFound, StaleVersion, WorkflowError
from workflow.queries.covers import cover_of
from workflow.queries.team_load import (
    MemberLoad,
    SeenTeam,
    gives_doors_of,
    team_load,
    team_seen,
    teams_seen,
)
from workflow.queries.team_period import duty_of_a_team

bp = Blueprint("team", __name__, template_folder="templates")


@bp.get("/<unit>/<campaign>/team")
@for_roles("team_leader", "duty_leader", "coordinator")
def index() -> ResponseReturnValue:
    team = _team_asked()
    return no_team_page() if team is None else team_page(team)


@bp.post("/<unit>/<campaign>/team/reports/<uuid:task_id>")
@for_roles("team_leader", "duty_leader", "coordinator")
def send_report(task_id: uuid.UUID) -> ResponseReturnValue:
    team, duty = duty_of_a_team(here.session, here.actor, here.context, task_id, now=here.now)
    form = ReportForm()
    if form.validate():
        version = form.state_version.data

        def work(book: Any, context: Any, actor: Any) -> dict[str, Any]:
            moved = move_task(book, context, task_id, "submit", actor=actor, state_version=version)
            return {"state": moved.state, "timing": moved.timing, "ledger_no": moved.ledger_no}

        try:
            told = here.command(work, {"send_report": str(task_id), "state_version": version}, form.sent_key)
        except (NotFound, StaleVersion):
            raise
        except WorkflowError as refusal:
            form.refuse(refusal)
        else:
            said = {
                "on_time": _("Đã gửi báo cáo đúng hạn."),
                "late": _("Đã gửi báo cáo, sau hạn."),
                "supplement": _("Đã gửi báo cáo bổ sung."),
            }
            flash(said.get(told["timing"], _("Đã gửi báo cáo.")), "success")
            return redirect(url_for("team.index", team=team.code), 303)
    return team_page(team, refused=form, about=duty.id)


@bp.get("/<unit>/<campaign>/team/doors")
@for_roles("team_leader", "duty_leader", "coordinator")
def doors() -> ResponseReturnValue:
    return doors_page(request.args)


@bp.post("/<unit>/<campaign>/team/doors")
@for_roles("team_leader", "duty_leader", "coordinator")
def find() -> ResponseReturnValue:
    """Look for doors. It is sent like a form, though it changes nothing: no address and no log ever holds a name."""
    return doors_page(request.form)


@bp.get("/<unit>/<campaign>/team/assign")
@for_roles("team_leader", "coordinator")
def assign() -> ResponseReturnValue:
    return assign_page(HandOverForm(formdata=None), request.args)


@bp.post("/<unit>/<campaign>/team/assign/preview")
@for_roles("team_leader", "coordinator")
def preview() -> ResponseReturnValue:
    """Show what a hand-over would do: as `assign`, for what does not belong into an address."""
    return assign_page(HandOverForm(formdata=None), request.form)


@bp.post("/<unit>/<campaign>/team/assign")
@for_roles("team_leader", "coordinator")
def hand_over() -> ResponseReturnValue:
    places, giving = places_of(request.form)
    chosen, asked = chosen_of(request.form, places)
    to = receiver_of(request.form.get("to", ""), giving)
    if to is None:
        raise NotFound
    form = HandOverForm()
    if form.validate():
        team_id, member_id = to
        expected, reason = form.expected.data, form.reason.data

        def work(book: Any, context: Any, actor: Any) -> dict[str, Any]:
            return reassign(
                book, context, actor, chosen, team_id=team_id, assignee_id=member_id, reason=reason, expected=expected
            )

        wanted = asked.filter_params if asked else sorted(map(str, chosen))  # type: ignore[arg-type]
        told = {"assign": wanted, "to": request.form["to"], "reason": reason, "expected": expected}
        with told_in(form):
            answer = here.command(work, told, form.sent_key)
            flash(*handed_over(answer))
            return redirect(back_to_doors(asked), 303)
    return assign_page(form, request.form)


@bp.route("/<unit>/<campaign>/team/<uuid:team_id>/cover/<uuid:member_id>", methods=["GET", "POST"])
@for_roles("team_leader", "coordinator")
def cover(team_id: uuid.UUID, member_id: uuid.UUID) -> ResponseReturnValue:
    team, absent, others = _absent(team_id, member_id)
    form = CoverForm()
    form.to.choices = [
        (EVENLY, _("Chia đều cho các thành viên khác")),
        *((str(one.id), one.name) for one in others),
    ]
    if request.method == "POST" and form.validate():
        to = None if form.to.data == EVENLY else uuid.UUID(form.to.data)
        until, reason = form.until_at, form.reason.data

        def work(book: Any, context: Any, actor: Any) -> dict[str, Any]:
            return cover_absent(
                book, context, actor, member_id, team_id=team_id, to=to, until=until, reason=reason or ""
            )

        told = {"cover": str(member_id), "team": str(team_id), "to": str(to), "until": until, "reason": reason}
        with told_in(form):
            answer = here.command(work, told, form.sent_key)
            flash(covered(answer, absent, {one.id: one.name for one in others}), "success")
            return redirect(url_for("team.index", team=team.code), 303)
    return render("team/cover.html", team=team, absent=absent, form=form)


@bp.post("/<unit>/<campaign>/team/covers/<uuid:cover_id>/return")
@for_roles("team_leader", "coordinator")
def give_back(cover_id: uuid.UUID) -> ResponseReturnValue:
    found = cover_of(here.session, here.actor, here.context, cover_id)
    team = team_seen(here.session, here.actor, found.team_id)
    form = ButtonForm()

    def work(book: Any, context: Any, actor: Any) -> dict[str, Any]:
        return return_cover(book, context, actor, cover_id)

    try:
        answer = here.command(work, {"return_cover": str(cover_id)}, form.sent_key)
    except NotFound:
        raise
    except WorkflowError as refusal:
        form.refuse(refusal)
        return team_page(team, refused=form)
    text = ngettext(
        "Đã trả lại %(n)s hộ cho %(name)s.",
        "Đã trả lại %(n)s hộ cho %(name)s.",
        answer["moved"],
        n=answer["moved"],
        name=found.member,
    )
    if answer["kept"]:
        text += " " + ngettext(
            "%(n)s hộ đã chuyển tiếp cho người khác từ trước, để nguyên.",
            "%(n)s hộ đã chuyển tiếp cho người khác từ trước, để nguyên.",
            answer["kept"],
            n=answer["kept"],
        )
    flash(text, "warning" if answer["kept"] else "success")
    return redirect(url_for("team.index", team=team.code), 303)


def _team_asked() -> SeenTeam | None:
    """Return the team in the address, else the first that the actor looks after; None for who looks after none."""
    teams = teams_seen(here.session, here.actor)
    code = request.args.get("team")
    found = next((team for team in teams if code in (None, "", team.code)), None)
    if found is None and code:
        raise NotFound
    return found


def _absent(team_id: uuid.UUID, member_id: uuid.UUID) -> tuple[SeenTeam, MemberLoad, list[MemberLoad]]:
    """Return a team whose doors the actor may give, one who holds some of them, and the others in the team."""
    team = team_seen(here.session, here.actor, team_id)
    if not gives_doors_of(here.actor, team_id):
        raise NotFound
    members = team_load(here.session, here.actor, here.context, team_id, now=here.now).members
    absent = next((one for one in members if one.id == member_id), None)
    if absent is None:
        raise NotFound
    return team, absent, [one for one in members if one.id != member_id and one.role is not None]
