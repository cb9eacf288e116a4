"""An occurrence of a duty says whether another post forwards it: then whoever hands it over is never late.

What was opened before keeps the words it was opened under: its deadline bound the team.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tasks", sa.Column("is_relayed", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("tasks", "is_relayed")
