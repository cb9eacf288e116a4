"""What the plan brings: tomorrow's risks, what is due today as a text to paste, who answers for what, and the board on paper."""

from typing import get_args

from flask import request
from flask.typing import ResponseReturnValue

from web.here import here
from web.pages import render
from web.plan import strip
from web.plan.blueprint import SEES, bp
from web.plan.forecast_words import forecast_words
from web.plan.views import owns_only
from web.plan.words import due_words
from web.policy import for_roles
from web.sayings import in_words
from workflow.errors import NotFound
from workflow.figures.plan_ahead import MOST, due_today, risks_of_tomorrow, text_of, today_text
from workflow.figures.task_forecast import forecasts_of_rows
from workflow.queries.plan_board import BoardRow, View, plan_board
from workflow.queries.plan_by_owner import By, plan_by_owner
from workflow.queries.plan_links import Key, links_of_rows, pairs_of_plan


def _is_mine() -> bool:
    return request.args.get("whose", "mine" if owns_only() else "all") == "mine"


def _due(row: BoardRow) -> str:
    return due_words(row.due_words, row.due_at)


def _item(key: Key) -> str:
    return key[0]


@bp.get("/<unit>/<campaign>/plan/ahead")
@for_roles(*SEES)
def ahead() -> ResponseReturnValue:
    only_own = _is_mine()
    found = risks_of_tomorrow(here.session, here.actor, here.context, now=here.now, only_own=only_own)
    said = [(risk, forecast_words(risk.forecast, _item)) for risk in found.risks]
    return render("plan/ahead.html", found=found, risks=said, whose="mine" if only_own else "all")


@bp.get("/<unit>/<campaign>/plan/today")
@for_roles(*SEES)
def today() -> ResponseReturnValue:
    only_own = _is_mine()
    found = due_today(here.session, here.actor, here.context, now=here.now, only_own=only_own)
    lines = today_text(found, unit=here.unit.name, campaign=here.context.name, now=here.now, due=_due)
    text = text_of([in_words(line) for line in lines])
    return render("plan/today.html", found=found, text=text, whose="mine" if only_own else "all")


@bp.get("/<unit>/<campaign>/plan/owners")
@for_roles(*SEES)
def owners() -> ResponseReturnValue:
    by: By = request.args.get("by", "post")  # type: ignore[assignment]
    if by not in get_args(By):
        raise NotFound
    return render(
        "plan/owners.html", lines=plan_by_owner(here.session, here.actor, here.context, by, now=here.now), by=by
    )


@bp.get("/<unit>/<campaign>/plan/sheet")
@for_roles(*SEES)
def sheet() -> ResponseReturnValue:
    view: View = request.args.get("view", "open")  # type: ignore[assignment]
    if view not in get_args(View):
        raise NotFound
    only_own = _is_mine()
    board = plan_board(here.session, here.actor, here.context, now=here.now, view=view, only_own=only_own, limit=MOST)
    pairs = pairs_of_plan(here.session, here.actor, here.context)
    found = forecasts_of_rows(here.session, here.actor, here.context, board.rows, pairs, now=here.now)
    return render(
        "plan/sheet.html", board=board, view=view, whose="mine" if only_own else "all", unit=here.unit, most=MOST,
        strip=strip.strip_of(here.context.starts_at, here.context.ends_at, board.rows, here.now), width=strip.WIDTH,
        links=links_of_rows(here.context, board.rows, pairs),
        ahead={key: forecast_words(one, _item) for key, one in found.items()},
    )  # fmt: skip
