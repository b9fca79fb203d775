"""The schema version of a state database, and the newest this program knows."""

from pathlib import Path

from sqlalchemy import Connection, Engine, column, inspect, select, table
from sqlalchemy.exc import DBAPIError

from store.database import StateError, describe

FOLDER = Path(__file__).parent
NEWEST = "0031"  # the last of the steps; who finds a database at it need not load Alembic (12 MB)
_TABLE = table("alembic_version", column("version_num"))


def version_of(engine: Engine) -> str | None:
    """The schema version of a database; None for one without tables of ours. Raises StateError."""
    try:
        with engine.connect() as connection:
            return stands_at(connection)
    except DBAPIError as error:
        raise StateError(describe(engine, error)) from error


def stands_at(connection: Connection) -> str | None:
    """The schema version as this connection sees it."""
    if not inspect(connection).has_table(_TABLE.name):
        return None
    version: str | None = connection.execute(select(_TABLE.c.version_num)).scalar_one_or_none()
    return version
