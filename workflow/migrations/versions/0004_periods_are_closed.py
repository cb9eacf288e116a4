"""Periods are closed: who answered a close, who opened one again, and what was told by telephone."""

import sqlalchemy as sa
from alembic import op

from workflow.migrations.columns import ID
from workflow.migrations.create import create_table, drop_table

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("closes", sa.Column("answered_by_id", ID, nullable=True))
    op.add_column("closes", sa.Column("answered_at", sa.BigInteger(), nullable=True))
    create_table(
        "close_reopenings",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("close_id", ID, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by_id", ID, nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_by_id", ID, nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("ledger_no", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(status = 'asked') = (answered_by_id IS NULL)", name="close_reopenings_are_answered"),
        sa.CheckConstraint("asked_by_id <> answered_by_id", name="close_reopenings_take_two"),
        sa.ForeignKeyConstraint(["unit_id", "close_id"], ["closes.unit_id", "closes.id"]),
        sa.ForeignKeyConstraint(
            ["unit_id", "asked_by_id"], ["memberships.unit_id", "memberships.id"], name="close_reopenings_asked_fk"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "answered_by_id"],
            ["memberships.unit_id", "memberships.id"],
            name="close_reopenings_answered_fk",
        ),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    live = sa.text("status IN ('asked', 'agreed')")
    op.create_index(
        "close_reopenings_live",
        "close_reopenings",
        ["unit_id", "close_id"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
    create_table(
        "phoned_counts",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("said_by_id", ID, nullable=False),
        sa.Column("told_to_id", ID, nullable=False),
        sa.Column("said_at", sa.BigInteger(), nullable=False),
        sa.Column("ledger_no", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("n >= 0", name="phoned_counts_are_counts"),
        sa.ForeignKeyConstraint(["unit_id", "campaign_id"], ["campaigns.unit_id", "campaigns.id"]),
        sa.ForeignKeyConstraint(["unit_id", "team_id"], ["teams.unit_id", "teams.id"], name="phoned_counts_team_fk"),
        sa.ForeignKeyConstraint(
            ["unit_id", "said_by_id"], ["memberships.unit_id", "memberships.id"], name="phoned_counts_said_fk"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "told_to_id"], ["memberships.unit_id", "memberships.id"], name="phoned_counts_told_fk"
        ),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    op.create_index(
        "phoned_counts_newest",
        "phoned_counts",
        ["unit_id", "campaign_id", "period", "team_id", "said_at"],
        unique=False,
    )


def downgrade() -> None:
    drop_table("phoned_counts")
    drop_table("close_reopenings")
    op.drop_column("closes", "answered_at")
    op.drop_column("closes", "answered_by_id")
