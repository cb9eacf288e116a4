"""Doors can be drawn to be asked again whether somebody came."""

import sqlalchemy as sa
from alembic import op

from workflow.migrations.columns import ID
from workflow.migrations.create import create_table, drop_table

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_table(
        "revisit_draws",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("day", sa.BigInteger(), nullable=False),
        sa.Column("seal_no", sa.BigInteger(), nullable=False),
        sa.Column("frame", sa.BigInteger(), nullable=False),
        sa.Column("drawn_by_id", ID, nullable=False),
        sa.Column("drawn_at", sa.BigInteger(), nullable=False),
        sa.Column("ledger_no", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id", "campaign_id"], ["campaigns.unit_id", "campaigns.id"]),
        sa.ForeignKeyConstraint(["unit_id", "drawn_by_id"], ["memberships.unit_id", "memberships.id"]),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        sa.UniqueConstraint("unit_id", "campaign_id", "day", name="revisit_draws_one_a_day"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    create_table(
        "revisits",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("draw_id", ID, nullable=False),
        sa.Column("door_id", ID, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("by_team_id", ID, nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by_id", ID, nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("ledger_no", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "answer IN ('came', 'not_came', 'nobody_there')", name="revisits_only_whether_somebody_came"
        ),
        sa.CheckConstraint("(answer IS NULL) = (ledger_no IS NULL)", name="revisits_answered_means_numbered"),
        sa.CheckConstraint("team_id <> by_team_id", name="revisits_by_another_team"),
        sa.ForeignKeyConstraint(["unit_id", "draw_id"], ["revisit_draws.unit_id", "revisit_draws.id"]),
        sa.ForeignKeyConstraint(["unit_id", "door_id"], ["doors.unit_id", "doors.id"]),
        sa.ForeignKeyConstraint(["unit_id", "team_id"], ["teams.unit_id", "teams.id"], name="revisits_team_fk"),
        sa.ForeignKeyConstraint(["unit_id", "by_team_id"], ["teams.unit_id", "teams.id"], name="revisits_by_team_fk"),
        sa.ForeignKeyConstraint(["unit_id", "answered_by_id"], ["memberships.unit_id", "memberships.id"]),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        sa.UniqueConstraint("unit_id", "draw_id", "team_id", "door_id", name="revisits_once"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    op.create_index("revisits_by_team", "revisits", ["unit_id", "by_team_id", "answer"], unique=False)


def downgrade() -> None:
    drop_table("revisits")
    drop_table("revisit_draws")
