"""What whoever sits at the installation itself may do for an account: a first password, a card, the list of accounts."""

import uuid
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.errors import BadInput
from workflow.ids import IdSource
from workflow.signing.attempt import login_typed
from workflow.signing.card_readers import CardReader
from workflow.signing.cards import Card, make_cards
from workflow.signing.change_password import note_everywhere, set_first_password
from workflow.signing.places import places_of
from workflow.signing.tokens import code_shown, new_code
from workflow.store import Store
from workflow.tables import Account, Membership, SignIn, Unit, table_of

_accounts, _members, _units, _sign_ins = (table_of(model) for model in (Account, Membership, Unit, SignIn))


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account as the installation lists it. `seen_at` is real time: the last request of any of its browsers."""

    login: str
    name: str
    units: tuple[str, ...]
    has_password: bool
    must_change_password: bool
    is_disabled: bool
    seen_at: Instant | None


def accounts_here(session: Session, unit_id: uuid.UUID | None = None) -> list[AccountRow]:
    """Return every account (of one unit), by login, with the codes of the units that it has or had a place in."""
    units: dict[uuid.UUID, list[str]] = {}
    members = select(_members.c.account_id, _units.c.code, _units.c.id).join(_units, _units.c.id == _members.c.unit_id)
    chosen = set()
    for row in session.execute(members.order_by(_units.c.code)):
        units.setdefault(row.account_id, []).append(row.code)
        chosen |= {row.account_id} if row.id == unit_id else set()
    seen = select(_sign_ins.c.account_id, func.max(_sign_ins.c.seen_at).label("at")).group_by(_sign_ins.c.account_id)
    last = {row.account_id: row.at for row in session.execute(seen)}
    return [
        AccountRow(
            row.login,
            row.name,
            tuple(units.get(row.id, ())),
            row.password_hash is not None,
            row.must_change_password,
            row.disabled_at is not None,
            last.get(row.id),
        )
        for row in session.execute(select(_accounts).order_by(_accounts.c.login))
        if unit_id is None or row.id in chosen
    ]


def first_password_for(store: Store, login: str, text: str | None, *, now: Instant, ids: IdSource) -> str | None:
    """Set a password that its owner must change when they sign in; without `text` one is made and returned, to be told once.

    Raises BadInput: no such account, or the password is unfit.
    """
    with store.read() as session:
        account_id, _ = _known(session, login)
    made = code_shown(new_code()).lower() if text is None else None
    set_first_password(store, account_id, made or text or "", now=now, ids=ids)
    return made


def card_for(store: Store, login: str, *, now: Instant, ids: IdSource) -> Card:
    """Make a sign-in card in place of older ones. Raises BadInput: no such account, or it has a place nowhere."""

    def make(session: Session) -> Card:
        account_id, name = _known(session, login)
        places = places_of(session, account_id, now=now)
        if not places:
            raise BadInput(
                where=f"Tài khoản {login}", what="không làm việc ở đơn vị nào; đăng nhập vào cũng không có việc"
            )
        first = places[0]
        reader = CardReader(account_id, first.membership_id, login_typed(login), name)
        (card,) = make_cards(session, first.unit_id, [reader], made_by_id=None, now=now, ids=ids)
        note_everywhere(session, account_id, "card_printed", now=now, ids=ids)
        return card

    return store.run(make)


def _known(session: Session, login: str) -> tuple[uuid.UUID, str]:
    row = session.execute(select(_accounts).where(_accounts.c.login == login_typed(login))).first()
    if row is None:
        raise BadInput(where=f"Tài khoản {login}", what="không có; xem danh sách bằng “tungnha account list”")
    if row.disabled_at is not None:
        raise BadInput(where=f"Tài khoản {login}", what="đã khóa; người quản trị của đơn vị mở lại ở trang Quản trị")
    return row.id, row.name
