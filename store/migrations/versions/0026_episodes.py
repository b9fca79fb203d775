"""Where alerts stand, episodes, what happened in them, and the notices they ask for."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0024"
branch_labels = None
depends_on = None

UNDER_WAY = "EXISTS (SELECT 1 FROM erasures WHERE kind = 'user' AND finished_at IS NULL)"
SAME = "NEW.id = OLD.id AND NEW.episode = OLD.episode AND NEW.n = OLD.n AND NEW.at = OLD.at AND NEW.kind = OLD.kind"


def upgrade() -> None:
    add_states()
    add_episodes()
    add_events()
    add_notices()


def add_states() -> None:
    op.create_table(
        "alert_states",
        sa.Column("id", sa.Integer, primary_key=True),
        *(_text(name) for name in ("fingerprint", "rule", "kpi", "segment", "state", "held")),
        *(_count(name) for name in ("run", "absent")),
        *(sa.Column(name, sa.Date) for name in ("period", "since")),
        _count("version"),
        sa.UniqueConstraint("fingerprint", name="uq_alert_states_fingerprint"),
        sqlite_autoincrement=True,
    )


def add_episodes() -> None:
    op.create_table(
        "episodes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("open_key", sa.Text),
        *(_text(name) for name in ("kpi", "department", "segment")),
        *(sa.Column(name, sa.JSON, nullable=False) for name in ("reasons", "active")),
        _text("stage"),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_on", sa.Date),
        *(_text(name) for name in ("duty", "owner", "acknowledged_by")),
        sa.Column("action", sa.Integer),
        _count("verified"),
        sa.Column("snoozed_until", sa.Date),
        *(_text(name) for name in ("snoozed_by", "snooze_reason", "incident")),
        sa.Column("explained", sa.Boolean, nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        _text("ending"),
        *(_count(name) for name in ("happened", "version")),
        sa.UniqueConstraint("open_key", name="uq_episodes_open_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_episodes_kpi", "episodes", ["kpi"])
    op.create_index("ix_episodes_closed_at", "episodes", ["closed_at"])


def add_events() -> None:
    op.create_table(
        "episode_events",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("episode", sa.Integer, sa.ForeignKey("episodes.id"), nullable=False),
        _count("n"),
        _text("kind"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        *(_text(name) for name in ("who", "text")),
        sa.Column("detail", sa.JSON),
        sa.UniqueConstraint("episode", "n", name="uq_episode_events_episode_n"),
        sqlite_autoincrement=True,
    )
    if op.get_bind().dialect.name == "sqlite":
        _keep_sqlite()
    else:
        _keep_postgres()


def add_notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer, primary_key=True),
        _text("key"),
        sa.Column("episode", sa.Integer, sa.ForeignKey("episodes.id"), nullable=False),
        _count("event"),
        *(_text(name) for name in ("what", "duty", "person", "department", "severity", "incident")),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("made_at", "due_at")),
        sa.UniqueConstraint("key", name="uq_notices_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notices_due_at", "notices", ["due_at"])


def _keep_sqlite() -> None:
    """Nothing is deleted, and nothing changed but a name while a person is erased."""
    told = "BEGIN SELECT RAISE(ABORT, 'episode_events is append-only'); END"
    op.execute(f"CREATE TRIGGER episode_events_no_delete BEFORE DELETE ON episode_events {told}")
    op.execute(
        f"CREATE TRIGGER episode_events_no_update BEFORE UPDATE ON episode_events "
        f"WHEN NOT ({UNDER_WAY} AND {SAME}) {told}"
    )


def _keep_postgres() -> None:
    op.execute(
        "CREATE FUNCTION episode_events_keeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'UPDATE' THEN IF {UNDER_WAY} AND {SAME} THEN RETURN NEW; END IF; END IF; "
        "RAISE EXCEPTION 'episode_events is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER episode_events_keep BEFORE UPDATE OR DELETE ON episode_events "
        "FOR EACH ROW EXECUTE FUNCTION episode_events_keeps()"
    )
    op.execute(
        "CREATE TRIGGER episode_events_stay BEFORE TRUNCATE ON episode_events "
        "FOR EACH STATEMENT EXECUTE FUNCTION episode_events_keeps()"
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)
