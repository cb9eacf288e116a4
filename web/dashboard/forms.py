"""As of when a dashboard is looked at."""

from rules.time import Instant
from web.forms import CutOffField, Form
from web.i18n import _, _l


class WhenForm(Form):
    """An instant of the unit; empty is now."""

    as_of = CutOffField(_l("Tính đến trước"))

    def read(self, now: Instant) -> bool:
        """Whether what was asked for can be answered."""
        if not self.validate():
            return False
        if self.as_of.data is not None and self.as_of.data > now:
            self.as_of.errors = [*self.as_of.errors, _("thời điểm này chưa tới; ghi lại ngày giờ")]
            return False
        return True


__all__ = ["WhenForm"]
