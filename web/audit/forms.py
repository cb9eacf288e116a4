"""Which lines of the ledger are wanted."""

from typing import Any

from web.forms import ChoiceField, DayField, Form
from web.i18n import _, _l


class LedgerForm(Form):
    """A kind of line and a day it was recorded on; empty means all."""

    kind = ChoiceField(_l("Loại"), default="")
    day = DayField(_l("Ghi ngày"), side="behind")

    def __init__(self, *args: Any, kinds: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [("", _("mọi loại")), *((name, str(told)) for name, told in kinds.items())]
