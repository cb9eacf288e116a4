"""The plan: tasks and duty occurrences; and escalations, the episodes that a clock opens and a post must close."""

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from workflow.tables.types import (
    TENANT,
    Base,
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

TASK_STATES = (
    "planned", "assigned", "in_progress", "submitted_for_review", "done", "returned", "cancelled", "waived",
)  # fmt: skip
TASK_CLOSED = ("done", "cancelled", "waived")


class Task(Base):
    """A piece of the plan with one accountable post and one exclusive deadline. A duty's occurrence is a task too.

    The natural key is (campaign, item, occurrence, scope): opening duties twice adds nothing.
    """

    __tablename__ = "tasks"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    campaign_id: Mapped[Ref]
    item: Mapped[String]
    occurrence: Mapped[String]
    """Empty for a task; the period's key (such as 2025-05-20) for a duty."""
    scope: Mapped[String]
    """`unit`, or the code of the team, area or body."""
    is_duty: Mapped[bool]
    is_relayed: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether another post forwards it by its deadline: then whoever hands it over is never late."""
    label: Mapped[String]
    clause: Mapped[String]
    owner_post_id: Mapped[Ref | None]
    team_id: Mapped[Ref | None]
    area_id: Mapped[Ref | None]
    body_id: Mapped[Ref | None]
    state: Mapped[String]
    is_open: Mapped[bool]
    progress: Mapped[Number | None]
    opens_at: Mapped[Instant]
    due_at: Mapped[Instant | None]
    internal_due_at: Mapped[Instant | None]
    period_from: Mapped[Instant | None]
    period_to: Mapped[Instant | None]
    started_at: Mapped[Instant | None]
    submitted_at: Mapped[Instant | None]
    done_at: Mapped[Instant | None]
    open_predecessors: Mapped[Number] = mapped_column(default=0)
    is_conditional: Mapped[bool] = mapped_column(default=False)
    """Whether the pack's `done_when` completes it."""
    next_action_at: Mapped[Instant | None]
    version: Mapped[Number] = mapped_column(default=1)
    state_version: Mapped[Number] = mapped_column(default=1)
    created_at: Mapped[Instant]
    __table_args__ = (
        same_unit("campaign_id", "campaigns"),
        same_unit("owner_post_id", "posts", "tasks_owner_fk"),
        same_unit("team_id", "teams", "tasks_team_fk"),
        UniqueConstraint("unit_id", "campaign_id", "item", "occurrence", "scope"),
        CheckConstraint("(state IN ('done', 'cancelled', 'waived')) = (NOT is_open)", name="tasks_open_means_not_closed"),
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="tasks_done_has_an_instant"),
        partial_index("tasks_due", "unit_id", "next_action_at", where="next_action_at IS NOT NULL"),
        Index("tasks_by_deadline", "unit_id", "campaign_id", "is_open", "due_at"),
        TENANT,
    )  # fmt: skip


class TaskPredecessor(Base):
    """`after_id` must be closed before the task may be submitted for review."""

    __tablename__ = "task_predecessors"
    unit_id: Mapped[UnitId]
    task_id: Mapped[Key]
    after_id: Mapped[Key]
    __table_args__ = (
        same_unit("task_id", "tasks", "predecessors_task_fk"),
        same_unit("after_id", "tasks", "predecessors_after_fk"),
        Index("task_successors", "unit_id", "after_id"),
        TENANT,
    )


class TaskEvidence(Base):
    """What shows that a task was done: a document's number, a link, a count ("trên 30" is a lower bound)."""

    __tablename__ = "task_evidence"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    task_id: Mapped[Ref]
    kind: Mapped[String]
    label: Mapped[String]
    count: Mapped[Number | None]
    is_lower_bound: Mapped[bool] = mapped_column(default=False)
    file_sha256: Mapped[String | None]
    added_by_id: Mapped[Ref]
    added_at: Mapped[Instant]
    ledger_no: Mapped[Number]
    __table_args__ = (same_unit("task_id", "tasks"), Index("evidence_of_task", "unit_id", "task_id"), TENANT)


class Escalation(Base):
    """An episode: one rule, one subject, one anchor. A new anchor is a new episode; the same anchor never opens a second one.

    `subject_id` is a case, task, team or the campaign, as the rule says. `due_at` is the instant at which the rule became true,
    however late the clock looked. `level` is the highest level opened (0: the rule only had an effect).
    """

    __tablename__ = "escalations"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    campaign_id: Mapped[Ref]
    rule_id: Mapped[String]
    kind: Mapped[String]
    subject_id: Mapped[Ref]
    anchor: Mapped[Instant]
    due_at: Mapped[Instant]
    opened_at: Mapped[Instant]
    level: Mapped[Number]
    levels: Mapped[Number]
    next_action_at: Mapped[Instant | None]
    group_key: Mapped[String]
    area_id: Mapped[Ref | None]
    team_id: Mapped[Ref | None]
    is_open: Mapped[bool]
    closed_at: Mapped[Instant | None]
    closed_by_id: Mapped[Ref | None]
    closed_because: Mapped[String | None]
    """resolved (the rule no longer holds), decided (by a person), or effect (nothing to close)."""
    answer_by: Mapped[Instant | None]
    """By when whoever has it now must have answered."""
    holder_level: Mapped[Number | None]
    """The rung that has it, where that is not the newest one: it was taken over, sent back, or nobody held the post. Above the
    ladder stand `TOP_LEVEL` (the unit's highest post) and `COORDINATOR_LEVEL`."""
    unheld_level: Mapped[Number | None]
    """The rung whose post nobody held, because of which it went up."""
    given_to: Mapped[String | None]
    """To whom it was handed: a membership's id, `team`, or `post:` and a post's id."""
    version: Mapped[Number] = mapped_column(default=1)
    state_version: Mapped[Number] = mapped_column(default=1)
    __table_args__ = (
        same_unit("campaign_id", "campaigns"),
        UniqueConstraint("unit_id", "rule_id", "subject_id", "anchor"),
        CheckConstraint("is_open = (closed_at IS NULL)", name="escalations_closed_has_an_instant"),
        partial_index("escalations_due", "unit_id", "next_action_at", where="next_action_at IS NOT NULL"),
        Index("escalations_of", "unit_id", "subject_id", "is_open"),
        Index("escalations_inbox", "unit_id", "is_open", "rule_id", "group_key"),
        partial_index("escalations_given", "unit_id", "given_to", where="given_to IS NOT NULL"),
        partial_index("escalations_held", "unit_id", "holder_level", where="holder_level IS NOT NULL"),
        TENANT,
    )  # fmt: skip


class EscalationStep(Base):
    """A level of an episode reaching a post. The key is the promise: each level once, whoever ticks and how often."""

    __tablename__ = "escalation_steps"
    unit_id: Mapped[UnitId]
    rule_id: Mapped[String] = mapped_column(primary_key=True)
    subject_id: Mapped[Key]
    anchor: Mapped[Instant] = mapped_column(primary_key=True)
    level: Mapped[Number] = mapped_column(primary_key=True)
    escalation_id: Mapped[Ref]
    to_post: Mapped[String]
    due_at: Mapped[Instant]
    opened_at: Mapped[Instant]
    answered_at: Mapped[Instant | None]
    answered_by_id: Mapped[Ref | None]
    answer: Mapped[String | None]
    __table_args__ = (
        same_unit("escalation_id", "escalations"),
        Index("escalation_steps_of", "unit_id", "escalation_id"),
        partial_index("escalation_steps_answered", "unit_id", "answer", "escalation_id", where="answer IS NOT NULL"),
        TENANT,
    )


class EscalationRest(Base):
    """An episode that somebody put aside on their own list until `until_at`, or until the next level is called. Nobody else's list
    and no ladder knows of it.
    """

    __tablename__ = "escalation_rests"
    unit_id: Mapped[UnitId]
    membership_id: Mapped[Key]
    escalation_id: Mapped[Key]
    level: Mapped[Number]
    """The newest level when it was put aside."""
    until_at: Mapped[Instant]
    ledger_no: Mapped[Number]
    __table_args__ = (
        same_unit("escalation_id", "escalations", "escalation_rests_episode_fk"),
        same_unit("membership_id", "memberships", "escalation_rests_member_fk"),
        Index("escalation_rests_of", "unit_id", "escalation_id"),
        TENANT,
    )


class DeclaredCount(Base):
    """What a body declares about its own staff and relatives: counts, never names. The newest by instant counts."""

    __tablename__ = "declared_counts"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    campaign_id: Mapped[Ref]
    body_id: Mapped[Ref]
    group: Mapped[String]
    """staff or relatives."""
    declared: Mapped[Number]
    finished: Mapped[Number]
    """Took part or chose not to: nobody asks which."""
    happened_at: Mapped[Instant]
    ledger_no: Mapped[Number]
    __table_args__ = (
        same_unit("campaign_id", "campaigns"),
        same_unit("body_id", "bodies", "declared_counts_body_fk"),
        CheckConstraint("finished BETWEEN 0 AND declared", name="declared_counts_finished_within"),
        Index("declared_counts_newest", "unit_id", "campaign_id", "body_id", "group", "happened_at"),
        TENANT,
    )


class ImportedAggregate(Base):
    """A figure that belongs to somebody else, for the whole unit only, with the document it came from."""

    __tablename__ = "imported_aggregates"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    campaign_id: Mapped[Ref]
    figure: Mapped[String]
    item: Mapped[String]
    n: Mapped[Number]
    source: Mapped[String]
    as_of: Mapped[Instant]
    ledger_no: Mapped[Number]
    __table_args__ = (
        same_unit("campaign_id", "campaigns"),
        Index("imported_aggregates_newest", "unit_id", "campaign_id", "figure", "as_of"),
        TENANT,
    )


class Staged(Base):
    """Rows that a batch or sweep has picked and not yet written: filled and emptied inside one transaction.

    `position` gives the ledger numbers their order. Empty between transactions, always.
    """

    __tablename__ = "staged"
    unit_id: Mapped[UnitId]
    batch_id: Mapped[Key]
    position: Mapped[Number] = mapped_column(primary_key=True, autoincrement=False)
    subject_id: Mapped[Ref]
    rule_id: Mapped[String | None]
    anchor: Mapped[Instant | None]
    due_at: Mapped[Instant | None]
    level: Mapped[Number | None]
    move: Mapped[String | None]
    happened_at: Mapped[Instant | None]
    team_id: Mapped[Ref | None]
    assignee_id: Mapped[Ref | None]
    refused: Mapped[String | None]
    __table_args__ = (of_unit("staged"), TENANT)
