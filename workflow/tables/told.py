"""Numbers told between the unit and others: what the national system shows, and what was said before a period was closed."""

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from workflow.tables.types import TENANT, Base, Data, Instant, Key, Number, Ref, String, UnitId, same_unit

CHANNELS = ("phone", "message", "email", "in_person")
"""How a number can be said."""


class SystemCount(Base):
    """How many people the national system showed as done at an instant, for the unit (`area_id` empty) or one area.

    Only added to. What was entered wrongly is followed by a later entry, or its event is voided.
    """

    __tablename__ = "system_counts"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    campaign_id: Mapped[Ref]
    area_id: Mapped[Ref | None]
    n: Mapped[Number]
    source: Mapped[String]
    as_of: Mapped[Instant]
    batch_id: Mapped[Ref | None]
    """The file it came in, if it came in one."""
    ledger_no: Mapped[Number]
    __table_args__ = (
        same_unit("campaign_id", "campaigns", "system_counts_campaign_fk"),
        same_unit("area_id", "areas", "system_counts_area_fk"),
        CheckConstraint("n >= 0", name="system_counts_count_people"),
        Index("system_counts_newest", "unit_id", "campaign_id", "as_of"),
        TENANT,
    )


class SaidFigure(Base):
    """Figures that somebody told somebody outside, exactly as they stood: what happened before `as_of`, up to number `known_no`.

    `figure` and `n` are what was asked for, `base` what it was divided by; `figures` holds the other figures that were on the page.
    """

    __tablename__ = "said_figures"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    campaign_id: Mapped[Ref]
    recipient: Mapped[String]
    channel: Mapped[String]
    said_at: Mapped[Instant]
    said_by_id: Mapped[Ref]
    figure: Mapped[String]
    n: Mapped[Number]
    base: Mapped[Number | None]
    figures: Mapped[Data]
    as_of: Mapped[Instant]
    known_no: Mapped[Number]
    ledger_no: Mapped[Number]
    __table_args__ = (
        same_unit("campaign_id", "campaigns", "said_figures_campaign_fk"),
        same_unit("said_by_id", "memberships", "said_figures_member_fk"),
        CheckConstraint("channel IN ('phone', 'message', 'email', 'in_person')", name="said_figures_channel"),
        CheckConstraint("known_no < ledger_no", name="said_figures_were_known_before"),
        Index("said_figures_by_instant", "unit_id", "campaign_id", "as_of"),
        TENANT,
    )
