"""As of when, and as known when: the one question that a report asks."""

from rules.time import Instant
from web.forms import ChoiceField, Form, MomentField
from web.i18n import _, _l


class AsOfForm(Form):
    """An instant of the unit, and whether what came to be known later counts."""

    as_of = MomentField(_l("Tính đến trước"))
    known = ChoiceField(
        _l("Theo sổ"),
        choices=[("now", _l("đã biết đến nay (kể cả ghi bổ sung)")), ("then", _l("đã biết lúc đó"))],
        default="now",
    )

    def read(self, now: Instant) -> bool:
        """Whether what was asked for can be answered; an empty instant is now."""
        if not self.validate():
            return False
        if self.as_of.data is None:
            self.as_of.data = now
        elif self.as_of.data > now:
            self.as_of.errors = [*self.as_of.errors, _("thời điểm này chưa tới; ghi lại ngày giờ")]
            return False
        return True
