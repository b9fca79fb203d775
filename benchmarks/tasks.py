"""What the benchmark measures, each as a process of its own: `python -m benchmarks.tasks NAME ARGUMENTS`."""

import json
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.moment import LAST, Moment

Told = dict[str, Any]
READS = 15


def cpu_seconds() -> float:
    """User and system time of this process and of the children it waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


@contextmanager
def timed(told: Told) -> Iterator[None]:
    """Put the CPU seconds of the block into `work`: what is left when starting and importing is taken away."""
    began = cpu_seconds()
    yield
    told["work"] = cpu_seconds() - began


def settle(lake: str, shipments: str) -> Told:
    """A firm's past; the lists of its files for the other tools."""
    from benchmarks import firm
    from store.lake import Lake

    rows = firm.settle(Lake(Path(lake)), int(shipments))
    _write_lists(Path(lake))
    return {"rows": rows}


def _write_lists(lake: Path) -> None:
    """The files of each table, an empty one with all columns first: a file holds only columns that have values."""
    import polars as pl
    from deltalake import DeltaTable

    from benchmarks.firm import TABLES_READ

    whole = lake.with_suffix(".columns")
    whole.mkdir(exist_ok=True)
    lists: dict[str, list[str]] = {}
    for name in TABLES_READ:
        table, empty = DeltaTable(lake / name), whole / f"{name}.parquet"
        pl.DataFrame(schema=pl.scan_delta(table).collect_schema()).write_parquet(empty)
        lists[name] = [str(empty), *sorted(table.file_uris())]
    lake.with_suffix(".json").write_text(json.dumps(lists))


def settle_raw(lake: str, shipments: str) -> Told:
    """Orders and shipments only, for preparing."""
    from benchmarks import firm
    from store.lake import Lake

    return {"rows": firm.settle_raw(Lake(Path(lake)), int(shipments))}


def live_a_day(lake: str, shipments: str) -> Told:
    """Merge the last day."""
    from benchmarks import firm
    from store.lake import Lake

    return {"rows": firm.live_a_day(Lake(Path(lake)), int(shipments))}


def live_a_raw_day(lake: str, shipments: str) -> Told:
    """Merge the last day of orders and shipments."""
    from benchmarks import firm
    from store.lake import Lake

    return {"rows": firm.live_a_raw_day(Lake(Path(lake)), int(shipments))}


def arrive_late(lake: str) -> Told:
    """Merge the late rows."""
    from benchmarks import firm
    from store.lake import Lake

    return {"rows": firm.arrive_late(Lake(Path(lake)))}


def compute(lake: str, day: str) -> Told:
    """All components."""
    return _computed(lake, day, full=True)


def compute_again(lake: str, day: str, round_before: str) -> Told:
    """What changed, by a worker that has done a round before: on another lake, whose evaluation moves by a day."""
    from worker.loop import stay

    _computed(round_before, LAST.isoformat(), full=False)
    stay()
    return _computed(lake, day, full=False)


def _computed(lake: str, day: str, *, full: bool) -> Told:
    from benchmarks.measured import MEASURED
    from kpi.compute import recompute
    from kpi.engine import AsOf
    from store.lake import Lake

    told: Told = {}
    as_of, opened = AsOf.end_of(date.fromisoformat(day)), Lake(Path(lake))
    opened.recover()  # as every process does when it starts
    with timed(told):
        done = recompute(opened, as_of, full=full, kpis=MEASURED)
    return told | {"tables": len(done), "days": max((each.days or 0 for each in done), default=0)}


def duckdb(lists: str, target: str, day: str) -> Told:
    from benchmarks import by_duckdb

    told: Told = {}
    with timed(told):
        by_duckdb.compute(Path(lists), Path(target), Moment(date.fromisoformat(day)))
    return told


def pandas(lists: str, target: str, day: str, how: str) -> Told:
    """As people write it (`plain`), or with short texts as categories (`tuned`)."""
    from benchmarks import by_pandas

    told: Told = {}
    with timed(told):
        by_pandas.compute(Path(lists), Path(target), Moment(date.fromisoformat(day)), how == "tuned")
    return told


def check(lake: str, files: str) -> Told:
    """Raises DifferentNumbers unless the other tool's files say the same."""
    from benchmarks.same import check_same

    return {"rows": check_same(Path(lake), Path(files))}


def overview(lake: str) -> Told:
    """Milliseconds and CPU of one read: 13 weeks of the main KPIs, and all that the overview page asks."""
    from benchmarks.reading import first_and_median, main_kpis, page
    from store.lake import Lake

    opened = Lake(Path(lake))
    return {
        "weeks": first_and_median(lambda: main_kpis(opened), READS),
        "page": first_and_median(lambda: page(opened), READS),
    }


def signals(lake: str) -> Told:
    """Milliseconds of all control charts of the overview, beside one page read."""
    from benchmarks.signals import measured
    from store.lake import Lake

    return measured(Lake(Path(lake)), READS)


def demo(home: str) -> Told:
    """Load the made-up company, which has facts for every KPI of the catalogue."""
    command = [sys.executable, "-m", "cli", "--home", home, "demo"]
    subprocess.run(command, check=True, stdout=sys.stderr)
    return {}


def catalogue(home: str, which: str) -> Told:
    """The components of the whole catalogue (`all`), or of the KPIs compared with other tools (`measured`)."""
    from benchmarks.measured import MEASURED
    from kpi.catalog import KPIS
    from kpi.compute import recompute
    from kpi.engine import AsOf
    from kpi.ledger import entries
    from store.home import open_store

    store = open_store(Path(home))
    known = max(each.as_of_day for each in entries(store.lake).values() if each.as_of_day)
    kpis = MEASURED if which == "measured" else list(KPIS.values())
    told: Told = {}
    with timed(told):
        recompute(store.lake, AsOf.end_of(known), full=True, kpis=kpis)
    store.close()
    return told | {"kpis": len(kpis)}


def prepare(lake: str, how: str) -> Told:
    """Outcomes and costs from orders and shipments."""
    from kpi.compute import prepare_all
    from store.lake import Lake

    told: Told = {}
    with timed(told):
        prepare_all(Lake(Path(lake)), full=how == "full")
    return told


def write_csv(file: str, shipments: str) -> Told:
    """An export of shipments, as a firm's system would write it."""
    from benchmarks.export import write_export

    return write_export(Path(file), int(shipments))


def load_csv(home: str) -> Told:
    """The export into the lake, by the same path as `fairlead sync`."""
    from benchmarks.export import load_export

    told: Told = {}
    with timed(told):
        told |= load_export(Path(home))
    return told


def convert_csv(file: str, target: str) -> Told:
    """The export into one Parquet file, by polars alone."""
    import polars as pl

    told: Told = {}
    with timed(told):
        pl.scan_csv(file).sink_parquet(target)
    return told


def settle_steps(lake: str, runs: str) -> Told:
    """Judged steps of procedures."""
    from benchmarks import steps

    return {"rows": steps.settle(Path(lake), int(runs))}


def follow(home: str, runs: str) -> Told:
    """One procedure in force in a home, with judged runs, and what the worker works out of them."""
    from benchmarks import steps

    told: Told = {}
    with timed(told):
        steps.follow(Path(home), int(runs))
    return told


def steps_by_engine(lake: str) -> Told:
    """Adherence by step and month, recomputed."""
    import kpi.catalog
    import kpi.compute
    import kpi.results  # noqa: F401 (loaded before the clock starts)
    from benchmarks import steps

    told: Told = {}
    with timed(told):
        found = steps.by_engine(Path(lake))
    return told | steps.digest(found)


def steps_by_page(lake: str) -> Told:
    """What the adherence page reads of them."""
    from benchmarks import steps

    return {"ms": steps.by_page(Path(lake))}


def steps_by_duckdb(lake: str, target: str) -> Told:
    """The same in plain SQL."""
    import duckdb  # noqa: F401 (loaded before the clock starts)

    from benchmarks import steps

    told: Told = {}
    with timed(told):
        found = steps.by_duckdb(Path(lake), Path(target))
    return told | steps.digest(found)


def pull(firm: str) -> Told:
    """All pages of a helpdesk into facts."""
    from benchmarks import pulls

    told: Told = {}
    with timed(told):
        rows = pulls.pull(Path(firm))
    return told | {"rows": rows}


TASKS: Mapping[str, Callable[..., Told]] = {
    task.__name__: task
    for task in (
        settle, settle_raw, live_a_day, live_a_raw_day, arrive_late, compute, compute_again, duckdb, pandas, check,
        overview, signals, demo, catalogue, prepare, write_csv, load_csv, convert_csv,
        settle_steps, follow, steps_by_engine, steps_by_page, steps_by_duckdb, pull,
    )
}  # fmt: skip

if __name__ == "__main__":
    print(json.dumps(TASKS[sys.argv[1]](*sys.argv[2:])))
