"""Who handed a shift over to whom, with which note, how much went along, and when the receiver took note of it."""

import sqlalchemy as sa
from alembic import op

from workflow.migrations.columns import ID
from workflow.migrations.create import create_table, drop_table

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

WAITS = sa.text("received_at IS NULL")


def upgrade() -> None:
    create_table(
        "shift_handovers",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("from_id", ID, nullable=False),
        sa.Column("to_id", ID, nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("doors", sa.BigInteger(), nullable=False),
        sa.Column("items", sa.BigInteger(), nullable=False),
        sa.Column("kept", sa.BigInteger(), nullable=False),
        sa.Column("handed_at", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=True),
        sa.Column("ledger_no", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("from_id <> to_id", name="shift_handovers_go_to_another"),
        sa.ForeignKeyConstraint(
            ["unit_id", "campaign_id"], ["campaigns.unit_id", "campaigns.id"], name="shift_handovers_campaign_fk"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "from_id"], ["memberships.unit_id", "memberships.id"], name="shift_handovers_from_fk"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "to_id"], ["memberships.unit_id", "memberships.id"], name="shift_handovers_to_fk"
        ),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    op.create_index(
        "shift_handovers_waiting", "shift_handovers", ["unit_id", "to_id"], postgresql_where=WAITS, sqlite_where=WAITS
    )
    op.create_index("shift_handovers_given", "shift_handovers", ["unit_id", "from_id", "ledger_no"])


def downgrade() -> None:
    drop_table("shift_handovers")
