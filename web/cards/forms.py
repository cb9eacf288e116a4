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

    def chosen(self, readers: Iterable[CardReader], shown: Iterable[uuid.UUID]) -> list[uuid.UUID]:
        """Return the accounts meant, each once; none, and the form says so, if nobody was chosen. Groups are those of `groups_of`."""
        groups, shown = set(self.groups.data or []), list(shown)
        whole = [
            one.account_id
            for one in readers
            if groups.intersection(groups_of(one, shown)) or (NEW in groups and not one.has_password)
        ]
        found = list(dict.fromkeys([*(self.people.data or []), *whole]))
        if not found:
            self.people.errors = [*self.people.errors, _("chưa chọn ai; đánh dấu ít nhất một người")]
        return found

    def is_chosen(self, account_id: Any) -> bool:
        """Whether an account was chosen already."""
        return account_id in (self.people.data or [])


def groups_of(reader: CardReader, shown: Iterable[uuid.UUID]) -> list[str]:
    """Return the keys of the groups that somebody is shown in: each of their teams among those `shown`, or `other`."""
    return [str(team) for team in shown if team in reader.team_ids] or ["other"]
