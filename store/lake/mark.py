"""The durable mark of a table: the newest version known to be on disk, and what can go wrong with it."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

MARK = "_durable.json"


class LakeDamaged(Exception):
    """An acknowledged version is not whole: the disk lost synced data. Restore a backup."""


class ForeignTable(Exception):
    """A Delta log that this lake did not start: take it over with `Lake.adopt`, or move it away."""


class WriterBusy(Exception):
    """Another writer held the table's lock until the deadline. Try again later."""


@dataclass(frozen=True)
class Mark:
    """`version` is acknowledged, its log entry has `sha256`; checkpoints up to `checkpoint` are on disk."""

    version: int = -1
    sha256: str = ""
    checkpoint: int = -1
    boot: str = ""


@dataclass(frozen=True)
class Recovery:
    """What taking the lock found above the mark, and the version the table stands at now."""

    version: int = -1
    kept: tuple[int, ...] = ()
    dropped: tuple[int, ...] = ()
    checkpoints_dropped: tuple[int, ...] = ()


def boot_id() -> str:
    """A name of this start of the operating system; empty where there is none (macOS)."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def sync(path: Path) -> None:
    """Put one file's bytes, or one directory's names, on the disk. Raises OSError when the disk refuses."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_mark(table: Path) -> Mark | None:
    """The table's mark, None when it never had one. Raises LakeDamaged when the mark cannot be read."""
    try:
        return Mark(**json.loads((table / MARK).read_text()))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as cause:
        raise LakeDamaged(f"The mark of '{table.name}' is unreadable ({cause}); restore a backup.") from cause


def is_table(folder: Path) -> bool:
    """The folder has a mark or a Delta log."""
    return (folder / MARK).exists() or (folder / "_delta_log").is_dir()


def write_mark(table: Path, mark: Mark) -> None:
    """Put a new mark in place of the old one, on disk on return; if it raises, either may be there."""
    new = table / f"{MARK}.tmp"
    with new.open("w") as file:
        json.dump(asdict(mark), file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, table / MARK)
    sync(table)


def make_directory(path: Path) -> None:
    """Create a directory and its parents, each name of them on disk when this returns."""
    if path.is_dir():
        return
    make_directory(path.parent)
    path.mkdir(exist_ok=True)
    sync(path.parent)
