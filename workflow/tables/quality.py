"""Whether what was recorded can be believed: doors that somebody else is to ask again, and what was answered there."""

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from workflow.tables.types import TENANT, Base, Day, Instant, Key, Number, Ref, String, UnitId, same_unit


class RevisitDraw(Base):
    """The drawing of a day's re-visits: `frame` doors to choose from, under the hash of seal `seal_no`. One a day."""

    __tablename__ = "revisit_draws"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    campaign_id: Mapped[Ref]
    day: Mapped[Day]
    seal_no: Mapped[Number]
    frame: Mapped[Number]
    drawn_by_id: Mapped[Ref]
    drawn_at: Mapped[Instant]
    ledger_no: Mapped[Number]
    __table_args__ = (
        same_unit("campaign_id", "campaigns"),
        same_unit("drawn_by_id", "memberships"),
        UniqueConstraint("unit_id", "campaign_id", "day", name="revisit_draws_one_a_day"),
        TENANT,
    )


class Revisit(Base):
    """A door that was drawn: whose visit is asked about (`team_id`), who is to ask, and the newest answer, if there is one.

    It is about a door and a visit, never about a person: all that can be told is whether somebody came.
    """

    __tablename__ = "revisits"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    draw_id: Mapped[Ref]
    door_id: Mapped[Ref]
    team_id: Mapped[Ref]
    by_team_id: Mapped[Ref | None]
    """The team that asks, never `team_id`; empty: the duty leader or coordinator."""
    answer: Mapped[String | None]
    """came, not_came or nobody_there."""
    answered_by_id: Mapped[Ref | None]
    answered_at: Mapped[Instant | None]
    ledger_no: Mapped[Number | None]
    """Of the newest answer's event."""
    __table_args__ = (
        same_unit("draw_id", "revisit_draws"),
        same_unit("door_id", "doors"),
        same_unit("team_id", "teams", "revisits_team_fk"),
        same_unit("by_team_id", "teams", "revisits_by_team_fk"),
        same_unit("answered_by_id", "memberships"),
        UniqueConstraint("unit_id", "draw_id", "team_id", "door_id", name="revisits_once"),
        Index("revisits_by_team", "unit_id", "by_team_id", "answer"),
        CheckConstraint("answer IN ('came', 'not_came', 'nobody_there')", name="revisits_only_whether_somebody_came"),
        CheckConstraint("(answer IS NULL) = (ledger_no IS NULL)", name="revisits_answered_means_numbered"),
        CheckConstraint("team_id <> by_team_id", name="revisits_by_another_team"),
        TENANT,
    )
