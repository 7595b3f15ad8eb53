"""A MAC over every login (21 CFR 11.10(d)).

A login begun before it has none, so it ends here: its person signs in again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("login_session", sa.Column("mac", sa.Text(), nullable=True))
    op.execute("UPDATE login_session SET ended_at = last_act_at WHERE ended_at IS NULL")


def downgrade() -> None:
    op.drop_column("login_session", "mac")
