"""Pages of systems as they came, compressed: on disk before they are facts, and some days longer to be read again."""

import json
import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import zstandard

from store.private_files import write_private_bytes

FOLDER, OPEN, DONE = "pages", ".open", ".page"
MOST_MB = 2_048  # of one source; the oldest go first
MEGABYTE = 1_048_576
LEVEL = 1  # a page of tickets becomes a 26th of itself; higher levels gain little and cost more


@dataclass(frozen=True)
class RawPage:
    """The bytes of one answer, and what is told of it by those who keep it."""

    told: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class RawPages:
    """
    Those of one source under `home`, by stream. A page is open until it is facts; then it is done, and kept to be read
    again with another mapping if `lasting`. Files only the service's user can read.
    """

    home: Path
    source: str
    lasting: bool = True

    def keep(self, stream: str, name: str, page: RawPage) -> None:
        """On disk when this returns; `name` are letters and digits. Raises OSError."""
        whole = json.dumps(dict(page.told)).encode() + b"\n" + page.body
        packed = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).compress(whole)
        write_private_bytes(self._folder(stream) / f"{name}{OPEN}", packed)

    def open(self, stream: str, name: str) -> RawPage | None:
        """A page that was kept and is no facts yet; None where there is none that can be read."""
        return _read(self._folder(stream) / f"{name}{OPEN}")

    def settle(self, stream: str, names: Sequence[str]) -> None:
        """These pages are facts now, in this order; later ones come behind them, whatever the clock says."""
        folder, done = self._folder(stream), self.done(stream)
        last = int(done[0].name.partition("-")[0]) if done else 0
        for number, name in enumerate(names, max(last + 1, time.time_ns())):
            file = folder / f"{name}{OPEN}"
            with suppress(FileNotFoundError):
                if self.lasting:
                    file.rename(folder / f"{number:020d}-{name}{DONE}")
                else:
                    file.unlink()

    def forget_open(self, stream: str) -> None:
        """Those that became no facts are asked for again."""
        for file in self._folder(stream).glob(f"*{OPEN}"):
            file.unlink(missing_ok=True)

    def done(self, stream: str) -> list[Path]:
        """The files of those that are facts, the latest first."""
        return sorted(self._folder(stream).glob(f"*{DONE}"), reverse=True)

    def read(self, file: Path) -> RawPage | None:
        """A page that is facts; None where its file cannot be read."""
        return _read(file)

    def limit(self, most_mb: int = MOST_MB) -> None:
        """Forget the oldest of the source beyond so many megabytes."""
        size = 0
        files = sorted(self._home().glob(f"*/*{DONE}"), key=lambda file: file.name, reverse=True)
        for file in files:
            size += file.stat().st_size
            if size > most_mb * MEGABYTE:
                file.unlink(missing_ok=True)

    def _folder(self, stream: str) -> Path:
        return self._home() / _safe(stream)

    def _home(self) -> Path:
        return self.home / FOLDER / _safe(self.source)


def has_pages(home: Path, source: str) -> bool:
    """Whether any page of the source is kept."""
    return any((home / FOLDER / _safe(source)).glob("*/*"))


def old_pages(home: Path, older_than: timedelta) -> list[Path]:
    """The files of pages that lie here for longer, of all sources."""
    limit = time.time() - older_than.total_seconds()
    files = [file for file in (home / FOLDER).glob("*/*/*") if file.is_file()]
    return [file for file in files if file.stat().st_mtime <= limit]


def sweep_pages(home: Path, older_than: timedelta) -> int:
    """Forget them, also those whose source is gone; returns how many."""
    old = old_pages(home, older_than)
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


def _read(file: Path) -> RawPage | None:
    try:
        whole = zstandard.ZstdDecompressor().decompress(file.read_bytes())
        told, _, body = whole.partition(b"\n")
        return RawPage(json.loads(told), body)
    except (FileNotFoundError, zstandard.ZstdError, ValueError):
        return None


def _safe(name: str) -> str:
    """A name as part of a path, whatever stands in it."""
    return f"_{quote(name, safe='')}".replace(".", "%2E")[: os.pathconf("/", "PC_NAME_MAX") - 1]
