"""The one door to SQL: the only engines there are, and transactions that survive conflicts."""

import logging
import random
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, delete, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from store.models import DoneCommand
from store.redaction import learn

log = logging.getLogger(__name__)

T = TypeVar("T")

BUSY_SECONDS = 30
TRIES = 30
RESTART_SECONDS = 5
# A conflict or a dying server undid the whole transaction: SQLSTATEs after which it may simply be run again.
_UNDONE = ("40001", "40P01")
_LOST = ("57P01", "57P02", "57P03", "08")
_POSTGRES_LIMITS = {
    "statement_timeout": "60s",
    "lock_timeout": "15s",
    "idle_in_transaction_session_timeout": "60s",
    "timezone": "UTC",
}
# Older ones can damage a database in WAL mode when two connections write or checkpoint at the same instant.
_SAFE_WAL = (3, 51, 3)


class StateError(Exception):
    """The state database cannot be used as it is; the message says what an operator can do."""


class NotKept(StateError):
    """A value the database cannot keep, such as a text with NUL in it: mend it and save again."""


class OutcomeUnknown(StateError):
    """The connection broke while a change was being saved: look before doing it again."""


def make_engine(url: str, *, read_only: bool = False) -> Engine:
    """
    The only way to open the state database; `read_only` is for pages and refuses every write.
    Raises StateError when the URL is not one of SQLite (a file) or PostgreSQL. Does not connect yet.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, read_only)
    return _postgres(parsed, read_only)


def run_transaction(
    engine: Engine, work: Callable[[Session], T], key: str | None = None, *, fresh: bool = False
) -> T:
    """
    Runs `work` in one transaction, again from the start after a conflict, a deadlock or a lost connection.

    With a `key` the work is done once however often it is asked for: its answer (a JSON value) is kept in the
    same transaction and returned to whoever repeats it. A `fresh` key nobody has used before: it is looked up only
    by a repetition, because PostgreSQL takes two lookups side by side for a conflict. Without a key, a connection
    lost during the commit raises OutcomeUnknown. Raises StateError when the database cannot be reached or stays busy.
    """
    began = time.monotonic()
    for attempt in range(TRIES):
        try:
            return _attempt(engine, work, key, looks=attempt > 0 or not fresh)
        except IntegrityError:
            if key is None or not _was_done(engine, key):
                raise
        except SQLAlchemyError as error:
            _again_or_raise(engine, error, attempt, began)
    raise StateError(_gave_up(engine))


def read(engine: Engine, work: Callable[[Session], T]) -> T:
    """Runs `work` on one consistent view of the database; repeats it when the connection was lost."""
    began = time.monotonic()
    for attempt in range(TRIES):
        try:
            with Session(engine, expire_on_commit=False, autoflush=False) as session:
                return work(session)
        except SQLAlchemyError as error:
            _again_or_raise(engine, error, attempt, began)
    raise StateError(_gave_up(engine))


def forget_commands(engine: Engine, older_than: timedelta = timedelta(days=30)) -> int:
    """Deletes the keys of commands done long ago; returns how many."""
    until = datetime.now(UTC) - older_than

    def work(session: Session) -> int:
        gone = session.scalars(
            delete(DoneCommand).where(DoneCommand.done_at < until).returning(DoneCommand.key)
        )
        return len(gone.all())

    return run_transaction(engine, work)


def sqlite_file(engine: Engine) -> Path | None:
    """The file of a SQLite database; None on PostgreSQL."""
    return Path(engine.url.database or "") if engine.dialect.name == "sqlite" else None


def copy_sqlite(engine: Engine, copy: Path) -> None:
    """A whole copy of a SQLite database in use; copying its file would tear it."""
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("VACUUM INTO ?", (str(copy),))
    finally:
        connection.close()


def journal_mode(version: tuple[int, ...]) -> str:
    """WAL only where the linked SQLite is free of the WAL-reset bug."""
    return "WAL" if version >= _SAFE_WAL else "TRUNCATE"


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise StateError(
            "The address of the state database is not a URL; write 'sqlite:////folder/state.db' or "
            "'postgresql://user:password@host:5432/database'."
        ) from error
    match parsed.get_backend_name():
        case "sqlite":
            if parsed.database in (None, "", ":memory:"):
                raise StateError(
                    "The state database needs a file, not memory; write 'sqlite:////folder/state.db'."
                )
            return parsed.set(drivername="sqlite+pysqlite")
        case "postgresql" | "postgres":
            learn(str(parsed.password or ""))
            return parsed.set(drivername="postgresql+psycopg")
        case other:
            raise StateError(f"The state database is '{other}'; it can be 'sqlite' or 'postgresql'.")


def _sqlite(url: URL, read_only: bool) -> Engine:
    connect = {"timeout": BUSY_SECONDS, "isolation_level": None}
    engine = create_engine(url, connect_args=connect, hide_parameters=True)
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"

    # The driver's own transactions lose updates and leave failed migrations half done, so they are off
    # (isolation_level None) and every transaction takes the write lock before its first read.
    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        _prepare_sqlite(connection, read_only)

    return engine


def _prepare_sqlite(connection: sqlite3.Connection, read_only: bool) -> None:
    connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    wanted = journal_mode(sqlite3.sqlite_version_info)
    if connection.execute("PRAGMA journal_mode").fetchone()[0].upper() != wanted:
        connection.execute(f"PRAGMA journal_mode = {wanted}")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
    if read_only:
        connection.execute("PRAGMA query_only = ON")


def _postgres(url: URL, read_only: bool) -> Engine:
    limits = _POSTGRES_LIMITS | ({"default_transaction_read_only": "on"} if read_only else {})
    return create_engine(
        url,
        pool_pre_ping=True,
        hide_parameters=True,
        # Read committed loses read-then-write updates; run_transaction repeats what serialisable refuses.
        isolation_level="REPEATABLE READ" if read_only else "SERIALIZABLE",
        connect_args={
            "connect_timeout": 5,
            "application_name": "fairlead",
            "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
        },
    )


def _attempt(engine: Engine, work: Callable[[Session], T], key: str | None, *, looks: bool) -> T:
    with Session(engine, expire_on_commit=False) as session:
        if key is not None and looks and (done := session.get(DoneCommand, key)) is not None:
            return done.answer  # type: ignore[return-value]  # what `work` answered the first time
        answer = work(session)
        if key is not None:
            session.add(DoneCommand(key=key, done_at=datetime.now(UTC), answer=answer))
        session.flush()
        _commit(session, may_repeat=key is not None)
        return answer


def _commit(session: Session, may_repeat: bool) -> None:
    try:
        session.commit()
    except DBAPIError as error:
        if _was_lost(error) and not may_repeat:
            raise OutcomeUnknown(
                "The connection to the state database broke while saving: the change may or may not be "
                "there; look before you repeat it."
            ) from error
        raise


def _again_or_raise(engine: Engine, error: SQLAlchemyError, attempt: int, began: float) -> None:
    """Waits a moment before the next attempt, or raises what the caller can act on."""
    if isinstance(error, PoolTimeout):
        raise StateError(_gave_up(engine)) from error
    if isinstance(error, StatementError) and isinstance(error.orig, ValueError):
        raise NotKept(str(error.orig)) from error
    if not isinstance(error, DBAPIError) or isinstance(error, IntegrityError):
        raise error
    if not (_was_lost(error) or _sqlstate(error).startswith(_UNDONE)) or attempt == TRIES - 1:
        raise StateError(describe(engine, error)) from error
    if _never_connected(error) and time.monotonic() - began > RESTART_SECONDS:
        raise StateError(describe(engine, error)) from error
    log.info("transaction repeated (%s): %s", attempt + 1, _sqlstate(error) or "connection lost")
    time.sleep(random.uniform(0.5, 1) * min(0.01 * 2**attempt, 0.5))  # noqa: S311  # jitter, not a secret


def _was_lost(error: DBAPIError) -> bool:
    return error.connection_invalidated or _never_connected(error) or _sqlstate(error).startswith(_LOST)


def _never_connected(error: DBAPIError) -> bool:
    """No statement: the connection itself failed. SQLite opens a file, which does not heal by waiting."""
    return error.statement is None and not isinstance(error.orig, sqlite3.Error) and not _sqlstate(error)


def _sqlstate(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


def _was_done(engine: Engine, key: str) -> bool:
    return read(engine, lambda session: session.get(DoneCommand, key)) is not None


def describe(engine: Engine, error: DBAPIError) -> str:
    where = engine.url.render_as_string(hide_password=True)
    said = str(error.orig or error).strip().splitlines()[0]
    return f"The state database {where} cannot do this: {said}. {_hint(said)}"


def _hint(said: str) -> str:
    match said:
        case text if "no such table" in text or "does not exist" in text or "no such column" in text:
            return "Its tables are missing or old; start 'fairlead up' once, which brings them up to date."
        case text if "unable to open" in text:
            return "Check that the folder exists and may be written."
        case text if "locked" in text:
            return f"Another process kept it for over {BUSY_SECONDS} seconds; end that one or try again."
        case text if "readonly" in text or "read-only" in text:
            return "It was opened for reading only."
        case text if "full" in text:
            return "Make room on the disk."
        case _:
            return "Check that the server runs and that the address, user and password are right."


def _gave_up(engine: Engine) -> str:
    where = engine.url.render_as_string(hide_password=True)
    return f"The state database {where} was too busy: {TRIES} attempts met other people's changes. Try again."
