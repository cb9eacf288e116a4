"""Campaigns, doors, cases, visits, requests, assignments."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from workflow.tables.types import (
    TENANT,
    Base,
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


class Campaign(Base):
    """A pack in force in a unit. `code` is what people type; `pack_hash` is the version that new events record."""

    __tablename__ = "campaigns"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    code: Mapped[String]
    pack: Mapped[String]
    pack_hash: Mapped[String] = mapped_column(
        ForeignKey("pack_versions.hash", name="campaigns_pack_fk", use_alter=True)
    )
    name: Mapped[String]
    purpose: Mapped[String]
    legal_basis: Mapped[String]
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]
    parameters: Mapped[Data]
    rules_next_at: Mapped[Instant | None]
    """Earliest instant at which opening duties or a rule over teams and figures has work."""
    whole_judged_at: Mapped[Instant | None]
    """The last quarter of an hour at which rules over teams and figures were judged."""
    plan_seen_at: Mapped[Instant | None]
    """Up to when the clock has opened duties and asked conditions."""
    plan_seen_for: Mapped[String | None]
    """For which pack and organisation it did: a digest. With others, the clock looks at the whole plan again."""
    plan_seen_no: Mapped[Number | None]
    """Up to which ledger number the figures were looked at."""
    notices_seen_at: Mapped[Instant | None]
    """Up to when posts have been told which deadlines come near or have passed."""
    notices_seen_no: Mapped[Number | None]
    """Up to which ledger number posts have been told what came to them."""
    created_at: Mapped[Instant]
    version: Mapped[Number] = mapped_column(default=1)
    __table_args__ = (
        of_unit("campaigns"),
        UniqueConstraint("unit_id", "code"),
        TENANT,
    )


class Door(Base):
    """A household in a campaign: the row of a queue. It has one live follow-up."""

    __tablename__ = "doors"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    campaign_id: Mapped[Ref]
    household_id: Mapped[Ref]
    area_id: Mapped[Ref]
    team_id: Mapped[Ref | None]
    assignee_id: Mapped[Ref | None]
    place_sort: Mapped[String]
    open_cases: Mapped[Number] = mapped_column(default=0)
    someone_untimed: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether somebody behind it has work left and asked for no time of their own: they can be met whatever the others asked for."""
    attempts: Mapped[Number] = mapped_column(default=0)
    last_contact: Mapped[Instant | None]
    own_follow_up_at: Mapped[Instant | None]
    """What was asked for the whole door, such as "nobody home: this evening"."""
    follow_up_at: Mapped[Instant | None]
    """The one live follow-up: the earliest of the door's own and those its open cases ask for."""
    follow_up_case_id: Mapped[Ref | None]
    """Whose follow-up it is; empty when it is the door's own."""
    promised_at: Mapped[Instant | None]
    priority: Mapped[Number] = mapped_column(default=0)
    version: Mapped[Number] = mapped_column(default=1)
    state_version: Mapped[Number] = mapped_column(default=1)
    created_at: Mapped[Instant]
    __table_args__ = (
        same_unit("campaign_id", "campaigns", "doors_campaign_fk"),
        same_unit("household_id", "subjects", "doors_household_fk"),
        same_unit("area_id", "areas", "doors_area_fk"),
        same_unit("team_id", "teams", "doors_team_fk"),
        same_unit("assignee_id", "memberships", "doors_assignee_fk"),
        UniqueConstraint("unit_id", "campaign_id", "household_id"),
        Index("doors_queue", "unit_id", "team_id", "assignee_id", "follow_up_at"),
        Index("doors_of_area", "unit_id", "campaign_id", "area_id", "place_sort"),
        TENANT,
    )


class Case(Base):
    """One subject on one track: exactly one state, and the furthest stage of the line it reached.

    Facts that rules read are kept on this row (`attempts`, `last_contact`, `follow_up_at`), so that a sweep reads one table.
    `next_action_at` is the earliest instant at which some rule can have work here; empty means never, until the next write.
    """

    __tablename__ = "cases"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    campaign_id: Mapped[Ref]
    track: Mapped[String]
    subject_id: Mapped[Ref]
    door_id: Mapped[Ref]
    state: Mapped[String]
    stage: Mapped[String]
    is_open: Mapped[bool]
    is_done: Mapped[bool]
    exit_class: Mapped[String | None]
    area_id: Mapped[Ref]
    team_id: Mapped[Ref | None]
    assignee_id: Mapped[Ref | None]
    unnamed: Mapped[bool] = mapped_column(default=False)
    entered_at: Mapped[Instant]
    """When the present state was entered (happened)."""
    last_happened_at: Mapped[Instant]
    """Latest `happened_at` of the effective events: a later one may be appended without replaying the history."""
    attempts: Mapped[Number] = mapped_column(default=0)
    last_contact: Mapped[Instant | None]
    follow_up_at: Mapped[Instant | None]
    left_at: Mapped[Instant | None]
    next_action_at: Mapped[Instant | None]
    version: Mapped[Number] = mapped_column(default=1)
    state_version: Mapped[Number] = mapped_column(default=1)
    created_at: Mapped[Instant]
    __table_args__ = (
        same_unit("campaign_id", "campaigns", "cases_campaign_fk"),
        same_unit("subject_id", "subjects", "cases_subject_fk"),
        same_unit("door_id", "doors", "cases_door_fk"),
        UniqueConstraint("unit_id", "campaign_id", "track", "subject_id"),
        CheckConstraint("NOT (is_done AND is_open)", name="cases_done_is_not_open"),
        partial_index("cases_due", "unit_id", "next_action_at", where="next_action_at IS NOT NULL"),
        Index("cases_of_door", "unit_id", "door_id"),
        Index("cases_by_state", "unit_id", "campaign_id", "track", "area_id", "state"),
        TENANT,
    )  # fmt: skip


class Visit(Base):
    """One contact with a door: who went, who typed it, when, how. Its outcomes are all recorded or none is."""

    __tablename__ = "visits"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    door_id: Mapped[Ref]
    ledger_no: Mapped[Number]
    mode: Mapped[String]
    """door, phone or support_point."""
    assisted: Mapped[bool] = mapped_column(default=False)
    done_by_id: Mapped[Ref]
    recorded_by_id: Mapped[Ref]
    happened_at: Mapped[Instant]
    recorded_at: Mapped[Instant]
    claimed_at: Mapped[Instant | None]
    """What the phone's own clock said; a claim, never used to judge."""
    outcomes: Mapped[Number]
    voided_no: Mapped[Number | None]
    __table_args__ = (
        same_unit("door_id", "doors"),
        same_unit("done_by_id", "memberships", "visits_done_by_fk"),
        same_unit("recorded_by_id", "memberships", "visits_recorded_by_fk"),
        Index("visits_of_door", "unit_id", "door_id", "happened_at"),
        TENANT,
    )


class VisitOutcome(Base):
    """One outcome of a visit: for a case, or (case empty) for the whole door."""

    __tablename__ = "visit_outcomes"
    unit_id: Mapped[UnitId]
    visit_id: Mapped[Key]
    position: Mapped[Number] = mapped_column(primary_key=True)
    case_id: Mapped[Ref | None]
    outcome: Mapped[String]
    promised_at: Mapped[Instant | None]
    evidence: Mapped[String | None]
    __table_args__ = (
        same_unit("visit_id", "visits"),
        Index("visit_outcomes_of_case", "unit_id", "case_id"),
        TENANT,
    )


class Request(Base):
    """A request to confirm an exit. While it waits, the case keeps its state, stage and scope. One waits per case."""

    __tablename__ = "requests"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    case_id: Mapped[Ref]
    move: Mapped[String]
    target: Mapped[String]
    evidence: Mapped[String | None]
    evidence_kind: Mapped[String | None]
    """Which of the kinds that the pack declares for the exit, in its words; None where none was named."""
    confirm_by: Mapped[String]
    status: Mapped[String]
    """waiting, confirmed, returned or withdrawn."""
    asked_by_id: Mapped[Ref]
    happened_at: Mapped[Instant]
    asked_no: Mapped[Number]
    decided_by_id: Mapped[Ref | None]
    decided_at: Mapped[Instant | None]
    decided_no: Mapped[Number | None]
    reason: Mapped[String | None]
    state_version: Mapped[Number] = mapped_column(default=1)
    __table_args__ = (
        same_unit("case_id", "cases"),
        same_unit("asked_by_id", "memberships", "requests_asked_fk"),
        partial_index("requests_one_waiting", "unit_id", "case_id", where="status = 'waiting'", unique=True),
        Index("requests_inbox", "unit_id", "status", "happened_at"),
        Index("requests_asked", "unit_id", "asked_no"),
        CheckConstraint("(status = 'waiting') = (decided_no IS NULL)", name="requests_decided_means_numbered"),
        TENANT,
    )  # fmt: skip


class Assignment(Base):
    """Which team and member held a door, from–to. At most one is open for a door."""

    __tablename__ = "assignments"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    door_id: Mapped[Ref]
    team_id: Mapped[Ref | None]
    assignee_id: Mapped[Ref | None]
    from_at: Mapped[Instant]
    from_no: Mapped[Number]
    to_at: Mapped[Instant | None]
    to_no: Mapped[Number | None]
    __table_args__ = (
        same_unit("door_id", "doors"),
        same_unit("team_id", "teams", "assignments_team_fk"),
        same_unit("assignee_id", "memberships", "assignments_assignee_fk"),
        partial_index("assignments_one_open", "unit_id", "door_id", where="to_at IS NULL", unique=True),
        TENANT,
    )  # fmt: skip


class UnnamedTotal(Base):
    """A paper list opened as a number: so many people of an area, to be named later."""

    __tablename__ = "unnamed_totals"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    campaign_id: Mapped[Ref]
    track: Mapped[String]
    area_id: Mapped[Ref]
    total: Mapped[Number]
    door_id: Mapped[Ref]
    ledger_no: Mapped[Number]
    opened_at: Mapped[Instant]
    __table_args__ = (
        same_unit("campaign_id", "campaigns", "unnamed_campaign_fk"),
        same_unit("area_id", "areas", "unnamed_area_fk"),
        same_unit("door_id", "doors", "unnamed_door_fk"),
        TENANT,
    )


class ShiftHandover(Base):
    """A shift that somebody ended: what went to the next one, and when that one took note of it. `kept` stayed with the giver."""

    __tablename__ = "shift_handovers"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    campaign_id: Mapped[Ref]
    from_id: Mapped[Ref]
    to_id: Mapped[Ref]
    note: Mapped[String | None]
    doors: Mapped[Number]
    items: Mapped[Number]
    kept: Mapped[Number]
    handed_at: Mapped[Instant]
    received_at: Mapped[Instant | None]
    ledger_no: Mapped[Number]
    __table_args__ = (
        same_unit("campaign_id", "campaigns", "shift_handovers_campaign_fk"),
        same_unit("from_id", "memberships", "shift_handovers_from_fk"),
        same_unit("to_id", "memberships", "shift_handovers_to_fk"),
        CheckConstraint("from_id <> to_id", name="shift_handovers_go_to_another"),
        partial_index("shift_handovers_waiting", "unit_id", "to_id", where="received_at IS NULL"),
        Index("shift_handovers_given", "unit_id", "from_id", "ledger_no"),
        TENANT,
    )
