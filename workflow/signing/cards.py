"""Printed cards that let somebody in once, to choose a password of their own. The code stands on the paper and nowhere else.

A member's card is printed by the leader of their team or by the administrator; whoever leads, reviews or administers gets one from
the administrator only. An account with a place in another unit gets one at the installation: a card opens all its places.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from rules.said import Said
from rules.time import Instant
from workflow.access import Actor, require_unit_post
from workflow.errors import BadInput, NotFound
from workflow.ids import IdSource
from workflow.ledger.audits import write_audits
from workflow.ledger.book import Book
from workflow.signing import passwords
from workflow.signing.attempt import Attempt, count_address, wait_of_address
from workflow.signing.card_readers import CardReader, card_readers, people_to_card
from workflow.signing.change_password import note_everywhere, store_password
from workflow.signing.places import places_of, roles_everywhere, used_elsewhere
from workflow.signing.sessions import end_all, limits_for, open_sign_in
from workflow.signing.tokens import code_shown, code_typed, hash_of, new_code
from workflow.store import Store
from workflow.tables import Account, SignInCard, table_of

VALID: Final = 7 * 24 * 3_600_000_000
"""Microseconds that a card is good for."""
AT_ONCE: Final = 400
"""Cards printed at a time, at most: 50 sheets."""

_accounts, _cards = table_of(Account), table_of(SignInCard)


@dataclass(frozen=True, slots=True)
class Card:
    """A card just made. `code` is shown now and never again."""

    account_id: uuid.UUID
    login: str
    name: str
    code: str
    expires_at: Instant


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a card lets in."""

    account_id: uuid.UUID
    login: str
    name: str
    expires_at: Instant


def print_cards(book: Book, actor: Actor, accounts: Collection[uuid.UUID], *, now: Instant) -> list[Card]:
    """Make one card each, void older ones and leave a trace; return the cards in the order of names.

    `now` is real time: cards are used by the machine's clock. The codes are in the answer only, so it must never be stored (the
    answer of a command is: give it the count). Raises NotFound, NotPermitted (a leader's card by a leader) or BadInput.
    """
    readers = {one.account_id: one for one in people_to_card(book.session, actor.unit_id, now=book.now)}
    allowed = {one.account_id for one in card_readers(book.session, actor, now=book.now)}
    if not accounts or len(accounts) > AT_ONCE:
        raise BadInput(where="Người nhận thẻ", what=Said("chọn từ 1 đến %(at_once)s người", at_once=AT_ONCE))
    for account_id in accounts:
        if account_id not in allowed:
            _refuse(actor, readers.get(account_id))
    for account_id in used_elsewhere(book.session, accounts, actor.unit_id, now=now):
        raise BadInput(
            where=Said("%(name)s", name=readers[account_id].name),
            what="tài khoản còn dùng ở đơn vị khác nên thẻ chỉ in được tại máy chủ (“tungnha account card”)",
        )
    chosen = [one for one in readers.values() if one.account_id in accounts]
    cards = make_cards(book.session, actor.unit_id, chosen, made_by_id=actor.membership_id, now=now, ids=book.ids)
    write_audits(
        book.session, actor.unit_id, "card_printed", [one.membership_id for one in chosen], now=book.now, ids=book.ids,
        account_id=actor.account_id, membership_id=actor.membership_id,
    )  # fmt: skip
    return cards


def make_cards(
    session: Session,
    unit_id: uuid.UUID,
    readers: Sequence[CardReader],
    *,
    made_by_id: uuid.UUID | None,
    now: Instant,
    ids: IdSource,
) -> list[Card]:
    """Write new cards in place of older ones; who may have them has been decided."""
    cards = [Card(one.account_id, one.login, one.name, new_code(), now + VALID) for one in readers]
    _void(session, [card.account_id for card in cards], now=now)
    rows = [
        {"id": ids.new(now), "code_hash": hash_of("card", card.code), "account_id": card.account_id, "unit_id": unit_id, "made_by_id": made_by_id, "made_at": now, "expires_at": card.expires_at}
        for card in cards
    ]  # fmt: skip
    session.execute(insert(_cards), rows)
    return [replace(card, code=code_shown(card.code)) for card in cards]


def card_holder(session: Session, code: str, *, now: Instant) -> Holder | None:
    """Return whom a code lets in; None for one that is unknown, used, void or too old. Looking does not use it up."""
    columns = (_accounts.c.id, _accounts.c.login, _accounts.c.name, _cards.c.expires_at)
    statement = select(*columns).join(_cards, _cards.c.account_id == _accounts.c.id).where(*_good(code, now=now))
    row = session.execute(statement.where(_accounts.c.disabled_at.is_(None))).first()
    return None if row is None else Holder(*row)


def use_card(
    store: Store,
    code: str,
    new_password: str,
    *,
    address: str,
    device_token: str | None,
    device: str,
    is_shared: bool,
    now: Instant,
    ids: IdSource,
) -> Attempt:
    """Set the password that the holder chose, use the card up, end their other sign-ins and sign them in: all or nothing.

    Returns `welcome`, `refused` for a code that is not good any more, or `wait` for an address that tried too many. Raises BadInput
    for an unfit password (the card stays good).
    """
    with store.read() as session:
        holder, wait = card_holder(session, code, now=now), wait_of_address(session, address, now=now)
    if wait:
        return Attempt("wait", minutes=-(-wait // 60))
    if holder is None:
        store.run(lambda session: count_address(session, address, now=now))
        return Attempt("refused")
    passwords.judge_password(new_password, login=holder.login, name=holder.name)
    made = passwords.hash_password(new_password)

    def use(session: Session) -> Attempt:
        used: Any = session.execute(update(_cards).where(*_good(code, now=now)).values(used_at=now))
        if not used.rowcount or not store_password(session, holder.account_id, made, now=now):
            return Attempt("refused")
        _void(session, [holder.account_id], now=now)
        end_all(session, holder.account_id, because="password", now=now)
        note_everywhere(session, holder.account_id, "card_used", now=now, ids=ids)
        limits = limits_for(roles_everywhere(places_of(session, holder.account_id, now=now)), is_shared=is_shared)
        token = open_sign_in(
            session, holder.account_id, device=device, device_token=device_token, is_shared=is_shared, limits=limits, now=now, ids=ids
        )  # fmt: skip
        return Attempt("welcome", token=token, account_id=holder.account_id)

    return store.run(use)


def void_cards(session: Session, account_id: uuid.UUID, *, now: Instant) -> None:
    """Make an account's unused cards good for nothing."""
    _void(session, [account_id], now=now)


def _good(code: str, *, now: Instant) -> tuple[Any, ...]:
    kept = hash_of("card", code_typed(code))
    return (
        _cards.c.code_hash == kept,
        _cards.c.used_at.is_(None),
        _cards.c.revoked_at.is_(None),
        _cards.c.expires_at > now,
    )


def _void(session: Session, accounts: Sequence[uuid.UUID], *, now: Instant) -> None:
    unused = (_cards.c.account_id.in_(accounts), _cards.c.used_at.is_(None), _cards.c.revoked_at.is_(None))
    session.execute(update(_cards).where(*unused).values(revoked_at=now))


def _refuse(actor: Actor, reader: CardReader | None) -> None:
    """Refuse a card: somebody of the leader's own team exists for them, everybody else does not."""
    teams = {post.team_id for post in actor.holds("team_leader")}
    if reader is None or not reader.team_ids & teams:
        raise NotFound
    require_unit_post(actor, ("administrator",), action="In thẻ cho tổ trưởng tổ công tác trở lên")
