"""What the national system shows is kept beside the ledger, and what was said before a close."""

import sqlalchemy as sa
from alembic import op

from workflow.migrations.columns import ID, JSON
from workflow.migrations.create import create_table, drop_table

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_table(
        "system_counts",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("area_id", ID, nullable=True),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("as_of", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", ID, nullable=True),
        sa.Column("ledger_no", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("n >= 0", name="system_counts_count_people"),
        sa.ForeignKeyConstraint(
            ["unit_id", "campaign_id"], ["campaigns.unit_id", "campaigns.id"], name="system_counts_campaign_fk"
        ),
        sa.ForeignKeyConstraint(["unit_id", "area_id"], ["areas.unit_id", "areas.id"], name="system_counts_area_fk"),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    op.create_index("system_counts_newest", "system_counts", ["unit_id", "campaign_id", "as_of"], unique=False)
    create_table(
        "said_figures",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("said_at", sa.BigInteger(), nullable=False),
        sa.Column("said_by_id", ID, nullable=False),
        sa.Column("figure", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("base", sa.BigInteger(), nullable=True),
        sa.Column("figures", JSON, nullable=False),
        sa.Column("as_of", sa.BigInteger(), nullable=False),
        sa.Column("known_no", sa.BigInteger(), nullable=False),
        sa.Column("ledger_no", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("channel IN ('phone', 'message', 'email', 'in_person')", name="said_figures_channel"),
        sa.CheckConstraint("known_no < ledger_no", name="said_figures_were_known_before"),
        sa.ForeignKeyConstraint(
            ["unit_id", "campaign_id"], ["campaigns.unit_id", "campaigns.id"], name="said_figures_campaign_fk"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "said_by_id"], ["memberships.unit_id", "memberships.id"], name="said_figures_member_fk"
        ),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    op.create_index("said_figures_by_instant", "said_figures", ["unit_id", "campaign_id", "as_of"], unique=False)


def downgrade() -> None:
    drop_table("said_figures")
    drop_table("system_counts")
