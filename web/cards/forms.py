"""Whom cards are printed for."""

import uuid
from typing import Any

from wtforms import SelectMultipleField
from wtforms.validators import InputRequired

from web.forms import Form
from web.i18n import _l


class CardsForm(Form):
    """The chosen accounts. What is not among the choices is refused by the engine, as absent."""

    people = SelectMultipleField(_l("Người nhận thẻ"), [InputRequired(_l("chưa chọn ai; đánh dấu ít nhất một người"))], coerce=uuid.UUID, validate_choice=False)  # fmt: skip

    @property
    def chosen(self) -> list[uuid.UUID]:
        """The chosen accounts, each once."""
        return list(dict.fromkeys(self.people.data or []))

    def is_chosen(self, account_id: Any) -> bool:
        """Whether an account was chosen already."""
        return account_id in (self.people.data or [])
