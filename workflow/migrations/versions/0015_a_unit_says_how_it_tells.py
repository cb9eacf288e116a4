"""A unit says in which way posts of a campaign are told: quiet hours, hours and lines of a digest, from an instant on."""

import sqlalchemy as sa

from workflow.migrations.columns import ID
from workflow.migrations.create import create_table, drop_table

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def _unit(column: str, target: str, name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["unit_id", column], [f"{target}.unit_id", f"{target}.id"], name=name)


def upgrade() -> None:
    create_table(
        "notice_settings",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("quiet_from", sa.BigInteger(), nullable=True),
        sa.Column("quiet_until", sa.BigInteger(), nullable=True),
        sa.Column("every_hours", sa.BigInteger(), nullable=True),
        sa.Column("most_listed", sa.BigInteger(), nullable=True),
        sa.Column("changed_by_id", ID, nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        _unit("campaign_id", "campaigns", "notice_settings_campaign_fk"),
        _unit("changed_by_id", "memberships", "notice_settings_member_fk"),
        sa.CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="notice_settings_quiet_has_both_ends"),
        sa.PrimaryKeyConstraint("unit_id", "campaign_id", "from_at"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    drop_table("notice_settings")
