"""Posts are told once an hour what came to them, and everybody says what they have read and want."""

import sqlalchemy as sa
from alembic import op

from workflow.migrations.columns import ID
from workflow.migrations.create import create_table, drop_table

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _unit(column: str, target: str, name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["unit_id", column], [f"{target}.unit_id", f"{target}.id"], name=name)


def _partial(name: str, table: str, *columns: str, where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, [*columns], sqlite_where=condition, postgresql_where=condition)


def upgrade() -> None:
    create_table(
        "notices",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("digest_id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("post_id", ID, nullable=True),
        sa.Column("membership_id", ID, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("shown_at", sa.BigInteger(), nullable=False),
        sa.Column("arrived", sa.BigInteger(), nullable=False),
        _unit("campaign_id", "campaigns", "notices_campaign_fk"),
        _unit("post_id", "posts", "notices_post_fk"),
        _unit("membership_id", "memberships", "notices_member_fk"),
        sa.CheckConstraint("(post_id IS NULL) <> (membership_id IS NULL)", name="notices_to_a_post_or_a_person"),
        sa.CheckConstraint("arrived > 0", name="notices_tell_something"),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    _partial("notices_of_post", "notices", "unit_id", "post_id", "shown_at", where="post_id IS NOT NULL")
    _partial("notices_of_member", "notices", "unit_id", "membership_id", "shown_at", where="membership_id IS NOT NULL")
    create_table(
        "notice_reads",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("notice_id", ID, nullable=False),
        sa.Column("membership_id", ID, nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        _unit("notice_id", "notices", "notice_reads_notice_fk"),
        _unit("membership_id", "memberships", "notice_reads_member_fk"),
        sa.PrimaryKeyConstraint("unit_id", "notice_id", "membership_id"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    create_table(
        "notice_wishes",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("membership_id", ID, nullable=False),
        sa.Column("mutes_due_soon", sa.Boolean(), nullable=False),
        sa.Column("mutes_to_confirm", sa.Boolean(), nullable=False),
        sa.Column("mutes_returned", sa.Boolean(), nullable=False),
        sa.Column("quiet_from", sa.BigInteger(), nullable=True),
        sa.Column("quiet_until", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        _unit("membership_id", "memberships", "notice_wishes_member_fk"),
        sa.CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="notice_wishes_quiet_has_both_ends"),
        sa.PrimaryKeyConstraint("unit_id", "membership_id"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    op.add_column("campaigns", sa.Column("notices_seen_at", sa.BigInteger(), nullable=True))
    op.add_column("campaigns", sa.Column("notices_seen_no", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    for name in ("notices_seen_no", "notices_seen_at"):
        op.drop_column("campaigns", name)
    drop_table("notice_wishes")
    drop_table("notice_reads")
    op.drop_index("notices_of_member", "notices")
    op.drop_index("notices_of_post", "notices")
    drop_table("notices")
