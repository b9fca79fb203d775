"""Bring the state database up to date: one transaction a step, a copy first, never backwards."""

from pathlib import Path

from sqlalchemy import Engine

from store.migrations.known import FOLDER, NEWEST
from store.migrations.known import version_of as version_of


def steps(folder: Path = FOLDER) -> list[str]:
    """Every schema version this program knows, oldest first."""
    from store.migrations import taking  # loads Alembic, for the few who need it

    return taking.steps(folder)


def pending(engine: Engine, folder: Path = FOLDER) -> list[str]:
    """The steps still to be taken, oldest first. Raises StateError when the database is newer than we are."""
    if _up_to_date(engine, folder):
        return []
    from store.migrations import taking

    return taking.pending(engine, folder)


def migrate(engine: Engine, folder: Path = FOLDER, upto: str | None = None) -> list[str]:
    """
    Takes every pending step and returns them. A SQLite database that holds tables is first copied to
    `<name>.before-<step>-<time>.db` beside it. Several processes may call this at once.
    Raises StateError; the step that failed has left nothing behind.
    """
    if _up_to_date(engine, folder):
        return []
    from store.migrations import taking

    return taking.migrate(engine, folder, upto)


def _up_to_date(engine: Engine, folder: Path) -> bool:
    return folder == FOLDER and version_of(engine) == NEWEST
