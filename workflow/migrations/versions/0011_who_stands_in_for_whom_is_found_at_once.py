"""Which posts are lent to a delegate is found without reading all posts of the unit."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

LENT = sa.text("acting_for_id IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "post_holdings_lent",
        "post_holdings",
        ["unit_id", "to_at"],
        postgresql_where=LENT,
        sqlite_where=LENT,
    )


def downgrade() -> None:
    op.drop_index("post_holdings_lent", table_name="post_holdings")
