"""What leaves the screen: printed sheets with who has them, and files that show that work was done."""

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.tables.types import TENANT, Base, Instant, Key, Number, Ref, String, UnitId, of_unit, same_unit


class PrintedList(Base):
    """A sheet that was printed: a route of doors, or one of the lists handed to a team leader; and where the paper is now."""

    __tablename__ = "printed_lists"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    campaign_id: Mapped[Ref]
    serial: Mapped[Number]
    """Counts from 1 in a campaign; printed on every page, typed in when the sheet comes back."""
    kind: Mapped[String]
    """route or list."""
    list_code: Mapped[String | None]
    area_id: Mapped[Ref | None]
    team_id: Mapped[Ref | None]
    assignee_id: Mapped[Ref | None]
    lines: Mapped[Number]
    printed_by_id: Mapped[Ref]
    printed_at: Mapped[Instant]
    handed_to_id: Mapped[Ref | None]
    handed_at: Mapped[Instant | None]
    returned_at: Mapped[Instant | None]
    destroyed_at: Mapped[Instant | None]
    settled_by_id: Mapped[Ref | None]
    """Who said that it came back or was destroyed."""
    __table_args__ = (
        same_unit("campaign_id", "campaigns", "printed_campaign_fk"),
        same_unit("printed_by_id", "memberships", "printed_by_fk"),
        UniqueConstraint("unit_id", "campaign_id", "serial"),
        Index("printed_lists_of_team", "unit_id", "team_id", "printed_at"),
        TENANT,
    )


class PrintedLine(Base):
    """A numbered line of a printed sheet: the door (case empty) or the person that stands there."""

    __tablename__ = "printed_lines"
    unit_id: Mapped[UnitId]
    printed_id: Mapped[Key]
    line_no: Mapped[Number] = mapped_column(primary_key=True, autoincrement=False)
    door_id: Mapped[Ref | None]
    case_id: Mapped[Ref | None]
    subject_id: Mapped[Ref | None]
    __table_args__ = (same_unit("printed_id", "printed_lists", "printed_lines_list_fk"), TENANT)


class StoredFile(Base):
    """A file that somebody handed in, kept outside the database under its hash; its name is for people only."""

    __tablename__ = "stored_files"
    unit_id: Mapped[UnitId]
    sha256: Mapped[String] = mapped_column(primary_key=True)
    name: Mapped[String]
    media_type: Mapped[String]
    size: Mapped[Number]
    added_by_id: Mapped[Ref]
    added_at: Mapped[Instant]
    __table_args__ = (of_unit("stored_files"), TENANT)
