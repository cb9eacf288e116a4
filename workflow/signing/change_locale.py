"""The language an account reads."""

import uuid
from typing import Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from rules.said import Said
from workflow.errors import BadInput
from workflow.tables import Account, table_of

LOCALES: Final = ("vi", "en")


def change_locale(session: Session, account_id: uuid.UUID, locale: str) -> None:
    """Remember the language. Raises BadInput for one that the screens do not speak."""
    if locale not in LOCALES:
        raise BadInput(where="Ngôn ngữ", what=Said("“%(locale)s” chưa có; chọn vi hoặc en", locale=locale))
    accounts = table_of(Account)
    session.execute(update(accounts).where(accounts.c.id == account_id).values(locale=locale))
