"""What every test may ask for."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from postgres_server import postgres_server
from sqlalchemy import Engine

import store.state.open
from store.database import make_engine
from store.migrations import migrate, version_of

__all__ = ["postgres_server"]

HOUSE = Path(__file__).parent.parent

# A slow machine is no failure of what a property says.
settings.register_profile("fairlead", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("fairlead")


@pytest.fixture(scope="session")
def house() -> Path:
    """The project's own folder."""
    return HOUSE


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data beside the project; a test that needs it is skipped where it is absent."""
    folder = HOUSE.parent / "shared"
    if not folder.is_dir():
        pytest.skip("no ../shared folder with reference data beside this clone")
    return folder


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite state database with all its tables, to copy from."""
    file = tmp_path_factory.mktemp("state") / "state.db"
    engine = make_engine(f"sqlite:///{file}")
    migrate(engine)
    engine.dispose()
    return file


@pytest.fixture(scope="session", autouse=True)
def quick_state(migrated_file: Path) -> Iterator[None]:
    """A new state database is copied from a migrated one: half a second less for each of a thousand tests."""

    def copied(engine: Engine) -> list[str]:
        if engine.dialect.name != "sqlite" or version_of(engine) is not None:
            return migrate(engine)
        with closing(sqlite3.connect(migrated_file)) as source, closing(engine.raw_connection()) as target:
            assert isinstance(target.driver_connection, sqlite3.Connection)
            source.backup(target.driver_connection)
        return []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store.state.open, "migrate", copied)
        yield


@pytest.fixture(autouse=True)
def no_deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads the settings of the machine it runs on."""
    for name in ("HOME", "CONFIG", "DATA", "DATABASE_URL", "KEY_FILE", "HOST", "PORT"):
        monkeypatch.delenv(f"FAIRLEAD_{name}", raising=False)


@pytest.fixture(autouse=True)
def own_main_module() -> Iterator[None]:
    """AppTest leaves its page behind as `__main__`, and processes spawned later would run that page."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main
