"""The engines and transactions every part of Fairlead relies on."""

import multiprocessing
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from postgres_server import PostgresServer
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from store import database
from store.database import (
    StateError,
    forget_commands,
    journal_mode,
    make_engine,
    read,
    run_transaction,
)
from store.models import Cursor, DoneCommand
from store.state import State


def add_one(session: Session) -> int:
    """Reads the number and writes it back one higher, the way a careless program would."""
    counter = session.get_one(Cursor, ("orders", "count"))
    counter.value = str(int(counter.value) + 1)
    return int(counter.value)


def count(engine: Engine) -> int:
    return read(engine, lambda session: int(session.get_one(Cursor, ("orders", "count")).value))


def add_often(url: str, times: int) -> None:
    engine = make_engine(url)
    for _ in range(times):
        run_transaction(engine, add_one)
    engine.dispose()


@pytest.fixture
def counter(engine: Engine) -> Engine:
    run_transaction(engine, lambda session: session.add(Cursor(source="orders", stream="count", value="0")))
    return engine


def test_loses_no_update_of_four_processes(counter: Engine, state_url: str):
    """
    Four processes add one fifty times each: 200, on both databases.
    """
    processes = [
        multiprocessing.get_context("spawn").Process(target=add_often, args=(state_url, 50)) for _ in range(4)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert [process.exitcode for process in processes] == [0, 0, 0, 0]
    assert count(counter) == 200


def test_a_failed_transaction_leaves_nothing(counter: Engine):
    """
    What was written before the error is gone.
    """

    def work(session: Session) -> None:
        add_one(session)
        session.flush()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_transaction(counter, work)
    assert count(counter) == 0


def test_changes_of_different_rows_do_not_meet(postgres_server: PostgresServer, migrated_database: str):
    """
    A long change, and a short one of another row that ends meanwhile: on PostgreSQL neither has to be repeated.
    """
    name = postgres_server.new_database(template=migrated_database)
    tries: list[int] = []
    with State.open(postgres_server.url(name), migrated=False) as state:

        def work(session: Session) -> None:
            tries.append(1)
            session.add(Cursor(source="orders", stream="long", value="0"))
            session.flush()
            state.engines.change(
                lambda other: other.add(Cursor(source="orders", stream=f"short {len(tries)}", value="0"))
            )

        state.engines.change(work)
    postgres_server.drop_database(name)

    assert tries == [1]


def test_repeats_a_transaction_that_met_another(state_url: str, counter: Engine):
    """
    Somebody else changes the number between our read and our write: on PostgreSQL ours runs again,
    on SQLite the other has to wait. Both ways both are counted.
    """
    tries: list[int] = []

    def work(session: Session) -> None:
        tries.append(1)
        before = session.get_one(Cursor, ("orders", "count"))
        if len(tries) == 1 and counter.dialect.name == "postgresql":
            add_often(state_url, 1)
        before.value = str(int(before.value) + 1)

    run_transaction(counter, work)

    expected = (2, 2) if counter.dialect.name == "postgresql" else (1, 1)
    assert (len(tries), count(counter)) == expected


def test_a_command_with_a_key_is_done_once(counter: Engine):
    """
    The second call with the same key changes nothing and answers what the first one did.
    """
    answers = [run_transaction(counter, add_one, key="click 7") for _ in range(3)]

    assert answers == [1, 1, 1]
    assert count(counter) == 1


def test_old_keys_are_forgotten(counter: Engine):
    """
    Keys older than asked for go; the others stay.
    """
    old = datetime.now(UTC) - timedelta(days=40)
    run_transaction(counter, lambda session: session.add(DoneCommand(key="old", done_at=old, answer=1)))
    run_transaction(counter, add_one, key="new")

    assert forget_commands(counter) == 1
    assert read(counter, lambda session: session.scalars(select(DoneCommand.key)).all()) == ["new"]


def test_a_broken_rule_of_the_data_is_not_repeated(counter: Engine):
    """
    A second cursor of the same name is an error at once.
    """
    with pytest.raises(IntegrityError):
        run_transaction(
            counter,
            lambda session: session.add(Cursor(source="orders", stream="count", value="1")),
            key="again",
        )


def test_pages_cannot_write(counter: Engine, state_url: str):
    """
    The engine made for reading refuses a write and says why.
    """
    pages = make_engine(state_url, read_only=True)

    assert count(pages) == 0
    with pytest.raises(StateError, match="opened for reading only"):
        run_transaction(pages, add_one)
    pages.dispose()


def test_reads_one_moment(counter: Engine, state_url: str):
    """
    A reader sees the same number twice although somebody changed it in between.
    """
    if counter.dialect.name == "sqlite" and journal_mode(sqlite3.sqlite_version_info) != "WAL":
        return  # the writer waits for the reader there, so there is no in between

    pages = make_engine(state_url, read_only=True)

    def work(session: Session) -> tuple[str, str]:
        value = select(Cursor.value)
        first = session.scalars(value).one()
        add_often(state_url, 1)
        return first, session.scalars(value).one()

    assert read(pages, work) == ("0", "0")
    assert count(pages) == 1
    pages.dispose()


def test_sqlite_is_set_for_safety(tmp_path: Path):
    """
    Full synchronisation, foreign keys, no trust in the schema, 30 seconds of patience, our own transactions.
    """
    engine = make_engine(f"sqlite:///{tmp_path}/state.db")
    names = ("synchronous", "foreign_keys", "trusted_schema", "busy_timeout")
    with engine.connect() as connection:
        found = [connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in names]
        assert found == [2, 1, 0, 30_000]
        assert connection.connection.dbapi_connection.isolation_level is None
    engine.dispose()


@pytest.mark.parametrize(
    "version, mode",
    [((3, 40, 1), "TRUNCATE"), ((3, 51, 2), "TRUNCATE"), ((3, 51, 3), "WAL"), ((3, 53, 0), "WAL")],
)
def test_write_ahead_log_only_where_it_is_safe(version: tuple[int, ...], mode: str):
    """
    SQLite before 3.51.3 can damage a database in WAL mode.
    """
    assert journal_mode(version) == mode


@pytest.mark.parametrize(
    "url, said",
    [
        ("not a url", "is not a URL"),
        ("", "is not a URL"),
        ("mysql://localhost/x", "'mysql'; it can be 'sqlite' or 'postgresql'"),
        ("sqlite://", "needs a file, not memory"),
        ("sqlite:///:memory:", "needs a file, not memory"),
    ],
)
def test_a_wrong_address_is_explained(url: str, said: str):
    """
    The message says what may be written instead.
    """
    with pytest.raises(StateError, match=said):
        make_engine(url)


@pytest.mark.parametrize(
    "url, said",
    [
        ("sqlite:////no/such/folder/state.db", "Check that the folder exists"),
        ("postgresql://me:secret@127.0.0.1:1/state", "Check that the server runs"),
    ],
)
def test_an_unreachable_database_is_explained_without_its_password(
    url: str, said: str, monkeypatch: pytest.MonkeyPatch
):
    """
    One line, the way out, and never the password.
    """
    monkeypatch.setattr(database, "RESTART_SECONDS", 0)
    engine = make_engine(url)
    with pytest.raises(StateError, match=said) as raised:
        read(engine, lambda session: session.execute(text("SELECT 1")))
    assert "secret" not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_missing_tables_are_explained(empty_url: str):
    """
    A database that was never set up says so.
    """
    engine = make_engine(empty_url)
    with pytest.raises(StateError, match="fairlead up"):
        read(engine, lambda session: session.get(Cursor, ("a", "b")))
    engine.dispose()


def test_survives_a_server_that_ended_its_connections(counter: Engine):
    """
    The server ends our connection in the middle of the work: it is done again on another.
    """
    if counter.dialect.name == "sqlite":
        return
    tries: list[int] = []

    def work(session: Session) -> int:
        tries.append(1)
        if len(tries) == 1:
            session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return add_one(session)

    assert run_transaction(counter, work) == 1
    assert count(counter) == 1
