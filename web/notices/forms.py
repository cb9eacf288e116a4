"""What somebody wants to be told, and when not."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, IntegerField, StringField
from wtforms.validators import Length, Optional

from rules.time import clock_text
from web.forms import ChoiceField, Form
from web.i18n import _, _l
from web.notices.words import every_words
from workflow.notices.hours import typed_quiet
from workflow.notices.kinds import DUE_SOON, RETURNED, TO_CONFIRM
from workflow.notices.ways import Changed
from workflow.queries.notices import Wish


class WishForm(Form):
    """Kinds that are wanted, and own quiet hours: both times or neither."""

    due_soon = BooleanField(_l("Việc sắp đến hạn"))
    to_confirm = BooleanField(_l("Đề nghị chờ xác nhận"))
    returned = BooleanField(_l("Việc được trả lại hoặc giao kèm chỉ đạo"))
    quiet_from = StringField(_l("Yên lặng từ"), [Length(max=5)])
    quiet_until = StringField(_l("Đến"), [Length(max=5)])

    @property
    def muted(self) -> list[str]:
        """What is not wanted."""
        chosen = {DUE_SOON: self.due_soon, TO_CONFIRM: self.to_confirm, RETURNED: self.returned}
        return [kind for kind, field in chosen.items() if not field.data]

    @property
    def quiet(self) -> tuple[int, int] | None:
        """The quiet hours in minutes of the day; None for none. Raises BadInput for what is no time, and for one without the other."""
        return typed_quiet(self.quiet_from.data or "", self.quiet_until.data or "")

    def show(self, wish: Wish, clock: object) -> None:
        """Fill the form with what somebody wants now. `clock` writes minutes of the day."""
        self.due_soon.data, self.to_confirm.data = DUE_SOON not in wish.muted, TO_CONFIRM not in wish.muted
        self.returned.data = RETURNED not in wish.muted
        if wish.quiet_from is not None and wish.quiet_until is not None and callable(clock):
            self.quiet_from.data, self.quiet_until.data = clock(wish.quiet_from), clock(wish.quiet_until)


class UnitForm(Form):
    """In which way the posts of a unit are told; what is left empty is as the pack says."""

    quiet_from = StringField(_l("Yên lặng từ"), [Length(max=5)])
    quiet_until = StringField(_l("Đến"), [Length(max=5)])
    every_hours = ChoiceField(_l("Gộp tin"))
    most_listed = IntegerField(_l("Số dòng của một bản tin"), [Optional()])

    def __init__(self, hours: Sequence[int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.every_hours.choices = [
            ("", _("như gói quy tắc")),
            *((str(n), every_words(n)) for n in hours),
        ]
        if self.every_hours.data is None:
            self.every_hours.data = ""

    @property
    def quiet(self) -> tuple[int, int] | None:
        """The quiet hours in minutes of the day; None for the pack's. Raises BadInput for what is no time, and for one without the other."""
        return typed_quiet(self.quiet_from.data or "", self.quiet_until.data or "")

    @property
    def hours(self) -> int | None:
        """How many hours fall into one digest; None for as many as the pack says."""
        return int(self.every_hours.data) if self.every_hours.data else None

    def show(self, change: Changed | None) -> None:
        """Fill the form with what the unit said last."""
        if change is None:
            return
        if change.quiet is not None:
            self.quiet_from.data, self.quiet_until.data = clock_text(change.quiet.begins), clock_text(change.quiet.ends)
        self.every_hours.data = str(change.every_hours or "")
        self.most_listed.data = change.most_listed
