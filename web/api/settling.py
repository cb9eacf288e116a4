"""Settling who waits to be deducted, by a number of the national system, and taking that back."""

import uuid
from typing import Any

from flask.typing import ResponseReturnValue

from web.api.blueprint import Operation, bp, carry_out
from web.api.doors import ReasonShape
from web.api.fields import NothingShape, Shape, Whole
from web.here import here
from web.policy import for_roles
from workflow.actions.settle_lag import SETTLERS, settle_lag, undo_settling
from workflow.actions.void_event import LAST_NO
from workflow.closing.system_counts import system_count


class SettledShape(Shape):
    """How many were settled and how many wait on, having been written about since. Null for an area: below the unit it is not told."""

    settled = Whole(required=True, allow_none=True)
    left = Whole(required=True, allow_none=True)
    ledger_no = Whole(required=True, most=LAST_NO)


class UnsettledShape(Shape):
    """How many wait again and how many stay settled, being written about since. Null for an area."""

    undone = Whole(required=True, allow_none=True)
    kept = Whole(required=True, allow_none=True)
    ledger_no = Whole(required=True, most=LAST_NO)


class OfANumber(Operation):
    """Something done by a number of the national system."""

    def find(self, *, count_id: uuid.UUID) -> None:
        """Raise NotFound for a number that is absent or foreign."""
        system_count(here.session, here.actor, here.context, count_id)


@bp.route("/<unit>/<campaign>/figures/system-counts/<uuid:count_id>/settle")
@for_roles(*SETTLERS)
class Settle(OfANumber):
    """Saying that the system has deducted everybody who waited."""

    @bp.arguments(NothingShape, example={})
    @bp.response(200, SettledShape)
    def post(self, told: dict[str, Any], count_id: uuid.UUID) -> ResponseReturnValue:
        """Settle everybody of the number's place who waited when it was seen; only if the system has no fewer than the ledger."""
        return carry_out(lambda book, context, actor: settle_lag(book, context, actor, count_id), told)


@bp.route("/<unit>/<campaign>/figures/system-counts/<uuid:count_id>/unsettle")
@for_roles(*SETTLERS)
class Unsettle(OfANumber):
    """Taking that back."""

    @bp.arguments(ReasonShape, example={"reason": "bấm nhầm"})
    @bp.response(200, UnsettledShape)
    def post(self, told: dict[str, Any], count_id: uuid.UUID) -> ResponseReturnValue:
        """Take back what the number settled; whoever was written about since stays settled."""
        reason = told["reason"]
        return carry_out(
            lambda book, context, actor: undo_settling(book, context, actor, count_id, reason=reason), told
        )
