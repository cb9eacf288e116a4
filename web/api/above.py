"""What leaders read: the goals under every base, and the units of a superior side by side. Roll-ups only."""

from typing import Any

from web.api.blueprint import Operation, bp
from web.api.fields import ByKey, Choice, Flag, Inside, Moment, Several, Shape, Text, Told, Whole
from web.api.figures import ReportQuery
from web.api.problems import invalid
from web.here import here
from web.i18n import _
from web.policy import for_roles
from web.sayings import in_words
from workflow.closing.consolidate import SummedLine, UnitClose
from workflow.closing.side_by_side import side_by_side
from workflow.figures.target_board import Goal, target_board


class StandingShape(Shape):
    """A goal divided by one base. `is_declared`: the one by which the rules judge it. `highest`: what can still be reached."""

    policy = Told(required=True)
    label = Told(required=True)
    base = Whole(required=True)
    needed = Whole(required=True, allow_none=True)
    count = Whole(required=True)
    percent = Told(required=True, allow_none=True)
    missing = Whole(required=True, allow_none=True)
    is_met = Flag(required=True, allow_none=True)
    highest = Whole(required=True)
    highest_base = Whole(required=True)
    highest_percent = Told(required=True, allow_none=True)
    is_reachable = Flag(required=True, allow_none=True)
    is_declared = Flag(required=True)


class GoalShape(Shape):
    """A goal under every base that suits it. `forecast`: when the pace would reach it (null: there is no history of it)."""

    id = Told(required=True)
    label = Told(required=True)
    depends_on_the_base = Flag(required=True)
    standings = Several(Inside(StandingShape), required=True)
    forecast = Told(required=True, allow_none=True)


class GoalsShape(Shape):
    """All goals of the campaign at an instant."""

    as_of = Moment(required=True)
    goals = Several(Inside(GoalShape), required=True)


@bp.route("/<unit>/<campaign>/figures/targets")
@for_roles("coordinator", "administrator", "chair", "duty_leader", "superior", "auditor")
class Targets(Operation):
    """The goals."""

    @bp.arguments(ReportQuery, location="query")
    @bp.response(200, GoalsShape)
    def get(self, asked: dict[str, Any]) -> Any:
        """Every goal under each base: met or not, how many are missing, the highest still reachable."""
        as_of = here.now if asked["as_of"] is None else asked["as_of"]
        if as_of > here.now:
            raise invalid({"query": {"as_of": [_("thời điểm này chưa tới; ghi lại ngày giờ")]}})
        _figures, goals = target_board(here.session, here.context, as_of=as_of, known=asked["known"])
        return {"as_of": as_of, "goals": [_goal(goal) for goal in goals]}


class UnitsQuery(Shape):
    """Which period; the newest that any unit has closed if none is named."""

    period = Text(load_default=None, shortest=1, longest=40, metadata={"example": "2025-05-24"})


class UnitBelowShape(Shape):
    """A unit. `has_closed` is false where nothing was received for the period; `is_as_kept`: its bytes have their hash."""

    code = Told(required=True)
    name = Told(required=True)
    has_closed = Flag(required=True)
    revision = Whole(required=True, allow_none=True)
    total = Whole(required=True, allow_none=True)
    is_as_kept = Flag(required=True)
    missing_teams = Several(Told(), required=True)


class SummedLineShape(Shape):
    """A line over the units that closed; `count` is null where it cannot be added. `by_unit`: each unit's own, by its code."""

    code = Told(required=True)
    label = Told(required=True)
    count = Whole(required=True, allow_none=True)
    base = Whole(required=True, allow_none=True)
    percent = Told(required=True, allow_none=True)
    by_unit = ByKey(values=Whole(allow_none=True), required=True)


class FoundAboveShape(Shape):
    """What a check of the sums found."""

    check = Told(required=True)
    severity = Choice(("error", "warning", "info"), required=True)
    where = Told(required=True)
    message = Told(required=True)


class UnitsShape(Shape):
    """The units of a superior in one period. `periods`: those that any of them has closed, newest first."""

    period = Told(required=True)
    periods = Several(Told(), required=True)
    total = Whole(required=True)
    units = Several(Inside(UnitBelowShape), required=True)
    lines = Several(Inside(SummedLineShape), required=True)
    findings = Several(Inside(FoundAboveShape), required=True)


@bp.route("/<unit>/<campaign>/figures/units")
@for_roles("superior")
class Units(Operation):
    """The units side by side."""

    @bp.arguments(UnitsQuery, location="query")
    @bp.response(200, UnitsShape)
    def get(self, asked: dict[str, Any]) -> Any:
        """What every unit below the account has closed, which have not, and the sum of those that have. 404 for an unknown period."""
        found = side_by_side(
            here.session, here.me.account_id, here.context.code, now=here.real_now, period=asked["period"]
        )
        seen = found.seen
        findings = [
            {
                "check": one.check,
                "severity": one.severity,
                "where": in_words(one.where),
                "message": in_words(one.message),
            }
            for one in seen.findings
        ]
        return {
            "period": seen.period, "periods": list(found.periods), "total": seen.total,
            "units": [_unit(one) for one in seen.units], "lines": [_line(one) for one in seen.lines], "findings": findings,
        }  # fmt: skip


def _goal(goal: Goal) -> dict[str, Any]:
    judged = goal.judged
    return {
        "id": judged.status.id,
        "label": judged.status.label,
        "depends_on_the_base": judged.depends_on_the_base,
        "standings": [one.to_json() for one in judged.standings],
        "forecast": None if goal.forecast is None else in_words(goal.forecast.sentence()),
    }


def _unit(one: UnitClose) -> dict[str, Any]:
    frozen = one.frozen
    return {
        "code": one.code,
        "name": one.name,
        "has_closed": frozen is not None,
        "revision": None if frozen is None else frozen.revision,
        "total": None if frozen is None else frozen.total,
        "is_as_kept": one.is_as_kept,
        "missing_teams": [] if frozen is None else [team.name for team in frozen.missing],
    }


def _line(one: SummedLine) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in ("code", "label", "count", "base", "percent")}
    return {**told, "by_unit": dict(one.by_unit)}
