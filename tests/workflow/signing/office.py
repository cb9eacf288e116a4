"""A unit with two teams and an administrator, whose people sign in. Nobody is called the same in two offices."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from sqlalchemy import select, update

from rules.time import Instant, at
from workflow.access import Actor, actor_by_login
from workflow.actions.found_unit import AreaPlan, PersonPlan, PostPlan, TeamPlan, UnitPlan, found_unit
from workflow.clock import FixedClock
from workflow.ids import IdSource
from workflow.ledger.book import Book, open_book
from workflow.signing.attempt import Attempt, attempt_sign_in
from workflow.signing.passwords import hash_password
from workflow.store import Store
from workflow.tables import Account, Audit, Membership, table_of

NAMES = {
    "admin": "Lý Thị Quản",
    "second": "Lý Văn Trị",
    "leader": "Nguyễn Văn Lãnh",
    "member": "Trần Thị Thành",
    "other_leader": "Phạm Văn Khác",
    "other": "Vũ Thị Xa",
    "chair": "Ngô Văn Trưởng",
    "idle": "Đào Thị Rảnh",
}
PASSWORD = "bốn chiếc ghế xanh biết hát"
_HASHED = hash_password(PASSWORD)
_numbers = count(1)


class Office:
    """One unit. `also` are logins of other units with a place here, and "chair" if they hold that post here. `office.login("member")` is the login of that person here; `now` is real time and the unit's alike."""

    def __init__(self, store: Store, *, clock_offset: int = 0, also: dict[str, str] | None = None) -> None:
        self.store, self.number = store, next(_numbers)
        self.code = f"van-phong-{self.number}"
        self.clock, self.ids = FixedClock(at("2025-05-14 08:00")), IdSource(seed=1_000_000 + self.number)
        with store.write() as session:
            self.unit_id = found_unit(
                session, self._plan(clock_offset, also or {}), now=self.now + clock_offset, ids=self.ids
            )

    def _plan(self, clock_offset: int, also: dict[str, str]) -> UnitPlan:
        def post(role: str, scope: str, *names: str) -> PostPlan:
            return PostPlan(role, role, role, scope, tuple(map(self.login, names)))

        return UnitPlan(
            code=self.code,
            name=f"Xã Văn Phòng {self.number}",
            kind="xã",
            areas=[AreaPlan("A1", "Thôn 1"), AreaPlan("A2", "Thôn 2")],
            teams=[TeamPlan("T1", "Tổ công tác số 1", ("A1",)), TeamPlan("T2", "Tổ công tác số 2", ("A2",))],
            posts=[
                post("administrator", "unit", "admin", "second"),
                post("team_leader", "T1", "leader"),
                post("member", "T1", "member"),
                post("team_leader", "T2", "other_leader"),
                post("member", "T2", "other"),
                PostPlan(
                    "chair",
                    "chair",
                    "chair",
                    "unit",
                    (self.login("chair"), *(login for login, role in also.items() if role)),
                ),
            ],
            people=[PersonPlan(self.login(name), full) for name, full in NAMES.items()]
            + [PersonPlan(login, "Người Nơi Khác") for login in also],
            clock_offset=clock_offset,
        )

    @property
    def now(self) -> Instant:
        """The clock's instant."""
        return self.clock.now()

    def later(self, minutes: float) -> Instant:
        """Move the clock by minutes and return the instant."""
        self.clock.move_to(self.now + round(minutes * 60_000_000))
        return self.now

    def login(self, name: str) -> str:
        """Return somebody's login."""
        return f"{name.replace('_', '.')}-{self.number}"

    def account(self, name: str) -> uuid.UUID:
        """Return somebody's account."""
        return self.row(name).id

    def row(self, name: str) -> Account:
        """Return somebody's account as it is stored."""
        with self.store.read() as session:
            return session.scalars(select(Account).where(Account.login == self.login(name))).one()

    def actor(self, name: str) -> Actor:
        """Return somebody with their posts."""
        with self.store.read() as session:
            return actor_by_login(session, self.unit_id, self.login(name), now=self.now)

    @contextmanager
    def book(self) -> Iterator[Book]:
        """Open the unit's ledger."""
        with self.store.write() as session:
            book = open_book(session, self.unit_id, self.now, ids=self.ids)
            yield book
            book.close()

    def has_password(self, *names: str) -> None:
        """Give people the password."""
        logins = [self.login(name) for name in names]
        with self.store.write() as session:
            statement = update(table_of(Account)).where(Account.login.in_(logins))
            session.execute(statement.values(password_hash=_HASHED, password_set_at=self.now))

    def change_account(self, name: str, **values: Any) -> None:
        """Set columns of an account."""
        with self.store.write() as session:
            session.execute(update(table_of(Account)).where(Account.login == self.login(name)).values(**values))

    def leave(self, name: str) -> None:
        """End somebody's place here."""
        with self.store.write() as session:
            mine = (Membership.unit_id == self.unit_id) & (Membership.account_id == self.account(name))
            session.execute(update(table_of(Membership)).where(mine).values(to_at=self.now))

    def sign_in(
        self,
        name: str,
        password: str = PASSWORD,
        *,
        address: str | None = None,
        device_token: str | None = None,
        is_shared: bool = False,
    ) -> Attempt:
        """Try to sign somebody in (a name of the office, else a login as it is)."""
        login = self.login(name) if name in NAMES else name
        return attempt_sign_in(
            self.store,
            login=login,
            password=password,
            address=address or f"203.0.113.{self.number}",
            device_token=device_token,
            device="Firefox trên Android",
            is_shared=is_shared,
            now=self.now,
            ids=self.ids,
        )

    def audits(self, kind: str | None = None) -> list[Audit]:
        """Return the traces left here, in their order."""
        with self.store.read() as session:
            statement = select(Audit).where(Audit.unit_id == self.unit_id).order_by(Audit.at)
            return [row for row in session.scalars(statement) if kind in (None, row.kind)]
