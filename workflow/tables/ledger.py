"""The ledger: what happened, append-only and numbered without gaps; and what is derived or sealed from it."""

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.tables.types import (
    TENANT,
    Base,
    Bytes,
    Data,
    Day,
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

EVENT_KINDS = (
    "enter", "move", "transfer", "visit", "request", "escalate", "task", "close", "note", "void", "migrate", "leave",
)  # fmt: skip
CASE_KINDS = ("enter", "move", "transfer", "leave", "migrate")
"""Kinds that make up a case's effective history; the others only mention the case."""
CAUSES = ("person", "roster", "rule", "correction")


class UnitHead(Base):
    """The one row that a writing transaction of a unit locks first. It hands out ledger numbers in commit order."""

    __tablename__ = "unit_heads"
    unit_id: Mapped[UnitId]
    ledger_no: Mapped[Number] = mapped_column(default=0)
    recorded_at: Mapped[Instant] = mapped_column(default=0)
    seal_no: Mapped[Number] = mapped_column(default=0)
    sealed_no: Mapped[Number] = mapped_column(default=0)
    tick_at: Mapped[Instant | None]
    tasks_due_at: Mapped[Instant | None]
    __table_args__ = (of_unit("unit_heads"), TENANT)


class Event(Base):
    """Something that happened. Never updated, never deleted; undone only by a `void` that names its number.

    `version` is the case's own count of events after this one (empty for events of no case). `facts` holds the values that a
    move's guard used. `data` holds what only this kind of event has.
    """

    __tablename__ = "events"
    unit_id: Mapped[UnitId]
    ledger_no: Mapped[Number] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[String]
    campaign_id: Mapped[Ref | None]
    case_id: Mapped[Ref | None]
    door_id: Mapped[Ref | None]
    about_id: Mapped[Ref | None]
    """The visit, request, task, escalation, subject or close that the event is about."""
    version: Mapped[Number | None]
    track: Mapped[String | None]
    move: Mapped[String | None]
    from_state: Mapped[String | None]
    state: Mapped[String | None]
    stage: Mapped[String | None]
    area_id: Mapped[Ref | None]
    team_id: Mapped[Ref | None]
    assignee_id: Mapped[Ref | None]
    cause: Mapped[String]
    actor_id: Mapped[Ref | None]
    acting_for_id: Mapped[Ref | None]
    rule_id: Mapped[String | None]
    pack_hash: Mapped[String | None]
    batch_id: Mapped[Ref | None]
    voids_no: Mapped[Number | None]
    happened_at: Mapped[Instant]
    recorded_at: Mapped[Instant]
    facts: Mapped[Data | None]
    data: Mapped[Data | None]
    __table_args__ = (
        of_unit("events"),
        Index("events_of_case", "unit_id", "case_id", "ledger_no"),
        Index("events_by_happened", "unit_id", "campaign_id", "happened_at"),
        Index("events_by_recorded", "unit_id", "recorded_at"),
        partial_index("events_of_task", "unit_id", "about_id", "ledger_no", where="kind = 'task'"),
        partial_index("events_given", "unit_id", "campaign_id", "recorded_at", "state", where="kind = 'transfer'"),
        partial_index("events_undoing", "unit_id", "recorded_at", "voids_no", where="voids_no IS NOT NULL"),
        partial_index("events_voided_once", "unit_id", "voids_no", where="voids_no IS NOT NULL", unique=True),
        CheckConstraint("(kind = 'void') = (voids_no IS NOT NULL)", name="events_void_names_a_number"),
        CheckConstraint("happened_at <= recorded_at", name="events_happen_before_recording"),
        TENANT,
    )  # fmt: skip


class Rollup(Base):
    """Signed change of a cell on a day. Summed over days it gives the counts at the end of a day, by either calendar.

    `basis` is 'r' (the day it was recorded: what was known then) or 'h' (the day it happened: as known now).
    """

    __tablename__ = "rollups"
    unit_id: Mapped[UnitId]
    campaign_id: Mapped[Key]
    basis: Mapped[String] = mapped_column(primary_key=True)
    day: Mapped[Day] = mapped_column(primary_key=True)
    track: Mapped[String] = mapped_column(primary_key=True)
    area_id: Mapped[Key]
    team_id: Mapped[Key]
    state: Mapped[String] = mapped_column(primary_key=True)
    stage: Mapped[String] = mapped_column(primary_key=True)
    unnamed: Mapped[bool] = mapped_column(primary_key=True)
    n: Mapped[Number]
    __table_args__ = (of_unit("rollups"), TENANT)


class Seal(Base):
    """A seal over the events since the seal before: it chains, so that no event can be changed without being found."""

    __tablename__ = "seals"
    unit_id: Mapped[UnitId]
    seal_no: Mapped[Number] = mapped_column(primary_key=True, autoincrement=False)
    first_no: Mapped[Number]
    last_no: Mapped[Number]
    events: Mapped[Number]
    digest: Mapped[String]
    previous: Mapped[String]
    seal: Mapped[String]
    sealed_at: Mapped[Instant]
    __table_args__ = (
        of_unit("seals"),
        UniqueConstraint("unit_id", "last_no"),
        TENANT,
    )


class Close(Base):
    """The figures of a period, frozen at a ledger number as the very bytes that were shown.

    Only `status` and who answered last ever change; each change has an event.
    """

    __tablename__ = "closes"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    campaign_id: Mapped[Ref]
    period: Mapped[String]
    revision: Mapped[Number]
    scope: Mapped[String]
    """`unit`, or the code of the team that sent them."""
    team_id: Mapped[Ref | None]
    status: Mapped[String]
    as_of: Mapped[Instant]
    cut_no: Mapped[Number]
    ledger_no: Mapped[Number]
    figures: Mapped[Bytes]
    sha256: Mapped[String]
    closed_by_id: Mapped[Ref | None]
    closed_at: Mapped[Instant]
    reopened_by_id: Mapped[Ref | None]
    reopened_with_id: Mapped[Ref | None]
    answered_by_id: Mapped[Ref | None]
    """Who accepted, returned or received it."""
    answered_at: Mapped[Instant | None]
    __table_args__ = (
        same_unit("campaign_id", "campaigns"),
        UniqueConstraint("unit_id", "campaign_id", "period", "scope", "revision"),
        TENANT,
    )


class CloseReopening(Base):
    """A request to close a closed period anew. One asks, somebody else agrees, and the next revision uses it up."""

    __tablename__ = "close_reopenings"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    close_id: Mapped[Ref]
    """The revision that would be replaced."""
    status: Mapped[String]
    """asked, agreed, refused or used."""
    reason: Mapped[String]
    asked_by_id: Mapped[Ref]
    asked_at: Mapped[Instant]
    answered_by_id: Mapped[Ref | None]
    answered_at: Mapped[Instant | None]
    ledger_no: Mapped[Number]
    __table_args__ = (
        same_unit("close_id", "closes"),
        same_unit("asked_by_id", "memberships", "close_reopenings_asked_fk"),
        same_unit("answered_by_id", "memberships", "close_reopenings_answered_fk"),
        partial_index(
            "close_reopenings_live", "unit_id", "close_id", where="status IN ('asked', 'agreed')", unique=True
        ),
        CheckConstraint("asked_by_id <> answered_by_id", name="close_reopenings_take_two"),
        CheckConstraint("(status = 'asked') = (answered_by_id IS NULL)", name="close_reopenings_are_answered"),
        TENANT,
    )


class PhonedCount(Base):
    """What a team said by telephone: how many had taken part in all. Shown beside figures, never part of one.

    The newest by instant stands; earlier ones stay.
    """

    __tablename__ = "phoned_counts"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    campaign_id: Mapped[Ref]
    period: Mapped[String]
    team_id: Mapped[Ref]
    n: Mapped[Number]
    said_by_id: Mapped[Ref]
    told_to_id: Mapped[Ref]
    said_at: Mapped[Instant]
    ledger_no: Mapped[Number]
    __table_args__ = (
        same_unit("campaign_id", "campaigns"),
        same_unit("team_id", "teams", "phoned_counts_team_fk"),
        same_unit("said_by_id", "memberships", "phoned_counts_said_fk"),
        same_unit("told_to_id", "memberships", "phoned_counts_told_fk"),
        CheckConstraint("n >= 0", name="phoned_counts_are_counts"),
        Index("phoned_counts_newest", "unit_id", "campaign_id", "period", "team_id", "said_at"),
        TENANT,
    )


class Command(Base):
    """A command that was carried out, under the key its sender made: sent again, it gets the same answer."""

    __tablename__ = "commands"
    unit_id: Mapped[UnitId]
    account_id: Mapped[Key]
    key: Mapped[String] = mapped_column(primary_key=True)
    request_hash: Mapped[String]
    answer: Mapped[Data]
    ledger_no: Mapped[Number]
    recorded_at: Mapped[Instant]
    __table_args__ = (of_unit("commands"), TENANT)


class Audit(Base):
    """Who looked, exported, printed, was refused: what is no change of the work but must be known."""

    __tablename__ = "audits"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    kind: Mapped[String]
    account_id: Mapped[Ref | None]
    membership_id: Mapped[Ref | None]
    about_id: Mapped[Ref | None]
    at: Mapped[Instant]
    data: Mapped[Data]
    __table_args__ = (
        of_unit("audits"),
        Index("audits_by_time", "unit_id", "at"),
        Index("audits_of", "unit_id", "about_id"),
        TENANT,
    )
