"""As of when, and as known when: the one question that a report asks."""

from typing import Any

from wtforms import IntegerField
from wtforms.validators import NumberRange

from rules.time import Instant
from web.forms import ChoiceField, CutOffField, Form
from web.i18n import _, _l


class AsOfForm(Form):
    """An instant of the unit, and whether what came to be known later counts."""

    as_of = CutOffField(_l("Tính đến trước"))
    known = ChoiceField(_l("Theo sổ"), default="now")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known.choices = [("now", _("đã biết đến nay (kể cả ghi bổ sung)")), ("then", _("đã biết lúc đó"))]

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


class ShownForm(Form):
    """The report that a page showed: its instant, and the number of the ledger that it went up to."""

    as_of = IntegerField(validators=[NumberRange(min=0)])
    ledger_no = IntegerField(validators=[NumberRange(min=0)])

    def read(self, now: Instant) -> bool:
        """Whether a page can have shown that."""
        return (
            self.validate()
            and self.as_of.data is not None
            and self.as_of.data <= now
            and self.ledger_no.data is not None
        )
