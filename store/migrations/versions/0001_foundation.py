"""Targets, sync and compute runs, cursors, markets, calendars, users, the audit trail, commands done."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _targets()
    _runs()
    _computes()
    _places()
    _people()
    _append_only("audit_trail")


def _targets() -> None:
    op.create_table(
        "targets",
        sa.Column("id", sa.Integer, primary_key=True),
        _text("kpi"),
        _text("segment"),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("recorded_at", MOMENT, nullable=False),
        _text("target"),
        sa.Column("warn", sa.Text),
        sa.Column("stretch", sa.Text),
        _text("basis"),
        _text("owner"),
        _text("approver"),
        sa.Column("review_on", sa.Date),
        _text("reason"),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        _count("version"),
        sa.UniqueConstraint("kpi", "segment", "version"),
        sqlite_autoincrement=True,
    )


def _runs() -> None:
    op.create_table(
        "sync_runs",
        sa.Column("id", sa.Integer, primary_key=True),
        _text("source"),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT),
        _text("status"),
        _text("message"),
        sa.Column("data_time", MOMENT),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sync_runs_source_id", "sync_runs", ["source", "id"])
    op.create_table(
        "sync_counts",
        sa.Column("run", sa.Integer, sa.ForeignKey("sync_runs.id"), primary_key=True),
        sa.Column("fact", sa.Text, primary_key=True),
        *(
            sa.Column(name, sa.BigInteger, nullable=False)
            for name in ("read", "new", "changed", "unchanged", "deleted", "rejected")
        ),
        _count("days_touched"),
        sa.Column("unusable", sa.JSON, nullable=False),
    )
    op.create_table(
        "cursors",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("stream", sa.Text, primary_key=True),
        _text("value"),
        sa.Column("run", sa.Integer, sa.ForeignKey("sync_runs.id")),
    )


def _computes() -> None:
    op.create_table(
        "compute_runs",
        sa.Column("id", sa.Integer, primary_key=True),
        _text("grain"),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT),
        _text("status"),
        _text("message"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_compute_runs_grain_id", "compute_runs", ["grain", "id"])
    op.create_table(
        "done_commands",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("done_at", MOMENT, nullable=False),
        sa.Column("answer", sa.JSON, nullable=False),
    )


def _places() -> None:
    op.create_table(
        "markets",
        sa.Column("code", sa.Text, primary_key=True),
        *(_text(name) for name in ("name", "timezone", "currency", "calendar", "language")),
        _count("version"),
    )
    op.create_table(
        "calendars",
        sa.Column("id", sa.Text, primary_key=True),
        _text("name"),
        _text("zone"),
        sa.Column("weekdays", sa.JSON, nullable=False),
        sa.Column("opens", sa.Time, nullable=False),
        sa.Column("closes", sa.Time),
        _text("country"),
        _count("version"),
    )
    op.create_table(
        "calendar_days",
        sa.Column("calendar", sa.Text, sa.ForeignKey("calendars.id"), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("is_working", sa.Boolean, nullable=False),
        sa.Column("opens", sa.Time),
        sa.Column("closes", sa.Time),
        _text("label"),
        sa.Column("by_hand", sa.Boolean, nullable=False),
    )


def _people() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, primary_key=True),
        _text("name"),
        sa.Column("email", sa.Text, nullable=False, unique=True),
        _text("role"),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("departments", sa.JSON),
        sa.Column("markets", sa.JSON),
        _count("version"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "audit_trail",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        *(_text(name) for name in ("who", "what", "subject")),
        sa.Column("before", sa.JSON),
        sa.Column("after", sa.JSON),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_trail_subject", "audit_trail", ["subject"])


def _append_only(table: str) -> None:
    """No update and no delete, whoever asks: the database itself refuses."""
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)
