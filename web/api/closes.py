"""The daily close: which periods there are, the very bytes of one, closing it."""

from typing import Any, Final

from flask import Response
from flask.typing import ResponseReturnValue

from web.api.blueprint import Operation, bp, carry_out
from web.api.fields import Flag, Inside, Moment, Several, Shape, Text, Told, Whole, WholeInQuery
from web.here import here
from web.policy import for_roles
from workflow.actions.close_period import CLOSERS, close_period
from workflow.actions.void_event import LAST_NO
from workflow.closing.board import READERS, PeriodLine, close_list, period_page
from workflow.closing.kept import bytes_of_close
from workflow.errors import NotFound

STATES: Final = ("running", "due", "closed", "skipped")
MOST_TEAMS: Final = 2000


class PeriodShape(Shape):
    """A period. `revision` and what follows are null until it is closed; `missing` are teams that nobody vouched for."""

    period = Told(required=True)
    state = Told(required=True, metadata={"enum": list(STATES)})
    cut_off = Moment(required=True)
    due_at = Moment(required=True)
    revision = Whole(required=True, allow_none=True)
    status = Told(required=True, allow_none=True)
    as_of = Moment(required=True, allow_none=True)
    cut_no = Whole(required=True, allow_none=True, most=LAST_NO)
    sha256 = Told(required=True, allow_none=True)
    missing = Several(Told(), required=True)
    late_entries = Whole(required=True)
    reopening = Told(required=True, allow_none=True, metadata={"enum": ["asked", "agreed", None]})


class PeriodsShape(Shape):
    """The periods that have begun, the newest first."""

    periods = Several(Inside(PeriodShape), required=True)


class RevisionQuery(Shape):
    """Which revision (default: the newest)."""

    revision = WholeInQuery(load_default=None, least=1, most=1_000_000, allow_none=True)


class CloseShape(Shape):
    """The teams that are known to be missing, by code, and whether closing more than an hour early is meant."""

    without = Several(Text(longest=100), load_default=list)
    early = Flag(load_default=False)


class ClosedShape(Shape):
    """What was kept."""

    period = Told(required=True)
    revision = Whole(required=True)
    as_of = Moment(required=True)
    cut_no = Whole(required=True, most=LAST_NO)
    sha256 = Told(required=True)
    missing = Several(Told(), required=True)
    ledger_no = Whole(required=True, most=LAST_NO)


@bp.route("/<unit>/<campaign>/closes")
@for_roles(*READERS)
class Periods(Operation):
    """The periods of the campaign."""

    @bp.response(200, PeriodsShape)
    def get(self) -> Any:
        """Every period that has begun, the newest first, and how it was closed."""
        return {"periods": [_told(line) for line in close_list(here.session, here.actor, here.context, now=here.now)]}


@bp.route("/<unit>/<campaign>/closes/<period>")
@for_roles(*READERS)
class ClosedPeriod(Operation):
    """The bytes of a closed period."""

    @bp.arguments(RevisionQuery, location="query")
    @bp.hands_out("application/json")
    def get(self, asked: dict[str, Any], period: str) -> ResponseReturnValue:
        """The very bytes that were closed: figures, lines, teams, late entries, the close before. 404 until it is closed."""
        page = period_page(here.session, here.actor, here.context, period, now=here.now, revision=asked["revision"])
        if page.shown is None:
            raise NotFound
        told = bytes_of_close(here.session, here.unit.id, page.shown.id)
        name = f"{here.unit.code}-{period}-{page.shown.revision}.json"
        return Response(
            told, mimetype="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'}
        )


@bp.route("/<unit>/<campaign>/closes/<period>/close")
@for_roles(*CLOSERS)
class ClosePeriod(Operation):
    """Closing a period."""

    def find(self, *, period: str) -> None:
        """Raise NotFound for no such period."""
        period_page(here.session, here.actor, here.context, period, now=here.now)

    @bp.arguments(CloseShape, example={"without": ["T6"], "early": False})
    @bp.response(200, ClosedShape)
    def post(self, told: dict[str, Any], period: str) -> ResponseReturnValue:
        """Close the period, or close it again once two people opened it. 409 while it is closed, or a team is missing unnamed."""

        def work(book: Any, context: Any, actor: Any) -> dict[str, Any]:
            closed = close_period(book, context, period, actor=actor, without=told["without"], early=told["early"])
            return {
                "period": closed.period, "revision": closed.revision, "as_of": closed.as_of, "cut_no": closed.cut_no,
                "sha256": closed.sha256, "missing": list(closed.missing), "ledger_no": closed.ledger_no,
            }  # fmt: skip

        return carry_out(work, told)


def _told(line: PeriodLine) -> dict[str, Any]:
    kept = line.close
    return {
        "period": line.period.key, "state": line.state, "cut_off": line.period.cut_off, "due_at": line.period.due_at,
        "revision": None if kept is None else kept.revision, "status": None if kept is None else kept.status,
        "as_of": None if kept is None else kept.as_of, "cut_no": None if kept is None else kept.cut_no,
        "sha256": None if kept is None else kept.sha256,
        "missing": [] if line.frozen is None else [team.code for team in line.frozen.missing],
        "late_entries": line.late, "reopening": line.reopening,
    }  # fmt: skip
