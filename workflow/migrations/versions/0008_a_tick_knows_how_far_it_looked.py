"""A campaign says how far the clock has looked at its plan: up to when, for whom, and up to which event."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("campaigns", sa.Column("plan_seen_at", sa.BigInteger(), nullable=True))
    op.add_column("campaigns", sa.Column("plan_seen_for", sa.Text(), nullable=True))
    op.add_column("campaigns", sa.Column("plan_seen_no", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    for name in ("plan_seen_no", "plan_seen_for", "plan_seen_at"):
        op.drop_column("campaigns", name)
