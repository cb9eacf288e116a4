"""Who has said that they have an episode is found by the answer; what was given to another team, or undone, by when it was recorded."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_OVER = {
    "escalation_steps_answered": ("escalation_steps", ["unit_id", "answer", "escalation_id"], "answer IS NOT NULL"),
    "events_given": ("events", ["unit_id", "campaign_id", "recorded_at", "state"], "kind = 'transfer'"),
    "events_undoing": ("events", ["unit_id", "recorded_at", "voids_no"], "voids_no IS NOT NULL"),
}


def upgrade() -> None:
    for name, (table, columns, where) in _OVER.items():
        op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def downgrade() -> None:
    for name, (table, _columns, _where) in _OVER.items():
        op.drop_index(name, table_name=table)
