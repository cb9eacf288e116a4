"""The report of the whole unit at an instant."""

from typing import Any

from web.api.blueprint import Operation, bp
from web.api.fields import Choice, Flag, Inside, Moment, Several, Shape, Told, Whole
from web.api.problems import invalid
from web.here import here
from web.i18n import _
from web.policy import for_roles
from workflow.actions.void_event import LAST_NO
from workflow.figures.lines import ReportLine
from workflow.figures.report import Report, report


class ReportQuery(Shape):
    """As of when (default now), and whether what came to be known later counts."""

    as_of = Moment(load_default=None, metadata={"description": "what happened before this instant; write + as %2B"})
    known = Choice(("now", "then"), load_default="now")


class LineShape(Shape):
    """One line of the report. `count` is null for a figure of somebody else's that was not imported; `note` says whose."""

    code = Told(required=True)
    label = Told(required=True)
    count = Whole(required=True, allow_none=True)
    unit = Told(required=True)
    base = Whole(required=True, allow_none=True)
    base_label = Told(required=True, allow_none=True)
    policy = Told(required=True, allow_none=True)
    percent = Told(required=True, allow_none=True)
    note = Told(required=True, allow_none=True)


class CheckShape(Shape):
    """What a check of the report found."""

    check = Told(required=True)
    severity = Told(required=True, metadata={"enum": ["error", "warning", "info"]})
    where = Told(required=True)
    message = Told(required=True)


class ReadingShape(Shape):
    """One way to read how far a target can still come. `short`: how many are missing even then."""

    words = Told(required=True)
    n = Whole(required=True)
    base = Whole(required=True, allow_none=True)
    percent = Told(required=True, allow_none=True)
    short = Whole(required=True, allow_none=True)


class TargetShape(Shape):
    """Where a target stands. `percent` is of `base`, which `policy_label` names. `pace`: what each of `days_left` has to bring, if that can be."""

    id = Told(required=True)
    label = Told(required=True)
    count = Whole(required=True, allow_none=True)
    base = Whole(required=True, allow_none=True)
    policy = Told(required=True, allow_none=True)
    needed = Whole(required=True, allow_none=True)
    missing = Whole(required=True, allow_none=True)
    highest = Whole(required=True)
    is_met = Flag(required=True)
    is_reachable = Flag(required=True, allow_none=True)
    monitor = Whole(required=True, allow_none=True)
    source = Told(required=True)
    policy_label = Told(required=True, allow_none=True)
    percent = Told(required=True, allow_none=True)
    left = Whole(required=True)
    recoverable = Whole(required=True)
    readings = Several(Inside(ReadingShape), required=True)
    due_at = Moment(required=True, allow_none=True)
    days_left = Whole(required=True)
    pace = Whole(required=True, allow_none=True)


class ReportShape(Shape):
    """The report. `ledger_no` and `known_at` say what was known."""

    campaign = Told(required=True)
    as_of = Moment(required=True)
    known_at = Moment(required=True, allow_none=True)
    ledger_no = Whole(required=True, most=LAST_NO)
    total = Whole(required=True)
    balanced = Flag(required=True)
    lines = Several(Inside(LineShape), required=True)
    findings = Several(Inside(CheckShape), required=True)
    targets = Several(Inside(TargetShape), required=True)


@bp.route("/<unit>/<campaign>/figures/report")
@for_roles("coordinator", "administrator", "chair", "duty_leader", "superior", "auditor")
class ReportFigures(Operation):
    """The report as figures."""

    @bp.arguments(ReportQuery, location="query")
    @bp.response(200, ReportShape)
    def get(self, asked: dict[str, Any]) -> Any:
        """The unit's report: every line with what it is divided by, whether it balances, and where the targets stand."""
        as_of = here.now if asked["as_of"] is None else asked["as_of"]
        if as_of > here.now:
            raise invalid({"query": {"as_of": [_("thời điểm này chưa tới; ghi lại ngày giờ")]}})
        return _told(report(here.session, here.context, here.context.pack, as_of=as_of, known=asked["known"]))


def _told(made: Report) -> dict[str, Any]:
    names = ("campaign", "as_of", "known_at", "ledger_no", "total", "balanced", "findings", "targets")
    return {**{name: getattr(made, name) for name in names}, "lines": [_line(line) for line in made.lines]}


def _line(line: ReportLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in LineShape._declared_fields}
