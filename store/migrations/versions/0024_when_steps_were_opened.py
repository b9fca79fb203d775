"""When a step of a run was opened, so that it is known how long its answer took."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("run_answers", sa.Column("shown_at", sa.DateTime(timezone=True)))
