"""Saying that somebody is away, from when until when, and who stands in."""

import uuid
from collections.abc import Sequence
from typing import Any

from wtforms.validators import InputRequired

from web.forms import ChoiceField, Form, MomentField
from web.i18n import _, _l

Person = tuple[uuid.UUID, str]


class AbsenceForm(Form):
    """Empty `from_at` means now. Whose absence it is stands in the address."""

    from_at = MomentField(_l("Vắng từ"), ahead=True, alone="start")
    to_at = MomentField(_l("Vắng đến"), [InputRequired(_l("chưa ghi; ghi ngày giờ trở lại"))], ahead=True, alone="end")
    delegate = ChoiceField(_l("Người làm thay"))

    def __init__(self, delegates: Sequence[Person], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.delegate.choices = [("", _("– chọn một người –")), *((str(key), name) for key, name in delegates)]
        if self.delegate.data is None:
            self.delegate.data = ""

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        if not self.delegate.data and not self.delegate.errors:
            self.delegate.errors = [_("chưa chọn; chọn một người trong danh sách")]
            return False
        return bool(valid)
