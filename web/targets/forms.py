"""The form in which the coordinator takes over a figure that belongs to somebody else."""

import re
from typing import Any

from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from rules.pack import Pack
from web.format import label
from web.forms import ChoiceField, Form, MomentField
from web.i18n import _, _l
from workflow.actions.import_aggregate import LARGEST

_GROUPED = re.compile(r"\d{1,3}(\.\d{3})+")
_SHORT = Length(max=200, message=_l("dài quá 200 ký tự"))


class WholeField(IntegerField):
    """A whole number as papers print it: 4.546, or plain 4546."""

    def process_formdata(self, valuelist: Any) -> None:
        """Take the dots between thousands away, where they stand right."""
        text = str(valuelist[0]).strip() if valuelist else ""
        if _GROUPED.fullmatch(text):
            text = text.replace(".", "")
        if not text:
            return
        if not (text.isascii() and text.isdigit() and len(text) < 16):
            self.data = None
            raise ValueError(_("“%(text)s” không phải số nguyên; ghi như 4546 hoặc 4.546", text=text))
        self.data = int(text)


class AggregateForm(Form):
    """Whose figure, how many, of which instant, from which document."""

    figure = ChoiceField(_l("Số liệu"), choices=[])
    n = WholeField(_l("Số lượng của toàn đơn vị"), [InputRequired(_l("ghi một số")), NumberRange(0, LARGEST, _l("ghi một số từ 0"))])  # fmt: skip
    as_of = MomentField(_l("Tính đến"), with_day=True, validators=[InputRequired(_l("ghi ngày giờ như trong văn bản"))])
    source = StringField(_l("Văn bản nguồn"), [InputRequired(_l("ghi số, ngày của văn bản và cơ quan gửi")), _SHORT])
    item = StringField(_l("Nội dung (để trống là toàn bộ)"), [_SHORT])

    def __init__(self, *args: Any, pack: Pack, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        figures = [figure for figure in pack.model.figures.figures if figure.external]
        self.figure.choices = [(figure.id, label(figure.label)) for figure in figures]


__all__ = ["AggregateForm", "WholeField"]
