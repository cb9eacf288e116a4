"""Escalations say who has them, by when that post must have answered, and who put them aside on their own list."""

import sqlalchemy as sa
from alembic import op

from workflow.migrations.columns import ID
from workflow.migrations.create import create_table, drop_table

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ANSWER_BY = """
    UPDATE escalations SET answer_by = coalesce(next_action_at, (
        SELECT s.due_at - (s.due_at + 25200000000) % 86400000000 + 86400000000 FROM escalation_steps s
        WHERE s.unit_id = escalations.unit_id AND s.escalation_id = escalations.id AND s.level = escalations.level))
    WHERE is_open AND level > 0"""
GIVEN_TO = """
    UPDATE escalations SET given_to = (
        SELECT {to} FROM events e WHERE e.unit_id = escalations.unit_id AND e.about_id = escalations.id AND e.kind = 'escalate'
        AND {answer} = 'handed_on' ORDER BY e.ledger_no DESC LIMIT 1)
    WHERE EXISTS (
        SELECT 1 FROM escalation_steps s WHERE s.unit_id = escalations.unit_id AND s.escalation_id = escalations.id
        AND s.answered_at IS NOT NULL)"""


def upgrade() -> None:
    for name in ("answer_by", "holder_level", "unheld_level"):
        op.add_column("escalations", sa.Column(name, sa.BigInteger(), nullable=True))
    op.add_column("escalations", sa.Column("given_to", sa.Text(), nullable=True))
    op.execute(ANSWER_BY)
    of_data = "json_extract(e.data, '$.{key}')" if op.get_bind().dialect.name == "sqlite" else "e.data ->> '{key}'"
    op.execute(GIVEN_TO.format(to=of_data.format(key="to"), answer=of_data.format(key="answer")))
    op.drop_index("escalation_steps_answered", table_name="escalation_steps")
    _partial_index("escalations_given", "escalations", "given_to")
    _partial_index("escalations_held", "escalations", "holder_level")
    create_table(
        "escalation_rests",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("membership_id", ID, nullable=False),
        sa.Column("escalation_id", ID, nullable=False),
        sa.Column("level", sa.BigInteger(), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=False),
        sa.Column("ledger_no", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id", "escalation_id"], ["escalations.unit_id", "escalations.id"], name="escalation_rests_episode_fk"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "membership_id"], ["memberships.unit_id", "memberships.id"], name="escalation_rests_member_fk"
        ),
        sa.PrimaryKeyConstraint("unit_id", "membership_id", "escalation_id"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    op.create_index("escalation_rests_of", "escalation_rests", ["unit_id", "escalation_id"], unique=False)


def _partial_index(name: str, table: str, column: str) -> None:
    filled = sa.text(f"{column} IS NOT NULL")
    op.create_index(name, table, ["unit_id", column], unique=False, sqlite_where=filled, postgresql_where=filled)


def downgrade() -> None:
    op.drop_index("escalation_rests_of", table_name="escalation_rests")
    drop_table("escalation_rests")
    for name in ("escalations_held", "escalations_given"):
        op.drop_index(name, table_name="escalations")
    _partial_index("escalation_steps_answered", "escalation_steps", "answer")
    for name in ("given_to", "unheld_level", "holder_level", "answer_by"):
        op.drop_column("escalations", name)
