"""Tables of one database's own: run records, who is signed in, who must wait. They belong to no unit and live in real time."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from workflow.tables.types import LOCAL, Base, Bytes, Data, Instant, Key, Number, Ref, String


class Run(Base):
    """One tick of one unit: when, by whom, what each rule matched, wrote and refused."""

    __tablename__ = "runs"
    id: Mapped[Key]
    unit_id: Mapped[Ref]
    now: Mapped[Instant]
    worker: Mapped[String]
    started_at: Mapped[Instant]
    finished_at: Mapped[Instant]
    first_no: Mapped[Number]
    last_no: Mapped[Number]
    lines: Mapped[Data]
    __table_args__ = (Index("runs_of_unit", "unit_id", "now"), LOCAL)


class SignIn(Base):
    """A browser that is, or was, signed in. The cookie holds the token, the database only its hash.

    `device_hash` marks the browser itself, across sign-ins: one that got in before is not kept out by somebody else's guesses.
    """

    __tablename__ = "sign_ins"
    id: Mapped[Key]
    token_hash: Mapped[Bytes] = mapped_column(unique=True)
    account_id: Mapped[Ref]
    device_hash: Mapped[Bytes | None]
    device: Mapped[String]
    """What the browser says it is, shortened: for the list of devices."""
    is_shared: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[Instant]
    seen_at: Mapped[Instant]
    ends_at: Mapped[Instant]
    """Whatever happens, it ends then."""
    idle: Mapped[Number]
    """Microseconds without a request after which it ends earlier."""
    ended_at: Mapped[Instant | None]
    ended_because: Mapped[String | None]
    """left, revoked, everywhere, replaced, disabled or password."""
    __table_args__ = (Index("sign_ins_of", "account_id", "ended_at"), LOCAL)


class Throttle(Base):
    """How often something was tried under a key, since when, and until when it has to wait."""

    __tablename__ = "throttles"
    key: Mapped[String] = mapped_column(primary_key=True)
    since: Mapped[Instant]
    n: Mapped[Number]
    until: Mapped[Instant | None]
    __table_args__ = LOCAL
