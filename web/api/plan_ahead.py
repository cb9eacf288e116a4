"""The plan ahead: when work is likely to be finished, tomorrow's risks, what is due today, who answers for how much."""

from typing import Any, Final, get_args

from web.api.blueprint import Operation, bp
from web.api.fields import Choice, Flag, Inside, Labelled, Moment, Several, Shape, Told, Whole
from web.api.tasks import BoardRowShape
from web.here import here
from web.plan.blueprint import SEES
from web.policy import for_roles
from workflow.days import as_date
from workflow.figures.plan_ahead import MOST, due_today, risks_of_tomorrow, text_of, today_text
from workflow.figures.task_forecast import forecasts_of_rows
from workflow.plan.forecast import Forecast, Ground, Lack
from workflow.plan.standing import STANDINGS
from workflow.queries.plan_board import plan_board
from workflow.queries.plan_by_owner import By, plan_by_owner
from workflow.queries.plan_links import Key, pairs_of_plan

ONLY_OWN: Final = {"description": "those given to a post of one's own"}


class AheadQuery(Shape):
    """Whose work."""

    only_own = Flag(load_default=False, metadata=ONLY_OWN)


class ForecastShape(Shape):
    """When something is likely to be finished. `finishes_on` is null where nothing says it, and `lack` then tells why."""

    finishes_on = Told(required=True, allow_none=True, metadata={"format": "date"})
    days_late = Whole(required=True, metadata={"description": "whole days after the deadline"})
    ground = Told(required=True, metadata={"enum": list(get_args(Ground))})
    days = Whole(required=True, metadata={"description": "so many whole days the pace rests on"})
    behind = Told(required=True, allow_none=True, metadata={"description": "the item that comes first and decides"})
    lack = Told(required=True, allow_none=True, metadata={"enum": [*get_args(Lack), None]})
    lacking = Whole(required=True, metadata={"description": "so many of `of` places have no forecast"})
    of = Whole(required=True)


class ForecastRowShape(Shape):
    """A row of the plan that is open, and its forecast if there is one."""

    item = Told(required=True)
    occurrence = Told(required=True)
    label = Labelled(required=True)
    due_at = Moment(required=True, allow_none=True)
    forecast = Inside(ForecastShape, required=True, allow_none=True)


class ForecastsShape(Shape):
    """Every open row, overdue first; `left_out` rows of a huge plan were not looked at."""

    left_out = Whole(required=True)
    rows = Several(Inside(ForecastRowShape), required=True)


class RiskShape(Shape):
    """A row that is due tomorrow, or expected to be finished after its deadline."""

    row = Inside(BoardRowShape, required=True)
    is_due_tomorrow = Flag(required=True)
    forecast = Inside(ForecastShape, required=True, allow_none=True)


class RisksShape(Shape):
    """Tomorrow's risks, the least time left first; how many tasks are overdue already."""

    overdue = Whole(required=True)
    left_out = Whole(required=True)
    risks = Several(Inside(RiskShape), required=True)


class TodayShape(Shape):
    """What has its last moment today and is not finished; `text` is the message to paste, in Vietnamese."""

    overdue_before = Whole(required=True)
    text = Told(required=True)
    rows = Several(Inside(BoardRowShape), required=True)


class OwnersQuery(Shape):
    """By post, or by the office that a post belongs to."""

    by = Choice(get_args(By), load_default="post")


class StandingCountShape(Shape):
    """So many stand so."""

    standing = Told(required=True, metadata={"enum": list(STANDINGS)})
    n = Whole(required=True)


class OwnerCountsShape(Shape):
    """How much of the plan somebody answers for, by how it stands; `code` null: what nobody was given."""

    code = Told(required=True, allow_none=True)
    label = Labelled(required=True, allow_none=True)
    total = Whole(required=True)
    standings = Several(Inside(StandingCountShape), required=True)


class OwnersShape(Shape):
    """Who answers for the plan, in the order of their titles: no rank of anybody."""

    owners = Several(Inside(OwnerCountsShape), required=True)


@bp.route("/<unit>/<campaign>/plan/forecast")
@for_roles(*SEES)
class PlanForecast(Operation):
    """When open work is likely to be finished."""

    @bp.arguments(AheadQuery, location="query")
    @bp.response(200, ForecastsShape)
    def get(self, asked: dict[str, Any]) -> Any:
        """Every open row of the plan with its forecast, overdue first."""
        board = plan_board(
            here.session, here.actor, here.context, now=here.now, view="open", only_own=asked["only_own"], limit=MOST
        )
        pairs = pairs_of_plan(here.session, here.actor, here.context)
        found = forecasts_of_rows(here.session, here.actor, here.context, board.rows, pairs, now=here.now)
        rows = [
            {
                "item": row.item, "occurrence": row.occurrence, "label": row.label, "due_at": row.due_at,
                "forecast": _forecast(found.get((row.item, row.occurrence))),
            }
            for row in board.rows
        ]  # fmt: skip
        return {"left_out": max(board.total - MOST, 0), "rows": rows}


@bp.route("/<unit>/<campaign>/plan/ahead")
@for_roles(*SEES)
class PlanAhead(Operation):
    """Tomorrow's risks."""

    @bp.arguments(AheadQuery, location="query")
    @bp.response(200, RisksShape)
    def get(self, asked: dict[str, Any]) -> Any:
        """What is not finished and due tomorrow, or expected after its deadline; the least time left first."""
        found = risks_of_tomorrow(here.session, here.actor, here.context, now=here.now, only_own=asked["only_own"])
        risks = [
            {"row": risk.row, "is_due_tomorrow": risk.is_due_tomorrow, "forecast": _forecast(risk.forecast)}
            for risk in found.risks
        ]
        return {"overdue": found.overdue, "left_out": found.left_out, "risks": risks}


@bp.route("/<unit>/<campaign>/plan/today")
@for_roles(*SEES)
class PlanToday(Operation):
    """What is due today."""

    @bp.arguments(AheadQuery, location="query")
    @bp.response(200, TodayShape)
    def get(self, asked: dict[str, Any]) -> Any:
        """What has its last moment today and is not finished, as rows and as the text to paste."""
        found = due_today(here.session, here.actor, here.context, now=here.now, only_own=asked["only_own"])
        text = text_of(today_text(found, unit=here.unit.name, campaign=here.context.name, now=here.now))
        return {"overdue_before": found.overdue_before, "text": text, "rows": found.rows}


@bp.route("/<unit>/<campaign>/plan/owners")
@for_roles(*SEES)
class PlanOwners(Operation):
    """Who answers for how much of the plan."""

    @bp.arguments(OwnersQuery, location="query")
    @bp.response(200, OwnersShape)
    def get(self, asked: dict[str, Any]) -> Any:
        """The posts (or offices) of the plan, each with how many of its tasks stand how."""
        by: By = asked["by"]
        lines = plan_by_owner(here.session, here.actor, here.context, by, now=here.now)
        return {
            "owners": [
                {
                    "code": line.code,
                    "label": line.label,
                    "total": line.total,
                    "standings": [{"standing": name, "n": n} for name, n in line.standings.items()],
                }
                for line in lines
            ]
        }


def _forecast(one: Forecast[Key] | None) -> dict[str, Any] | None:
    """Return a forecast that is worth telling; None for one that only repeats the plan's own deadlines."""
    if one is None or not one.is_told:
        return None
    return {
        "finishes_on": None if one.day is None else as_date(one.day).isoformat(), "days_late": one.late, "ground": one.ground,
        "days": one.days, "behind": None if one.behind is None else one.behind[0], "lack": one.lack, "lacking": one.lacking, "of": one.of,
    }  # fmt: skip
