"""Official papers made from closes, templates that an office edited, and forms of a superior."""

import sqlalchemy as sa
from alembic import op

from workflow.migrations.columns import ID, JSON
from workflow.migrations.create import create_table, drop_table

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _tenant(name: str, table: str, column: str, suffix: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["unit_id", column], [f"{table}.unit_id", f"{table}.id"], name=f"{name}_{suffix}_fk")


def _file(name: str, column: str, suffix: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["unit_id", column], ["stored_files.unit_id", "stored_files.sha256"], name=f"{name}_{suffix}_fk"
    )


def upgrade() -> None:
    create_table(
        "papers",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("close_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("template_sha256", sa.Text(), nullable=False),
        sa.Column("narrative", sa.LargeBinary(), nullable=False),
        sa.Column("pack_hash", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("made_by_id", ID, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("ledger_no", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("issued_on", sa.BigInteger(), nullable=True),
        sa.Column("signed_sha256", sa.Text(), nullable=True),
        sa.Column("recorded_by_id", ID, nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(number IS NULL) = (issued_on IS NULL)", name="papers_number_has_a_day"),
        sa.CheckConstraint("(number IS NULL) = (recorded_at IS NULL)", name="papers_number_was_recorded"),
        sa.CheckConstraint("signed_sha256 IS NULL OR number IS NOT NULL", name="papers_signed_has_a_number"),
        _tenant("papers", "campaigns", "campaign_id", "campaign"),
        _tenant("papers", "closes", "close_id", "close"),
        _tenant("papers", "memberships", "made_by_id", "made_by"),
        _file("papers", "template_sha256", "template"),
        _file("papers", "file_sha256", "file"),
        _file("papers", "signed_sha256", "signed"),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        sa.UniqueConstraint("unit_id", "close_id", "kind", "file_sha256"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    op.create_index("papers_by_making", "papers", ["unit_id", "campaign_id", "made_at"], unique=False)
    create_table(
        "paper_templates",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("added_by_id", ID, nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("ledger_no", sa.BigInteger(), nullable=False),
        _tenant("paper_templates", "campaigns", "campaign_id", "campaign"),
        _tenant("paper_templates", "memberships", "added_by_id", "added_by"),
        _file("paper_templates", "sha256", "file"),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    op.create_index(
        "paper_templates_newest", "paper_templates", ["unit_id", "campaign_id", "kind", "ledger_no"], unique=False
    )
    create_table(
        "superior_forms",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("cells", JSON, nullable=False),
        sa.Column("added_by_id", ID, nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("saved_by_id", ID, nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.Column("dropped_at", sa.BigInteger(), nullable=True),
        sa.Column("ledger_no", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        _tenant("superior_forms", "campaigns", "campaign_id", "campaign"),
        _tenant("superior_forms", "memberships", "added_by_id", "added_by"),
        _tenant("superior_forms", "memberships", "saved_by_id", "saved_by"),
        _file("superior_forms", "sha256", "file"),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    op.create_index("superior_forms_of", "superior_forms", ["unit_id", "campaign_id", "added_at"], unique=False)


def downgrade() -> None:
    drop_table("superior_forms")
    drop_table("paper_templates")
    drop_table("papers")
