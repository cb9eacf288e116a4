"""Reports that travel through another post: which have come, and passing them on."""

import uuid
from typing import Any

from flask.typing import ResponseReturnValue

from web.api.blueprint import Operation, bp, carry_out, etag, version_of_request
from web.api.fields import Flag, Inside, Labelled, Moment, Several, Shape, Told, Whole
from web.api.tasks import page_of
from web.here import here
from web.plan.blueprint import SEES
from web.policy import for_roles
from workflow.actions.forward_reports import forward_reports
from workflow.actions.void_event import LAST_NO
from workflow.errors import NotFound
from workflow.plan.life import STATE_LABELS
from workflow.plan.standing import STANDINGS
from workflow.queries.forwarding_page import ForwardingPage, ReportLine, forwarding_page


class RelayedReportShape(Shape):
    """One report of the period: how it stands, when it was sent, and whether it has been passed on as it stands."""

    task = Told(required=True, metadata={"format": "uuid"})
    scope = Told(required=True)
    place = Told(required=True, allow_none=True)
    state = Told(required=True, metadata={"enum": list(STATE_LABELS)})
    standing = Told(required=True, metadata={"enum": list(STANDINGS)})
    submitted_at = Moment(required=True, allow_none=True)
    is_passed_on = Flag(required=True)


class ForwardingShape(Shape):
    """The duty to pass reports on in one period."""

    task = Told(required=True, metadata={"format": "uuid"})
    occurrence = Told(required=True)
    label = Labelled(required=True)
    standing = Told(required=True, metadata={"enum": list(STANDINGS)})
    state_version = Whole(required=True)
    due_at = Moment(required=True, allow_none=True)
    submitted_at = Moment(required=True, allow_none=True)
    sent = Whole(required=True)
    asked = Whole(required=True)
    may_forward = Flag(required=True)
    reports = Several(Inside(RelayedReportShape), required=True)


class ForwardShape(Shape):
    """Passing on what has come by `happened_at` (now, if not said)."""

    happened_at = Moment(load_default=None, allow_none=True)


class ForwardedShape(Shape):
    """What went along, and who had sent nothing: codes of teams, areas or bodies."""

    task = Told(required=True, metadata={"format": "uuid"})
    reports = Several(Told(), required=True)
    missing = Several(Told(), required=True)
    is_supplement = Flag(required=True)
    timing = Told(required=True)
    state_version = Whole(required=True)
    ledger_no = Whole(required=True, most=LAST_NO)


@bp.route("/<unit>/<campaign>/tasks/<uuid:task_id>/forward")
@for_roles(*SEES)
class Forwarding(Operation):
    """Reports that travel through another post."""

    needs_version = True

    def find(self, *, task_id: uuid.UUID) -> None:
        """Raise NotFound for a task that is absent, foreign, or passes nothing on."""
        _page(task_id)

    @bp.response(200, ForwardingShape, headers={"ETag": {"schema": {"type": "string"}}})
    def get(self, task_id: uuid.UUID) -> Any:
        """The reports of the period that this task passes on: which have come, and which went along."""
        page = _page(task_id)
        own = {name: getattr(page, name) for name in ("label", "standing", "sent", "asked", "may_forward")}
        kept = {name: page.task[name] for name in ("occurrence", "state_version", "due_at", "submitted_at")}
        told = {**own, **kept, "task": str(task_id), "reports": [_line(line) for line in page.lines]}
        return told, etag(page.task["state_version"])

    @bp.arguments(ForwardShape, example={"happened_at": None})
    @bp.response(200, ForwardedShape)
    def post(self, told: dict[str, Any], task_id: uuid.UUID) -> ResponseReturnValue:
        """Pass on every report that has come. Once it was done, only what came since, as a supplement."""
        version, happened_at = version_of_request(), told["happened_at"]

        def work(book: Any, context: Any, actor: Any) -> dict[str, Any]:
            done = forward_reports(book, context, task_id, actor=actor, state_version=version, happened_at=happened_at)
            return {
                "task": str(task_id), "reports": list(done.reports), "missing": list(done.missing),
                "is_supplement": done.is_supplement, "timing": done.timing, "state_version": done.state_version,
                "ledger_no": done.ledger_no,
            }  # fmt: skip

        return carry_out(work, told)


def _page(task_id: uuid.UUID) -> ForwardingPage:
    found = page_of(task_id)
    if found.forwards is None:
        raise NotFound
    return forwarding_page(
        here.session, here.actor, here.context, found.forwards, found.task["occurrence"], now=here.now
    )


def _line(line: ReportLine) -> dict[str, Any]:
    report = line.report
    return {
        "task": str(report.id), "scope": report.scope, "place": report.place, "state": report.state,
        "standing": report.standing, "submitted_at": report.submitted_at,
        "is_passed_on": report.submitted_at is not None and line.gone_at == report.submitted_at,
    }  # fmt: skip
