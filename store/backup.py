"""Everything in one file, taken while Fairlead runs: state, evidence, plants, lake, secret; and into an empty home.

The state is taken before the files it names and before the lake, so that after a restore a source is at most read
again, never skipped. In the lake the ledger comes first and the facts last: a restored component is at most computed
again.
"""

import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from sqlalchemy import Engine

from store.archive import CHUNK, Archive, BackupError, Writer, checked, member_lines, new_file, opened
from store.database import StateError, copy_sqlite, make_engine, sqlite_file
from store.evidence import FOLDER as EVIDENCE
from store.facts import MAPPED
from store.home import PLANTS
from store.lake import Lake
from store.lake.mark import make_directory, sync
from store.migrations import migrate, pending, steps
from store.permits import Permit
from store.scope import Principal
from store.state import State
from store.state.edits import require, require_everything
from store.state.portable import dump, is_empty, load, newest_run, place_of

LEDGER = "computed"
_BESIDE = ("secret", "fairlead.toml")
_FOLDERS = (EVIDENCE, PLANTS)


def backup(principal: Principal, home: Path, state: State, file: Path) -> Archive:
    """
    Writes `file` (a zip only its owner may read), consistent while syncs and people go on working: each lake
    table is held for the moment of linking its files. Raises NotAllowed for a principal who does not see
    everything, BackupError when the file exists, WriterBusy when a table stays locked.
    """
    require(principal, Permit.OPERATE)
    require_everything(principal, "backups")
    if file.exists():
        raise BackupError(f"'{file}' exists; name a new file, a backup never replaces another.")
    make_directory(file.absolute().parent)
    with (
        _beside(home) as desk,
        new_file(file) as unfinished,
        zipfile.ZipFile(unfinished, "w", allowZip64=True) as archive,
    ):
        made = _collect(Writer(archive, {}), home, state, desk)
    told = {"rows": sum(made.rows.values())}
    state.audit.add(principal, Permit.OPERATE, "backup made", f"backup {file.name}", told)
    return made


def restore(principal: Principal, file: Path, home: Path, url: str | None = None) -> Archive:
    """
    Puts an archive into a home without lake and state; `url` is the state database, SQLite under home when
    None. It may come from the other kind of database. Every member is checked before anything is written.
    Raises BackupError for a damaged archive or a home in use, StateError for a newer one than this program.
    """
    require(principal, Permit.OPERATE)
    with opened(file) as archive:
        made = checked(archive, file)
        if made.schema not in steps():
            raise StateError(
                f"'{file}' was made by a newer Fairlead (schema {made.schema}); install that one."
            )
        make_directory(home)
        _require_unused(home)
        with _beside(home) as desk:
            _unpack(archive, made, desk)
            _restore_state(principal, archive, made, desk, home, url)
            _move_in(desk, home)
    return made


def _collect(writer: Writer, home: Path, state: State, desk: Path) -> Archive:
    with _one_moment(state.engines.write, desk) as engine:
        taken = dump(engine, lambda table, lines: writer.add(f"state/{table}.ndjson", lines, squeeze=True))
    lake = Lake(home / "lake")
    versions = {name: _link_table(lake, name, desk / "lake" / name) for name in _in_order(lake.names())}
    run_floor = newest_run(state.engines.read)
    for name in _BESIDE:
        if (home / name).is_file():
            writer.add_file(f"home/{name}", home / name)
    beside = (each for folder in _FOLDERS for each in (home / folder).glob("*/*"))
    for path in sorted(each for each in beside if not each.name.startswith(".")):
        writer.add_file(f"home/{path.relative_to(home)}", path)
    for path in sorted(each for each in desk.rglob("*") if each.is_file()):
        writer.add_file(str(PurePosixPath(path.relative_to(desk))), path)
    made = Archive(
        datetime.now(UTC).isoformat(), taken.schema, run_floor, taken.rows, versions, dict(writer.hashes)
    )
    writer.close_with(made)
    return made


@contextmanager
def _one_moment(engine: Engine, desk: Path) -> Iterator[Engine]:
    """PostgreSQL reads one moment by itself; SQLite is copied first, so that no writer waits for us."""
    if sqlite_file(engine) is None:
        yield engine
        return
    copy = desk / "copy.db"
    copy_sqlite(engine, copy)
    still = make_engine(f"sqlite:///{copy}")
    try:
        yield still
    finally:
        still.dispose()
        copy.unlink()


def _in_order(names: Sequence[str]) -> list[str]:
    """The ledger, then what was computed or rejected, then the facts."""
    facts = {fact.name for fact in MAPPED}
    return sorted(names, key=lambda name: (name != LEDGER, name in facts, name))


def _link_table(lake: Lake, name: str, desk: Path) -> int:
    """All files of a table at one version, under its lock: links, so the writer waits for milliseconds only."""
    table = lake.root / name
    with lake.writing(name):
        for path in [each for each in table.rglob("*") if each.is_file()]:
            if path.suffix not in (".lock", ".tmp"):
                place = desk / path.relative_to(table)
                place.parent.mkdir(parents=True, exist_ok=True)
                _link(path, place)
        return lake.version(name)


def _link(path: Path, place: Path) -> None:
    try:
        os.link(path, place)
    except OSError:  # a file system without links: copy, the writer waits longer
        shutil.copyfile(path, place)


def _require_unused(home: Path) -> None:
    for name in ("lake", "state.db", *_FOLDERS):
        if (home / name).is_file() or any((home / name).glob("*")):
            raise BackupError(
                f"'{home / name}' exists; a backup is restored into an empty home only. "
                "Choose another with --home, or move this one away."
            )


def _unpack(archive: zipfile.ZipFile, made: Archive, desk: Path) -> None:
    """Lake and home files into the desk, each on disk when this returns."""
    (desk / "lake").mkdir()
    for name in made.files:
        kind, *parts = PurePosixPath(name).parts
        if kind not in ("lake", "home"):
            continue
        if ".." in parts or not parts:
            raise BackupError(f"The archive holds '{name}', which would be written outside of the home.")
        place = desk.joinpath(kind, *parts)
        place.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(name) as member, place.open("wb") as target:
            shutil.copyfileobj(member, target, CHUNK)
        place.chmod(0o600 if kind == "home" else 0o644)
        sync(place)
    for folder, _, _ in os.walk(desk, topdown=False):
        sync(Path(folder))


def _restore_state(
    principal: Principal, archive: zipfile.ZipFile, made: Archive, desk: Path, home: Path, url: str | None
) -> None:
    at_home = url is None or sqlite_file(make_engine(url)) == home / "state.db"
    engine = make_engine(f"sqlite:///{desk}/state.db" if at_home else str(url))
    try:
        _require_empty(engine)
        migrate(engine, upto=made.schema)
        load(engine, lambda table: member_lines(archive, table), made.rows, made.run_floor)
        migrate(engine)
        State.on(engine).audit.add(principal, Permit.OPERATE, "backup restored", f"backup of {made.made_at}")
    finally:
        engine.dispose()


def _require_empty(engine: Engine) -> None:
    pending(engine)
    if not is_empty(engine):
        raise BackupError(f"The state database {place_of(engine)} is not empty; restore into a new one.")


def _move_in(desk: Path, home: Path) -> None:
    for path in sorted((desk / "home").glob("*")) if (desk / "home").is_dir() else []:
        os.replace(path, home / path.name)
    os.replace(desk / "lake", home / "lake")
    if (desk / "state.db").exists():
        os.replace(desk / "state.db", home / "state.db")
    sync(home)


@contextmanager
def _beside(home: Path) -> Iterator[Path]:
    """A folder on the same disk as the home, gone afterwards."""
    make_directory(home)
    desk = Path(tempfile.mkdtemp(prefix=".backup-", dir=home))
    try:
        yield desk
    finally:
        shutil.rmtree(desk, ignore_errors=True)
