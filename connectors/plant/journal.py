"""What machines said, in private files by day that are only appended to: what was acknowledged outlives a kill."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import cast

import polars as pl

from connectors.errors import SourceError
from store.private_files import locked, write_private

POSITION = "position"
WAS = "was "  # before what a line of an earlier day tells
TAIL = 65_536  # bytes; no line is longer
COLUMNS = pl.Schema({"machine": pl.String, "at": pl.String, "what": pl.String, "said": pl.String})


class JournalBusy(SourceError):
    """Another process writes."""


NOTHING = pl.DataFrame(schema={**COLUMNS, "at": pl.Datetime("us", "UTC")})


class What(StrEnum):
    """
    A state of a machine, its counter of pieces, that it (or, without a name, all) was heard until then, or that from
    then on nobody listened: the reason.
    """

    STATE = "state"
    COUNT = "count"
    HEARD = "heard"
    GAP = "gap"


@dataclass(frozen=True)
class Said:
    """One thing a machine said at a moment; no machine: all of them."""

    machine: str
    at: datetime
    what: What
    said: str = ""

    @property
    def line(self) -> str:
        return self._written(self.what)

    @property
    def carried(self) -> str:
        """The same as said before the day of the file began."""
        return self._written(f"{WAS}{self.what}")

    def _written(self, what: str) -> str:
        moment = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        return json.dumps([self.machine, moment, what, self.said], ensure_ascii=False)

    @property
    def file(self) -> str:
        """A day of UTC, so that what comes late finds its day."""
        return f"{self.at.astimezone(UTC):%Y-%m-%d}.jsonl"


@dataclass(frozen=True)
class Journal:
    """The files of one source. One process writes at a time; any may read."""

    folder: Path

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the only writer. Raises JournalBusy while another one is."""
        try:
            with locked(self.folder / "journal"):
                yield
        except BlockingIOError:
            raise JournalBusy(
                f"{self.folder.name}: another process listens to this plant.", retry=True
            ) from None

    def append(self, said: Iterable[Said]) -> None:
        """On disk when this returns; the end of a line that a kill cut off goes. Raises OSError."""
        ordered = sorted(said, key=lambda each: each.file)  # stable: within a day as it came
        for name, lines in groupby(ordered, key=lambda each: each.file):
            file = self.folder / name
            if not file.exists():
                write_private(file, self._carried(name))
            _append(file, "".join(f"{each.line}\n" for each in lines).encode())

    def _carried(self, name: str) -> str:
        """With what a day's file begins: the latest of each machine before it, wherever its last word was."""
        if not (earlier := [file for file in self.sizes() if file < name]):
            return ""
        lasting = pl.col("what").is_in([What.STATE, What.COUNT, What.GAP])
        latest = (
            self.read(earlier[-1]).filter(lasting).sort("at", maintain_order=True)
            .unique(["machine", "what"], keep="last", maintain_order=True)
        )  # fmt: skip
        said = (Said(machine, at, What(what), text) for machine, at, what, text in latest.iter_rows())
        return "".join(f"{each.carried}\n" for each in said)

    def position(self) -> Mapping[str, str]:
        """How far the other side was read; empty before the first time."""
        file = self.folder / POSITION
        return cast(Mapping[str, str], json.loads(file.read_text(encoding="utf-8"))) if file.exists() else {}

    def keep(self, position: Mapping[str, str]) -> None:
        """How far it was read now, on disk when this returns."""
        write_private(self.folder / POSITION, json.dumps(position))

    def sizes(self) -> dict[str, int]:
        """How long the whole lines of each day's file are, oldest first."""
        return {file.name: _whole_size(file) for file in sorted(self.folder.glob("????-??-??.jsonl"))}

    def read(self, file: str, start: int = 0, *, carried: bool = True) -> pl.DataFrame:
        """
        The lines of a day from a place on, with `at` as instants; half a line at its end is none yet. `carried`: with
        those it begins with, of earlier days.
        """
        with (self.folder / file).open("rb") as opened:
            opened.seek(start)
            whole = opened.read().rpartition(b"\n")[0]
        try:
            rows = [json.loads(line) for line in whole.splitlines()]
            frame = pl.DataFrame(rows, COLUMNS, orient="row")
        except (ValueError, pl.exceptions.PolarsError) as broken:
            raise SourceError(f"{self.folder / file} was changed by hand: {broken}") from None
        moment = pl.col("at").str.to_datetime("%Y-%m-%dT%H:%M:%S%.6f%:z", time_unit="us", time_zone="UTC")
        wanted = frame if carried else frame.filter(~pl.col("what").str.starts_with(WAS))
        return wanted.with_columns(moment, pl.col("what").str.strip_prefix(WAS))


def _append(file: Path, lines: bytes) -> None:
    handle = os.open(file, os.O_RDWR | os.O_CLOEXEC)
    with os.fdopen(handle, "r+b") as opened:
        opened.seek(_whole_size(file))
        opened.truncate()
        opened.write(lines)
        opened.flush()
        os.fsync(opened.fileno())


def _whole_size(file: Path) -> int:
    """Without the line that somebody may be writing just now."""
    with file.open("rb") as opened:
        size = opened.seek(0, os.SEEK_END)
        begin = opened.seek(max(0, size - TAIL))
        return begin + _whole(opened.read(size - begin))


def _whole(content: bytes) -> int:
    """How many bytes of it are whole lines."""
    return content.rfind(b"\n") + 1


__all__ = ["NOTHING", "Journal", "JournalBusy", "Said", "What"]
