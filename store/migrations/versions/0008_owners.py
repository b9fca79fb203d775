"""Who answers for KPIs and procedures; the audit trail is searched by person and by day."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_audit_trail_who", "audit_trail", ["who"])
    op.create_index("ix_audit_trail_at", "audit_trail", ["at"])
    op.create_table(
        "owners",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.UniqueConstraint("what", "subject", name="uq_owners_what_subject"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_owners_person", "owners", ["person"])
