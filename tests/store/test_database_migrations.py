"""Schema versions: one transaction a step, a copy first, never backwards."""

import multiprocessing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from store.database import StateError, make_engine
from store.migrations import migrate, pending, steps, taking, version_of
from store.migrations.known import NEWEST
from store.models import Base

LATEST = steps()[-1]
HALFWAY = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "{revision}", {down!r}


def upgrade():
    op.create_table("half_{revision}", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("INSERT INTO half_{revision} VALUES (1)")
    op.execute("{last}")
"""


def folder_with(tmp_path: Path, *later: tuple[str, str]) -> Path:
    """A migrations folder of our first step and further ones that end in the given statement."""
    house = Path(__file__).parents[2] / "store" / "migrations"
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    for file in (house / "env.py", *sorted((house / "versions").glob("0*.py"))):
        (folder / file.relative_to(house)).write_text(file.read_text())
    down = LATEST
    for revision, last in later:
        text = HALFWAY.format(revision=revision, down=down, last=last)
        (folder / "versions" / f"{revision}_trial.py").write_text(text)
        down = revision
    return folder


def test_the_newest_step_is_known_without_reading_the_steps():
    """
    A process that finds its database up to date loads no migration tool, so the newest step is written down.
    """
    assert NEWEST == LATEST, f"set NEWEST in store/migrations/known.py to '{LATEST}'"


def test_tables_are_those_of_the_models(empty_url: str):
    """
    After all steps the database has just the tables and columns of `store/models`.
    """
    engine = make_engine(empty_url)
    assert pending(engine) == steps()
    assert migrate(engine) == steps()

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    assert (pending(engine), migrate(engine)) == ([], [])
    engine.dispose()


def test_a_failed_step_leaves_nothing(empty_url: str, tmp_path: Path):
    """
    Step 9001 creates a table and a row and then fails: neither is there, the step before is.
    """
    folder = folder_with(tmp_path, ("9001", "INSERT INTO no_such_table VALUES (1)"))
    engine = make_engine(empty_url)

    with pytest.raises(StateError, match="Step 9001 failed and was undone"):
        migrate(engine, folder)

    assert version_of(engine) == LATEST
    assert "half_9001" not in inspect(engine).get_table_names()
    assert pending(engine, folder) == ["9001"]
    engine.dispose()


def test_a_newer_schema_is_refused(empty_url: str, tmp_path: Path):
    """
    A database written by a newer program is not touched.
    """
    engine = make_engine(empty_url)
    migrate(engine, folder_with(tmp_path, ("9001", "SELECT 1")))

    with pytest.raises(StateError, match="schema version '9001'; this program knows up to '" + LATEST):
        migrate(engine)
    engine.dispose()


def test_a_copy_is_kept_before_a_step(tmp_path: Path):
    """
    A SQLite database that holds tables is copied first; an empty one is not.
    """
    engine = make_engine(f"sqlite:///{tmp_path}/state.db")
    migrate(engine)
    assert list(tmp_path.glob("*.before-*")) == []

    migrate(engine, folder_with(tmp_path, ("9001", "SELECT 1")))
    (copy,) = tmp_path.glob("state.before-9001-*.db")
    kept = make_engine(f"sqlite:///{copy}")
    assert version_of(kept) == LATEST
    for each in (engine, kept):
        each.dispose()


def bring_up_to_date(url: str) -> None:
    engine = make_engine(url)
    migrate(engine)
    engine.dispose()


def test_two_may_start_at_once(empty_url: str):
    """
    Web and worker start together: neither fails, and the tables are there once.
    """
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=bring_up_to_date, args=(empty_url,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()

    engine = make_engine(empty_url)
    assert [process.exitcode for process in processes] == [0, 0]
    assert pending(engine) == []
    engine.dispose()


def test_a_step_taken_meanwhile_is_not_taken_again(empty_url: str, monkeypatch: pytest.MonkeyPatch):
    """
    Another process takes the step between our look and our turn: we find it taken.
    """
    engine = make_engine(empty_url)
    keep_copy = taking._keep_copy

    def somebody_is_faster(*_: object) -> None:
        monkeypatch.setattr(taking, "_keep_copy", keep_copy)
        bring_up_to_date(empty_url)

    monkeypatch.setattr(taking, "_keep_copy", somebody_is_faster)

    assert migrate(engine) == []
    engine.dispose()
