"""A table's Delta log as files: which versions it holds, what each wrote, and how to put them on disk."""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from store.lake.mark import sync

_ENTRY = re.compile(r"^(\d{20})\.json$")
_CHECKPOINT = re.compile(r"^(\d{20})\.checkpoint.*\.parquet$")


class DeltaLog:
    """The folder `_delta_log` of one table."""

    def __init__(self, table: Path) -> None:
        self.table = table
        self.folder = table / "_delta_log"
        self.hint = self.folder / "_last_checkpoint"

    def versions(self) -> list[int]:
        """Versions with a log entry, ascending, whole or not."""
        return self._numbers(_ENTRY)

    def checkpoints(self) -> list[int]:
        """Versions with a checkpoint, ascending, whole or not."""
        return self._numbers(_CHECKPOINT)

    def checkpoint_files(self, version: int) -> list[Path]:
        """The files of one checkpoint."""
        return sorted(self.folder.glob(f"{version:020}.checkpoint*"))

    def entry(self, version: int) -> Path:
        """The file of one version."""
        return self.folder / f"{version:020}.json"

    def actions(self, version: int) -> Iterator[tuple[str, dict[str, Any]]]:
        """(kind, action) of one version. Raises ValueError when the entry is empty or cut short."""
        lines = self.entry(version).read_text().splitlines()
        if not lines:
            raise ValueError(f"log entry {version} is empty")
        for line in lines:
            yield from json.loads(line).items()

    def path(self, action: dict[str, Any]) -> Path:
        """The file an action names; the log holds one URL encoding more than the disk."""
        return self.table / unquote(action["path"])

    def written(self, version: int) -> list[tuple[Path, int]]:
        """(file, bytes) of every data and change file that a version added."""
        return [
            (self.path(action), action["size"])
            for kind, action in self.actions(version)
            if kind in ("add", "cdc")
        ]

    def is_whole(self, version: int) -> bool:
        """The entry parses and each of its files has the recorded size."""
        try:
            return all(file.stat().st_size == size for file, size in self.written(version))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return False

    def digest(self, version: int) -> str:
        """SHA-256 of the entry's bytes."""
        return hashlib.sha256(self.entry(version).read_bytes()).hexdigest()

    def sync(self, versions: Iterable[int]) -> None:
        """Put versions on disk: their files, the folders of these, the table, the entries, the log folder."""
        versions = list(versions)
        folders: set[Path] = set()
        for file, _ in (each for version in versions for each in self.written(version)):
            sync(file)
            folders.update(parent for parent in file.parents if self.table in parent.parents)
        for folder in sorted(folders, key=lambda path: -len(path.parts)):
            sync(folder)
        sync(self.table)
        for version in versions:
            sync(self.entry(version))
        sync(self.folder)

    def drop(self, versions: Iterable[int]) -> None:
        """Delete entries, newest first, so that the log never has a hole. Their files become orphans."""
        for version in sorted(versions, reverse=True):
            self.entry(version).unlink(missing_ok=True)
        if self.folder.is_dir():
            sync(self.folder)

    def drop_checkpoint(self, version: int) -> None:
        """Delete one checkpoint; it is only a shortcut, the entries below it are still there."""
        for file in self.checkpoint_files(version):
            file.unlink()

    def drop_hint_unless(self, checkpoint: int) -> None:
        """Delete `_last_checkpoint` when it does not parse or names another checkpoint."""
        try:
            good = json.loads(self.hint.read_text())["version"] == checkpoint
        except FileNotFoundError:
            return
        except (ValueError, KeyError, TypeError):
            good = False
        if not good:
            self.hint.unlink()
            sync(self.folder)

    def _numbers(self, pattern: re.Pattern[str]) -> list[int]:
        try:
            names = os.listdir(self.folder)  # many times a commit, so without a path object for each entry
        except (FileNotFoundError, NotADirectoryError):
            return []
        return sorted({int(found[1]) for found in map(pattern.match, names) if found})
