"""Reference tables: few rows, read by every unit."""

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.tables.types import REFERENCE, Base, Bytes, Data, Day, Id, Instant, Key, Number, Ref, String


class Unit(Base):
    """A commune, ward or town: the tenant. `clock_offset` (microseconds) exists only for demonstration units."""

    __tablename__ = "units"
    id: Mapped[Key]
    code: Mapped[String] = mapped_column(unique=True)
    name: Mapped[String]
    kind: Mapped[String]
    parent_id: Mapped[Ref | None]
    valid_from: Mapped[Day]
    valid_to: Mapped[Day | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
    clock_offset: Mapped[Number] = mapped_column(default=0)
    created_at: Mapped[Instant]
    __table_args__ = REFERENCE


class UnitAncestor(Base):
    """Closure of the unit tree: one row for each unit and each of its superiors (itself at depth 0)."""

    __tablename__ = "unit_ancestors"
    unit_id: Mapped[Key]
    ancestor_id: Mapped[Key]
    depth: Mapped[Number]
    __table_args__ = (Index("unit_ancestors_down", "ancestor_id", "unit_id"), REFERENCE)


class Account(Base):
    """Somebody who signs in. What they may do is in memberships and posts of units."""

    __tablename__ = "accounts"
    id: Mapped[Key]
    login: Mapped[String] = mapped_column(unique=True)
    name: Mapped[String]
    password_hash: Mapped[String | None]
    password_set_at: Mapped[Instant | None]
    must_change_password: Mapped[bool] = mapped_column(default=False)
    locale: Mapped[String] = mapped_column(default="vi")
    disabled_at: Mapped[Instant | None]
    created_at: Mapped[Instant]
    version: Mapped[Number] = mapped_column(default=1)
    __table_args__ = REFERENCE


class SignInCard(Base):
    """A printed card that lets somebody in once, to choose a password of their own. Only a hash of its code is kept."""

    __tablename__ = "sign_in_cards"
    id: Mapped[Key]
    code_hash: Mapped[Bytes] = mapped_column(unique=True)
    account_id: Mapped[Ref]
    unit_id: Mapped[Ref]
    made_by_id: Mapped[Ref | None]
    """The membership that printed it; empty for one made at the installation itself."""
    made_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    used_at: Mapped[Instant | None]
    revoked_at: Mapped[Instant | None]
    __table_args__ = (Index("sign_in_cards_of", "account_id"), REFERENCE)


class PackVersion(Base):
    """A published pack, whole and unchangeable: its files by name, under the hash of their contents."""

    __tablename__ = "pack_versions"
    hash: Mapped[String] = mapped_column(primary_key=True)
    pack: Mapped[String]
    version: Mapped[Number]
    files: Mapped[Data]
    published_at: Mapped[Instant]
    published_by: Mapped[Ref | None]
    __table_args__ = (Index("pack_versions_by_name", "pack", "version"), REFERENCE)


class CalendarDay(Base):
    """A day of a working calendar. Adding working days is a join on `working_no`."""

    __tablename__ = "calendar_days"
    calendar: Mapped[String] = mapped_column(primary_key=True)
    day: Mapped[Day] = mapped_column(primary_key=True)
    is_working: Mapped[bool]
    working_no: Mapped[Number]
    opens: Mapped[Instant | None]
    closes: Mapped[Instant | None]
    status: Mapped[String]
    label: Mapped[String | None]
    __table_args__ = (UniqueConstraint("calendar", "working_no", "day"), REFERENCE)


class UnitSalt(Base):
    """The live or destroyed salt of a unit's personal data versions: deleting it makes their hashes meaningless."""

    __tablename__ = "unit_salts"
    unit_id: Mapped[Key] = mapped_column(Id)
    salt: Mapped[Bytes | None]
    __table_args__ = REFERENCE
