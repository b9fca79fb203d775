"""A writer to be killed: checks the lake against what it must hold, then writes on, one line a step.

Usage: lake_worker.py LAKE MEMORY BOOT SYNCS STEPS; MEMORY may be -; SYNCS is all, files or none.
"""

import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from random import Random

import polars as pl
from power import Disk

from store.lake import Lake

ROWS = pl.Schema({"parcel": pl.Int64, "grams": pl.Int64, "month": pl.String})
DAYS = pl.Schema({"day": pl.Date, "n": pl.Int64})
MONTHS = ("2024-01", "2024-02", "none")
SIGN = {"insert": 1, "update_postimage": 1, "delete": -1, "update_preimage": -1}

Parcels = dict[int, tuple[int, str]]


@dataclass
class Step:
    """What commit number n does to the parcels, and to the counts of two days."""

    number: int
    rows: Parcels = field(default_factory=dict)
    gone: list[tuple[int, str]] = field(default_factory=list)

    @property
    def days(self) -> list[date]:
        return [date(2024, 1, 1) + timedelta(days=(self.number * 7 + more) % 90) for more in (0, 1)]


def steps() -> Iterator[tuple[Step, Parcels]]:
    """Each step and what the table holds after it: a function of the number alone."""
    state: Parcels = {}
    for number in count():
        random = Random(number)
        step = Step(number)
        if number % 3 == 0:
            step.rows = {1000 + number * 40 + more: (number, random.choice(MONTHS)) for more in range(40)}
        else:
            step.rows = {random.randrange(30): (number, random.choice(MONTHS)) for _ in range(8)}
            leaves = random.choice(sorted(state))
            step.gone = [
                (key, state[key][1])
                for key in sorted({*step.rows, leaves} & state.keys())
                if key not in step.rows or step.rows[key][1] != state[key][1]
            ]
        state = {key: row for key, row in state.items() if (key, row[1]) not in step.gone} | step.rows
        yield step, state


def write(lake: Lake, step: Step) -> None:
    """Two commits: parcels, then the counts of two days; sometimes the housekeeping between them."""
    rows = pl.DataFrame([(key, *row) for key, row in step.rows.items()], schema=ROWS, orient="row")
    gone = pl.DataFrame(step.gone, schema={"parcel": pl.Int64, "month": pl.String}, orient="row")
    marks = {"feed": step.number}
    if step.number % 3 == 0:
        lake.append("parcels", rows, marks=marks)
    else:
        lake.merge("parcels", rows, key=["parcel"], marks=marks, gone=gone)
    if step.number % 5 == 4:
        lake.compact("parcels")
        lake.vacuum("parcels")
    counts = pl.DataFrame({"day": step.days, "n": [step.number] * 2}, schema=DAYS)
    lake.replace_days("counts", counts, step.days, marks=marks)


def check(lake: Lake) -> int:
    """The last step the lake holds, after comparing rows, change feed and counts with the steps up to it."""
    last = lake.applied("parcels", "feed")
    state: Parcels = {}
    counts: dict[date, int] = {}
    counted = lake.applied("counts", "feed")
    assert counted in (last, last - 1), f"counts stand at {counted}, parcels at {last}"
    for step, after in steps():
        if step.number > last:
            break
        state = after
        counts |= dict.fromkeys(step.days if step.number <= counted else [], step.number)
    rows = {(key, *row) for key, row in state.items()}
    stored = lake.scan("parcels", ROWS).collect()
    assert stored.height == len(rows), f"{stored.height} rows instead of {len(rows)}"
    assert set(stored.rows()) == rows, "other rows than written"
    assert sorted(lake.scan("counts", DAYS).select("day", "n").collect().rows()) == sorted(counts.items())
    assert last < 0 or rows_of_feed(lake) == rows, "the change feed tells other rows"
    return last


def rows_of_feed(lake: Lake) -> set[tuple[object, ...]]:
    """The table's rows, rebuilt from its change feed since the beginning."""
    feed = lake.changes("parcels", -1, list(ROWS))
    assert feed is not None, "the change feed does not reach back"
    sign = pl.col("_change_type").replace_strict(SIGN, return_dtype=pl.Int64)
    net = feed.group_by(*ROWS).agg(sign.sum().alias("net")).filter(pl.col("net") != 0)
    assert net["net"].unique().to_list() in ([], [1]), "the change feed does not add up"
    return set(net.select(*ROWS).rows())


def remember_syncs(memory: str, live: Path, syncs: str) -> None:
    """Let each fsync tell the simulated disk, or leave some of them out."""
    real = os.fsync
    disk = None if memory == "-" else Disk(live, Path(memory))

    def fsync(handle: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(handle).st_mode)
        if syncs == "none" or (syncs == "files" and is_folder):
            return
        if disk is None:
            real(handle)
        else:
            disk.synced(Path(os.readlink(f"/proc/self/fd/{handle}")))

    os.fsync = fsync


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(root: str, memory: str, boot: str, syncs: str, number: str) -> None:
    remember_syncs(memory, Path(root), syncs)
    lake = Lake(Path(root), checkpoint_every=3, boot=boot)
    found = lake.recover()
    last = check(lake)
    dropped = sum(len(each.dropped) for each in found.values())
    kept = sum(len(each.kept) for each in found.values())
    say(f"holds {last} kept {kept} dropped {dropped}")
    for step, _ in steps():
        if step.number > last + int(number):
            return
        if step.number >= last:  # the last one once more: a replay after a lost cursor
            write(lake, step)
            say(f"wrote {step.number}")


if __name__ == "__main__":
    main(*sys.argv[1:])
