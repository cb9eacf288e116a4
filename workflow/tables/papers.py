"""Official papers made from closes, the templates an office edited, and the forms of a superior with what goes into which cell."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.tables.types import TENANT, Base, Bytes, Data, Day, Instant, Key, Number, Ref, String, UnitId, same_unit


def _file(column: str, name: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["unit_id", column], ["stored_files.unit_id", "stored_files.sha256"], name=name)


class Paper(Base):
    """A paper that was made from a close: what it was made of, the file, and, once it was issued, its number, day and signed copy.

    The close, the template and the narrative are all that a paper comes from: made again, it is the same file.
    """

    __tablename__ = "papers"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    campaign_id: Mapped[Ref]
    close_id: Mapped[Ref]
    kind: Mapped[String]
    """daily or final."""
    template_sha256: Mapped[String]
    narrative: Mapped[Bytes]
    pack_hash: Mapped[String]
    file_sha256: Mapped[String]
    made_by_id: Mapped[Ref]
    made_at: Mapped[Instant]
    ledger_no: Mapped[Number]
    number: Mapped[Number | None]
    issued_on: Mapped[Day | None]
    signed_sha256: Mapped[String | None]
    recorded_by_id: Mapped[Ref | None]
    recorded_at: Mapped[Instant | None]
    __table_args__ = (
        same_unit("campaign_id", "campaigns", "papers_campaign_fk"),
        same_unit("close_id", "closes", "papers_close_fk"),
        same_unit("made_by_id", "memberships", "papers_made_by_fk"),
        _file("template_sha256", "papers_template_fk"),
        _file("file_sha256", "papers_file_fk"),
        _file("signed_sha256", "papers_signed_fk"),
        UniqueConstraint("unit_id", "close_id", "kind", "file_sha256"),
        CheckConstraint("(number IS NULL) = (issued_on IS NULL)", name="papers_number_has_a_day"),
        CheckConstraint("(number IS NULL) = (recorded_at IS NULL)", name="papers_number_was_recorded"),
        CheckConstraint("signed_sha256 IS NULL OR number IS NOT NULL", name="papers_signed_has_a_number"),
        Index("papers_by_making", "unit_id", "campaign_id", "made_at"),
        TENANT,
    )


class UrgeLetter(Base):
    """A letter that urges whoever had late work: to whom, what it named, the file, and, once issued, its number, day and signed copy."""

    __tablename__ = "urge_letters"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    campaign_id: Mapped[Ref]
    to_key: Mapped[String]
    """The team, body or post, as `late_work` names it."""
    addressee: Mapped[String]
    tasks: Mapped[Number]
    episodes: Mapped[Number]
    answer_by: Mapped[Instant]
    file_sha256: Mapped[String]
    made_by_id: Mapped[Ref]
    made_at: Mapped[Instant]
    ledger_no: Mapped[Number]
    number: Mapped[Number | None]
    issued_on: Mapped[Day | None]
    signed_sha256: Mapped[String | None]
    recorded_by_id: Mapped[Ref | None]
    recorded_at: Mapped[Instant | None]
    __table_args__ = (
        same_unit("campaign_id", "campaigns", "urge_letters_campaign_fk"),
        same_unit("made_by_id", "memberships", "urge_letters_made_by_fk"),
        _file("file_sha256", "urge_letters_file_fk"),
        _file("signed_sha256", "urge_letters_signed_fk"),
        CheckConstraint("(number IS NULL) = (issued_on IS NULL)", name="urge_letters_number_has_a_day"),
        CheckConstraint("(number IS NULL) = (recorded_at IS NULL)", name="urge_letters_number_was_recorded"),
        CheckConstraint("signed_sha256 IS NULL OR number IS NOT NULL", name="urge_letters_signed_has_a_number"),
        Index("urge_letters_by_making", "unit_id", "campaign_id", "made_at"),
        TENANT,
    )


class PaperTemplate(Base):
    """A template of a kind of paper as the unit edited it; the newest counts. Without a file it is the pack's own again."""

    __tablename__ = "paper_templates"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    campaign_id: Mapped[Ref]
    kind: Mapped[String]
    sha256: Mapped[String | None]
    added_by_id: Mapped[Ref]
    added_at: Mapped[Instant]
    ledger_no: Mapped[Number]
    __table_args__ = (
        same_unit("campaign_id", "campaigns", "paper_templates_campaign_fk"),
        same_unit("added_by_id", "memberships", "paper_templates_added_by_fk"),
        _file("sha256", "paper_templates_file_fk"),
        Index("paper_templates_newest", "unit_id", "campaign_id", "kind", "ledger_no"),
        TENANT,
    )


class SuperiorForm(Base):
    """A form that a superior sent, as a file, and what goes into which of its cells. One layout for the whole unit."""

    __tablename__ = "superior_forms"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    campaign_id: Mapped[Ref]
    name: Mapped[String]
    sha256: Mapped[String]
    cells: Mapped[Data]
    """By the place of a cell: {"what": line, figure, …, "key": …}."""
    added_by_id: Mapped[Ref]
    added_at: Mapped[Instant]
    saved_by_id: Mapped[Ref]
    saved_at: Mapped[Instant]
    dropped_at: Mapped[Instant | None]
    ledger_no: Mapped[Number]
    version: Mapped[Number] = mapped_column(default=1)
    __table_args__ = (
        same_unit("campaign_id", "campaigns", "superior_forms_campaign_fk"),
        same_unit("added_by_id", "memberships", "superior_forms_added_by_fk"),
        same_unit("saved_by_id", "memberships", "superior_forms_saved_by_fk"),
        _file("sha256", "superior_forms_file_fk"),
        Index("superior_forms_of", "unit_id", "campaign_id", "added_at"),
        TENANT,
    )
