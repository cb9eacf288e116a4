"""One password for every made-up colleague of a demonstration, so that anybody can play any role.

It is made at random for each installation, never set where a real unit lives, and kept in a file that only the owner may read.
"""

import os
import secrets
from pathlib import Path
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.demo.name_words import GIVEN_FEMALE, GIVEN_MALE
from workflow.people.names import fold
from workflow.signing.passwords import hash_password
from workflow.store import Store
from workflow.tables import Account, Membership, Unit, table_of

FILE: Final = "demo-password"
WORDS: Final = 4


def is_demonstration(session: Session) -> bool:
    """Whether there are units, and every one is made up."""
    kinds = set(session.scalars(select(Unit.is_demo)))  # national
    return kinds == {True}


def demo_password(store: Store, folder: Path, *, now: Instant) -> str | None:
    """Return the password of every made-up colleague, setting it where none is set yet; None where a real unit lives."""
    with store.read() as session:
        if not is_demonstration(session):
            return None
    password = _kept(folder)
    accounts, members = table_of(Account), table_of(Membership)
    placed = accounts.c.id.in_(select(members.c.account_id))  # national: all units are made up

    def give(session: Session) -> None:
        if session.scalar(select(accounts.c.id).where(placed, accounts.c.password_hash.is_(None)).limit(1)):
            session.execute(
                update(accounts)
                .where(placed, accounts.c.password_hash.is_(None))
                .values(password_hash=hash_password(password), password_set_at=now, must_change_password=False)
            )

    store.run(give)
    return password


def _kept(folder: Path) -> str:
    path = folder / FILE
    if not path.exists():
        words = sorted({fold(word) for word in (*GIVEN_FEMALE, *GIVEN_MALE)})
        password = "-".join(secrets.choice(words) for _ in range(WORDS)) + f"-{secrets.randbelow(90) + 10}"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(password)
    return path.read_text()
