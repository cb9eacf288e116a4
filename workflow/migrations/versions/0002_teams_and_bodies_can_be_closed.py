"""Teams and bodies can be closed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("teams", sa.Column("valid_to", sa.BigInteger(), nullable=True))
    op.add_column("bodies", sa.Column("valid_to", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("bodies", "valid_to")
    op.drop_column("teams", "valid_to")
