"""Teams a person sees, beside departments and markets."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("teams", sa.JSON, nullable=True))
