"""Subjects: people, households, organisations, parcels, and every earlier version of their personal values."""

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.tables.types import (
    TENANT,
    Base,
    Bytes,
    Data,
    Instant,
    Key,
    Number,
    Ref,
    String,
    UnitId,
    of_unit,
    partial_index,
    same_unit,
)  # fmt: skip


class Subject(Base):
    """What is followed. A person belongs to a household; ID number and phone are stored encrypted with a blind index.

    `unnamed` marks a place held for a person of a paper list who has not been named yet. `mac` is a keyed hash over the personal
    values of the newest version.
    """

    __tablename__ = "subjects"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    kind: Mapped[String]
    household_id: Mapped[Ref | None]
    area_id: Mapped[Ref]
    name: Mapped[String | None]
    name_fold: Mapped[String | None]
    name_sort: Mapped[String | None]
    birth_on: Mapped[String | None]
    """'YYYY', 'YYYY-MM' or 'YYYY-MM-DD': as precise as the roster."""
    sex: Mapped[String | None]
    relation: Mapped[String | None]
    residence: Mapped[String | None]
    account: Mapped[String | None]
    """The level-2 account as the newest list says: none, registered, activated."""
    id_cipher: Mapped[Bytes | None]
    id_index: Mapped[Bytes | None]
    phone_cipher: Mapped[Bytes | None]
    phone_index: Mapped[Bytes | None]
    lane: Mapped[String | None]
    house_no: Mapped[String | None]
    household_key: Mapped[String | None]
    """How the roster tells households apart (file number, or head and address), folded."""
    place_sort: Mapped[String | None]
    """Order of walking: lane, then house number with its digits padded."""
    unnamed: Mapped[bool] = mapped_column(default=False)
    merged_into_id: Mapped[Ref | None]
    value_version: Mapped[Number] = mapped_column(default=1)
    mac: Mapped[Bytes | None]
    created_at: Mapped[Instant]
    __table_args__ = (
        of_unit("subjects"),
        same_unit("household_id", "subjects", "subjects_household_fk"),
        same_unit("area_id", "areas", "subjects_area_fk"),
        Index("subjects_of_household", "unit_id", "household_id"),
        Index("subjects_by_id_number", "unit_id", "id_index"),
        Index("subjects_by_household_key", "unit_id", "area_id", "household_key"),
        TENANT,
    )


class SubjectVersion(Base):
    """Personal values as they were before a change. `ledger_no` is the event that replaced them."""

    __tablename__ = "subject_versions"
    unit_id: Mapped[UnitId]
    subject_id: Mapped[Key]
    value_version: Mapped[Number] = mapped_column(primary_key=True)
    ledger_no: Mapped[Number]
    values: Mapped[Data]
    """Names of columns and their earlier values; encrypted columns as they were stored, in base64."""
    mac: Mapped[Bytes | None]
    __table_args__ = (same_unit("subject_id", "subjects"), TENANT)


class RosterFile(Base):
    """A file somebody handed in: what it declares to be, and the four counts that account for each of its rows."""

    __tablename__ = "roster_files"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    campaign_id: Mapped[Ref]
    sha256: Mapped[String]
    declared: Mapped[String]
    """Canonical text of list, area, instant and completeness: the same bytes declared otherwise are another import."""
    list_code: Mapped[String]
    area_id: Mapped[Ref | None]
    as_of: Mapped[Instant]
    complete: Mapped[bool]
    file_name: Mapped[String]
    status: Mapped[String]
    rows: Mapped[Number] = mapped_column(default=0)
    created: Mapped[Number] = mapped_column(default=0)
    updated: Mapped[Number] = mapped_column(default=0)
    unchanged: Mapped[Number] = mapped_column(default=0)
    rejected: Mapped[Number] = mapped_column(default=0)
    findings: Mapped[Data]
    uploaded_by: Mapped[Ref | None]
    uploaded_at: Mapped[Instant]
    applied_at: Mapped[Instant | None]
    batch_id: Mapped[Ref | None]
    __table_args__ = (
        of_unit("roster_files"),
        same_unit("campaign_id", "campaigns"),
        CheckConstraint("applied_at IS NULL OR rows = created + updated + unchanged + rejected", name="roster_files_every_row_counts"),
        partial_index("roster_files_applied_once", "unit_id", "campaign_id", "sha256", "declared", where="applied_at IS NOT NULL", unique=True),
        TENANT,
    )  # fmt: skip


class RosterRow(Base):
    """A judged row of a file, staged outside the write lock until the file is applied or thrown away."""

    __tablename__ = "roster_rows"
    unit_id: Mapped[UnitId]
    file_id: Mapped[Key]
    row_no: Mapped[Number] = mapped_column(primary_key=True)
    subject_id: Mapped[Ref]
    """The known subject, or the id a new one will get."""
    household_id: Mapped[Ref]
    case_id: Mapped[Ref]
    door_id: Mapped[Ref]
    area_id: Mapped[Ref]
    judgement: Mapped[String | None]
    """created, updated, unchanged or rejected; empty until judged against what is known."""
    name: Mapped[String | None]
    name_fold: Mapped[String | None]
    name_sort: Mapped[String | None]
    birth_on: Mapped[String | None]
    sex: Mapped[String | None]
    relation: Mapped[String | None]
    residence: Mapped[String | None]
    account: Mapped[String | None]
    id_cipher: Mapped[Bytes | None]
    id_index: Mapped[Bytes | None]
    phone_cipher: Mapped[Bytes | None]
    phone_index: Mapped[Bytes | None]
    lane: Mapped[String | None]
    house_no: Mapped[String | None]
    household_key: Mapped[String | None]
    place_sort: Mapped[String | None]
    mac: Mapped[Bytes | None]
    entry_state: Mapped[String | None]
    is_head: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (
        same_unit("file_id", "roster_files", "roster_rows_file_fk"),
        Index("roster_rows_by_subject", "unit_id", "file_id", "subject_id"),
        TENANT,
    )


class ListEntry(Base):
    """Which subject stands on which list, since when and until when: what the daily difference of lists is made from."""

    __tablename__ = "list_entries"
    unit_id: Mapped[UnitId]
    campaign_id: Mapped[Key]
    list_code: Mapped[String] = mapped_column(primary_key=True)
    subject_id: Mapped[Key]
    first_file_id: Mapped[Ref]
    last_file_id: Mapped[Ref]
    last_seen_at: Mapped[Instant]
    gone_at: Mapped[Instant | None]
    __table_args__ = (same_unit("campaign_id", "campaigns"), same_unit("subject_id", "subjects"), TENANT)  # fmt: skip


class SubjectMerge(Base):
    """Two records of one person: the pointer that says which one stays. Nothing is deleted."""

    __tablename__ = "subject_merges"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    from_id: Mapped[Ref]
    into_id: Mapped[Ref]
    ledger_no: Mapped[Number]
    undone_no: Mapped[Number | None]
    __table_args__ = (
        same_unit("from_id", "subjects", "merges_from_fk"),
        same_unit("into_id", "subjects", "merges_into_fk"),
        UniqueConstraint("unit_id", "ledger_no"),
        TENANT,
    )
