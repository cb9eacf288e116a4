"""A door says whether somebody behind it asked for no time of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UNTIMED = """
    UPDATE doors SET someone_untimed = EXISTS (
        SELECT 1 FROM cases c WHERE c.unit_id = doors.unit_id AND c.door_id = doors.id AND c.is_open AND c.left_at IS NULL
        AND NOT EXISTS (
            SELECT 1 FROM cases t WHERE t.unit_id = c.unit_id AND t.door_id = c.door_id AND t.subject_id = c.subject_id
            AND t.is_open AND t.left_at IS NULL AND t.follow_up_at IS NOT NULL))"""


def upgrade() -> None:
    op.add_column("doors", sa.Column("someone_untimed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(UNTIMED)


def downgrade() -> None:
    op.drop_column("doors", "someone_untimed")
