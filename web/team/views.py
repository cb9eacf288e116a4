"""The team leader's day: who carries what, the table of doors, handing over, covering the absent, sending the report."""

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from web.here import here
from web.i18n import _
from web.pages import render
from web.policy import for_roles
from web.team.asked import NOBODY, SHOWS, SORT_LABELS, Asked, Places, asked_of, ids_of, in_words, uuid_of
from web.team.forms import (
    EVENLY,
    ButtonForm,
    CoverForm,
    HandOverForm,
    Receivers,
    ReportForm,
    receiver_choices,
    receiver_of,
)
from web.team.words import covered, handed_over
from workflow.actions.assign_doors import reassign
from workflow.actions.cover_absent import cover_absent, return_cover
from workflow.actions.move_task import move_task
from workflow.errors import NotFound, StaleVersion, WorkflowError
from workflow.figures.team_figures import team_figures
from workflow.queries.covers import cover_of, live_covers
from workflow.queries.door_filter import Chosen
from workflow.queries.door_table import areas_with_doors, door_table, preview_hand_over
from workflow.queries.exit_requests import count_waiting_exits
from workflow.queries.team_load import (
    MemberLoad,
    SeenTeam,
    gives_doors_of,
    holder_named,
    people_of_teams,
    team_load,
    team_seen,
    teams_seen,
)
from workflow.queries.team_period import DutyOfTeam, done_in_period, duties_of_team, period_at

bp = Blueprint("team", __name__, template_folder="templates")

SENT_SHOWN = 3
"""Reports already sent that the team's page still shows."""
IDS_AT_MOST = 500
"""Doors that may be ticked in one hand-over; more than that is "all that match"."""


@bp.get("/<unit>/<campaign>/team")
@for_roles("team_leader", "duty_leader", "coordinator")
def index() -> ResponseReturnValue:
    return _team_page(_team_asked())


@bp.post("/<unit>/<campaign>/team/reports/<uuid:task_id>")
@for_roles("team_leader", "duty_leader", "coordinator")
def send_report(task_id: uuid.UUID) -> ResponseReturnValue:
    team, duty = _duty_seen(task_id)
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
            in_time = told["timing"] == "on_time"
            flash(_("Đã gửi báo cáo đúng hạn.") if in_time else _("Đã gửi báo cáo, sau hạn."), "success")
            return redirect(url_for("team.index", team=team.code), 303)
    return _team_page(team, refused=form, about=duty.id)


@bp.get("/<unit>/<campaign>/team/doors")
@for_roles("team_leader", "duty_leader", "coordinator")
def doors() -> ResponseReturnValue:
    places, giving = _places()
    asked = asked_of(request.args, places)
    found = door_table(
        here.session, here.actor, here.context, asked.wanted, now=here.now, sort=asked.sort, page=asked.page
    )
    return render(
        "team/doors.html",
        found=found,
        asked=asked,
        places=places,
        receivers=receiver_choices(giving),
        shows=SHOWS,
        sorts=SORT_LABELS,
        nobody=NOBODY,
        all_ticked=request.args.get("tick") == "page",
    )


@bp.get("/<unit>/<campaign>/team/assign")
@for_roles("team_leader", "coordinator")
def assign() -> ResponseReturnValue:
    return _assign_page(HandOverForm(formdata=None))


@bp.post("/<unit>/<campaign>/team/assign")
@for_roles("team_leader", "coordinator")
def hand_over() -> ResponseReturnValue:
    places, giving = _places()
    chosen, asked = _chosen(request.form, places)
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
        try:
            answer = here.command(work, told, form.sent_key)
        except NotFound:
            raise
        except WorkflowError as refusal:
            form.refuse(refusal)
        else:
            flash(*handed_over(answer))
            return redirect(url_for("team.doors", **(asked.params if asked else _back())), 303)
    return _assign_page(form)


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
        try:
            answer = here.command(work, told, form.sent_key)
        except NotFound:
            raise
        except WorkflowError as refusal:
            form.refuse(refusal)
        else:
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
        return _team_page(team, refused=form)
    text = _("Đã trả lại %(n)s hộ cho %(name)s.", n=answer["moved"], name=found.member)
    if answer["kept"]:
        text += " " + _("%(n)s hộ đã chuyển tiếp cho người khác từ trước, để nguyên.", n=answer["kept"])
    flash(text, "warning" if answer["kept"] else "success")
    return redirect(url_for("team.index", team=team.code), 303)


def _team_page(team: SeenTeam, *, refused: Any = None, about: uuid.UUID | None = None) -> ResponseReturnValue:
    session, actor, context, now = here.session, here.actor, here.context, here.now
    duties = duties_of_team(session, actor, context, team.id, now=now)
    running = period_at(duties, now)
    since = running.period_from if running and running.period_from is not None else context.starts_at
    until = running.period_to if running and running.period_to is not None else context.ends_at
    before = next((each for each in duties if each.period_to == since), None) if running else None
    return render(
        "team/index.html",
        form=refused or ButtonForm(formdata=None),
        about=about,
        team=team,
        teams=teams_seen(session, actor),
        load=team_load(session, actor, context, team.id, now=now),
        running=running,
        done=done_in_period(session, actor, context, team.id, since=since, until=until),
        figures=team_figures(session, actor, context, team.id, cut_off=since) if running else None,
        earlier=_figures_before(team, before),
        owed=[each for each in duties if each.can_submit],
        sent=[each for each in duties if not each.can_submit][-SENT_SHOWN:],
        covers=live_covers(session, actor, context, team.id),
        waiting=count_waiting_exits(session, actor, context, team_id=team.id),
        may_assign=gives_doors_of(actor, team.id),
        may_send=any(post.team_id == team.id for post in actor.holds("team_leader")),
    )


def _figures_before(team: SeenTeam, before: DutyOfTeam | None) -> Any:
    """Return the team's figures at the cut-off before the last one, for what the last period brought."""
    if before is None or before.period_from is None:
        return None
    return team_figures(here.session, here.actor, here.context, team.id, cut_off=before.period_from)


def _team_asked() -> SeenTeam:
    """Return the team in the address, else the first that the actor looks after."""
    teams = teams_seen(here.session, here.actor)
    code = request.args.get("team")
    found = next((team for team in teams if code in (None, "", team.code)), None)
    if found is None:
        raise NotFound
    return found


def _duty_seen(task_id: uuid.UUID) -> tuple[SeenTeam, DutyOfTeam]:
    """Return one of the actor's teams' reports, or raise NotFound."""
    for team in teams_seen(here.session, here.actor):
        for duty in duties_of_team(here.session, here.actor, here.context, team.id, now=here.now):
            if duty.id == task_id:
                return team, duty
    raise NotFound


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


def _places() -> tuple[Places, Receivers]:
    """Return where and whom the table may be asked for, and who may be given doors."""
    teams = people_of_teams(here.session, here.actor, now=here.now)
    people = {member: name for _team, several in teams for member, name in several}
    holder = uuid_of(request.values.get("holder", ""))
    if holder is not None and holder not in people:  # somebody who left the team, with doors still
        people[holder] = holder_named(here.session, here.actor, here.context, holder)
    areas = areas_with_doors(here.session, here.actor, here.context)
    giving = [each for each in teams if gives_doors_of(here.actor, each[0].id)]
    return Places(areas, [team for team, _people in teams], people), giving


def _chosen(values: Any, places: Places) -> tuple[Chosen, Asked | None]:
    """Return the doors that are meant: all that match what was asked for, or those ticked. NotFound if it is neither."""
    if values.get("all") == "1":
        asked = asked_of(values, places)
        return asked.wanted, asked
    ids = ids_of(values.getlist("door"))
    if not ids or len(ids) > IDS_AT_MOST:
        raise NotFound
    return ids, None


def _assign_page(form: HandOverForm) -> ResponseReturnValue:
    places, giving = _places()
    values = request.values
    if values.get("all") != "1" and not values.getlist("door"):
        flash(_("Chưa chọn hộ nào. Đánh dấu các hộ cần chuyển, hoặc chuyển cả những hộ khớp bộ lọc."), "warning")
        return redirect(url_for("team.doors", **asked_of(values, places).params), 303)
    chosen, asked = _chosen(values, places)
    to = receiver_of(values.get("to", ""), giving)
    team_id, member_id = to or (None, None)
    preview = preview_hand_over(
        here.session, here.actor, here.context, chosen, team_id=team_id, assignee_id=member_id, now=here.now
    )
    form.expected.data = preview.matched
    form.expected.raw_data = None
    return render(
        "team/assign.html",
        form=form,
        preview=preview,
        to=to and values["to"],
        to_name=_name_of(values.get("to", ""), giving),
        receivers=receiver_choices(giving),
        words=in_words(asked, places) if asked else [],
        kept=[("all", "1"), *asked.params.items()] if asked else [("door", str(each)) for each in chosen],  # type: ignore[union-attr]
        back=url_for("team.doors", **(asked.params if asked else _back())),
    )


def _back() -> dict[str, Any]:
    return {"team": request.values["team"]} if request.values.get("team") else {}


def _name_of(value: str, giving: Receivers) -> tuple[str, str] | None:
    for team, choices in receiver_choices(giving):
        for choice, name in choices:
            if choice == value:
                return team, name
    return None
