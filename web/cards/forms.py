"""Whom cards are printed for."""

import uuid
from collections.abc import Iterable
from typing import Any

from wtforms import SelectMultipleField

from web.forms import Form
from web.i18n import _, _l
from workflow.signing.card_readers import CardReader

NEW = "new"
"""Instead of a team: everybody who has no password yet."""


class CardsForm(Form):
    """The chosen accounts, and the groups of which everybody is meant. Accounts that are not theirs are refused by the engine, as absent."""

    people = SelectMultipleField(_l("Người nhận thẻ"), coerce=uuid.UUID, validate_choice=False)
    groups = SelectMultipleField(_l("Cả nhóm"), validate_choice=False)

    def chosen(self, readers: Iterable[CardReader]) -> list[uuid.UUID]:
        """Return the accounts meant, each once; none, and the form says so, if nobody was chosen."""
        groups = set(self.groups.data or [])
        whole = [
            one.account_id for one in readers if group_of(one) in groups or (NEW in groups and not one.has_password)
        ]
        found = list(dict.fromkeys([*(self.people.data or []), *whole]))
        if not found:
            self.people.errors = [*self.people.errors, _("chưa chọn ai; đánh dấu ít nhất một người")]
        return found

    def is_chosen(self, account_id: Any) -> bool:
        """Whether an account was chosen already."""
        return account_id in (self.people.data or [])


def group_of(reader: CardReader) -> str:
    """Return the key of the group that somebody is shown in: their first team, or `other`."""
    return min(map(str, reader.team_ids), default="other")
