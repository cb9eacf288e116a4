"""Sheets of paper that were carried from door to door: what stands on their lines, and typing them in when they are back."""

import uuid
from typing import Any, Final

from flask.typing import ResponseReturnValue

from web.api.assignments import MemberShape
from web.api.blueprint import Operation, bp, carry_out
from web.api.fields import (
    EXAMPLE_MOMENT,
    Flag,
    Id,
    Inside,
    Labelled,
    Moment,
    Several,
    Shape,
    Text,
    Told,
    Whole,
    WholeInQuery,
)
from web.here import here
from web.paper.typing_page import said_of
from web.paper.views import ROLES, SHEETS_A_PAGE
from web.policy import for_roles
from workflow.access import printed_for
from workflow.actions.type_sheet import BLANK, RECORDED, REFUSED, type_sheet
from workflow.actions.typed_rows import MOST_ROWS, TypedRow
from workflow.queries.paper_route import people_of_team
from workflow.queries.printed_lists import lines_of_sheet, printed_log, sheet_in_log, typed_lines

LAST_SERIAL: Final = 2**31 - 1
LAST_LINE: Final = 9999


class SheetsQuery(Shape):
    """Which sheets, from where on."""

    before = WholeInQuery(load_default=None, metadata={"description": "`next` of the page before"})
    limit = WholeInQuery(load_default=SHEETS_A_PAGE, least=1, most=SHEETS_A_PAGE)
    only_out = Flag(load_default=False, metadata={"description": "those whose paper is neither back nor destroyed"})


class SheetShape(Shape):
    """A sheet in the log. `serial` is printed on every page of it; `typed` counts the lines typed in so far."""

    serial = Whole(required=True)
    kind = Told(required=True, metadata={"enum": ["route", "list"]})
    list_code = Told(required=True, allow_none=True)
    area = Told(required=True, allow_none=True)
    team = Told(required=True, allow_none=True)
    assignee = Told(required=True, allow_none=True, metadata={"description": "who was to walk it"})
    line_count = Whole(attribute="lines", required=True)
    typed = Whole(required=True)
    printed_by = Told(required=True)
    printed_at = Moment(required=True)
    handed_to = Told(required=True, allow_none=True)
    handed_at = Moment(required=True, allow_none=True)
    returned_at = Moment(required=True, allow_none=True)
    destroyed_at = Moment(required=True, allow_none=True)


class SheetsShape(Shape):
    """A page of the log, the newest sheet first."""

    next = Whole(required=True, allow_none=True)
    sheets = Several(Inside(SheetShape), required=True)


class SheetLineShape(Shape):
    """A numbered line as it reads now. Of a door out of reach, and of a finished contact, only the number is left."""

    number = Whole(required=True)
    door = Told(attribute="door_id", required=True, allow_none=True, metadata={"format": "uuid"})
    is_door = Flag(required=True, metadata={"description": "the line of a whole door; its people follow"})
    area = Told(attribute="area_name", required=True)
    lane = Told(required=True)
    house_no = Told(required=True)
    attempts = Whole(required=True)
    promised_at = Moment(required=True, allow_none=True)
    name = Told(required=True, allow_none=True)
    label = Labelled(required=True, allow_none=True, metadata={"description": "how the person stands"})
    was_typed = Flag(required=True, metadata={"description": "whether a visit of some day was typed in for it"})


class SheetInFullShape(Shape):
    """A sheet with its lines. `walkers` are those who may have walked it: its team, and whoever reads this."""

    sheet = Inside(SheetShape, required=True)
    walkers = Several(Inside(MemberShape), required=True)
    lines = Several(Inside(SheetLineShape), required=True)


class TypedRowShape(Shape):
    """What was written on a line, as it was written. Without codes the line is left blank."""

    line = Whole(required=True, least=1, most=LAST_LINE)
    codes = Text(required=True, longest=40, metadata={"description": "one code of an outcome, or several with spaces"})
    promised = Text(load_default="", longest=40, metadata={"description": "a promised time: 18:30, or 18:30 24/5"})


class TypedSheetShape(Shape):
    """A sheet that came back: when it was walked, by whom (a membership; null: whoever was to walk it), and its lines."""

    visited_at = Moment(required=True)
    done_by = Id(load_default=None, allow_none=True)
    rows = Several(Inside(TypedRowShape), required=True, least=1, most=MOST_ROWS)


class FateShape(Shape):
    """What became of a line. `say` tells why it was refused, and what to do."""

    line = Whole(required=True)
    status = Told(required=True, metadata={"enum": [RECORDED, REFUSED, BLANK]})
    say = Told(required=True, allow_none=True)


class SheetTypedShape(Shape):
    """The account of what was sent, typed = recorded + refused + blank, and every line's fate, in order. It holds no code."""

    serial = Whole(required=True)
    typed = Whole(required=True)
    recorded = Whole(required=True)
    refused = Whole(required=True)
    blank = Whole(required=True)
    doors = Whole(required=True, metadata={"description": "doors whose visit was recorded"})
    rows = Several(Inside(FateShape), required=True)


@bp.route("/<unit>/<campaign>/sheets")
@for_roles(*ROLES)
class Sheets(Operation):
    """The log of printed sheets."""

    @bp.arguments(SheetsQuery, location="query")
    @bp.response(200, SheetsShape)
    def get(self, asked: dict[str, Any]) -> Any:
        """The sheets within reach, the newest first: who has the paper, and how much of it has been typed in."""
        before, limit = asked["before"], asked["limit"]
        found = printed_log(
            here.session, here.actor, here.context, only_out=asked["only_out"], limit=limit + 1, before=before
        )
        return {"next": found[limit - 1].serial if len(found) > limit else None, "sheets": found[:limit]}


@bp.route(f"/<unit>/<campaign>/sheets/<int(max={LAST_SERIAL}):serial>")
@for_roles(*ROLES)
class Sheet(Operation):
    """A sheet."""

    @bp.response(200, SheetInFullShape)
    def get(self, serial: int) -> Any:
        """One sheet by the number printed on it: its lines as they read now, and who may have walked it."""
        row = printed_for(here.session, here.actor, here.context.id, serial)
        typed = {line for line, _day in typed_lines(here.session, here.unit.id, [row.id]).get(row.id, ())}
        lines = lines_of_sheet(here.session, here.actor, here.context, row)
        return {
            "sheet": sheet_in_log(here.session, here.actor, here.context, serial),
            "walkers": [{"membership": key, "name": name} for key, name in _walkers(row.team_id).items()],
            "lines": [
                {**{name: getattr(line, name) for name in line.__slots__}, "was_typed": line.number in typed}
                for line in lines
            ],
        }


@bp.route(f"/<unit>/<campaign>/sheets/<int(max={LAST_SERIAL}):serial>/rows")
@for_roles(*ROLES)
class SheetRows(Operation):
    """Typing a sheet in."""

    def find(self, *, serial: int) -> None:
        """Raise NotFound for a sheet that is absent, or another team's."""
        printed_for(here.session, here.actor, here.context.id, serial)

    @bp.arguments(
        TypedSheetShape,
        example={"visited_at": EXAMPLE_MOMENT, "rows": [{"line": 2, "codes": "1"}, {"line": 3, "codes": "5", "promised": "19h30"}]},
    )  # fmt: skip
    @bp.response(200, SheetTypedShape)
    def post(self, told: dict[str, Any], serial: int) -> ResponseReturnValue:
        """Type in what a returned sheet says: one visit for each door, recorded by whoever sends it.

        Each door stands alone: what refuses one takes nothing from the others, and is told line by line under 200. What was recorded
        stands; send the rest, mended, under a new key. 422 for what concerns the whole sheet; nothing is recorded then.
        """
        rows = [TypedRow(str(row["line"]), row["codes"], row["promised"]) for row in told["rows"]]
        visited_at, done_by = told["visited_at"], told["done_by"]
        done, headers = carry_out(
            lambda book, context, actor: type_sheet(
                book, context, actor, serial, rows, visited_at=visited_at, done_by=done_by
            ),
            told,
        )
        fates = [
            {"line": int(row.line), "status": said["status"], "say": said_of(said) or None}
            for row, said in zip(rows, done["rows"], strict=True)
        ]
        return {**done, "rows": fates}, headers


def _walkers(team_id: uuid.UUID | None) -> dict[uuid.UUID, str]:
    """Return the names of a team's people, and of whoever asks, by membership."""
    team = [] if team_id is None else people_of_team(here.session, here.unit.id, team_id, now=here.now)
    return dict(team) | {here.actor.membership_id: here.actor.name}
