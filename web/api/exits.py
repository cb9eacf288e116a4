"""Requests to confirm that somebody cannot be asked: what waits, and deciding it."""

import uuid
from typing import Any

from flask.typing import ResponseReturnValue

from web.api.blueprint import Operation, bp, carry_out
from web.api.fields import Flag, Inside, Labelled, Moment, Several, Shape, Text, Told, Whole, WholeInQuery
from web.here import here
from web.policy import for_roles
from workflow.actions.decide_exit import decide_exit
from workflow.actions.void_event import LAST_NO
from workflow.queries.exit_requests import ExitRequest, count_waiting_exits, exit_request, waiting_exits

ROLES = ("team_leader", "duty_leader", "coordinator")
PAGE = 50


class PageQuery(Shape):
    """Where to start, and how many."""

    after = WholeInQuery(load_default=0, most=1_000_000, metadata={"description": "`next` of the page before"})
    limit = WholeInQuery(load_default=PAGE, least=1, most=PAGE)


class ExitShape(Shape):
    """A request. Whoever does not handle the case reads a sensitive reason as "Không thể liên hệ", without evidence."""

    id = Told(required=True, metadata={"format": "uuid"})
    case = Told(attribute="case_id", required=True, metadata={"format": "uuid"})
    door = Told(attribute="door_id", required=True, metadata={"format": "uuid"})
    track = Told(required=True)
    name = Told(required=True, allow_none=True)
    lane = Told(required=True)
    house_no = Told(required=True)
    area = Told(required=True)
    team = Told(required=True, allow_none=True)
    target = Told(required=True)
    label = Labelled(required=True)
    now_label = Labelled(required=True, metadata={"description": "how the case stands now"})
    evidence = Told(required=True, allow_none=True)
    evidence_kind = Told(required=True, allow_none=True, metadata={"description": "which of `asked_for` was seen"})
    asked_for = Several(Told(), required=True)
    asked_by = Told(required=True)
    happened_at = Moment(required=True)
    confirm_by = Told(required=True)
    may_decide = Flag(required=True)
    status = Told(required=True, metadata={"enum": ["waiting", "confirmed", "returned", "withdrawn"]})
    decided_by = Told(required=True, allow_none=True)
    decided_at = Moment(required=True, allow_none=True)
    reason = Told(required=True, allow_none=True)


class ExitsShape(Shape):
    """A page of what waits, oldest first."""

    total = Whole(required=True)
    next = Whole(required=True, allow_none=True)
    requests = Several(Inside(ExitShape), required=True)


class ConfirmShape(Shape):
    """A note that goes with the confirmation."""

    reason = Text(load_default=None, allow_none=True)


class ReturnShape(Shape):
    """What is missing."""

    reason = Text(required=True, shortest=1)


class DecidedShape(Shape):
    """The request after the decision."""

    request = Told(required=True, metadata={"format": "uuid"})
    status = Told(required=True, metadata={"enum": ["confirmed", "returned"]})
    state = Told(required=True)
    ledger_no = Whole(required=True, most=LAST_NO)


@bp.route("/<unit>/<campaign>/exits")
@for_roles(*ROLES)
class Exits(Operation):
    """What waits to be confirmed."""

    @bp.arguments(PageQuery, location="query")
    @bp.response(200, ExitsShape)
    def get(self, asked: dict[str, Any]) -> Any:
        """Requests that wait for a decision within reach, oldest first."""
        after, limit = asked["after"], asked["limit"]
        found = waiting_exits(here.session, here.actor, here.context, limit=limit + 1, offset=after)
        return {
            "total": count_waiting_exits(here.session, here.actor, here.context),
            "next": after + limit if len(found) > limit else None,
            "requests": [told_of_exit(each) for each in found[:limit]],
        }


class AboutExit(Operation):
    """Something about one request."""

    def find(self, *, request_id: uuid.UUID) -> None:
        """Raise NotFound for a request that is absent or foreign."""
        exit_request(here.session, here.actor, here.context, request_id)

    def decide(self, request_id: uuid.UUID, told: dict[str, Any], *, confirm: bool) -> ResponseReturnValue:
        """Carry out the decision."""
        reason = told["reason"]
        return carry_out(
            lambda book, context, actor: decide_exit(book, context, actor, request_id, confirm=confirm, reason=reason),
            told,
        )


@bp.route("/<unit>/<campaign>/exits/<uuid:request_id>")
@for_roles(*ROLES)
class Exit(AboutExit):
    """A request."""

    @bp.response(200, ExitShape)
    def get(self, request_id: uuid.UUID) -> Any:
        """One request, waiting or decided."""
        return told_of_exit(exit_request(here.session, here.actor, here.context, request_id))


@bp.route("/<unit>/<campaign>/exits/<uuid:request_id>/confirm")
@for_roles(*ROLES)
class Confirm(AboutExit):
    """Confirming a request."""

    @bp.arguments(ConfirmShape, example={"reason": None})
    @bp.response(200, DecidedShape)
    def post(self, told: dict[str, Any], request_id: uuid.UUID) -> ResponseReturnValue:
        """Confirm a request: the case moves, from when it happened. 409 if it was decided meanwhile."""
        return self.decide(request_id, told, confirm=True)


@bp.route("/<unit>/<campaign>/exits/<uuid:request_id>/return")
@for_roles(*ROLES)
class Return(AboutExit):
    """Returning a request."""

    @bp.arguments(ReturnShape, example={"reason": "Cần xác nhận của tổ trưởng tổ dân phố"})
    @bp.response(200, DecidedShape)
    def post(self, told: dict[str, Any], request_id: uuid.UUID) -> ResponseReturnValue:
        """Return a request with what is missing. 409 if it was decided meanwhile."""
        return self.decide(request_id, told, confirm=False)


def told_of_exit(request: ExitRequest) -> dict[str, Any]:
    declared = ExitShape._declared_fields
    return {name: getattr(request, name) for name in (field.attribute or key for key, field in declared.items())}
