"""Forms of the paper pages: what to print, what became of a sheet, and the head of the typing page (its rows are plain inputs)."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask import request
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, ValidationError

from rules.pack import Pack
from web.forms import ChoiceField, Form, MomentField
from web.i18n import _, _l
from web.sayings import spoken
from workflow.actions.type_sheet import WALKED_AT
from workflow.actions.typed_rows import TypedRow
from workflow.errors import BadInput, OutsideWindow, WorkflowError
from workflow.queries.paper_route import Lane, RouteWish

ROWS_A_PAGE = 30
"""Lines that a typing page shows at once: what a printed page holds."""
_BETWEEN = "\x1f"
_LINE, _CODES, _PROMISED = "line", "codes", "promised"


class RouteForm(Form):
    """Which doors go onto a route."""

    place = ChoiceField(_l("Ngõ, địa bàn"))
    walker = ChoiceField(_l("Người đi"), default="")
    also_free = BooleanField(_l("Kèm các hộ của tổ chưa có người nhận"))

    def offer(self, lanes: Sequence[Lane], people: Sequence[tuple[uuid.UUID, str]]) -> None:
        """Set the choices: each area with its lanes, and who may walk."""
        areas: dict[str, list[Lane]] = {}
        for lane in lanes:
            areas.setdefault(lane.area, []).append(lane)
        places = [("", _("Tất cả"))]
        for area, its in areas.items():
            places.append(
                (area, _("%(area)s – cả địa bàn (%(n)s hộ)", area=its[0].area_name, n=sum(x.doors for x in its)))
            )
            places += [
                (
                    area + _BETWEEN + lane.lane,
                    _(
                        "%(area)s – %(lane)s (%(n)s hộ)",
                        area=lane.area_name,
                        lane=lane.lane or _("không ghi ngõ"),
                        n=lane.doors,
                    ),
                )
                for lane in its
            ]
        self.place.choices = places
        self.walker.choices = [("", _("Cả tổ, chưa rõ ai đi")), *((str(member), name) for member, name in people)]

    def wish(self, team: str) -> RouteWish:
        """Return what was asked for, in the team of that code."""
        area, between, lane = (self.place.data or "").partition(_BETWEEN)
        return RouteWish(
            team=team,
            area=area or None,
            lane=lane if between else None,
            member=uuid.UUID(self.walker.data) if self.walker.data else None,
            also_free=bool(self.also_free.data),
        )


class ListForm(Form):
    """Which of the campaign's lists, for which team and area."""

    list_code = ChoiceField(_l("Danh sách"))
    team = ChoiceField(_l("Tổ công tác"), default="")
    area = ChoiceField(_l("Địa bàn"), default="")

    def offer(self, pack: Pack, teams: Sequence[tuple[str, str]], areas: Sequence[tuple[str, str]], shown: Any) -> None:
        """Set the choices; `shown` gives a pack's label in the language of the page. Without teams the field is not asked."""
        lists = pack.model.pack.lists
        self.list_code.choices = [(each.id, f"{each.id}: {shown(each.label)}") for each in lists]
        self.area.choices = [("", _("Tất cả địa bàn của tổ")), *areas]
        if teams:
            self.team.choices = list(teams)
        else:
            del self.team


class FindForm(Form):
    """The number of a sheet that came back."""

    serial = StringField(_l("Số phiếu"), filters=[lambda text: (text or "").strip()])

    def validate_serial(self, field: Any) -> None:
        """A sheet is known by the number that is printed on it."""
        if not (field.data.isascii() and field.data.isdigit() and len(field.data) < 10):
            raise ValidationError(_("là con số in ở góc trên mỗi trang; nhập lại con số ấy"))

    def found_none(self) -> None:
        """Say that nobody may type in a sheet of this number here: absent and another team's are told alike."""
        said = _(
            "trong các phiếu được nhập ở đây không có số %(n)s; xem lại số in ở góc trên mỗi trang", n=self.serial.data
        )
        self.serial.errors = [said]


class HandOverForm(Form):
    """To whom a sheet goes."""

    to = ChoiceField(_l("Người nhận"))


class TypeForm(Form):
    """When the sheet was walked and by whom."""

    visited_at = MomentField(
        _l("Lúc đi"), with_day=True, validators=[InputRequired(_l("nhập ngày giờ ghi ở đầu phiếu"))]
    )
    done_by = ChoiceField(_l("Người đi"), default="")

    def refuse_sheet(self, error: WorkflowError) -> None:
        """Show what refuses the whole sheet beside the time if it is about the time, else on top of the page."""
        self.refuse(error)
        if isinstance(error, OutsideWindow):
            self.visited_at.errors = [self.refusals.pop()]
        elif isinstance(error, BadInput) and error.values["where"] == WALKED_AT:
            self.refusals.pop()
            self.visited_at.errors = [spoken(error.values["what"])]


def typed_rows() -> list[TypedRow]:
    """Return the rows of the page as they were sent, in order; a row that lost one of its boxes counts as blank there."""
    columns = [request.form.getlist(name) for name in (_LINE, _CODES, _PROMISED)]
    length = max(map(len, columns), default=0)
    padded = [[*column, *[""] * (length - len(column))] for column in columns]
    return [TypedRow(line, codes, promised) for line, codes, promised in zip(*padded, strict=True)]
