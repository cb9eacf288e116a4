"""The head of an area: the households of the area, and movements (moved, died, away) reported to the teams."""

import uuid
from typing import Any

from flask.typing import ResponseReturnValue

from web.api.blueprint import Operation, bp, carry_out
from web.api.exits import ExitShape, told_of_exit
from web.api.fields import Flag, Inside, Labelled, NothingShape, Several, Shape, Text, Told, Whole, WholeInQuery
from web.here import here
from web.policy import for_roles
from workflow.access import request_for
from workflow.actions.report_movement import report_movement, withdraw_movement
from workflow.actions.void_event import LAST_NO
from workflow.errors import NotFound
from workflow.queries.area_movements import (
    Household,
    count_households_of_own_area,
    households_of_own_area,
    own_reports,
)

PAGE = 30
LATEST = 50
"""Reports of one's own that are shown."""


class HouseholdsQuery(Shape):
    """One lane (as it is written), and where to start."""

    lane = Text(load_default=None, longest=120)
    after = WholeInQuery(load_default=0, most=1_000_000)
    limit = WholeInQuery(load_default=PAGE, least=1, most=PAGE)


class MovementShape(Shape):
    """What may be reported of somebody now."""

    outcome = Told(required=True)
    label = Labelled(required=True)
    needs_evidence = Flag(required=True)
    evidence = Several(Told(), required=True, metadata={"description": "what would show it"})


class ResidentShape(Shape):
    """Somebody who is still on the way. `waiting`: one's own report about them waits to be confirmed."""

    case = Told(attribute="case_id", required=True, metadata={"format": "uuid"})
    name = Told(required=True)
    label = Labelled(required=True)
    waiting = Flag(required=True)
    movements = Several(Inside(MovementShape), required=True)


class HouseholdShape(Shape):
    """A household with its people who are still on the way."""

    door = Told(attribute="door_id", required=True, metadata={"format": "uuid"})
    area = Told(attribute="area_name", required=True)
    lane = Told(required=True)
    house_no = Told(required=True)
    residents = Several(Inside(ResidentShape), required=True)


class HouseholdsShape(Shape):
    """A page of households, in walking order."""

    total = Whole(required=True)
    next = Whole(required=True, allow_none=True)
    households = Several(Inside(HouseholdShape), required=True)


class OwnReportsShape(Shape):
    """The newest reports of one's own, with what became of them."""

    reports = Several(Inside(ExitShape), required=True)


class NewReportShape(Shape):
    """What happened: an outcome of `movements`, and what shows it."""

    outcome = Text(required=True, shortest=1, longest=60)
    evidence = Text(load_default=None, allow_none=True)
    evidence_kind = Text(load_default=None, allow_none=True)


class ReportedShape(Shape):
    """The request as it stands."""

    request = Told(required=True, metadata={"format": "uuid"})
    status = Told(required=True, metadata={"enum": ["waiting", "withdrawn"]})
    ledger_no = Whole(required=True, most=LAST_NO)


@bp.route("/<unit>/<campaign>/area/households")
@for_roles("area_head")
class Households(Operation):
    """The households of one's own area."""

    @bp.arguments(HouseholdsQuery, location="query")
    @bp.response(200, HouseholdsShape)
    def get(self, asked: dict[str, Any]) -> Any:
        """The households of the areas that one heads. Whoever is finished is left out, in whichever way."""
        lane, after, limit = asked["lane"], asked["after"], asked["limit"]
        total = count_households_of_own_area(here.session, here.actor, here.context, lane=lane)
        found: list[Household] = households_of_own_area(
            here.session, here.actor, here.context, now=here.now, lane=lane, limit=limit, offset=after
        )
        return {"total": total, "next": after + limit if after + limit < total else None, "households": found}


@bp.route("/<unit>/<campaign>/area/people/<uuid:case_id>/reports")
@for_roles("area_head")
class NewReport(Operation):
    """Reporting a movement."""

    def find(self, *, case_id: uuid.UUID) -> None:
        """Raise NotFound for whoever does not live in one's own area, and for whoever is finished."""
        if not households_of_own_area(here.session, here.actor, here.context, now=here.now, case_id=case_id):
            raise NotFound

    @bp.arguments(NewReportShape, example={"outcome": "moved_out", "evidence": "Giấy báo chuyển đi"})
    @bp.response(201, ReportedShape)
    def post(self, told: dict[str, Any], case_id: uuid.UUID) -> ResponseReturnValue:
        """Report that somebody moved, died or is away: a request that a post confirms. Nothing counts as contact."""
        outcome, evidence, kind = told["outcome"], told["evidence"], told["evidence_kind"]
        return carry_out(
            lambda book, context, actor: report_movement(
                book, context, actor, case_id, outcome, evidence=evidence, evidence_kind=kind
            ),
            told,
        )


@bp.route("/<unit>/<campaign>/area/reports")
@for_roles("area_head")
class Reports(Operation):
    """What one reported."""

    @bp.response(200, OwnReportsShape)
    def get(self) -> Any:
        """The newest reports of one's own, with what became of them."""
        found = own_reports(here.session, here.actor, here.context, limit=LATEST)
        return {"reports": [told_of_exit(each) for each in found]}


@bp.route("/<unit>/<campaign>/area/reports/<uuid:request_id>/withdraw")
@for_roles("area_head")
class Withdraw(Operation):
    """Taking a report back."""

    def find(self, *, request_id: uuid.UUID) -> None:
        """Raise NotFound for a request that is absent or foreign."""
        request_for(here.session, here.actor, request_id)

    @bp.arguments(NothingShape, example={})
    @bp.response(200, ReportedShape)
    def post(self, told: dict[str, Any], request_id: uuid.UUID) -> ResponseReturnValue:
        """Take back a report of one's own that still waits."""
        return carry_out(lambda book, context, actor: withdraw_movement(book, context, actor, request_id), told)
