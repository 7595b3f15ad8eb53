"""The first schema: every record, the trail, and the shell's own tables.

Guards are not listed here: env.py installs them for every table at the end of an upgrade.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:  # noqa: PLR0915 -- one statement for each table and index
    op.create_table(
        "account",
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("user_name_key", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("password_set_at", sa.Text(), nullable=False),
        sa.Column("must_change", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("user_name_key", name=op.f("uq_account_user_name_key")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_account_person"), "account", ["person"], unique=False)
    op.create_index(op.f("ix_account_stream"), "account", ["stream"], unique=False)
    op.create_table(
        "asset_mapping",
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("asset", sa.Text(), nullable=False),
        sa.Column("from_at", sa.Text(), nullable=False),
        sa.Column("to_at", sa.Text(), nullable=True),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_mapping")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_asset_mapping_asset_from_at"), "asset_mapping", ["asset", "from_at"], unique=False
    )
    op.create_index(op.f("ix_asset_mapping_stream"), "asset_mapping", ["stream"], unique=False)
    op.create_index(op.f("ix_asset_mapping_tag_from_at"), "asset_mapping", ["tag", "from_at"], unique=False)
    op.create_table(
        "attachment",
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("attached_at", sa.Text(), nullable=False),
        sa.Column("attached_by", sa.Text(), nullable=False),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_attachment_stream"), "attachment", ["stream"], unique=False)
    op.create_table(
        "audit_event",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("ts", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("event_hash", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
        sa.UniqueConstraint("stream", "seq", name=op.f("uq_audit_event_stream_seq")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_audit_event_actor_id_ts"), "audit_event", ["actor_id", "ts"], unique=False)
    op.create_index(op.f("ix_audit_event_ts"), "audit_event", ["ts"], unique=False)
    op.create_table(
        "batch",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("order", sa.Text(), nullable=False),
        sa.Column("master", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("recipe_digest", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.Text(), nullable=True),
        sa.Column("started_at", sa.Text(), nullable=True),
        sa.Column("completed_at", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.Text(), nullable=True),
        sa.Column("expires_on", sa.Text(), nullable=True),
        sa.Column("output_lot", sa.Text(), nullable=True),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("number", name=op.f("uq_batch_number")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_batch_state"), "batch", ["state"], unique=False)
    op.create_index(op.f("ix_batch_stream"), "batch", ["stream"], unique=False)
    op.create_table(
        "container",
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("component", sa.Text(), nullable=False),
        sa.Column("material", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("portion", sa.Text(), nullable=False),
        sa.Column("net", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("filled_at", sa.Text(), nullable=False),
        sa.Column("filled_by", sa.Text(), nullable=False),
        sa.Column("charged_part", sa.Text(), nullable=True),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_container")),
        sa.UniqueConstraint("label", name=op.f("uq_container_label")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_container_stream"), "container", ["stream"], unique=False)
    op.create_table(
        "control_recipe",
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("scale", sa.Text(), nullable=False),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_control_recipe")),
        sa.UniqueConstraint("batch", name=op.f("uq_control_recipe_batch")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_control_recipe_stream"), "control_recipe", ["stream"], unique=False)
    op.create_table(
        "denied_attempt",
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=True),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("submitted", sa.Text(), nullable=True),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_denied_attempt")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_denied_attempt_stream"), "denied_attempt", ["stream"], unique=False)
    op.create_table(
        "disposition",
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("market", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.Text(), nullable=False),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposition")),
        sa.UniqueConstraint("stream", "market", name=op.f("uq_disposition_stream_market")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_disposition_stream"), "disposition", ["stream"], unique=False)
    op.create_table(
        "entry",
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("variable", sa.Text(), nullable=True),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=True),
        sa.Column("judged", sa.Text(), nullable=False),
        sa.Column("limits", sa.Text(), nullable=True),
        sa.Column("entered_at", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("printed_name", sa.Text(), nullable=False),
        sa.Column("stated_at", sa.Text(), nullable=True),
        sa.Column("supersedes", BIG_ID, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["supersedes"], ["entry.id"], name=op.f("fk_entry_supersedes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("supersedes", name=op.f("uq_entry_supersedes")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_entry_stream"), "entry", ["stream"], unique=False)
    op.create_index(op.f("ix_entry_stream_part_field"), "entry", ["stream", "part", "field"], unique=False)
    op.create_table(
        "equipment",
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("equipment_class", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("room", sa.Text(), nullable=True),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equipment")),
        sa.UniqueConstraint("tag", name=op.f("uq_equipment_tag")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_equipment_stream"), "equipment", ["stream"], unique=False)
    op.create_table(
        "equipment_use",
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("asset", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("snapshot_digest", sa.Text(), nullable=False),
        sa.Column("used_at", sa.Text(), nullable=False),
        sa.Column("used_by", sa.Text(), nullable=False),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equipment_use")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_equipment_use_asset_used_at"), "equipment_use", ["asset", "used_at"], unique=False
    )
    op.create_index(op.f("ix_equipment_use_stream"), "equipment_use", ["stream"], unique=False)
    op.create_table(
        "exported_copy",
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("head_seq", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.Text(), nullable=False),
        sa.Column("exported_by", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exported_copy")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_exported_copy_stream"), "exported_copy", ["stream"], unique=False)
    op.create_table(
        "genealogy_edge",
        sa.Column("edge", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("step_part", sa.Text(), nullable=True),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_genealogy_edge")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_genealogy_edge_source"), "genealogy_edge", ["source"], unique=False)
    op.create_index(op.f("ix_genealogy_edge_stream"), "genealogy_edge", ["stream"], unique=False)
    op.create_index(op.f("ix_genealogy_edge_target"), "genealogy_edge", ["target"], unique=False)
    op.create_table(
        "idempotency_key",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_key")),
        sa.UniqueConstraint("account", "key", name=op.f("uq_idempotency_key_account_key")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_idempotency_key_kept_at"), "idempotency_key", ["kept_at"], unique=False)
    op.create_table(
        "investigation",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.Text(), nullable=False),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_investigation")),
        sa.UniqueConstraint("number", name=op.f("uq_investigation_number")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_investigation_stream"), "investigation", ["stream"], unique=False)
    op.create_table(
        "investigation_text",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("other_batches", sa.Text(), nullable=False),
        sa.Column("conclusion", sa.Text(), nullable=False),
        sa.Column("follow_up", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.Column("written_at", sa.Text(), nullable=False),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_investigation_text")),
        sa.UniqueConstraint("stream", "version", name=op.f("uq_investigation_text_stream_version")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_investigation_text_stream"), "investigation_text", ["stream"], unique=False)
    op.create_table(
        "label_print",
        sa.Column("step_part", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("reprint_reason", sa.Text(), nullable=True),
        sa.Column("printed_at", sa.Text(), nullable=False),
        sa.Column("printed_by", sa.Text(), nullable=False),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_print")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_label_print_stream"), "label_print", ["stream"], unique=False)
    op.create_table(
        "login_session",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("last_act_at", sa.Text(), nullable=False),
        sa.Column("locked_at", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.Text(), nullable=True),
        sa.Column("signing_last_at", sa.Text(), nullable=True),
        sa.Column("signings", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_login_session")),
        sa.UniqueConstraint("public_id", name=op.f("uq_login_session_public_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_login_session_account"), "login_session", ["account"], unique=False)
    op.create_table(
        "lot_movement",
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("movement", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Text(), nullable=False),
        sa.Column("balance_after", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("moved_at", sa.Text(), nullable=False),
        sa.Column("moved_by", sa.Text(), nullable=False),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot_movement")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_lot_movement_stream"), "lot_movement", ["stream"], unique=False)
    op.create_table(
        "material",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("material_class", sa.Text(), nullable=False),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material")),
        sa.UniqueConstraint("code", name=op.f("uq_material_code")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_material_stream"), "material", ["stream"], unique=False)
    op.create_table(
        "material_lot",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("material", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Text(), nullable=False),
        sa.Column("balance", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.Column("supplier", sa.Text(), nullable=True),
        sa.Column("supplier_lot", sa.Text(), nullable=True),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Text(), nullable=True),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.CheckConstraint("balance NOT LIKE '-%'", name=op.f("ck_material_lot_balance_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material_lot")),
        sa.UniqueConstraint("number", name=op.f("uq_material_lot_number")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_material_lot_material"), "material_lot", ["material"], unique=False)
    op.create_index(op.f("ix_material_lot_stream"), "material_lot", ["stream"], unique=False)
    op.create_table(
        "person",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("printed_name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("number", name=op.f("uq_person_number")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_person_stream"), "person", ["stream"], unique=False)
    op.create_table(
        "physical_asset",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("maker", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("gmp_impact", sa.Text(), nullable=False),
        sa.Column("range_minimum", sa.Text(), nullable=True),
        sa.Column("range_maximum", sa.Text(), nullable=True),
        sa.Column("range_unit", sa.Text(), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.Column("firmware", sa.Text(), nullable=True),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_physical_asset")),
        sa.UniqueConstraint("number", name=op.f("uq_physical_asset_number")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_physical_asset_stream"), "physical_asset", ["stream"], unique=False)
    op.create_table(
        "procedure_content",
        sa.Column("version_number", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_content")),
        sa.UniqueConstraint("version_number", name=op.f("uq_procedure_content_version_number")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_procedure_content_stream"), "procedure_content", ["stream"], unique=False)
    op.create_table(
        "procedure_version",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("operations_type", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("loaded_at", sa.Text(), nullable=False),
        sa.Column("effective_at", sa.Text(), nullable=True),
        sa.Column("superseded_at", sa.Text(), nullable=True),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_version")),
        sa.UniqueConstraint("code", "version", name=op.f("uq_procedure_version_code_version")),
        sa.UniqueConstraint("number", name=op.f("uq_procedure_version_number")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_procedure_version_stream"), "procedure_version", ["stream"], unique=False)
    op.create_table(
        "production_order",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("master", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("planned_by", sa.Text(), nullable=False),
        sa.Column("planned_at", sa.Text(), nullable=False),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_production_order")),
        sa.UniqueConstraint("number", name=op.f("uq_production_order_number")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_production_order_stream"), "production_order", ["stream"], unique=False)
    op.create_table(
        "remark",
        sa.Column("step_part", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_remark_stream"), "remark", ["stream"], unique=False)
    op.create_table(
        "role_grant",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("granted_at", sa.Text(), nullable=False),
        sa.Column("granted_by", sa.Text(), nullable=False),
        sa.Column("revoked_at", sa.Text(), nullable=True),
        sa.Column("revoked_by", sa.Text(), nullable=True),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_role_grant_stream"), "role_grant", ["stream"], unique=False)
    op.create_table(
        "scan_attempt",
        sa.Column("step_part", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("scanned_at", sa.Text(), nullable=False),
        sa.Column("scanned_by", sa.Text(), nullable=False),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_attempt")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_scan_attempt_stream"), "scan_attempt", ["stream"], unique=False)
    op.create_table(
        "seal_outbox",
        sa.Column("event_id", BIG_ID, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_seal_outbox")),
        sqlite_strict=True,
    )
    op.create_table(
        "signature",
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("content_digest", sa.Text(), nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("meaning_text", sa.Text(), nullable=False),
        sa.Column("signer", sa.Text(), nullable=False),
        sa.Column("printed_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("manifest", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sa.UniqueConstraint("nonce", name=op.f("uq_signature_nonce")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_signature_stream"), "signature", ["stream"], unique=False)
    op.create_index(op.f("ix_signature_stream_part"), "signature", ["stream", "part"], unique=False)
    op.create_table(
        "site",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("holds_demo_data", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("code", name=op.f("uq_site_code")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_site_stream"), "site", ["stream"], unique=False)
    op.create_table(
        "state_interval",
        sa.Column("asset", sa.Text(), nullable=False),
        sa.Column("axis", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("from_at", sa.Text(), nullable=False),
        sa.Column("to_at", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_state_interval")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_state_interval_asset_axis_from_at"),
        "state_interval",
        ["asset", "axis", "from_at"],
        unique=False,
    )
    op.create_index(op.f("ix_state_interval_stream"), "state_interval", ["stream"], unique=False)
    op.create_table(
        "step_run",
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("occurrence", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.Column("performed_at", sa.Text(), nullable=True),
        sa.Column("performed_by", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.Text(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=True),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_run")),
        sa.UniqueConstraint("stream", "step", "occurrence", name=op.f("uq_step_run_stream_step_occurrence")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_step_run_stream"), "step_run", ["stream"], unique=False)
    op.create_table(
        "stream_head",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("event_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("stream", name=op.f("pk_stream_head")),
        sqlite_strict=True,
    )
    op.create_table(
        "time_limit",
        sa.Column("step_part", sa.Text(), nullable=False),
        sa.Column("limit_kind", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("earliest_at", sa.Text(), nullable=True),
        sa.Column("warn_at", sa.Text(), nullable=True),
        sa.Column("latest_at", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.Text(), nullable=True),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_limit")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_time_limit_state_latest_at"), "time_limit", ["state", "latest_at"], unique=False)
    op.create_index(op.f("ix_time_limit_stream"), "time_limit", ["stream"], unique=False)
    op.create_index(
        op.f("ix_time_limit_stream_step_part"), "time_limit", ["stream", "step_part"], unique=False
    )
    op.create_table(
        "verification",
        sa.Column("step_part", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_verification_state"), "verification", ["state"], unique=False)
    op.create_index(op.f("ix_verification_stream"), "verification", ["stream"], unique=False)
    op.create_index(
        op.f("ix_verification_stream_step_part"), "verification", ["stream", "step_part"], unique=False
    )
    op.create_table(
        "batch_exception",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("exception_type", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("step_part", sa.Text(), nullable=True),
        sa.Column("entry_id", BIG_ID, nullable=True),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("blocks_execution", sa.Integer(), nullable=False),
        sa.Column("blocks_release", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("assessment", sa.Text(), nullable=True),
        sa.Column("assessed_by", sa.Text(), nullable=True),
        sa.Column("assessed_at", sa.Text(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.Text(), nullable=True),
        sa.Column("investigation", sa.Text(), nullable=True),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_batch_exception_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_exception")),
        sa.UniqueConstraint("stream", "number", name=op.f("uq_batch_exception_stream_number")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_batch_exception_state"), "batch_exception", ["state"], unique=False)
    op.create_index(op.f("ix_batch_exception_stream"), "batch_exception", ["stream"], unique=False)
    op.create_table(
        "equipment_observation",
        sa.Column("use_id", BIG_ID, nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("snapshot_digest", sa.Text(), nullable=False),
        sa.Column("observed_at", sa.Text(), nullable=False),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["use_id"], ["equipment_use.id"], name=op.f("fk_equipment_observation_use_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equipment_observation")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_equipment_observation_stream"), "equipment_observation", ["stream"], unique=False
    )
    op.create_table(
        "signature_void",
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("signature_id", BIG_ID, nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("voided_at", sa.Text(), nullable=False),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signature.id"], name=op.f("fk_signature_void_signature_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature_void")),
        sa.UniqueConstraint("signature_id", name=op.f("uq_signature_void_signature_id")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_signature_void_stream"), "signature_void", ["stream"], unique=False)


def downgrade() -> None:  # noqa: PLR0915 -- as many
    op.drop_index(op.f("ix_signature_void_stream"), table_name="signature_void")
    op.drop_table("signature_void")
    op.drop_index(op.f("ix_equipment_observation_stream"), table_name="equipment_observation")
    op.drop_table("equipment_observation")
    op.drop_index(op.f("ix_batch_exception_stream"), table_name="batch_exception")
    op.drop_index(op.f("ix_batch_exception_state"), table_name="batch_exception")
    op.drop_table("batch_exception")
    op.drop_index(op.f("ix_verification_stream_step_part"), table_name="verification")
    op.drop_index(op.f("ix_verification_stream"), table_name="verification")
    op.drop_index(op.f("ix_verification_state"), table_name="verification")
    op.drop_table("verification")
    op.drop_index(op.f("ix_time_limit_stream_step_part"), table_name="time_limit")
    op.drop_index(op.f("ix_time_limit_stream"), table_name="time_limit")
    op.drop_index(op.f("ix_time_limit_state_latest_at"), table_name="time_limit")
    op.drop_table("time_limit")
    op.drop_table("stream_head")
    op.drop_index(op.f("ix_step_run_stream"), table_name="step_run")
    op.drop_table("step_run")
    op.drop_index(op.f("ix_state_interval_stream"), table_name="state_interval")
    op.drop_index(op.f("ix_state_interval_asset_axis_from_at"), table_name="state_interval")
    op.drop_table("state_interval")
    op.drop_index(op.f("ix_site_stream"), table_name="site")
    op.drop_table("site")
    op.drop_index(op.f("ix_signature_stream_part"), table_name="signature")
    op.drop_index(op.f("ix_signature_stream"), table_name="signature")
    op.drop_table("signature")
    op.drop_table("seal_outbox")
    op.drop_index(op.f("ix_scan_attempt_stream"), table_name="scan_attempt")
    op.drop_table("scan_attempt")
    op.drop_index(op.f("ix_role_grant_stream"), table_name="role_grant")
    op.drop_table("role_grant")
    op.drop_index(op.f("ix_remark_stream"), table_name="remark")
    op.drop_table("remark")
    op.drop_index(op.f("ix_production_order_stream"), table_name="production_order")
    op.drop_table("production_order")
    op.drop_index(op.f("ix_procedure_version_stream"), table_name="procedure_version")
    op.drop_table("procedure_version")
    op.drop_index(op.f("ix_procedure_content_stream"), table_name="procedure_content")
    op.drop_table("procedure_content")
    op.drop_index(op.f("ix_physical_asset_stream"), table_name="physical_asset")
    op.drop_table("physical_asset")
    op.drop_index(op.f("ix_person_stream"), table_name="person")
    op.drop_table("person")
    op.drop_index(op.f("ix_material_lot_stream"), table_name="material_lot")
    op.drop_index(op.f("ix_material_lot_material"), table_name="material_lot")
    op.drop_table("material_lot")
    op.drop_index(op.f("ix_material_stream"), table_name="material")
    op.drop_table("material")
    op.drop_index(op.f("ix_lot_movement_stream"), table_name="lot_movement")
    op.drop_table("lot_movement")
    op.drop_index(op.f("ix_login_session_account"), table_name="login_session")
    op.drop_table("login_session")
    op.drop_index(op.f("ix_label_print_stream"), table_name="label_print")
    op.drop_table("label_print")
    op.drop_index(op.f("ix_investigation_text_stream"), table_name="investigation_text")
    op.drop_table("investigation_text")
    op.drop_index(op.f("ix_investigation_stream"), table_name="investigation")
    op.drop_table("investigation")
    op.drop_index(op.f("ix_idempotency_key_kept_at"), table_name="idempotency_key")
    op.drop_table("idempotency_key")
    op.drop_index(op.f("ix_genealogy_edge_target"), table_name="genealogy_edge")
    op.drop_index(op.f("ix_genealogy_edge_stream"), table_name="genealogy_edge")
    op.drop_index(op.f("ix_genealogy_edge_source"), table_name="genealogy_edge")
    op.drop_table("genealogy_edge")
    op.drop_index(op.f("ix_exported_copy_stream"), table_name="exported_copy")
    op.drop_table("exported_copy")
    op.drop_index(op.f("ix_equipment_use_stream"), table_name="equipment_use")
    op.drop_index(op.f("ix_equipment_use_asset_used_at"), table_name="equipment_use")
    op.drop_table("equipment_use")
    op.drop_index(op.f("ix_equipment_stream"), table_name="equipment")
    op.drop_table("equipment")
    op.drop_index(op.f("ix_entry_stream_part_field"), table_name="entry")
    op.drop_index(op.f("ix_entry_stream"), table_name="entry")
    op.drop_table("entry")
    op.drop_index(op.f("ix_disposition_stream"), table_name="disposition")
    op.drop_table("disposition")
    op.drop_index(op.f("ix_denied_attempt_stream"), table_name="denied_attempt")
    op.drop_table("denied_attempt")
    op.drop_index(op.f("ix_control_recipe_stream"), table_name="control_recipe")
    op.drop_table("control_recipe")
    op.drop_index(op.f("ix_container_stream"), table_name="container")
    op.drop_table("container")
    op.drop_index(op.f("ix_batch_stream"), table_name="batch")
    op.drop_index(op.f("ix_batch_state"), table_name="batch")
    op.drop_table("batch")
    op.drop_index(op.f("ix_audit_event_ts"), table_name="audit_event")
    op.drop_index(op.f("ix_audit_event_actor_id_ts"), table_name="audit_event")
    op.drop_table("audit_event")
    op.drop_index(op.f("ix_attachment_stream"), table_name="attachment")
    op.drop_table("attachment")
    op.drop_index(op.f("ix_asset_mapping_tag_from_at"), table_name="asset_mapping")
    op.drop_index(op.f("ix_asset_mapping_stream"), table_name="asset_mapping")
    op.drop_index(op.f("ix_asset_mapping_asset_from_at"), table_name="asset_mapping")
    op.drop_table("asset_mapping")
    op.drop_index(op.f("ix_account_stream"), table_name="account")
    op.drop_index(op.f("ix_account_person"), table_name="account")
    op.drop_table("account")
