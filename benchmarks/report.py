"""The document: every figure of one run, what the budget is, and whether it was kept."""

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks import signals
from benchmarks.measured import MEASURED
from benchmarks.measuring import Series
from benchmarks.plan import Results

SQL_LIMIT, PANDAS_LIMIT = 1.3, 1 / 3
DAY_LIMIT, LATE_LIMIT = 0.08, 0.40
READ_LIMIT, LOAD_LIMIT = 1.3, 3.0
KPI_LIMIT = 1.5
LIBRARIES = ("polars", "narwhals", "deltalake", "duckdb", "pandas", "pyarrow")


@dataclass(frozen=True)
class Budget:
    """One promise, what was measured, and whether that keeps it."""

    what: str
    limit: float
    measured: float
    as_share: bool = False

    @property
    def kept(self) -> bool:
        return self.measured <= self.limit

    @property
    def row(self) -> list[str]:
        limit, measured = (
            f"{each:.1%}" if self.as_share else f"{each:.2f}" for each in (self.limit, self.measured)
        )
        return [self.what, f"at most {limit}", measured, "kept" if self.kept else "**missed**"]


def budgets(found: Results) -> list[Budget]:
    """Every promise of the issue."""
    ours, again = found.full["Fairlead"], found.again
    read, smaller = found.reading["large"]["weeks"], found.reading["small"]["weeks"]
    return [
        Budget(
            "(a) full compute, CPU against plain DuckDB SQL",
            SQL_LIMIT,
            ours.cpu / found.full["DuckDB SQL"].cpu,
        ),
        Budget("(a) full compute, CPU against pandas", PANDAS_LIMIT, ours.cpu / found.full["pandas"].cpu),
        Budget("(b) after yesterday's rows, share of full", DAY_LIMIT, again["day"].work / ours.work, True),
        Budget("(b) after 1 % late rows, share of full", LATE_LIMIT, again["late"].work / ours.work, True),
        Budget("(c) reading, against a tenth of the facts", READ_LIMIT, read["ms"] / smaller["ms"]),
        Budget(
            "(d) CSV to lake, CPU against polars alone",
            LOAD_LIMIT,
            found.loading["Fairlead"].cpu / found.loading["polars"].cpu,
        ),
        Budget(
            "work a KPI of the whole catalogue, against the KPIs compared",
            KPI_LIMIT,
            _per_kpi(found.catalogue["all"]) / _per_kpi(found.catalogue["measured"]),
        ),
    ]


def written(found: Results, seconds: float) -> str:
    """The whole document."""
    return (
        "\n\n".join(
            [
                "# Benchmarks",
                "Written by `make bench`. All figures are from one run on one machine; run it again and they change a "
                "little. CPU is user and system time of a whole process and its children, the median of "
                f"{found.rounds} runs; the tools take turns. Memory is the peak of the largest process. What the pages "
                "cost stands in [benchmarks-pages.md](benchmarks-pages.md), adherence by step in "
                "[benchmarks-steps.md](benchmarks-steps.md), packs of meetings in "
                "[benchmarks-packs.md](benchmarks-packs.md), pulls over HTTP in "
                "[benchmarks-pulls.md](benchmarks-pulls.md).",
                machine(seconds),
                "## Promises",
                table(["", "promised", "measured", ""], (budget.row for budget in budgets(found))),
                *_full(found),
                *_again(found),
                *_reading(found),
                *signals.section(found.signals),
                *_catalogue(found),
                *_loading(found),
                *_preparing(found),
            ]
        )
        + "\n"
    )


def machine(seconds: float) -> str:
    """What it ran on, without names."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"Machine: {os.cpu_count()} CPUs ({_processor()}), {memory:.0f} GiB, {platform.system()}, "
        f"Python {platform.python_version()}, {libraries}. The whole run took {seconds / 60:.0f} minutes."
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")),
        platform.machine(),
    )


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def _used(name: str, series: Series) -> list[str]:
    return [name, f"{series.cpu:.2f}", f"{series.work:.2f}", f"{series.wall:.1f}", f"{series.peak_mb:,.0f}"]


USED = ["", "CPU s", "of it work", "clock s", "peak MB"]


def _full(found: Results) -> list[str]:
    rows = ", ".join(f"{count:,} {name}" for name, count in found.rows.items())
    return [
        "## (a) All components from all facts",
        f"Facts of two years, made month by month: {rows}. Only the tables the KPIs read are made; the prepared ones "
        "(order_outcomes, shipment_costs, contact_episodes, customer_values) are made directly, and what preparing "
        f"costs stands at the end. {len(MEASURED)} KPIs of four departments, every component and 1 % bin: one table a "
        "grain. DuckDB "
        "runs one hand-written statement a table on the same Parquet files, pandas reads the columns it needs of "
        "each table once and groups by text, as people write it; tuned by hand it reads short texts as categories. "
        "Both write one Parquet file a table, Fairlead commits its Delta tables to disk. The promise is about pandas "
        "as people write it.",
        table(USED, (_used(name, series) for name, series in found.full.items())),
        f'The {found.compared:,} rows of all are the same, number by number. "Work" is the CPU without '
        "starting Python and importing libraries.",
    ]


def _again(found: Results) -> list[str]:
    ours = found.full["Fairlead"]
    names = {
        "day": "after yesterday's rows",
        "late": "after 1 % late rows over 90 days",
        "nothing": "nothing new",
    }
    return [
        "## (b) Only what changed",
        "Yesterday's rows are all that one more day adds and changes: new orders, shipments, tickets, and the older "
        f"ones that were delivered, solved or answered that day ({_rows(found.news['day'])}); the evaluation moves by "
        f"a day. Late rows are changes of 1 % of each table within the last 90 days ({_rows(found.news['late'])}). "
        "Merged as one commit a table before the clock starts; shares are of work by a worker that keeps "
        "running: it has done one round before, on the lake of a tenth.",
        table(
            [*USED, "share of full", "days of the widest grain"],
            (
                [*_used(names[name], series), f"{series.work / ours.work:.1%}", str(series.told("days"))]
                for name, series in found.again.items()
            ),
        ),
    ]


def _rows(news: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in news.items())


def _reading(found: Results) -> list[str]:
    asked = {"weeks": "13 weeks of the main KPIs, by week", "page": "all the overview page asks"}
    return [
        "## (c) Reading the overview",
        "From components only; the median of 15 reads in one process, without any cache.",
        table(
            ["", "facts", "ms", "CPU ms", "first read, ms"],
            (
                [words, size, f"{told['ms']:.0f}", f"{told['cpu_ms']:.0f}", f"{told['first_ms']:.0f}"]
                for name, words in asked.items()
                for size, told in (
                    (f"{found.shipments:,} shipments", found.reading["large"][name]),
                    ("a tenth", found.reading["small"][name]),
                )
            ),
        ),
    ]


def _catalogue(found: Results) -> list[str]:
    names = {"all": "the whole catalogue", "measured": "the KPIs compared above"}
    return [
        "## The whole catalogue",
        "Full compute on the facts of the made-up company, two years of every table.",
        table(
            [*USED, "KPIs", "work a KPI, ms"],
            (
                [*_used(names[name], each), str(each.told("kpis")), f"{_per_kpi(each) * 1_000:.0f}"]
                for name, each in found.catalogue.items()
            ),
        ),
    ]


def _per_kpi(series: Series) -> float:
    return series.work / float(series.told("kpis"))


def _loading(found: Results) -> list[str]:
    return [
        "## (d) CSV to lake",
        f"{found.export['rows']:,} shipments of 14 columns, {found.export['bytes'] / 2**20:,.0f} MB. Fairlead: limited "
        "child process, mapping, local days and money, validation, upsert by key, durable commits. polars: "
        "`scan_csv(...).sink_parquet(...)`.",
        table(USED, (_used(name, series) for name, series in found.loading.items())),
    ]


def _preparing(found: Results) -> list[str]:
    rows = ", ".join(f"{count:,} {name}" for name, count in found.prepared_rows.items())
    names = {"all": "all", "day": "after yesterday's rows"}
    return [
        "## Preparing",
        f"order_outcomes and shipment_costs from {rows}.",
        table(USED, (_used(names[name], series) for name, series in found.preparing.items())),
    ]
