"""Maintenance work orders, and what stops an execution until one has ended."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INDEXED = {
    "asset_change": (["stream"],),
    "execution_hold": (["held_by"], ["stream"]),
    "order_procedure": (["stream"],),
    "requalification": (["stream"],),
    "return_check": (["stream"],),
    "work_order": (["asset"], ["source"], ["state", "due_at"], ["stream"]),
}


def upgrade() -> None:
    _table(
        "work_order",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("order_kind", sa.Text(), nullable=False),
        sa.Column("asset", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("source_kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("plan_version", sa.Text(), nullable=True),
        sa.Column("master", sa.Text(), nullable=True),
        sa.Column("signatures", sa.Text(), nullable=False),
        sa.Column("lock_out", sa.Integer(), nullable=False),
        sa.Column("leaves_dirty", sa.Integer(), nullable=False),
        sa.Column("has_failed", sa.Integer(), nullable=False),
        sa.Column("window_opens_at", sa.Text(), nullable=True),
        sa.Column("due_at", sa.Text(), nullable=True),
        sa.Column("hard_stop_at", sa.Text(), nullable=True),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.Text(), nullable=False),
        sa.Column("assigned_to", sa.Text(), nullable=True),
        sa.Column("scheduled_at", sa.Text(), nullable=True),
        sa.Column("started_at", sa.Text(), nullable=True),
        sa.Column("done_at", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.Text(), nullable=True),
        sa.UniqueConstraint("number", name=op.f("uq_work_order_number")),
    )
    _table(
        "order_procedure",
        sa.Column("order", sa.Text(), nullable=False),
        sa.Column("master", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.UniqueConstraint("order", name=op.f("uq_order_procedure_order")),
    )
    _table(
        "requalification",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_needed", sa.Integer(), nullable=False),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column("assessed_by", sa.Text(), nullable=False),
        sa.Column("assessed_at", sa.Text(), nullable=False),
        sa.UniqueConstraint("stream", "version", name=op.f("uq_requalification_stream_version")),
    )
    _table(
        "return_check",
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("has_passed", sa.Integer(), nullable=False),
        sa.Column("checked_by", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.Text(), nullable=False),
    )
    _table(
        "asset_change",
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("firmware", sa.Text(), nullable=True),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
    )
    _table(
        "execution_hold",
        sa.Column("exception", sa.Text(), nullable=False),
        sa.Column("held_by", sa.Text(), nullable=False),
        sa.Column("held_at", sa.Text(), nullable=False),
        sa.Column("held_by_person", sa.Text(), nullable=False),
        sa.Column("released_at", sa.Text(), nullable=True),
        sa.Column("released_by", sa.Text(), nullable=True),
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
