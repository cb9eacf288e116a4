"""What somebody wants to be told, and when not."""

from wtforms import BooleanField, StringField
from wtforms.validators import Length

from web.forms import Form
from web.i18n import _l
from workflow.notices.hours import minutes_of
from workflow.notices.kinds import DUE_SOON, RETURNED, TO_CONFIRM
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
        """The quiet hours in minutes of the day; None for none. Raises ValueError for what is no time."""
        begins, ends = ((field.data or "").strip() for field in (self.quiet_from, self.quiet_until))
        if not begins and not ends:
            return None
        times = tuple(minutes_of(text.replace("h", ":").replace("g", ":")) for text in (begins, ends))
        if any(not 0 <= minutes < 24 * 60 for minutes in times):
            raise ValueError(begins, ends)
        return times[0], times[1]

    def show(self, wish: Wish, clock: object) -> None:
        """Fill the form with what somebody wants now. `clock` writes minutes of the day."""
        self.due_soon.data, self.to_confirm.data = DUE_SOON not in wish.muted, TO_CONFIRM not in wish.muted
        self.returned.data = RETURNED not in wish.muted
        if wish.quiet_from is not None and wish.quiet_until is not None and callable(clock):
            self.quiet_from.data, self.quiet_until.data = clock(wish.quiet_from), clock(wish.quiet_until)
