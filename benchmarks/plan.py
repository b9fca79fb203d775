"""What is measured, in which order, on which copies of which lake."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.measuring import Run, Series, alternate, run
from benchmarks.moment import DAY_BEFORE, LAST

SMALLER = 10
PREPARED = 1_000_000


@dataclass(frozen=True)
class Results:
    """All figures of one run of the benchmark."""

    shipments: int
    rounds: int
    rows: dict[str, int]
    compared: int
    full: dict[str, Series]
    news: dict[str, dict[str, int]]
    again: dict[str, Series]
    reading: dict[str, dict[str, Any]]
    signals: dict[str, Any]
    catalogue: dict[str, Series]
    loading: dict[str, Series]
    export: dict[str, int]
    preparing: dict[str, Series]
    prepared_rows: dict[str, int]


@dataclass(frozen=True)
class Bench:
    """One run of the benchmark in an empty folder."""

    folder: Path
    shipments: int
    export: int
    rounds: int
    say: Callable[[str], None]

    def measure(self) -> Results:
        large, small = self.folder / "large", self.folder / "small"
        rows = self._settled(large, self.shipments)
        self._settled(small, self.shipments // SMALLER)
        full = self._full(large)
        compared = self._compared(large)
        self._compute(small)
        news, again = self._again(large)
        reading = {"large": self._task("overview", large).told, "small": self._task("overview", small).told}
        signals = self._task("signals", large).told
        catalogue = self._catalogue()
        shutil.rmtree(large)
        export, loading = self._loading()
        prepared_rows, preparing = self._preparing()
        return Results(
            self.shipments, self.rounds, rows, compared, full, news, again, reading, signals, catalogue, loading,
            export, preparing, prepared_rows,
        )  # fmt: skip

    def _task(self, name: str, *arguments: object) -> Run:
        done = run(name, *arguments)
        self.say(f"{name}: {done.cpu:.2f} CPU s, {done.wall:.1f} s, {done.peak_mb:.0f} MB {done.told}")
        return done

    def _settled(self, lake: Path, shipments: int) -> dict[str, int]:
        rows: dict[str, int] = self._task("settle", lake, shipments).told["rows"]
        return rows

    def _compute(self, lake: Path) -> Run:
        return self._task("compute", lake, DAY_BEFORE)

    def _compute_again(self, lake: Path, day: object = DAY_BEFORE) -> Run:
        round_before = self._copy(self.folder / "small", "round")
        return self._task("compute_again", self._copy(lake, "again"), day, round_before)

    def _full(self, lake: Path) -> dict[str, Series]:
        """(a) Everything, by three tools in turn."""
        lists = lake.with_suffix(".json")
        return alternate(
            self.rounds,
            [
                ("Fairlead", lambda: self._compute(lake)),
                ("DuckDB SQL", lambda: self._task("duckdb", lists, self._emptied("duckdb"), DAY_BEFORE)),
                ("pandas", lambda: self._pandas(lists, "plain")),
                ("pandas, tuned by hand", lambda: self._pandas(lists, "tuned")),
            ],
        )

    def _pandas(self, lists: Path, how: str) -> Run:
        return self._task("pandas", lists, self._emptied("pandas"), DAY_BEFORE, how)

    def _compared(self, lake: Path) -> int:
        """The three tools said the same; rows compared with each."""
        rows: int = self._task("check", lake, self.folder / "duckdb").told["rows"]
        self._task("check", lake, self.folder / "pandas")
        return rows

    def _again(self, lake: Path) -> tuple[dict[str, dict[str, int]], dict[str, Series]]:
        """(b) After one more day, and after late rows, each time on a fresh copy."""
        day, late = self._copy(lake, "day"), self._copy(lake, "late")
        news = {
            "day": self._task("live_a_day", day, self.shipments).told["rows"],
            "late": self._task("arrive_late", late).told["rows"],
        }
        again = alternate(
            self.rounds,
            [
                ("day", lambda: self._compute_again(day, LAST)),
                ("late", lambda: self._compute_again(late)),
                ("nothing", lambda: self._compute_again(lake)),
            ],
        )
        for used in (day, late, self.folder / "again", self.folder / "round"):
            shutil.rmtree(used)
        return news, again

    def _catalogue(self) -> dict[str, Series]:
        """The whole catalogue beside the KPIs compared above, on the facts of the made-up company."""
        home = self._emptied("company")
        self._task("demo", home)
        done = alternate(
            self.rounds,
            [(which, partial(self._task, "catalogue", home, which)) for which in ("all", "measured")],
        )
        shutil.rmtree(home)
        return done

    def _loading(self) -> tuple[dict[str, int], dict[str, Series]]:
        """(d) The same CSV file into the lake, and into one Parquet file."""
        original = self._emptied("export") / "parcels.csv"
        written = self._task("write_csv", original, self.export).told
        return written, alternate(
            self.rounds,
            [
                ("Fairlead", lambda: self._task("load_csv", self._home(original.parent))),
                (
                    "polars",
                    lambda: self._task("convert_csv", original, self._emptied("converted") / "all.parquet"),
                ),
            ],
        )

    def _home(self, export: Path) -> Path:
        home = self._emptied("home")
        for file in export.iterdir():
            os.link(file, home / file.name)
        return home

    def _preparing(self) -> tuple[dict[str, int], dict[str, Series]]:
        """Order outcomes and shipment costs from orders and shipments: all, and after one more day."""
        raw = self.folder / "raw"
        rows = self._task("settle_raw", raw, PREPARED).told["rows"]
        whole = alternate(self.rounds, [("all", lambda: self._task("prepare", raw, "full"))])
        day = self._copy(raw, "day")
        self._task("live_a_raw_day", day, PREPARED)
        return rows, whole | alternate(
            self.rounds, [("day", lambda: self._task("prepare", self._copy(day, "again"), "touched"))]
        )

    def _copy(self, lake: Path, name: str) -> Path:
        """The same files under another name: a lake never changes a file it has written."""
        target = self.folder / name
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(lake, target, copy_function=os.link)
        return target

    def _emptied(self, name: str) -> Path:
        target = self.folder / name
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        return target
