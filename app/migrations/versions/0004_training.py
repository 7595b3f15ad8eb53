"""Training, and what of it a batch's record saw (21 CFR 11.10(i), 211.25).

A batch under way goes on under its frozen recipe; where the recipe does not say that training is not asked
for, nobody works on it before their training is recorded.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INDEXED = {
    "training_record": (["person"], ["stream"], ["subject"]),
    "training_sheet": (["stream"],),
    "training_state": (["stream"], ["stream", "person"]),
    "training_withdrawal": (["stream"],),
}


def upgrade() -> None:
    _table(
        "training_record",
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("trained_from", sa.Text(), nullable=False),
        sa.Column("valid_until", sa.Text(), nullable=True),
        sa.Column("trainer", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
    )
    _table(
        "training_sheet",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("source_name", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.UniqueConstraint("number", name=op.f("uq_training_sheet_number")),
    )
    _table(
        "training_state",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("snapshot_digest", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.Text(), nullable=False),
    )
    _table(
        "training_withdrawal",
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.Text(), nullable=False),
        sa.Column("withdrawn_by", sa.Text(), nullable=False),
        sa.UniqueConstraint("sheet", name=op.f("uq_training_withdrawal_sheet")),
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
