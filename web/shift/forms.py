"""To whom a shift goes, with which note."""

from collections.abc import Sequence
from typing import Any

from wtforms import TextAreaField
from wtforms.validators import Length

from web.forms import ChoiceField, Form
from web.i18n import _, _l
from workflow.queries.shifts import NextOne


class ShiftForm(Form):
    """Who takes over, and what they should know."""

    to = ChoiceField(_l("Người nhận ca"))
    note = TextAreaField(_l("Lời nhắn"), [Length(max=500, message=_l("tối đa 500 ký tự; viết ngắn hơn"))])

    def __init__(self, people: Sequence[NextOne], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {str(one.membership_id): one.name for one in people}
        self.to.choices = [("", _("– chọn một người –")), *names.items()]
        if self.to.data is None:
            self.to.data = ""

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        if not self.to.data and not self.to.errors:
            self.to.errors = [_("chưa chọn; chọn một người trong danh sách")]
            return False
        return bool(valid)
