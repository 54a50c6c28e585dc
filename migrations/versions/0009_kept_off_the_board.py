"""An index of the few cases that somebody keeps off the board"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_publicities_kept_off",
        "publicities",
        ["case_id"],
        postgresql_where=sa.text("replaced_at IS NULL AND shown IS false"),
        sqlite_where=sa.text("replaced_at IS NULL AND shown IS 0"),
    )


def downgrade() -> None:
    op.drop_index("ix_publicities_kept_off", "publicities")
