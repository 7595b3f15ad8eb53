"""The digest of the evidence bundle inside a PDF that left; its trust file names it (21 CFR 11.10(b)).

A table of its own: one more column would change the state digests that earlier exports were remembered with.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "exported_bundle",
        sa.Column("copy", BIG_ID, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["copy"], ["exported_copy.id"], name=op.f("fk_exported_bundle_copy_exported_copy")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exported_bundle")),
        sa.UniqueConstraint("copy", name=op.f("uq_exported_bundle_copy")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_exported_bundle_stream"), "exported_bundle", ["stream"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_exported_bundle_stream"), table_name="exported_bundle")
    op.drop_table("exported_bundle")
