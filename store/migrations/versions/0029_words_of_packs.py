"""A closed meeting keeps the texts and names that belong to it beside its figures."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("meeting_packs", sa.Column("words", sa.JSON, nullable=False, server_default="{}"))
