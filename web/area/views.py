"""The head of an area: the households of the area lane by lane, and movements reported to the teams."""

import uuid
from math import ceil

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from web.area.forms import MovementForm
from web.format import label
from web.here import here
from web.i18n import _
from web.pages import render
from web.policy import for_roles
from workflow.access import request_for
from workflow.actions.report_movement import report_movement, withdraw_movement
from workflow.errors import NotFound, WorkflowError
from workflow.queries.area_movements import (
    Household,
    OwnArea,
    Resident,
    count_households_of_own_area,
    households_of_own_area,
    lanes_of_own_area,
    own_areas,
    own_reports,
)

bp = Blueprint("area", __name__, url_prefix="/<unit>/<campaign>/area", template_folder="templates")
HOUSEHOLDS_A_PAGE = 30
ALL_LANES = "*"


@bp.get("")
@for_roles("area_head")
def index() -> ResponseReturnValue:
    asked, page = request.args.get("lane", ALL_LANES), max(1, request.args.get("page", 1, type=int))
    lane = None if asked == ALL_LANES else asked
    areas = own_areas(here.session, here.actor)
    area = _area_asked(areas)
    area_id = area.id if area else None
    found = count_households_of_own_area(here.session, here.actor, here.context, area_id=area_id, lane=lane)
    pages = max(1, ceil(found / HOUSEHOLDS_A_PAGE))
    page = min(page, pages)
    households = households_of_own_area(
        here.session,
        here.actor,
        here.context,
        now=here.now,
        area_id=area_id,
        lane=lane,
        limit=HOUSEHOLDS_A_PAGE,
        offset=(page - 1) * HOUSEHOLDS_A_PAGE,
    )
    lanes = lanes_of_own_area(here.session, here.actor, here.context, area_id=area_id)
    return render(
        "area/index.html",
        areas=areas,
        area=area,
        households=households,
        lanes=lanes,
        lane=lane,
        page=page,
        pages=pages,
    )


@bp.get("/reports")
@for_roles("area_head")
def reports() -> ResponseReturnValue:
    found = own_reports(here.session, here.actor, here.context)
    keys = {each.id: uuid.uuid4().hex for each in found if each.status == "waiting"}
    several = len(own_areas(here.session, here.actor)) > 1
    return render("area/reports.html", reports=found, keys=keys, several=several)


@bp.route("/report/<uuid:case_id>", methods=["GET", "POST"])
@for_roles("area_head")
def report(case_id: uuid.UUID) -> ResponseReturnValue:
    household, resident = _resident(case_id)
    form = MovementForm()
    form.outcome.choices = [(each.outcome, label(each.label)) for each in resident.movements]
    if form.is_submitted() and form.validate():
        outcome, evidence, kind = str(form.outcome.data), form.evidence.data or None, form.evidence_kind.data or None
        try:
            here.command(
                lambda book, context, actor: report_movement(
                    book, context, actor, case_id, outcome, evidence=evidence, evidence_kind=kind
                ),
                {"movement": str(case_id), "outcome": outcome, "evidence": evidence, "kind": kind},
                form.sent_key,
            )
        except WorkflowError as refusal:
            if isinstance(refusal, NotFound):
                raise
            form.refuse(refusal)
        else:
            flash(_("Đã gửi đề nghị xác nhận. Kết quả xem ở mục “Đã báo”."), "success")
            return redirect(url_for("area.index", area=household.area, lane=household.lane or None), 303)
    return render("area/report.html", form=form, household=household, resident=resident)


@bp.post("/reports/<uuid:request_id>/withdraw")
@for_roles("area_head")
def withdraw(request_id: uuid.UUID) -> ResponseReturnValue:
    request_for(here.session, here.actor, request_id)
    here.command(
        lambda book, context, actor: withdraw_movement(book, context, actor, request_id),
        {"withdraw": str(request_id)},
        request.form.get("key", "") or uuid.uuid4().hex,
    )
    flash(_("Đã rút lại đề nghị."), "success")
    return redirect(url_for("area.reports"), 303)


def _area_asked(areas: list[OwnArea]) -> OwnArea | None:
    """Return the own area whose code the address has, else the first; None for a head without an area. Raises NotFound for another's."""
    code = request.args.get("area")
    found = next((area for area in areas if code in (None, "", area.code)), None)
    if found is None and code:
        raise NotFound
    return found


def _resident(case_id: uuid.UUID) -> tuple[Household, Resident]:
    found = households_of_own_area(here.session, here.actor, here.context, now=here.now, case_id=case_id)
    for household in found:
        for resident in household.residents:
            if resident.case_id == case_id:
                return household, resident
    raise NotFound
