"""A request is found by the number under which it was asked: so the ledger's news of it are told, and its asker is known."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("requests_asked", "requests", ["unit_id", "asked_no"])


def downgrade() -> None:
    op.drop_index("requests_asked", table_name="requests")
