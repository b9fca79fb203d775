"""The steps of runs, counted by day after each round: only the days whose runs changed."""

from collections.abc import Callable
from datetime import date

import polars as pl

from kpi.ledger import Entry, entries, record
from kpi.model import Department
from kpi.period import Span
from sop.diagnosis.friction import COUNTS, counted
from store.contract import polars_schema
from store.facts import SopRunSteps
from store.lake import Lake
from store.scope import Principal

TABLE, DEFINITION = "sop_step_days", "1"
BY = ("day", "market", "team")
SCHEMA = pl.Schema(
    {
        "day": pl.Date(), "market": pl.String(), "team": pl.String(), "sop": pl.String(), "step": pl.String(),
        "limit": pl.Int64(), "took": pl.Int64(), **dict.fromkeys(COUNTS, pl.Int64()),
    }
)  # fmt: skip


def compute_friction(
    lake: Lake, *, full: bool = False, progress: Callable[[str], None] = lambda _: None
) -> list[date] | None:
    """
    Bring the counts up to date; the days that were counted anew, None for all of them. Runs count, and checks that
    noted how long a step took; nobody is named.
    """
    name, known = SopRunSteps.name, entries(lake).get(TABLE)
    version = lake.version(name)
    if version < 0 or (
        not full and known and known.definition == DEFINITION and known.facts.get(name) == version
    ):
        return []
    days = (
        None
        if full or known is None or known.definition != DEFINITION
        else _changed(lake, known.facts.get(name, -1))
    )
    progress(TABLE)
    chosen = pl.lit(True) if days is None else pl.col("executed_day").is_in(days)
    rows = lake.scan(name, polars_schema(SopRunSteps)).filter(
        chosen, ~pl.col("deleted"), pl.col("selection").is_null() | pl.col("seconds").is_not_null()
    )
    steps = rows.select(
        "sop", "step", "market", "team", "seconds", pl.col("executed_day").alias("day"),
        pl.col("limit_seconds").alias("limit"), pl.lit(False).alias("flagged"),
        *(pl.col(each).fill_null(False) for each in ("skipped", "corrected", "not_applicable")),
    )  # fmt: skip
    made = counted(steps, BY).collect().select(pl.col(each).cast(kind) for each, kind in SCHEMA.items())
    lake.replace_days(TABLE, made.sort(SCHEMA.names()), days, marks={"friction": lake.version(TABLE) + 1})
    record(lake, [Entry(TABLE, {name: version}, DEFINITION)])
    return days


def _changed(lake: Lake, since: int) -> list[date] | None:
    changes = lake.changes(SopRunSteps.name, since, ["executed_day"])
    return None if changes is None else sorted(changes["executed_day"].drop_nulls().unique())


def step_days(lake: Lake, principal: Principal, span: Span) -> pl.DataFrame:
    """The counts of a span as far as the principal may see them; columns of `SCHEMA`, empty without the department."""
    if not principal.scope.sees_department(Department.PROCEDURES.value):
        return pl.DataFrame(schema=SCHEMA)
    return lake.read(
        TABLE, SCHEMA,
        lambda scan: principal.scope.limit(scan).filter(span.holds()).select(SCHEMA.names()), span.bounds(),
    )  # fmt: skip
