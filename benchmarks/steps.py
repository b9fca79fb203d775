"""Adherence by step and month of many runs, against plain DuckDB: `python -m benchmarks --steps 1000000`."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import polars as pl

from benchmarks.measuring import Run, Series, alternate, run
from benchmarks.moment import DAY_BEFORE, LAST, Moment

STEPS, MARKETS, MONTHS = 12, ("DE", "FR", "UK", "US"), 12
KPI = "step_adherence_rate"
JUDGED = (KPI, "step_adherence_by_version", "step_adherence_of_done")
TEXT = """---
key: packing
version: 1.0
department: shipping
owner: Shipping lead
kpis:
- kpi: on_time_delivery_rate
  moves: up
  outcome: yes
---

# Packing

## Why

A parcel that opens on the way is lost.

## Steps

### 1. Seal it {#step_00}

- Accountable: Packer

Seal it.
"""
LIMIT = 1.3
READS, TENTH, STEADY = 15, 10, 1.3
SQL = """
    SELECT begun_day AS day, sop, step, coalesce(market, '(unknown)') AS market,
        count(*) FILTER (counted AND met_epoch <= {epoch}) AS num, count(*) FILTER (counted) AS den,
        count(*) FILTER (left_out IS NULL AND due_epoch > {epoch}) AS wait,
        count(*) FILTER (left_out = 'called_off') AS called_off,
        count(*) FILTER (left_out = 'not_applicable') AS not_applicable,
        count(*) FILTER (left_out = 'not_reached' AND due_epoch <= {epoch}) AS not_reached
    FROM (SELECT *, left_out IS NULL AND due_epoch <= {epoch} AS counted FROM read_parquet({files}))
    WHERE NOT deleted AND begun_day <= DATE '{day}'
    GROUP BY ALL"""
BY_MONTH = """
    SELECT date_trunc('month', day)::DATE AS month, step, sum(num)::BIGINT AS num, sum(den)::BIGINT AS den
    FROM ({}) GROUP BY ALL"""


def made(runs: int, month: date, nth: int) -> pl.DataFrame:
    """The judged steps of a month: most followed, some late, left out or waiting; by arithmetic, never by chance."""
    from store.contract import polars_schema
    from store.facts import SopCaseSteps

    number = pl.int_range(runs, eager=True).alias("run")
    days = pl.DataFrame({"run": number}).join(pl.DataFrame({"nth": range(STEPS)}), how="cross")
    mixed = (pl.col("run") * 7919 + pl.col("nth") * 104_729) % 1000
    begun = pl.lit(month) + pl.duration(days=pl.col("run") % 28)
    rows = days.with_columns(
        case_id=pl.format("R{}-{}", pl.lit(nth), "run"), sop=pl.lit("packing"), version=pl.lit("1.0"),
        step=pl.format("step_{}", pl.col("nth").cast(pl.String).str.zfill(2)),
        market=pl.lit(pl.Series(MARKETS)).gather(pl.col("run") % len(MARKETS)), team=pl.lit("north"),
        begun_day=begun,
        left_out=pl.when(mixed < 5).then(pl.lit("called_off")).when(mixed < 20).then(pl.lit("not_applicable"))
        .when(mixed < 40).then(pl.lit("not_reached")),
        due_epoch=begun.cast(pl.Datetime("us")).dt.epoch("s") + 86_400 * (1 + mixed % 9),
        source=pl.lit("prepared"), source_id=pl.lit(None, pl.String), deleted=pl.lit(False),
        seen_at=pl.lit(datetime(2026, 1, 1)).dt.replace_time_zone("UTC"), month=begun.dt.strftime("%Y-%m"),
        is_met=mixed % 100 < 90 - pl.col("nth"),
    )  # fmt: skip
    done = pl.col("due_epoch") - 3600
    full = rows.with_columns(
        case_step_id=pl.concat_str("sop", "case_id", "step", separator="/"), happened_epoch=done,
        met_epoch=pl.when("is_met").then(done),
    )  # fmt: skip
    return full.select(pl.col(name).cast(kind) for name, kind in polars_schema(SopCaseSteps).items()).sort(
        "begun_day"
    )


def settle(lake: Path, runs: int) -> int:
    """Store the judged steps, a month a commit; the rows written."""
    from store.facts import SopCaseSteps
    from store.lake import Lake

    written, store = 0, Lake(lake)
    for nth in range(MONTHS):
        month = date(LAST.year, nth + 1, 1)
        rows = made(runs // MONTHS, month, nth)
        store.append(SopCaseSteps.name, rows, marks={"bench": nth})
        written += rows.height
    return written


def follow(home: Path, runs: int) -> None:
    """
    A procedure in force that drives deliveries in time, runs of it that systems judged, their components, and what the
    worker works out beforehand.
    """
    from kpi.catalog import KPIS
    from kpi.compute import recompute
    from kpi.engine import AsOf
    from sop.prepared.job import prepare_answers
    from sop.procedure.markdown import read
    from sop.taking_in import publish
    from store.home import open_store
    from store.permits import Role
    from store.scope import LOCAL_OWNER, Principal, Scope

    settle(home / "lake", runs)
    with closing(open_store(home)) as store:
        recompute(store.lake, AsOf.end_of(DAY_BEFORE), full=True, kpis=[KPIS[each] for each in JUDGED])
        since = date(LAST.year, 7, 1)
        author = Principal("benchmark", role=Role.ADMIN)
        publish(store.state, author, LOCAL_OWNER, read(TEXT), "new", since, since)
        prepare_answers(store, [Scope()], datetime(LAST.year + 1, 1, 1, 12, tzinfo=UTC))


def by_engine(lake: Path) -> pl.DataFrame:
    """Recompute every component from the facts and read the months as a page does."""
    from kpi.catalog import find
    from kpi.compute import recompute
    from kpi.engine import AsOf
    from kpi.period import Every, Span
    from kpi.question import Question
    from kpi.results import values
    from store.lake import Lake
    from store.scope import LOCAL_OWNER

    store, kpi = Lake(lake), find(KPI)
    recompute(store, AsOf.end_of(LAST), full=True, kpis=[kpi])
    year = Span(date(LAST.year, 1, 1), LAST)
    found = values(store, LOCAL_OWNER, kpi, Question(year, Every.MONTH, ("step",)))
    return found.select(
        pl.col("period").alias("month"), "step", pl.col("numerator", "denominator").cast(pl.Int64)
    )


def by_page(lake: Path) -> float:
    """CPU milliseconds of all that the adherence page reads of 13 weeks with those before, and of a year of months."""
    from kpi.period import Every, Span, whole_periods
    from sop.adherence import followed, months, ordered, split
    from sop.adherence.model import Told
    from store.lake import Lake
    from store.scope import LOCAL_OWNER

    store = Lake(lake)
    now = whole_periods(Every.WEEK, LAST, 13)
    before = whole_periods(Every.WEEK, now.start - timedelta(days=1), 13)
    year = Span(date(LAST.year, 1, 1), LAST)

    def read() -> float:
        began = process_time()
        for span in (now, before):
            followed(store, LOCAL_OWNER, span)
            followed(store, LOCAL_OWNER, span, sop="packing", steps=True)
        months(store, LOCAL_OWNER, year, sop="packing")
        ordered(store, LOCAL_OWNER, now)
        split(store, LOCAL_OWNER, Told.STEPS, now, "market", "packing")
        return (process_time() - began) * 1000

    read()
    return median(read() for _ in range(READS))


def by_duckdb(lake: Path, target: Path) -> pl.DataFrame:
    """The same components in one statement over the same files, written to one Parquet file, and their months."""
    import duckdb

    moment, files = Moment(LAST), sorted(str(each) for each in (lake / "sop_case_steps").rglob("*.parquet"))
    with duckdb.connect() as database:
        database.execute("SET threads = 2")
        query = SQL.format(epoch=moment.epoch, day=moment.day, files=files)
        database.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
        rows = database.execute(BY_MONTH.format(f"FROM '{target}'")).fetchall()
    return pl.DataFrame(rows, schema=["month", "step", "num", "den"], orient="row")


def digest(found: pl.DataFrame) -> dict[str, Any]:
    """What both must agree on: every month and step with its sums."""
    rows = found.sort("month", "step").rows()
    return {"rows": [[str(each) for each in row] for row in rows]}


def report(folder: Path, runs: int, rounds: int, say: Callable[[str], None]) -> str:
    """Both in turn, each as a process of its own. Raises ValueError where they differ in any number."""
    lake = folder / "lake"
    say(f"{runs:,} runs of {STEPS} steps")
    rows = run("settle_steps", lake, runs).told["rows"]
    variants: list[tuple[str, Callable[[], Run]]] = [
        ("Fairlead", lambda: run("steps_by_engine", lake)),
        ("DuckDB SQL", lambda: run("steps_by_duckdb", lake, folder / "steps.parquet")),
    ]
    found = alternate(rounds, variants)
    ours, theirs = found["Fairlead"], found["DuckDB SQL"]
    if ours.told("rows") != theirs.told("rows"):
        raise ValueError(
            "Fairlead and DuckDB do not give the same months: the comparison would mean nothing."
        )
    lines = [
        f"{rows:,} judged steps ({runs:,} runs of {STEPS}), median of {rounds} rounds, "
        f"{len(ours.told('rows'))} months and steps alike.",
        "",
        "|  | CPU s | of it work | clock s | peak MB |",
        "|---|---|---|---|---|",
        *(_row(name, series) for name, series in found.items()),
        "",
        f"Work against DuckDB: {ours.work / theirs.work:.2f}, CPU with starting Python and importing: "
        f"{ours.cpu / theirs.cpu:.2f} (the engine's promise is at most {LIMIT:.2f}).",
        "",
        _page(folder, lake, runs, rounds),
    ]
    return "\n".join(lines) + "\n"


def _page(folder: Path, lake: Path, runs: int, rounds: int) -> str:
    """What the page reads, at a tenth of the runs and at all of them."""
    small = folder / "tenth"
    run("settle_steps", small, runs // TENTH)
    run("steps_by_engine", small)
    found = alternate(
        rounds,
        [("tenth", lambda: run("steps_by_page", small)), ("all", lambda: run("steps_by_page", lake))],
    )
    tenth, whole = (median(each.told["ms"] for each in found[name].runs) for name in ("tenth", "all"))
    return (
        f"What the adherence page reads, CPU of one process: {tenth:.0f} ms with {runs // TENTH:,} runs, "
        f"{whole:.0f} ms with {runs:,}, {whole / tenth:.2f} times (promised: at most {STEADY:.2f})."
    )


def _row(name: str, series: Series) -> str:
    return f"| {name} | {series.cpu:.2f} | {series.work:.2f} | {series.wall:.1f} | {series.peak_mb:,.0f} |"
