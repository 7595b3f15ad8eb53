"""Results of test cases: what came out when the calculations of a master were executed (21 CFR 211.68(b)).

After it a master is neither checked nor made effective before each of its calculations is proved. Masters in
force stay so.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "case_result",
        sa.Column("version_number", sa.Text(), nullable=False),
        sa.Column("content_digest", sa.Text(), nullable=False),
        sa.Column("case_number", sa.Text(), nullable=False),
        sa.Column("formula", sa.Text(), nullable=False),
        sa.Column("given", sa.Text(), nullable=False),
        sa.Column("expected", sa.Text(), nullable=False),
        sa.Column("actual", sa.Text(), nullable=False),
        sa.Column("rounded", sa.Text(), nullable=False),
        sa.Column("rounding", sa.Text(), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("executed_by", sa.Text(), nullable=False),
        sa.Column("executed_at", sa.Text(), nullable=False),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_result")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_case_result_version_number_content_digest"),
        "case_result",
        ["version_number", "content_digest"],
        unique=False,
    )
    op.create_index(op.f("ix_case_result_stream"), "case_result", ["stream"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_case_result_stream"), table_name="case_result")
    op.drop_index(op.f("ix_case_result_version_number_content_digest"), table_name="case_result")
    op.drop_table("case_result")
