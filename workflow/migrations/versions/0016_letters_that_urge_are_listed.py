"""Letters that urge are kept like papers: to whom, which file, and what became of them."""

import sqlalchemy as sa
from alembic import op

from workflow.migrations.columns import ID
from workflow.migrations.create import create_table, drop_table

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

LETTERS = """
    INSERT INTO urge_letters (
        unit_id, id, campaign_id, to_key, addressee, tasks, episodes, answer_by, file_sha256, made_by_id, made_at, ledger_no)
    SELECT e.unit_id, e.about_id, e.campaign_id, {to}, coalesce(t.name, b.name, p.label, {to}), {tasks}, {episodes}, {answer_by}, {sha256},
        e.actor_id, e.happened_at, e.ledger_no
    FROM events e
    LEFT JOIN teams t ON t.unit_id = e.unit_id AND {to} = 'team-' || {team}
    LEFT JOIN bodies b ON b.unit_id = e.unit_id AND {to} = 'body-' || {body}
    LEFT JOIN posts p ON p.unit_id = e.unit_id AND {to} = 'post-' || {post}
    WHERE e.kind = 'note' AND {what} = 'urge'"""


def letters_told(dialect: str) -> str:
    """Return the statement that makes the letters which the ledger tells of."""
    of_data = "json_extract(e.data, '$.{key}')" if dialect == "sqlite" else "(e.data ->> '{key}')"
    as_hex = "lower(hex({id}))" if dialect == "sqlite" else "replace(CAST({id} AS TEXT), '-', '')"
    numbers = {key: f"CAST({of_data.format(key=key)} AS BIGINT)" for key in ("tasks", "episodes", "answer_by")}
    texts = {key: of_data.format(key=key) for key in ("to", "what", "sha256")}
    ids = {name: as_hex.format(id=f"{name[0]}.id") for name in ("team", "body", "post")}
    return LETTERS.format(**numbers, **texts, **ids)


def _unit(column: str, target: str, name: str, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["unit_id", column], [f"{target}.unit_id", f"{target}.{key}"], name=name)


def upgrade() -> None:
    create_table(
        "urge_letters",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("to_key", sa.Text(), nullable=False),
        sa.Column("addressee", sa.Text(), nullable=False),
        sa.Column("tasks", sa.BigInteger(), nullable=False),
        sa.Column("episodes", sa.BigInteger(), nullable=False),
        sa.Column("answer_by", sa.BigInteger(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("made_by_id", ID, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("ledger_no", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("issued_on", sa.BigInteger(), nullable=True),
        sa.Column("signed_sha256", sa.Text(), nullable=True),
        sa.Column("recorded_by_id", ID, nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=True),
        _unit("campaign_id", "campaigns", "urge_letters_campaign_fk"),
        _unit("made_by_id", "memberships", "urge_letters_made_by_fk"),
        _unit("file_sha256", "stored_files", "urge_letters_file_fk", "sha256"),
        _unit("signed_sha256", "stored_files", "urge_letters_signed_fk", "sha256"),
        sa.CheckConstraint("(number IS NULL) = (issued_on IS NULL)", name="urge_letters_number_has_a_day"),
        sa.CheckConstraint("(number IS NULL) = (recorded_at IS NULL)", name="urge_letters_number_was_recorded"),
        sa.CheckConstraint("signed_sha256 IS NULL OR number IS NOT NULL", name="urge_letters_signed_has_a_number"),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    op.create_index("urge_letters_by_making", "urge_letters", ["unit_id", "campaign_id", "made_at"], unique=False)
    op.execute(letters_told(op.get_bind().dialect.name))


def downgrade() -> None:
    op.drop_index("urge_letters_by_making", "urge_letters")
    drop_table("urge_letters")
