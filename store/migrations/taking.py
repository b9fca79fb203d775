"""Taking the steps of the state database: one transaction a step, a copy first, never backwards."""

import logging
import threading
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from store.database import StateError, copy_sqlite, describe, sqlite_file
from store.migrations.known import FOLDER, stands_at, version_of

log = logging.getLogger(__name__)

_ONE_AT_A_TIME = threading.Lock()  # Alembic keeps the current step in a global
_LOCK = 7_224_519  # any number, the same in every process: one migrator at a time on PostgreSQL


def steps(folder: Path = FOLDER) -> list[str]:
    """Every schema version this program knows, oldest first."""
    return [each.revision for each in ScriptDirectory(str(folder)).walk_revisions()][::-1]


def pending(engine: Engine, folder: Path = FOLDER) -> list[str]:
    """The steps still to be taken, oldest first. Raises StateError when the database is newer than we are."""
    return _after(version_of(engine), steps(folder))


def migrate(engine: Engine, folder: Path = FOLDER, upto: str | None = None) -> list[str]:
    """As `store.migrations.migrate` says."""
    known = steps(folder)
    todo = _after(version_of(engine), known)
    todo = todo[: todo.index(upto) + 1] if upto in todo else todo
    if not todo:
        return []
    _keep_copy(engine, todo[0])
    return [step for step in todo if _take(engine, step, folder, known)]


def _take(engine: Engine, step: str, folder: Path, known: list[str]) -> bool:
    """One step in one transaction; False when another process has taken it meanwhile."""
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    try:
        with _ONE_AT_A_TIME, _looking_afresh(engine).begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            if step not in _after(stands_at(connection), known):
                return False
            config.attributes["connection"] = connection
            command.upgrade(config, step)
    except DBAPIError as error:
        raise StateError(f"Step {step} failed and was undone. {describe(engine, error)}") from error
    log.info("state database: step %s taken", step)
    return True


def _looking_afresh(engine: Engine) -> Engine:
    """After waiting for the lock we must see what the other migrator did, not the moment we began."""
    return engine if sqlite_file(engine) else engine.execution_options(isolation_level="READ COMMITTED")


def _after(version: str | None, known: list[str]) -> list[str]:
    if version is None:
        return known
    if version not in known:
        raise StateError(
            f"The state database has schema version '{version}'; this program knows up to '{known[-1]}'. "
            "Install the newer Fairlead that wrote it, or restore a backup made by this one."
        )
    return known[known.index(version) + 1 :]


def _keep_copy(engine: Engine, step: str) -> None:
    file = sqlite_file(engine)
    if file is None or not inspect(engine).get_table_names():
        return
    copy = file.with_name(f"{file.stem}.before-{step}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.db")
    copy_sqlite(engine, copy)
    log.info("state database: copied to %s before step %s", copy, step)
