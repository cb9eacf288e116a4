"""A number of the national system as it is typed, or a file of them."""

from collections.abc import Iterable
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from web.format import number
from web.forms import ChoiceField, Form, MomentField, _TypedText
from web.i18n import _, _l
from workflow.queries.open_work import Place
from workflow.roster.counts_file import people_of


class PeopleField(_TypedText):
    """A number of people, typed 3045 or 3.045."""

    def shown(self, value: Any) -> str:
        return "" if value is None else number(value)

    def read(self, text: str) -> Any:
        try:
            return people_of(text)
        except ValueError as wrong:
            raise ValueError(_(str(wrong))) from None


SOURCE: Any = [
    InputRequired(_l("ghi số này xem ở đâu, như trang quản trị VNeID")),
    Length(max=200, message=_l("tối đa 200 ký tự; viết ngắn hơn")),
]


class AddForm(Form):
    """What the system shows now, for the unit or one area."""

    n = PeopleField(
        _l("Số trên hệ thống"),
        validators=[InputRequired(_l("ghi số đang thấy trên hệ thống"))],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    as_of = MomentField(_l("Thấy lúc"), validators=[InputRequired(_l("ghi ngày giờ như 15:45 24/5/2025"))])
    source = StringField(_l("Xem ở đâu"), validators=SOURCE)
    area = ChoiceField(_l("Của"), default="")
    back = HiddenField()

    def __init__(self, *args: Any, areas: Iterable[Place] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.area.choices = [("", _("Cả đơn vị")), *((str(area.id), area.name) for area in areas)]
        if self.area.data is None:
            self.area.data = ""


class FileForm(Form):
    """A table of the system's numbers, area by area."""

    file = FileField(_l("Tệp số liệu (.xlsx, .csv)"), validators=[FileRequired(_l("chọn tệp số liệu"))])
    as_of = MomentField(_l("Số liệu lúc"), validators=[InputRequired(_l("ghi ngày giờ như 15:45 24/5/2025"))])
    source = StringField(_l("Lấy từ đâu"), validators=SOURCE)


class SettleForm(Form):
    """Nothing to fill in: the number says all. It carries the key that makes a repeat harmless."""
