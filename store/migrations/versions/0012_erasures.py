"""Who was erased; while a user is, the trail lets their name and address be replaced, and nothing else."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0014"
branch_labels = None
depends_on = None

_UNDER_WAY = "EXISTS (SELECT 1 FROM erasures WHERE kind = 'user' AND finished_at IS NULL)"


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("tombstone", sa.Text, nullable=False),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("done", sa.JSON, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_erasures_digest", "erasures", ["digest"])
    if op.get_bind().dialect.name == "sqlite":
        _sqlite()
    else:
        _postgres()


def _sqlite() -> None:
    op.execute("DROP TRIGGER audit_trail_no_update")
    op.execute(
        "CREATE TRIGGER audit_trail_no_update BEFORE UPDATE ON audit_trail "
        f"WHEN NOT {_UNDER_WAY} OR NEW.id <> OLD.id OR NEW.at <> OLD.at OR NEW.what <> OLD.what "
        "BEGIN SELECT RAISE(ABORT, 'audit_trail is append-only'); END"
    )


def _postgres() -> None:
    op.execute("DROP TRIGGER audit_trail_append_only ON audit_trail")
    op.execute(
        "CREATE TRIGGER audit_trail_append_only BEFORE DELETE OR TRUNCATE ON audit_trail "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_trail_append_only()"
    )
    op.execute(
        "CREATE FUNCTION audit_trail_keeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {_UNDER_WAY} AND NEW.id = OLD.id AND NEW.at = OLD.at AND NEW.what = OLD.what THEN RETURN NEW; END IF; "
        "RAISE EXCEPTION 'audit_trail is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_trail_no_update BEFORE UPDATE ON audit_trail "
        "FOR EACH ROW EXECUTE FUNCTION audit_trail_keeps()"
    )
