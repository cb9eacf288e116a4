"""A request for an exit says which of the pack's kinds of evidence was seen."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("requests", sa.Column("evidence_kind", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("requests", "evidence_kind")
