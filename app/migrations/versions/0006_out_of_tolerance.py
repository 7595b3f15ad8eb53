"""Cases of instruments out of tolerance, what each reaches, and what was decided (CAL-21)."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INDEXED = {
    "finding_decision": (["stream"],),
    "impact_finding": (["record"], ["stream"]),
    "out_of_tolerance": (["asset"], ["stream"]),
}


def upgrade() -> None:
    _table(
        "finding_decision",
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column("distribution", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.Text(), nullable=False),
        sa.UniqueConstraint(
            "stream", "finding", "version", name=op.f("uq_finding_decision_stream_finding_version")
        ),
    )
    _table(
        "impact_finding",
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("case_number", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("uses", sa.Text(), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("exception", sa.Text(), nullable=True),
        sa.Column("released_at", sa.Text(), nullable=True),
        sa.Column("found_at", sa.Text(), nullable=False),
        sa.UniqueConstraint("stream", "record", name=op.f("uq_impact_finding_stream_record")),
    )
    _table(
        "out_of_tolerance",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("asset", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("curve", sa.Text(), nullable=False),
        sa.Column("last_good_at", sa.Text(), nullable=False),
        sa.Column("last_good", sa.Text(), nullable=False),
        sa.Column("found_at", sa.Text(), nullable=False),
        sa.Column("aware_at", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.Text(), nullable=True),
        sa.UniqueConstraint("number", name=op.f("uq_out_of_tolerance_number")),
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
