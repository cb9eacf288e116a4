"""Saying that somebody is away, from when until when, and who stands in."""

import uuid
from collections.abc import Sequence
from typing import Any

from wtforms.validators import InputRequired

from web.forms import ChoiceField, Form, MomentField
from web.i18n import _, _l

Person = tuple[uuid.UUID, str]


class AbsenceForm(Form):
    """Empty `from_at` means now. Whose absence it is: `absent` where the sender may choose, else their own.

    What is chosen counts, whoever the page was opened for; a delegate who does not stand in for them is asked for again.
    """

    absent = ChoiceField(_l("Người vắng"))
    from_at = MomentField(_l("Vắng từ"), ahead=True, alone="start")
    to_at = MomentField(_l("Vắng đến"), [InputRequired(_l("chưa ghi; ghi ngày giờ trở lại"))], ahead=True, alone="end")
    delegate = ChoiceField(_l("Người làm thay"))

    def __init__(
        self, absent: uuid.UUID, people: Sequence[Person], delegates: Sequence[Person], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.absent.choices = [(str(key), name) for key, name in people] or [(str(absent), "")]
        self.absent.data = str(absent)
        self.delegate.choices = [("", _("– chọn một người –")), *((str(key), name) for key, name in delegates)]
        if self.delegate.data is None:
            self.delegate.data = ""

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        if not self.delegate.data and not self.delegate.errors:
            self.delegate.errors = [_("chưa chọn; chọn một người trong danh sách")]
            return False
        return bool(valid)
