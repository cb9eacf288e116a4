"""Tables of one database's own: run records. They belong to no unit."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from workflow.tables.types import LOCAL, Base, Data, Instant, Key, Number, Ref, String


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
