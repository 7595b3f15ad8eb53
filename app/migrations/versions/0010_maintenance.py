"""Plans of preventive maintenance: versions, assets under them with their cycles, meters, extensions."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INDEXED = {
    "extension": (["stream"],),
    "fixed_due": (
        ["stream"],
        ["work_order"],
    ),
    "maintenance_cycle": (["stream"],),
    "maintenance_event": (
        ["asset", "happened_at"],
        ["stream"],
    ),
    "meter": (["stream"],),
    "meter_reading": (
        ["asset", "meter", "read_at"],
        ["stream"],
    ),
    "plan_content": (["stream"],),
    "plan_version": (["stream"],),
    "planned_asset": (
        ["asset"],
        ["stream"],
    ),
}


def upgrade() -> None:
    _table(
        "extension",
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Text(), nullable=False),
        sa.Column("extended_to", sa.Text(), nullable=False),
        sa.Column("risk", sa.Text(), nullable=False),
        sa.Column("extended_at", sa.Text(), nullable=False),
        sa.Column("extended_by", sa.Text(), nullable=False),
        sa.UniqueConstraint("stream", "cycle", name=op.f("uq_extension_stream_cycle")),
    )
    _table(
        "fixed_due",
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("work_order", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Text(), nullable=False),
        sa.Column("opens_on", sa.Text(), nullable=False),
        sa.Column("grace_until", sa.Text(), nullable=False),
        sa.Column("stops_on", sa.Text(), nullable=False),
        sa.Column("due_by", sa.Text(), nullable=False),
        sa.Column("fixed_at", sa.Text(), nullable=False),
        sa.UniqueConstraint(
            "stream", "cycle", "work_order", name=op.f("uq_fixed_due_stream_cycle_work_order")
        ),
    )
    _table(
        "maintenance_cycle",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("plan_version", sa.Text(), nullable=False),
        sa.Column("began_at", sa.Text(), nullable=False),
        sa.Column("baseline", sa.Text(), nullable=False),
        sa.Column("work_order", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.UniqueConstraint("stream", "number", name=op.f("uq_maintenance_cycle_stream_number")),
    )
    _table(
        "maintenance_event",
        sa.Column("asset", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
    )
    _table(
        "meter",
        sa.Column("asset", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("rollover_at", sa.Text(), nullable=True),
        sa.Column("most_per_day", sa.Text(), nullable=True),
        sa.Column("defined_at", sa.Text(), nullable=False),
        sa.Column("defined_by", sa.Text(), nullable=False),
        sa.UniqueConstraint("asset", "code", name=op.f("uq_meter_asset_code")),
    )
    _table(
        "meter_reading",
        sa.Column("asset", sa.Text(), nullable=False),
        sa.Column("meter", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reading_kind", sa.Text(), nullable=False),
        sa.Column("old_final", sa.Text(), nullable=True),
        sa.Column("counted", sa.Text(), nullable=False),
        sa.Column("is_implausible", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
    )
    _table(
        "plan_content",
        sa.Column("version_number", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.UniqueConstraint("version_number", name=op.f("uq_plan_content_version_number")),
    )
    _table(
        "plan_version",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("plan_kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("drafted_at", sa.Text(), nullable=False),
        sa.Column("effective_at", sa.Text(), nullable=True),
        sa.Column("superseded_at", sa.Text(), nullable=True),
        sa.UniqueConstraint("code", "version", name=op.f("uq_plan_version_code_version")),
        sa.UniqueConstraint("number", name=op.f("uq_plan_version_number")),
    )
    _table(
        "planned_asset",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("asset", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("enrolled_at", sa.Text(), nullable=False),
        sa.Column("enrolled_by", sa.Text(), nullable=False),
        sa.UniqueConstraint("number", name=op.f("uq_planned_asset_number")),
        sa.UniqueConstraint("plan", "asset", name=op.f("uq_planned_asset_plan_asset")),
    )
    for table, indexes in _INDEXED.items():
        for columns in indexes:
            op.create_index(op.f(_index(table, columns)), table, columns, unique=False)


def downgrade() -> None:
    for table, indexes in _INDEXED.items():
        for columns in indexes:
            op.drop_index(op.f(_index(table, columns)), table_name=table)
        op.drop_table(table)


def _table(name: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        *columns,
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )


def _index(table: str, columns: list[str]) -> str:
    return f"ix_{table}_{'_'.join(columns)}"
