"""Everything the engine stores."""

import sqlalchemy as sa
from alembic import op

from workflow.migrations.columns import ID, JSON
from workflow.migrations.create import create_table, drop_table

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_table(
        "accounts",
        sa.Column("id", ID, nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("password_set_at", sa.BigInteger(), nullable=True),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("login"),
        info={"kind": "reference"},
    )
    create_table(
        "calendar_days",
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("day", sa.BigInteger(), nullable=False),
        sa.Column("is_working", sa.Boolean(), nullable=False),
        sa.Column("working_no", sa.BigInteger(), nullable=False),
        sa.Column("opens", sa.BigInteger(), nullable=True),
        sa.Column("closes", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("calendar", "day"),
        sa.UniqueConstraint("calendar", "working_no", "day"),
        info={"kind": "reference"},
    )
    create_table(
        "pack_versions",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("files", JSON, nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("published_by", ID, nullable=True),
        sa.PrimaryKeyConstraint("hash"),
        info={"kind": "reference"},
    )
    op.create_index("pack_versions_by_name", "pack_versions", ["pack", "version"], unique=False)
    create_table(
        "sign_in_cards",
        sa.Column("id", ID, nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("made_by_id", ID, nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code_hash"),
        info={"kind": "reference"},
    )
    op.create_index("sign_in_cards_of", "sign_in_cards", ["account_id"], unique=False)
    create_table(
        "unit_ancestors",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("ancestor_id", ID, nullable=False),
        sa.Column("depth", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "ancestor_id"),
        info={"kind": "reference"},
    )
    op.create_index("unit_ancestors_down", "unit_ancestors", ["ancestor_id", "unit_id"], unique=False)
    create_table(
        "unit_salts",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("unit_id"),
        info={"kind": "reference"},
    )
    create_table(
        "units",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parent_id", ID, nullable=True),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("valid_to", sa.BigInteger(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("clock_offset", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
        info={"kind": "reference"},
    )
    create_table(
        "runs",
        sa.Column("id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("now", sa.BigInteger(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=False),
        sa.Column("first_no", sa.BigInteger(), nullable=False),
        sa.Column("last_no", sa.BigInteger(), nullable=False),
        sa.Column("lines", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        info={"kind": "local"},
    )
    op.create_index("runs_of_unit", "runs", ["unit_id", "now"], unique=False)
    create_table(
        "sign_ins",
        sa.Column("id", ID, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("device_hash", sa.LargeBinary(), nullable=True),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("idle", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
        info={"kind": "local"},
    )
    op.create_index("sign_ins_of", "sign_ins", ["account_id", "ended_at"], unique=False)
    create_table(
        "throttles",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
        info={"kind": "local"},
    )
    create_table(
        "areas",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sort", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("valid_to", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="areas_unit_fk", use_alter=True),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        sa.UniqueConstraint("unit_id", "code"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    create_table(
        "audits",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("account_id", ID, nullable=True),
        sa.Column("membership_id", ID, nullable=True),
        sa.Column("about_id", ID, nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="audits_unit_fk", use_alter=True),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    op.create_index("audits_by_time", "audits", ["unit_id", "at"], unique=False)
    op.create_index("audits_of", "audits", ["unit_id", "about_id"], unique=False)
    create_table(
        "bodies",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("counts_staff", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="bodies_unit_fk", use_alter=True),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        sa.UniqueConstraint("unit_id", "code"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    create_table(
        "campaigns",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("pack_hash", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("parameters", JSON, nullable=False),
        sa.Column("rules_next_at", sa.BigInteger(), nullable=True),
        sa.Column("whole_judged_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["pack_hash"], ["pack_versions.hash"], name="campaigns_pack_fk", use_alter=True),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="campaigns_unit_fk", use_alter=True),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        sa.UniqueConstraint("unit_id", "code"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    create_table(
        "commands",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("answer", JSON, nullable=False),
        sa.Column("ledger_no", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="commands_unit_fk", use_alter=True),
        sa.PrimaryKeyConstraint("unit_id", "account_id", "key"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    create_table(
        "events",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("ledger_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("campaign_id", ID, nullable=True),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("door_id", ID, nullable=True),
        sa.Column("about_id", ID, nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=True),
        sa.Column("track", sa.Text(), nullable=True),
        sa.Column("move", sa.Text(), nullable=True),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("stage", sa.Text(), nullable=True),
        sa.Column("area_id", ID, nullable=True),
        sa.Column("team_id", ID, nullable=True),
        sa.Column("assignee_id", ID, nullable=True),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("acting_for_id", ID, nullable=True),
        sa.Column("rule_id", sa.Text(), nullable=True),
        sa.Column("pack_hash", sa.Text(), nullable=True),
        sa.Column("batch_id", ID, nullable=True),
        sa.Column("voids_no", sa.BigInteger(), nullable=True),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("facts", JSON, nullable=True),
        sa.Column("data", JSON, nullable=True),
        sa.CheckConstraint("(kind = 'void') = (voids_no IS NOT NULL)", name="events_void_names_a_number"),
        sa.CheckConstraint("happened_at <= recorded_at", name="events_happen_before_recording"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="events_unit_fk", use_alter=True),
        sa.PrimaryKeyConstraint("unit_id", "ledger_no"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    op.create_index("events_by_happened", "events", ["unit_id", "campaign_id", "happened_at"], unique=False)
    op.create_index("events_by_recorded", "events", ["unit_id", "recorded_at"], unique=False)
    op.create_index("events_of_case", "events", ["unit_id", "case_id", "ledger_no"], unique=False)
    op.create_index(
        "events_of_task",
        "events",
        ["unit_id", "about_id", "ledger_no"],
        unique=False,
        sqlite_where=sa.text("kind = 'task'"),
        postgresql_where=sa.text("kind = 'task'"),
    )
    op.create_index(
        "events_voided_once",
        "events",
        ["unit_id", "voids_no"],
        unique=True,
        sqlite_where=sa.text("voids_no IS NOT NULL"),
        postgresql_where=sa.text("voids_no IS NOT NULL"),
    )
    create_table(
        "memberships",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_sort", sa.Text(), nullable=False),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("to_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="memberships_unit_fk", use_alter=True),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        sa.UniqueConstraint("unit_id", "account_id"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    create_table(
        "rollups",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("day", sa.BigInteger(), nullable=False),
        sa.Column("track", sa.Text(), nullable=False),
        sa.Column("area_id", ID, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("unnamed", sa.Boolean(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="rollups_unit_fk", use_alter=True),
        sa.PrimaryKeyConstraint(
            "unit_id", "campaign_id", "basis", "day", "track", "area_id", "team_id", "state", "stage", "unnamed"
        ),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    create_table(
        "seals",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("seal_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("first_no", sa.BigInteger(), nullable=False),
        sa.Column("last_no", sa.BigInteger(), nullable=False),
        sa.Column("events", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.Column("sealed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="seals_unit_fk", use_alter=True),
        sa.PrimaryKeyConstraint("unit_id", "seal_no"),
        sa.UniqueConstraint("unit_id", "last_no"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    create_table(
        "settings",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", JSON, nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="settings_unit_fk", use_alter=True),
        sa.PrimaryKeyConstraint("unit_id", "name"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    create_table(
        "staged",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("batch_id", ID, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=True),
        sa.Column("anchor", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("level", sa.BigInteger(), nullable=True),
        sa.Column("move", sa.Text(), nullable=True),
        sa.Column("happened_at", sa.BigInteger(), nullable=True),
        sa.Column("team_id", ID, nullable=True),
        sa.Column("assignee_id", ID, nullable=True),
        sa.Column("refused", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="staged_unit_fk", use_alter=True),
        sa.PrimaryKeyConstraint("unit_id", "batch_id", "position"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    create_table(
        "stored_files",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("added_by_id", ID, nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="stored_files_unit_fk", use_alter=True),
        sa.PrimaryKeyConstraint("unit_id", "sha256"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    create_table(
        "teams",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sort", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="teams_unit_fk", use_alter=True),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        sa.UniqueConstraint("unit_id", "code"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    create_table(
        "unit_heads",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("ledger_no", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("seal_no", sa.BigInteger(), nullable=False),
        sa.Column("sealed_no", sa.BigInteger(), nullable=False),
        sa.Column("tick_at", sa.BigInteger(), nullable=True),
        sa.Column("tasks_due_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="unit_heads_unit_fk", use_alter=True),
        sa.PrimaryKeyConstraint("unit_id"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    create_table(
        "area_aliases",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("area_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id", "area_id"],
            ["areas.unit_id", "areas.id"],
        ),
        sa.PrimaryKeyConstraint("unit_id", "alias"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    create_table(
        "closes",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("team_id", ID, nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("as_of", sa.BigInteger(), nullable=False),
        sa.Column("cut_no", sa.BigInteger(), nullable=False),
        sa.Column("ledger_no", sa.BigInteger(), nullable=False),
        sa.Column("figures", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("closed_by_id", ID, nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=False),
        sa.Column("reopened_by_id", ID, nullable=True),
        sa.Column("reopened_with_id", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_id", "campaign_id"],
            ["campaigns.unit_id", "campaigns.id"],
        ),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        sa.UniqueConstraint("unit_id", "campaign_id", "period", "scope", "revision"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    create_table(
        "declared_counts",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("body_id", ID, nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("declared", sa.BigInteger(), nullable=False),
        sa.Column("finished", sa.BigInteger(), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("ledger_no", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("finished BETWEEN 0 AND declared", name="declared_counts_finished_within"),
        sa.ForeignKeyConstraint(
            ["unit_id", "body_id"], ["bodies.unit_id", "bodies.id"], name="declared_counts_body_fk"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "campaign_id"],
            ["campaigns.unit_id", "campaigns.id"],
        ),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    op.create_index(
        "declared_counts_newest",
        "declared_counts",
        ["unit_id", "campaign_id", "body_id", "group", "happened_at"],
        unique=False,
    )
    create_table(
        "escalations",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("anchor", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.BigInteger(), nullable=False),
        sa.Column("levels", sa.BigInteger(), nullable=False),
        sa.Column("next_action_at", sa.BigInteger(), nullable=True),
        sa.Column("group_key", sa.Text(), nullable=False),
        sa.Column("area_id", ID, nullable=True),
        sa.Column("team_id", ID, nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_by_id", ID, nullable=True),
        sa.Column("closed_because", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state_version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("is_open = (closed_at IS NULL)", name="escalations_closed_has_an_instant"),
        sa.ForeignKeyConstraint(
            ["unit_id", "campaign_id"],
            ["campaigns.unit_id", "campaigns.id"],
        ),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        sa.UniqueConstraint("unit_id", "rule_id", "subject_id", "anchor"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    op.create_index(
        "escalations_due",
        "escalations",
        ["unit_id", "next_action_at"],
        unique=False,
        sqlite_where=sa.text("next_action_at IS NOT NULL"),
        postgresql_where=sa.text("next_action_at IS NOT NULL"),
    )
    op.create_index("escalations_inbox", "escalations", ["unit_id", "is_open", "rule_id", "group_key"], unique=False)
    op.create_index("escalations_of", "escalations", ["unit_id", "subject_id", "is_open"], unique=False)
    create_table(
        "imported_aggregates",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("figure", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("as_of", sa.BigInteger(), nullable=False),
        sa.Column("ledger_no", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id", "campaign_id"],
            ["campaigns.unit_id", "campaigns.id"],
        ),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    op.create_index(
        "imported_aggregates_newest", "imported_aggregates", ["unit_id", "campaign_id", "figure", "as_of"], unique=False
    )
    create_table(
        "posts",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("team_id", ID, nullable=True),
        sa.Column("area_id", ID, nullable=True),
        sa.Column("body_id", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_id", "area_id"],
            ["areas.unit_id", "areas.id"],
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "body_id"],
            ["bodies.unit_id", "bodies.id"],
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "team_id"],
            ["teams.unit_id", "teams.id"],
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="posts_unit_fk", use_alter=True),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        sa.UniqueConstraint("unit_id", "code", "scope"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    create_table(
        "printed_lists",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("list_code", sa.Text(), nullable=True),
        sa.Column("area_id", ID, nullable=True),
        sa.Column("team_id", ID, nullable=True),
        sa.Column("assignee_id", ID, nullable=True),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("printed_by_id", ID, nullable=False),
        sa.Column("printed_at", sa.BigInteger(), nullable=False),
        sa.Column("handed_to_id", ID, nullable=True),
        sa.Column("handed_at", sa.BigInteger(), nullable=True),
        sa.Column("returned_at", sa.BigInteger(), nullable=True),
        sa.Column("destroyed_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_by_id", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_id", "campaign_id"], ["campaigns.unit_id", "campaigns.id"], name="printed_campaign_fk"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "printed_by_id"], ["memberships.unit_id", "memberships.id"], name="printed_by_fk"
        ),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        sa.UniqueConstraint("unit_id", "campaign_id", "serial"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    op.create_index("printed_lists_of_team", "printed_lists", ["unit_id", "team_id", "printed_at"], unique=False)
    create_table(
        "roster_files",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("declared", sa.Text(), nullable=False),
        sa.Column("list_code", sa.Text(), nullable=False),
        sa.Column("area_id", ID, nullable=True),
        sa.Column("as_of", sa.BigInteger(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.Column("unchanged", sa.BigInteger(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.Column("findings", JSON, nullable=False),
        sa.Column("uploaded_by", ID, nullable=True),
        sa.Column("uploaded_at", sa.BigInteger(), nullable=False),
        sa.Column("applied_at", sa.BigInteger(), nullable=True),
        sa.Column("batch_id", ID, nullable=True),
        sa.CheckConstraint(
            "applied_at IS NULL OR rows = created + updated + unchanged + rejected",
            name="roster_files_every_row_counts",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "campaign_id"],
            ["campaigns.unit_id", "campaigns.id"],
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="roster_files_unit_fk", use_alter=True),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    op.create_index(
        "roster_files_applied_once",
        "roster_files",
        ["unit_id", "campaign_id", "sha256", "declared"],
        unique=True,
        sqlite_where=sa.text("applied_at IS NOT NULL"),
        postgresql_where=sa.text("applied_at IS NOT NULL"),
    )
    create_table(
        "subjects",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("household_id", ID, nullable=True),
        sa.Column("area_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("name_fold", sa.Text(), nullable=True),
        sa.Column("name_sort", sa.Text(), nullable=True),
        sa.Column("birth_on", sa.Text(), nullable=True),
        sa.Column("sex", sa.Text(), nullable=True),
        sa.Column("relation", sa.Text(), nullable=True),
        sa.Column("residence", sa.Text(), nullable=True),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("id_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("id_index", sa.LargeBinary(), nullable=True),
        sa.Column("phone_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.LargeBinary(), nullable=True),
        sa.Column("lane", sa.Text(), nullable=True),
        sa.Column("house_no", sa.Text(), nullable=True),
        sa.Column("household_key", sa.Text(), nullable=True),
        sa.Column("place_sort", sa.Text(), nullable=True),
        sa.Column("unnamed", sa.Boolean(), nullable=False),
        sa.Column("merged_into_id", ID, nullable=True),
        sa.Column("value_version", sa.BigInteger(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id", "area_id"], ["areas.unit_id", "areas.id"], name="subjects_area_fk"),
        sa.ForeignKeyConstraint(
            ["unit_id", "household_id"], ["subjects.unit_id", "subjects.id"], name="subjects_household_fk"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="subjects_unit_fk", use_alter=True),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    op.create_index("subjects_by_household_key", "subjects", ["unit_id", "area_id", "household_key"], unique=False)
    op.create_index("subjects_by_id_number", "subjects", ["unit_id", "id_index"], unique=False)
    op.create_index("subjects_of_household", "subjects", ["unit_id", "household_id"], unique=False)
    create_table(
        "team_areas",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("area_id", ID, nullable=False),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("to_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_id", "area_id"],
            ["areas.unit_id", "areas.id"],
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "team_id"],
            ["teams.unit_id", "teams.id"],
        ),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    op.create_index(
        "team_areas_live",
        "team_areas",
        ["unit_id", "area_id"],
        unique=True,
        sqlite_where=sa.text("to_at IS NULL"),
        postgresql_where=sa.text("to_at IS NULL"),
    )
    create_table(
        "doors",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("household_id", ID, nullable=False),
        sa.Column("area_id", ID, nullable=False),
        sa.Column("team_id", ID, nullable=True),
        sa.Column("assignee_id", ID, nullable=True),
        sa.Column("place_sort", sa.Text(), nullable=False),
        sa.Column("open_cases", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("last_contact", sa.BigInteger(), nullable=True),
        sa.Column("own_follow_up_at", sa.BigInteger(), nullable=True),
        sa.Column("follow_up_at", sa.BigInteger(), nullable=True),
        sa.Column("follow_up_case_id", ID, nullable=True),
        sa.Column("promised_at", sa.BigInteger(), nullable=True),
        sa.Column("priority", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id", "area_id"], ["areas.unit_id", "areas.id"], name="doors_area_fk"),
        sa.ForeignKeyConstraint(
            ["unit_id", "assignee_id"], ["memberships.unit_id", "memberships.id"], name="doors_assignee_fk"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "campaign_id"], ["campaigns.unit_id", "campaigns.id"], name="doors_campaign_fk"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "household_id"], ["subjects.unit_id", "subjects.id"], name="doors_household_fk"
        ),
        sa.ForeignKeyConstraint(["unit_id", "team_id"], ["teams.unit_id", "teams.id"], name="doors_team_fk"),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        sa.UniqueConstraint("unit_id", "campaign_id", "household_id"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    op.create_index("doors_of_area", "doors", ["unit_id", "campaign_id", "area_id", "place_sort"], unique=False)
    op.create_index("doors_queue", "doors", ["unit_id", "team_id", "assignee_id", "follow_up_at"], unique=False)
    create_table(
        "escalation_steps",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("anchor", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.BigInteger(), nullable=False),
        sa.Column("escalation_id", ID, nullable=False),
        sa.Column("to_post", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_by_id", ID, nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_id", "escalation_id"],
            ["escalations.unit_id", "escalations.id"],
        ),
        sa.PrimaryKeyConstraint("unit_id", "rule_id", "subject_id", "anchor", "level"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    op.create_index(
        "escalation_steps_answered",
        "escalation_steps",
        ["unit_id", "answer"],
        unique=False,
        sqlite_where=sa.text("answer IS NOT NULL"),
        postgresql_where=sa.text("answer IS NOT NULL"),
    )
    op.create_index("escalation_steps_of", "escalation_steps", ["unit_id", "escalation_id"], unique=False)
    create_table(
        "list_entries",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("list_code", sa.Text(), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("first_file_id", ID, nullable=False),
        sa.Column("last_file_id", ID, nullable=False),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("gone_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_id", "campaign_id"],
            ["campaigns.unit_id", "campaigns.id"],
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "subject_id"],
            ["subjects.unit_id", "subjects.id"],
        ),
        sa.PrimaryKeyConstraint("unit_id", "campaign_id", "list_code", "subject_id"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    create_table(
        "post_holdings",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("post_id", ID, nullable=False),
        sa.Column("membership_id", ID, nullable=False),
        sa.Column("acting_for_id", ID, nullable=True),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("to_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_id", "acting_for_id"], ["memberships.unit_id", "memberships.id"], name="post_holdings_acting_fk"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "membership_id"],
            ["memberships.unit_id", "memberships.id"],
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "post_id"],
            ["posts.unit_id", "posts.id"],
        ),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    op.create_index("post_holdings_of_member", "post_holdings", ["unit_id", "membership_id"], unique=False)
    create_table(
        "printed_lines",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("printed_id", ID, nullable=False),
        sa.Column("line_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("door_id", ID, nullable=True),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("subject_id", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_id", "printed_id"], ["printed_lists.unit_id", "printed_lists.id"], name="printed_lines_list_fk"
        ),
        sa.PrimaryKeyConstraint("unit_id", "printed_id", "line_no"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    create_table(
        "roster_rows",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("file_id", ID, nullable=False),
        sa.Column("row_no", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("household_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("door_id", ID, nullable=False),
        sa.Column("area_id", ID, nullable=False),
        sa.Column("judgement", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("name_fold", sa.Text(), nullable=True),
        sa.Column("name_sort", sa.Text(), nullable=True),
        sa.Column("birth_on", sa.Text(), nullable=True),
        sa.Column("sex", sa.Text(), nullable=True),
        sa.Column("relation", sa.Text(), nullable=True),
        sa.Column("residence", sa.Text(), nullable=True),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("id_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("id_index", sa.LargeBinary(), nullable=True),
        sa.Column("phone_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.LargeBinary(), nullable=True),
        sa.Column("lane", sa.Text(), nullable=True),
        sa.Column("house_no", sa.Text(), nullable=True),
        sa.Column("household_key", sa.Text(), nullable=True),
        sa.Column("place_sort", sa.Text(), nullable=True),
        sa.Column("mac", sa.LargeBinary(), nullable=True),
        sa.Column("entry_state", sa.Text(), nullable=True),
        sa.Column("is_head", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id", "file_id"], ["roster_files.unit_id", "roster_files.id"], name="roster_rows_file_fk"
        ),
        sa.PrimaryKeyConstraint("unit_id", "file_id", "row_no"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    op.create_index("roster_rows_by_subject", "roster_rows", ["unit_id", "file_id", "subject_id"], unique=False)
    create_table(
        "subject_merges",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("from_id", ID, nullable=False),
        sa.Column("into_id", ID, nullable=False),
        sa.Column("ledger_no", sa.BigInteger(), nullable=False),
        sa.Column("undone_no", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id", "from_id"], ["subjects.unit_id", "subjects.id"], name="merges_from_fk"),
        sa.ForeignKeyConstraint(["unit_id", "into_id"], ["subjects.unit_id", "subjects.id"], name="merges_into_fk"),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        sa.UniqueConstraint("unit_id", "ledger_no"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    create_table(
        "subject_versions",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("value_version", sa.BigInteger(), nullable=False),
        sa.Column("ledger_no", sa.BigInteger(), nullable=False),
        sa.Column("values", JSON, nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_id", "subject_id"],
            ["subjects.unit_id", "subjects.id"],
        ),
        sa.PrimaryKeyConstraint("unit_id", "subject_id", "value_version"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    create_table(
        "tasks",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("occurrence", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("is_duty", sa.Boolean(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("owner_post_id", ID, nullable=True),
        sa.Column("team_id", ID, nullable=True),
        sa.Column("area_id", ID, nullable=True),
        sa.Column("body_id", ID, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("progress", sa.BigInteger(), nullable=True),
        sa.Column("opens_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("internal_due_at", sa.BigInteger(), nullable=True),
        sa.Column("period_from", sa.BigInteger(), nullable=True),
        sa.Column("period_to", sa.BigInteger(), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("submitted_at", sa.BigInteger(), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("open_predecessors", sa.BigInteger(), nullable=False),
        sa.Column("is_conditional", sa.Boolean(), nullable=False),
        sa.Column("next_action_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="tasks_done_has_an_instant"),
        sa.CheckConstraint(
            "(state IN ('done', 'cancelled', 'waived')) = (NOT is_open)", name="tasks_open_means_not_closed"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "campaign_id"],
            ["campaigns.unit_id", "campaigns.id"],
        ),
        sa.ForeignKeyConstraint(["unit_id", "owner_post_id"], ["posts.unit_id", "posts.id"], name="tasks_owner_fk"),
        sa.ForeignKeyConstraint(["unit_id", "team_id"], ["teams.unit_id", "teams.id"], name="tasks_team_fk"),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        sa.UniqueConstraint("unit_id", "campaign_id", "item", "occurrence", "scope"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    op.create_index("tasks_by_deadline", "tasks", ["unit_id", "campaign_id", "is_open", "due_at"], unique=False)
    op.create_index(
        "tasks_due",
        "tasks",
        ["unit_id", "next_action_at"],
        unique=False,
        sqlite_where=sa.text("next_action_at IS NOT NULL"),
        postgresql_where=sa.text("next_action_at IS NOT NULL"),
    )
    create_table(
        "assignments",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("door_id", ID, nullable=False),
        sa.Column("team_id", ID, nullable=True),
        sa.Column("assignee_id", ID, nullable=True),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("from_no", sa.BigInteger(), nullable=False),
        sa.Column("to_at", sa.BigInteger(), nullable=True),
        sa.Column("to_no", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_id", "assignee_id"], ["memberships.unit_id", "memberships.id"], name="assignments_assignee_fk"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "door_id"],
            ["doors.unit_id", "doors.id"],
        ),
        sa.ForeignKeyConstraint(["unit_id", "team_id"], ["teams.unit_id", "teams.id"], name="assignments_team_fk"),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    op.create_index(
        "assignments_one_open",
        "assignments",
        ["unit_id", "door_id"],
        unique=True,
        sqlite_where=sa.text("to_at IS NULL"),
        postgresql_where=sa.text("to_at IS NULL"),
    )
    create_table(
        "cases",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("track", sa.Text(), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("door_id", ID, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.Column("exit_class", sa.Text(), nullable=True),
        sa.Column("area_id", ID, nullable=False),
        sa.Column("team_id", ID, nullable=True),
        sa.Column("assignee_id", ID, nullable=True),
        sa.Column("unnamed", sa.Boolean(), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column("last_happened_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("last_contact", sa.BigInteger(), nullable=True),
        sa.Column("follow_up_at", sa.BigInteger(), nullable=True),
        sa.Column("left_at", sa.BigInteger(), nullable=True),
        sa.Column("next_action_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("NOT (is_done AND is_open)", name="cases_done_is_not_open"),
        sa.ForeignKeyConstraint(
            ["unit_id", "campaign_id"], ["campaigns.unit_id", "campaigns.id"], name="cases_campaign_fk"
        ),
        sa.ForeignKeyConstraint(["unit_id", "door_id"], ["doors.unit_id", "doors.id"], name="cases_door_fk"),
        sa.ForeignKeyConstraint(
            ["unit_id", "subject_id"], ["subjects.unit_id", "subjects.id"], name="cases_subject_fk"
        ),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        sa.UniqueConstraint("unit_id", "campaign_id", "track", "subject_id"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    op.create_index("cases_by_state", "cases", ["unit_id", "campaign_id", "track", "area_id", "state"], unique=False)
    op.create_index(
        "cases_due",
        "cases",
        ["unit_id", "next_action_at"],
        unique=False,
        sqlite_where=sa.text("next_action_at IS NOT NULL"),
        postgresql_where=sa.text("next_action_at IS NOT NULL"),
    )
    op.create_index("cases_of_door", "cases", ["unit_id", "door_id"], unique=False)
    create_table(
        "task_evidence",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=True),
        sa.Column("is_lower_bound", sa.Boolean(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=True),
        sa.Column("added_by_id", ID, nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("ledger_no", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id", "task_id"],
            ["tasks.unit_id", "tasks.id"],
        ),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    op.create_index("evidence_of_task", "task_evidence", ["unit_id", "task_id"], unique=False)
    create_table(
        "task_predecessors",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("after_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["unit_id", "after_id"], ["tasks.unit_id", "tasks.id"], name="predecessors_after_fk"),
        sa.ForeignKeyConstraint(["unit_id", "task_id"], ["tasks.unit_id", "tasks.id"], name="predecessors_task_fk"),
        sa.PrimaryKeyConstraint("unit_id", "task_id", "after_id"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    op.create_index("task_successors", "task_predecessors", ["unit_id", "after_id"], unique=False)
    create_table(
        "unnamed_totals",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("track", sa.Text(), nullable=False),
        sa.Column("area_id", ID, nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("door_id", ID, nullable=False),
        sa.Column("ledger_no", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id", "area_id"], ["areas.unit_id", "areas.id"], name="unnamed_area_fk"),
        sa.ForeignKeyConstraint(
            ["unit_id", "campaign_id"], ["campaigns.unit_id", "campaigns.id"], name="unnamed_campaign_fk"
        ),
        sa.ForeignKeyConstraint(["unit_id", "door_id"], ["doors.unit_id", "doors.id"], name="unnamed_door_fk"),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    create_table(
        "visits",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("door_id", ID, nullable=False),
        sa.Column("ledger_no", sa.BigInteger(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("assisted", sa.Boolean(), nullable=False),
        sa.Column("done_by_id", ID, nullable=False),
        sa.Column("recorded_by_id", ID, nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("claimed_at", sa.BigInteger(), nullable=True),
        sa.Column("outcomes", sa.BigInteger(), nullable=False),
        sa.Column("voided_no", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_id", "done_by_id"], ["memberships.unit_id", "memberships.id"], name="visits_done_by_fk"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "door_id"],
            ["doors.unit_id", "doors.id"],
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "recorded_by_id"], ["memberships.unit_id", "memberships.id"], name="visits_recorded_by_fk"
        ),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    op.create_index("visits_of_door", "visits", ["unit_id", "door_id", "happened_at"], unique=False)
    create_table(
        "requests",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("move", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("confirm_by", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("asked_by_id", ID, nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("asked_no", sa.BigInteger(), nullable=False),
        sa.Column("decided_by_id", ID, nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_no", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("state_version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(status = 'waiting') = (decided_no IS NULL)", name="requests_decided_means_numbered"),
        sa.ForeignKeyConstraint(
            ["unit_id", "asked_by_id"], ["memberships.unit_id", "memberships.id"], name="requests_asked_fk"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "case_id"],
            ["cases.unit_id", "cases.id"],
        ),
        sa.PrimaryKeyConstraint("unit_id", "id"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    op.create_index("requests_inbox", "requests", ["unit_id", "status", "happened_at"], unique=False)
    op.create_index(
        "requests_one_waiting",
        "requests",
        ["unit_id", "case_id"],
        unique=True,
        sqlite_where=sa.text("status = 'waiting'"),
        postgresql_where=sa.text("status = 'waiting'"),
    )
    create_table(
        "visit_outcomes",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("visit_id", ID, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("promised_at", sa.BigInteger(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_id", "visit_id"],
            ["visits.unit_id", "visits.id"],
        ),
        sa.PrimaryKeyConstraint("unit_id", "visit_id", "position"),
        info={"kind": "tenant"},
        sqlite_with_rowid=False,
    )
    op.create_index("visit_outcomes_of_case", "visit_outcomes", ["unit_id", "case_id"], unique=False)


def downgrade() -> None:
    drop_table("visit_outcomes")
    drop_table("requests")
    drop_table("visits")
    drop_table("unnamed_totals")
    drop_table("task_predecessors")
    drop_table("task_evidence")
    drop_table("cases")
    drop_table("assignments")
    drop_table("tasks")
    drop_table("subject_versions")
    drop_table("subject_merges")
    drop_table("roster_rows")
    drop_table("printed_lines")
    drop_table("post_holdings")
    drop_table("list_entries")
    drop_table("escalation_steps")
    drop_table("doors")
    drop_table("team_areas")
    drop_table("subjects")
    drop_table("roster_files")
    drop_table("printed_lists")
    drop_table("posts")
    drop_table("imported_aggregates")
    drop_table("escalations")
    drop_table("declared_counts")
    drop_table("closes")
    drop_table("area_aliases")
    drop_table("unit_heads")
    drop_table("teams")
    drop_table("stored_files")
    drop_table("staged")
    drop_table("settings")
    drop_table("seals")
    drop_table("rollups")
    drop_table("memberships")
    drop_table("events")
    drop_table("commands")
    drop_table("campaigns")
    drop_table("bodies")
    drop_table("audits")
    drop_table("areas")
    drop_table("throttles")
    drop_table("sign_ins")
    drop_table("runs")
    drop_table("units")
    drop_table("unit_salts")
    drop_table("unit_ancestors")
    drop_table("sign_in_cards")
    drop_table("pack_versions")
    drop_table("calendar_days")
    drop_table("accounts")
