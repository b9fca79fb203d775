"""A state database for each test, once on SQLite and once on PostgreSQL."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from postgres_server import PostgresServer
from sqlalchemy import Engine

from store.database import make_engine
from store.migrations import migrate
from store.state import State


@pytest.fixture(scope="session")
def migrated_database(postgres_server: PostgresServer) -> str:
    """The same on PostgreSQL: the name of a database to copy from."""
    name = postgres_server.new_database()
    engine = make_engine(postgres_server.url(name))
    migrate(engine)
    engine.dispose()
    return name


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/state.db"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.new_database()
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture(params=["sqlite", "postgres"])
def state_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a state database with all its tables and no rows."""
    if request.param == "sqlite":
        file = tmp_path / "state.db"
        shutil.copy(request.getfixturevalue("migrated_file"), file)
        yield f"sqlite:///{file}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.new_database(template=request.getfixturevalue("migrated_database"))
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture
def engine(state_url: str) -> Iterator[Engine]:
    engine = make_engine(state_url)
    yield engine
    engine.dispose()


@pytest.fixture
def state(state_url: str) -> Iterator[State]:
    with State.open(state_url) as state:
        yield state
