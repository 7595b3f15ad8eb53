"""The policy of signatures (21 CFR 11.10(j)).

After it nobody signs anything but the policy until the quality unit has published one and they have
acknowledged it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "policy_version",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("effective_at", sa.Text(), nullable=False),
        sa.Column("published_at", sa.Text(), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_version")),
        sa.UniqueConstraint("number", name=op.f("uq_policy_version_number")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_policy_version_effective_at"), "policy_version", ["effective_at"], unique=False)
    op.create_index(op.f("ix_policy_version_stream"), "policy_version", ["stream"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_policy_version_stream"), table_name="policy_version")
    op.drop_index(op.f("ix_policy_version_effective_at"), table_name="policy_version")
    op.drop_table("policy_version")
