"""The plan as a spreadsheet: handed in, looked at row by row, put in force; an empty one and the plan as it stands to take away."""

import io
import uuid

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from rules.pack import load_pack, shipped_packs
from rules.time import moment_vi
from web.attachments import attachment
from web.here import here
from web.i18n import _, ngettext
from web.pages import render
from web.plan.blueprint import bp
from web.plan.forms import AgreeForm, PlanFileForm
from web.policy import for_roles
from web.roster.checking import AT_ONCE
from workflow.access import require_unit_post
from workflow.actions.import_plan import ACTION, ROLES, PlanMovedOn, import_plan, judge_plan
from workflow.errors import NotFound, NotPermitted, WorkflowError
from workflow.plan.counted import waits_in
from workflow.planfile.export import write_empty, write_plan
from workflow.planfile.model import Judged
from workflow.planfile.shown import stands_in_words
from workflow.planfile.template import write_from_template
from workflow.planfile.uploads import Kept, PlanUploads
from workflow.queries.plan_stands import plan_stands


@bp.route("/<unit>/<campaign>/plan/workbook", methods=["GET", "POST"])
@for_roles(*ROLES)
def workbook() -> ResponseReturnValue:
    _of_the_unit()
    form = PlanFileForm()
    if request.method == "POST" and form.validate():
        place, sent = _place(), form.file.data
        place.tidy(now=here.real_now)
        if not AT_ONCE.acquire(blocking=False):
            form.refuse(_("Đang đọc tệp khác. Chờ ít phút rồi gửi lại."))
            return render("plan/workbook.html", form=form, packs=list(shipped_packs()))
        try:
            key = place.receive(
                sent.stream, name=sent.filename or "", sheet=form.sheet.data or None,
                campaign_id=here.context.id, member_id=here.actor.membership_id,
            )  # fmt: skip
            judge_plan(here.session, here.context, _kept(key).sheet, actor=here.actor, now=here.now)
        except NotFound:
            raise
        except WorkflowError as refusal:
            form.refuse(refusal)
        else:
            return redirect(url_for("plan.preview", upload_id=key), 303)
        finally:
            AT_ONCE.release()
    return render("plan/workbook.html", form=form, packs=list(shipped_packs()))


@bp.route("/<unit>/<campaign>/plan/workbook/<uuid:upload_id>", methods=["GET", "POST"])
@for_roles(*ROLES)
def preview(upload_id: uuid.UUID) -> ResponseReturnValue:
    _of_the_unit()
    kept = _kept(upload_id)
    form = AgreeForm()
    if request.method == "POST":
        seen = str(form.seen.data or "-")
        try:
            told = here.command(
                lambda book, context, actor: import_plan(book, context, actor, kept.sheet, seen=seen),
                {"import_plan": str(upload_id), "seen": seen},
                form.sent_key,
            )
        except NotFound:
            raise
        except WorkflowError as refusal:
            form.refuse(refusal)
            if not isinstance(refusal, PlanMovedOn):
                return _preview(kept, form)
        else:
            _place().forget(upload_id)
            _tell(told)
            return redirect(url_for("plan.board", view="all", whose="all"), 303)
    return _preview(kept, form)


@bp.get("/<unit>/<campaign>/plan/workbook/blank")
@for_roles(*ROLES)
def blank() -> ResponseReturnValue:
    """Hand out a plan to fill in: an empty one, or after the plan of a pack that comes with the product."""
    _of_the_unit()
    content, name = io.BytesIO(), request.args.get("pack")
    if name is None:
        write_empty(content, here.context.pack, title=_title())
    elif name in shipped_packs():
        write_from_template(content, here.context.pack, load_pack(shipped_packs()[name]), title=_title())
    else:
        raise NotFound
    return attachment(content.getvalue(), "mau-ke-hoach.xlsx")


@bp.get("/<unit>/<campaign>/plan/workbook/export")
@for_roles(*ROLES)
def export() -> ResponseReturnValue:
    """Hand out the plan as it stands; nobody's name is in it but whose copy it is."""
    _of_the_unit()
    content = io.BytesIO()
    stands = stands_in_words(plan_stands(here.session, here.context, now=here.now), waits_in(here.context.pack))
    marked = f"{here.unit.name} · {here.actor.name} · {moment_vi(here.now)}"
    subtitle = f"{here.unit.name} · tình trạng lúc {moment_vi(here.now)}"
    write_plan(content, here.context.pack, title=_title(), subtitle=subtitle, marked=marked, stands=stands)
    return attachment(content.getvalue(), f"ke-hoach-{here.context.code}.xlsx")


def _preview(kept: Kept, form: AgreeForm) -> ResponseReturnValue:
    try:
        judged: Judged | None = judge_plan(here.session, here.context, kept.sheet, actor=here.actor, now=here.now)
    except WorkflowError as refusal:
        form.refuse(refusal)
        judged = None
    if judged is not None:
        form.seen.data = judged.seen
    return render("plan/preview.html", kept=kept, judged=judged, form=form)


def _tell(told: dict[str, int]) -> None:
    changed = told["created"] + told["updated"]
    if not changed:
        flash(_("Kế hoạch không đổi: mọi dòng nhận được đã có sẵn như vậy."), "warning")
        return
    flash(_("Đã ghi vào kế hoạch: %(created)s việc mới, %(updated)s việc thay đổi.", created=told["created"], updated=told["updated"]), "success")  # fmt: skip
    if told["rejected"]:
        flash(ngettext("%(n)s dòng bị trả lại chưa được ghi.", "%(n)s dòng bị trả lại chưa được ghi.", told["rejected"]), "warning")  # fmt: skip
    if left_out := told.get("reports_left_out"):
        flash(ngettext("%(n)s kỳ báo cáo có hạn trước lúc ghi nên không đòi.", "%(n)s kỳ báo cáo có hạn trước lúc ghi nên không đòi.", left_out), "warning")  # fmt: skip


def _of_the_unit() -> None:
    """Raise NotFound for who steers no whole unit: the plan belongs to it."""
    try:
        require_unit_post(here.actor, ROLES, action=ACTION)
    except NotPermitted:
        raise NotFound from None


def _kept(key: uuid.UUID) -> Kept:
    return _place().kept(key, campaign_id=here.context.id, member_id=here.actor.membership_id)


def _place() -> PlanUploads:
    return PlanUploads(here.ground.settings.uploads / "plans")


def _title() -> str:
    return f"Kế hoạch: {here.context.name}"
