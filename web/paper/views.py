"""Paper at the door: print a route or a list, follow the sheet, and type it in when it comes back."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from rules.time import Instant
from web.format import label
from web.here import here
from web.i18n import _
from web.pages import render
from web.paper.forms import ROWS_A_PAGE, FindForm, HandOverForm, ListForm, RouteForm, TypeForm, typed_rows
from web.paper.typing_page import PageRow, fresh_rows, rows_answered
from web.policy import for_roles
from workflow.access import printed_for
from workflow.actions.print_list import PRINTERS as LIST_PRINTERS
from workflow.actions.print_list import print_list
from workflow.actions.print_route import PRINTERS, print_route
from workflow.actions.settle_printed import Step, may_settle, settle_printed
from workflow.actions.type_sheet import look_over, type_sheet
from workflow.actions.typed_rows import TypedRow
from workflow.errors import NotFound, WorkflowError
from workflow.queries.paper_route import (
    OwnTeam,
    area_choices,
    lanes_on_route,
    own_teams,
    people_of_team,
    team_choices,
)
from workflow.queries.printed_lists import SheetLine, lines_of_sheet, printed_log, sheet_in_log, typed_lines
from workflow.queries.short_codes import legend, tick_codes

bp = Blueprint("paper", __name__, url_prefix="/<unit>/<campaign>/paper", template_folder="templates")
ROLES = ("member", "team_leader", "coordinator")
SHEETS_A_PAGE = 30


@bp.get("")
@for_roles(*ROLES)
def index() -> ResponseReturnValue:
    return _index(_route_form(), _list_form())


@bp.post("/route")
@for_roles(*PRINTERS)
def route() -> ResponseReturnValue:
    form, team = _route_form(), _team_asked()
    if form is None or team is None:
        raise NotFound
    if form.validate():
        wish = form.wish(team.code)
        asked = {
            "print": "route",
            "team": team.code,
            "place": form.place.data,
            "walker": form.walker.data,
            "free": wish.also_free,
        }
        try:
            told = here.command(
                lambda book, context, actor: print_route(book, context, actor, wish), asked, form.sent_key
            )
        except WorkflowError as refusal:
            form.refuse(refusal)
        else:
            return redirect(url_for("paper.sheet", serial=told["serial"]), 303)
    return _index(form, _list_form(fresh=True))


@bp.post("/list")
@for_roles(*LIST_PRINTERS)
def list_() -> ResponseReturnValue:
    form = _list_form()
    if form is None:
        raise NotFound
    if form.validate():
        code, team, area = form.list_code.data, form.team.data if form.team else None, form.area.data or None
        asked = {"print": "list", "code": code, "team": team, "area": area}
        try:
            told = here.command(
                lambda book, context, actor: print_list(book, context, actor, code, team=team, area=area),
                asked,
                form.sent_key,
            )
        except WorkflowError as refusal:
            form.refuse(refusal)
        else:
            return redirect(url_for("paper.sheet", serial=told["serial"]), 303)
    return _index(_route_form(fresh=True), form)


@bp.get("/find")
@for_roles(*ROLES)
def find() -> ResponseReturnValue:
    if "serial" not in request.args:
        return redirect(url_for("paper.index"), 303)
    form = FindForm(request.args)
    if form.validate():
        serial = int(form.serial.data)
        try:
            printed_for(here.session, here.actor, here.context.id, serial)
        except NotFound:
            form.found_none()
        else:
            return redirect(url_for("paper.type_in", serial=serial), 303)
    return _index(_route_form(fresh=True), _list_form(fresh=True), form)


@bp.get("/<int:serial>")
@for_roles(*ROLES)
def sheet(serial: int) -> ResponseReturnValue:
    row = printed_for(here.session, here.actor, here.context.id, serial)
    logged = sheet_in_log(here.session, here.actor, here.context, serial)
    lines = lines_of_sheet(here.session, here.actor, here.context, row)
    lists = {each.id: each.label for each in here.context.pack.model.pack.lists}
    return render(
        "paper/sheet.html",
        sheet=logged,
        lanes=_by_lane(lines),
        list_label=lists.get(row.list_code or ""),
        ticks=tick_codes(here.context.pack),
        legend=legend(here.context.pack),
        by_lane=request.args.get("by") == "lane",
    )


@bp.get("/<int:serial>/log")
@for_roles(*ROLES)
def log(serial: int) -> ResponseReturnValue:
    return _log(serial, HandOverForm())


@bp.post("/<int:serial>/log/<any(hand_over, returned, destroyed):step>")
@for_roles("team_leader", "coordinator")
def settle(serial: int, step: Step) -> ResponseReturnValue:
    row = printed_for(here.session, here.actor, here.context.id, serial)
    form = HandOverForm()
    form.to.choices = _people(row.team_id)
    if step == "hand_over" and not form.validate():
        return _log(serial, form)
    to = uuid.UUID(form.to.data) if step == "hand_over" else None
    try:
        here.command(
            lambda book, context, actor: settle_printed(book, context, actor, serial, step, to=to),
            {"sheet": serial, "step": step, "to": str(to)},
            form.sent_key,
        )
    except WorkflowError as refusal:
        form.refuse(refusal)
        return _log(serial, form)
    said = {
        "hand_over": _("Đã ghi: phiếu được giao."),
        "returned": _("Đã ghi: phiếu đã thu lại."),
        "destroyed": _("Đã ghi: phiếu đã hủy."),
    }
    flash(said[step], "success")
    return redirect(url_for("paper.log", serial=serial), 303)


@bp.route("/<int:serial>/type", methods=["GET", "POST"])
@for_roles(*ROLES)
def type_in(serial: int) -> ResponseReturnValue:
    row = printed_for(here.session, here.actor, here.context.id, serial)
    form = TypeForm()
    typist = str(here.actor.membership_id)
    people = _people(row.team_id)
    own = [] if typist in dict(people) else [(typist, _("%(name)s (người nhập)", name=here.actor.name))]
    form.done_by.choices = [*people, *own]
    if request.method == "GET":
        form.done_by.data = str(row.assignee_id) if row.assignee_id else typist
        return _typing(form, row, fresh_rows(_page_of(row), _typed_before(row)))
    rows, done = typed_rows(), request.form.getlist("done")
    lines = {line.number: line for line in lines_of_sheet(here.session, here.actor, here.context, row)}
    if not form.validate():
        return _typing(form, row, rows_answered(rows, _read_only(serial, rows, form), lines, done))
    visited_at: Instant = form.visited_at.data or 0
    done_by = uuid.UUID(form.done_by.data)
    asked = {
        "sheet": serial,
        "at": visited_at,
        "by": str(done_by),
        "rows": [[each.line, each.codes, each.promised] for each in rows],
    }
    try:
        told = here.command(
            lambda book, context, actor: type_sheet(
                book, context, actor, serial, rows, visited_at=visited_at, done_by=done_by
            ),
            asked,
            form.sent_key,
        )
    except WorkflowError as refusal:
        form.refuse_sheet(refusal)
        return _typing(form, row, rows_answered(rows, _read_only(serial, rows, form), lines, done))
    if told["refused"]:
        form.key.data = uuid.uuid4().hex  # what was recorded stands; the rest is another sending
        return _typing(form, row, rows_answered(rows, told, lines, done), told=told)
    flash(_said(told), "success")
    following = _first() + ROWS_A_PAGE
    if following <= row.lines:
        return redirect(url_for("paper.type_in", serial=serial, first=following), 303)
    return redirect(url_for("paper.log", serial=serial), 303)


def _index(
    route_form: RouteForm | None, list_form: ListForm | None, find_form: FindForm | None = None
) -> ResponseReturnValue:
    before = request.args.get("before", type=int)
    log = printed_log(here.session, here.actor, here.context, limit=SHEETS_A_PAGE + 1, before=before)
    return render(
        "paper/index.html",
        route_form=route_form,
        list_form=list_form,
        find_form=find_form or FindForm(formdata=None),
        log=log[:SHEETS_A_PAGE],
        older=log[SHEETS_A_PAGE - 1].serial if len(log) > SHEETS_A_PAGE else None,
        team=_team_asked(),
        teams=_own_teams(),
    )


def _own_teams() -> list[OwnTeam]:
    return own_teams(here.session, here.actor, PRINTERS)


def _team_asked() -> OwnTeam | None:
    """Return the own team whose code the address has, else the first; None for who is in no team. Raises NotFound for another's."""
    own, code = _own_teams(), request.args.get("team")
    found = next((team for team in own if code in (None, "", team.code)), None)
    if found is None and code:
        raise NotFound
    return found


def _route_form(*, fresh: bool = False) -> RouteForm | None:
    team = _team_asked()
    if team is None or team.post.team_id is None:
        return None
    post = team.post
    form = RouteForm(formdata=None, prefix="") if fresh else RouteForm()
    leads = post.role == "team_leader"
    people = people_of_team(here.session, here.unit.id, team.post.team_id, now=here.now) if leads else []
    form.offer(lanes_on_route(here.session, here.actor, here.context, post), people)
    return form


def _list_form(*, fresh: bool = False) -> ListForm | None:
    if not here.context.pack.model.pack.lists or not here.actor.holds(*LIST_PRINTERS):
        return None
    form = ListForm(formdata=None) if fresh else ListForm()
    led = own_teams(here.session, here.actor, ("team_leader",))
    if here.actor.holds("coordinator"):
        teams, areas = team_choices(here.session, here.unit.id), area_choices(here.session, here.unit.id)
    else:
        teams = [(team.code, team.name) for team in led] if len(led) > 1 else []
        of_teams = [team.post.team_id for team in led if team.post.team_id]
        areas = area_choices(here.session, here.unit.id, of_teams=of_teams)
    asked = _team_asked()
    if form.team.raw_data is None and asked and asked.code in dict(teams):
        form.team.data = asked.code
    form.offer(here.context.pack, teams, areas, label)
    return form


def _people(team_id: uuid.UUID | None) -> list[tuple[str, str]]:
    if team_id is None:
        return []
    return [(str(member), name) for member, name in people_of_team(here.session, here.unit.id, team_id, now=here.now)]


def _log(serial: int, form: HandOverForm) -> ResponseReturnValue:
    row = printed_for(here.session, here.actor, here.context.id, serial)
    form.to.choices = _people(row.team_id)
    return render(
        "paper/log.html",
        sheet=sheet_in_log(here.session, here.actor, here.context, serial),
        form=form,
        may_settle=may_settle(here.actor, row.team_id),
        keys={step: uuid.uuid4().hex for step in ("returned", "destroyed")},
    )


def _typing(
    form: TypeForm, row: Any, rows: list[PageRow], *, told: Mapping[str, Any] | None = None
) -> ResponseReturnValue:
    answer = render(
        "paper/type.html",
        form=form,
        sheet=row,
        rows=rows,
        told=told,
        said=_said(told) if told else "",
        legend=legend(here.context.pack),
        first=_first(),
        per_page=ROWS_A_PAGE,
    )
    if told is not None:
        answer.status_code = 422
    return answer


def _read_only(serial: int, rows: Sequence[TypedRow], form: TypeForm) -> dict[str, Any]:
    """Return what is wrong in the lines of a sheet that is refused as a whole."""
    visited_at = form.visited_at.data or here.now
    return look_over(here.session, here.context, here.actor, serial, rows, visited_at=visited_at)


def _said(told: Mapping[str, Any]) -> str:
    return _(
        "%(typed)s dòng = %(recorded)s đã ghi (%(doors)s hộ) + %(refused)s chưa ghi được + %(blank)s để trống.",
        typed=told["typed"], recorded=told["recorded"], doors=told["doors"], refused=told["refused"], blank=told["blank"],
    )  # fmt: skip


def _first() -> int:
    first = request.values.get("first", "1")
    return max(1, int(first)) if first.isascii() and first.isdigit() and len(first) < 6 else 1


def _page_of(row: Any) -> list[SheetLine]:
    first = _first()
    lines = lines_of_sheet(here.session, here.actor, here.context, row)
    found = [line for line in lines if first <= line.number < first + ROWS_A_PAGE]
    if not found:
        raise NotFound
    return found


def _typed_before(row: Any) -> set[int]:
    return {line for line, _day in typed_lines(here.session, here.unit.id, [row.id]).get(row.id, set())}


def _by_lane(lines: list[SheetLine]) -> list[tuple[str, str, list[list[SheetLine]]]]:
    """Return (area, lane, doors) in the order of the lines; a door is its lines, the door's own first if it has one."""
    lanes: list[tuple[str, str, list[list[SheetLine]]]] = []
    before: SheetLine | None = None
    for line in lines:
        if not lanes or lanes[-1][:2] != (line.area_name, line.lane):
            lanes.append((line.area_name, line.lane, []))
            before = None
        if before is None or line.is_door or line.door_id != before.door_id:
            lanes[-1][2].append([])
        lanes[-1][2][-1].append(line)
        before = line
    return lanes
