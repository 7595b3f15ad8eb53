"""Time, parts and failure codes of work orders."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INDEXED = {"failure_report": (["stream"],), "labour": (["stream"],), "part_use": (["stream"],)}


def upgrade() -> None:
    _table(
        "labour",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("stopped_at", sa.Text(), nullable=True),
    )
    _table(
        "part_use",
        sa.Column("material", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("used_by", sa.Text(), nullable=False),
        sa.Column("used_at", sa.Text(), nullable=False),
    )
    _table(
        "failure_report",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("mechanism", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("down_from", sa.Text(), nullable=True),
        sa.Column("down_until", sa.Text(), nullable=True),
        sa.Column("reported_by", sa.Text(), nullable=False),
        sa.Column("reported_at", sa.Text(), nullable=False),
        sa.UniqueConstraint("stream", "version", name=op.f("uq_failure_report_stream_version")),
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
