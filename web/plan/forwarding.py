"""Forwarding what the teams sent: the page of the post through which reports travel."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from web.forms import untouched
from web.here import here
from web.i18n import _, ngettext
from web.pages import render
from web.plan.blueprint import SEES, bp
from web.plan.forms import ForwardForm
from web.policy import for_roles
from workflow.actions.forward_reports import Forwarded, forward_reports
from workflow.errors import NotFound, StaleVersion, WorkflowError
from workflow.queries.forwarding_page import ForwardingPage, forwarding_page


@bp.get("/<unit>/<campaign>/plan/items/<item>/forward")
@for_roles(*SEES)
def forwarding(item: str) -> ResponseReturnValue:
    page = _page(item, request.args.get("period"))
    form = untouched(ForwardForm, state_version=page.task["state_version"])
    return render("plan/forwarding.html", page=page, form=form)


@bp.post("/<unit>/<campaign>/plan/items/<item>/forward")
@for_roles(*SEES)
def forward(item: str) -> ResponseReturnValue:
    page = _page(item, request.args.get("period", ""))
    form = ForwardForm()
    if form.validate():
        values = {"state_version": form.seen_version, "happened_at": form.happened_at.data}
        task_id = page.task["id"]
        try:
            told = here.command(
                lambda book, context, actor: _told(forward_reports(book, context, task_id, actor=actor, **values)),
                {"what": "forward_reports", "task": str(task_id), **values},
                form.sent_key,
            )
        except NotFound:
            raise
        except WorkflowError as refusal:
            form.refuse(refusal)
            if isinstance(refusal, StaleVersion):
                form.state_version.data = str(page.task["state_version"])
        else:
            _tell(page, told)
            return redirect(url_for("plan.forwarding", item=item, period=page.task["occurrence"]), 303)
    return render("plan/forwarding.html", page=page, form=form)


def _page(item: str, period: str | None) -> ForwardingPage:
    return forwarding_page(here.session, here.actor, here.context, item, period, now=here.now)


def _told(done: Forwarded) -> dict[str, Any]:
    return {
        "reports": list(done.reports), "missing": list(done.missing), "is_supplement": done.is_supplement,
        "timing": done.timing, "ledger_no": done.ledger_no,
    }  # fmt: skip


def _tell(page: ForwardingPage, told: dict[str, Any]) -> None:
    """Say what went along, whether it was in time, and who is missing."""
    n = len(told["reports"])
    if told["is_supplement"]:
        flash(ngettext("Đã chuyển bổ sung %(n)s báo cáo.", "Đã chuyển bổ sung %(n)s báo cáo.", n), "success")
    elif told["timing"] == "late":
        flash(ngettext("Đã chuyển %(n)s báo cáo, trễ hạn.", "Đã chuyển %(n)s báo cáo, trễ hạn.", n), "warning")
    else:
        flash(ngettext("Đã chuyển %(n)s báo cáo, đúng hạn.", "Đã chuyển %(n)s báo cáo, đúng hạn.", n), "success")
    if told["missing"]:
        flash(
            _("Còn thiếu: %(names)s. Khi có, bấm chuyển bổ sung.", names=", ".join(page.places(told["missing"]))),
            "warning",
        )
