"""A closed meeting keeps texts and names beside its figures, and people are told of it."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("meeting_packs", sa.Column("words", sa.JSON, nullable=False, server_default="{}"))
    op.add_column("meeting_packs", sa.Column("told_at", sa.DateTime(timezone=True)))
    op.execute("UPDATE meeting_packs SET told_at = made_at")
    op.add_column("meeting_packs", sa.Column("kpis", sa.JSON, nullable=False, server_default="[]"))
    _fill_kpis()
    op.create_index("ix_meeting_packs_told_at", "meeting_packs", ["told_at"])
    op.add_column("deliveries", sa.Column("meeting", sa.Integer))


def _fill_kpis() -> None:
    """What was off stands in the figures of meetings that were closed before."""
    packs = sa.table(
        "meeting_packs",
        sa.column("id", sa.Integer),
        sa.column("content", sa.JSON),
        sa.column("kpis", sa.JSON),
    )
    connection = op.get_bind()
    for number, content in connection.execute(sa.select(packs.c.id, packs.c.content)).all():
        kpis = [each["kpi"] for each in content.get("items", ())]
        connection.execute(packs.update().where(packs.c.id == number).values(kpis=kpis))
