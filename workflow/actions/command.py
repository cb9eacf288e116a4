"""Carrying out a command once: the same key gets the same answer, whatever happened to the answer on its way.

The key, a hash of the request and the answer are stored in the same transaction as the change. A repeat finds them and returns the
stored answer; the same key with another request is refused.
"""

import hashlib
import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from rules.pack.lint.opinions import opinion_in_name
from workflow.access import Actor, actor_of
from workflow.clock import Clock
from workflow.errors import BadInput, KeyReused
from workflow.ids import IdSource
from workflow.ledger.book import Book, open_book
from workflow.statements.prepared import Prepared
from workflow.store import Store
from workflow.tables import Command, table_of

_table = table_of(Command)
_KNOWN = Prepared(
    select(_table.c.request_hash, _table.c.answer).where(
        _table.c.unit_id == bindparam("unit"),
        _table.c.account_id == bindparam("account"),
        _table.c.key == bindparam("key"),
    )
)
_REMEMBER = Prepared(insert(_table))

Answer = dict[str, Any]

_KEY: Final = re.compile(r"[\w.:-]{1,100}", re.ASCII)
_RANDOM: Final = re.compile(r"(?<![0-9a-f])[0-9a-f]{8}(-?)(?:[0-9a-f]{4}\1){3}[0-9a-f]{12}(?![0-9a-f])", re.IGNORECASE)
"""A UUID, in which nine digits may follow each other by chance."""


@dataclass(frozen=True)
class Sender:
    """Whose command it is: the account in the unit, and the key that the sender made for this one command."""

    unit_id: uuid.UUID
    account_id: uuid.UUID
    key: str


def request_hash(request: dict[str, Any]) -> str:
    """Return a hash of a request: the same values give the same hash, in whatever order."""
    text = json.dumps(request, sort_keys=True, ensure_ascii=False, default=str, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def check_key(key: str) -> None:
    """Raise BadInput for a key that is no plain mark of a command: keys are kept for ever, so they say nothing about anybody."""
    if (
        not _KEY.fullmatch(key)
        or re.search(r"\d{9}", _RANDOM.sub("", key))
        or opinion_in_name(re.sub(r"[.:]", "-", key))
    ):
        raise BadInput(
            where="Mã gửi",
            what="chỉ gồm 1 đến 100 chữ cái không dấu, chữ số và . : _ -, không có số định danh, số điện thoại hay ý kiến; "
            "đặt mã khác",
        )


def run_command(
    store: Store,
    clock: Clock,
    ids: IdSource,
    sender: Sender,
    request: dict[str, Any],
    work: Callable[[Book, Actor], Answer],
) -> Answer:
    """Carry out `work` in one transaction and return its answer; a repeat returns the stored answer and changes nothing.

    `work` gets an open book and the sender's actor; what it returns must be JSON. Raises KeyReused if the key came with
    another request before, BadInput for a key that says more than it should, and whatever refusal `work` raises (nothing is stored then, so the sender may try again).
    """
    check_key(sender.key)
    digest = request_hash(request)

    def transaction(session: Session) -> Answer:
        book = open_book(session, sender.unit_id, clock.now(), ids=ids)
        asked = {"unit": sender.unit_id, "account": sender.account_id, "key": sender.key}
        known = _KNOWN.first(book.connection, asked)
        if known is not None:
            if known.request_hash != digest:
                raise KeyReused
            return dict(known.answer)
        actor = actor_of(book.connection, sender.unit_id, sender.account_id, now=book.now)
        book.actor_id, book.on_behalf = actor.membership_id, actor.on_behalf
        answer = work(book, actor)
        book.close()
        _remember(book, sender, digest, answer)
        return answer

    return store.run(transaction)


def _remember(book: Book, sender: Sender, digest: str, answer: Answer) -> None:
    row = {
        "unit_id": sender.unit_id,
        "account_id": sender.account_id,
        "key": sender.key,
        "request_hash": digest,
        "answer": answer,
        "ledger_no": book.last_no,
        "recorded_at": book.now,
    }
    _REMEMBER.run(book.connection, [row])
