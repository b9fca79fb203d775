"""What the flow page shows, read from the prepared sums within somebody's scope; no fact is touched."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import polars as pl

from kpi.flow.budgets import BUDGETS, LANES
from kpi.flow.budgets import SCHEMA as LANE_SCHEMA
from kpi.flow.stages import PROMISED, UNATTRIBUTED, Stage
from kpi.flow.tables import BINS, CLEARED, HOLDS, OF_STAGE, OPEN, ORDERS, SCHEMAS, STAGES, TRANSIT
from kpi.flow.under_way import GIVEN_UP, NOW, ORDER, SLACK
from kpi.ledger import entries
from kpi.percentiles import percentiles_of_bins
from store.lake import NO_BOUNDS, Between, Lake
from store.scope import Principal

DEPARTMENT = "shipping"
MINIMUM = 30


@dataclass(frozen=True)
class Slice:
    """The closed weeks asked for (Mondays, both included), one lane or all, one market or all."""

    first: date
    last: date
    lane: str | None = None
    market: str | None = None

    def holds(self) -> pl.Expr:
        """Rows of the weekly tables inside."""
        return self.place() & pl.col("day").is_between(self.first, self.last)

    def bounds(self) -> Between:
        """What the lake is told of `holds`, so that it reads no other files."""
        return {"day": (self.first, self.last)}

    def place(self) -> pl.Expr:
        """Rows of the lane and market."""
        told = [
            pl.col(name) == value
            for name, value in (("lane", self.lane), ("market", self.market))
            if value is not None
        ]
        return pl.all_horizontal(pl.lit(True), *told)


def flow_slice(as_of: date, weeks: int, lane: str | None = None, market: str | None = None) -> Slice:
    """So many whole weeks, the last of which is over on the evaluation day."""
    closed = as_of - timedelta(days=as_of.weekday() + (0 if as_of.weekday() == 6 else 7))
    return Slice(closed - timedelta(weeks=weeks - 1), closed, lane, market)


class Assurance(StrEnum):
    """How far a duration can be relied on."""

    OK = "ok"
    FEW = "too few to be sure"
    NONE = "no data"


@dataclass(frozen=True)
class StageTime:
    """One stage in the slice: its budget, what settled orders took (seconds), and what is in it now.

    `burnt_s` and `saved_s` are sums over settled orders beyond and below budget; `late_days` the days late it made.
    `expected`: how many of those here will miss their day that is still to come, by their chances.
    """

    stage: Stage
    budget_s: float | None
    n: int
    mean_s: float | None
    median_s: float | None
    p90_s: float | None
    burnt_s: int
    saved_s: int
    late_days: float
    now: int
    warned: int
    overdue: int
    expected: float
    passed: bool

    @property
    def assurance(self) -> Assurance:
        """How far the durations of the stage can be relied on."""
        if not self.n:
            return Assurance.NONE
        return Assurance.OK if self.n >= MINIMUM else Assurance.FEW


@dataclass(frozen=True)
class OnTime:
    """Promises of the weeks: kept of all that fell due; and, beside it, of those delivered alone."""

    due: int
    kept: int
    delivered: int
    never: int
    late_days: int

    @property
    def rate(self) -> float | None:
        """Kept of all due: what is overdue and not delivered is late."""
        return self.kept / self.due if self.due else None

    @property
    def delivered_only(self) -> float | None:
        """Kept of those delivered: it looks best on the day things break, so it never stands alone."""
        return self.kept / self.delivered if self.delivered else None

    @property
    def open_late(self) -> int:
        """Due, and neither delivered nor ended otherwise."""
        return self.due - self.delivered - self.never


@dataclass(frozen=True, eq=False)
class Flow:
    """One slice of the flow, whole: stages, promises, lateness by stage and party, orders under way, quality of data.

    `late`: stage, party, days, orders. `listed`: orders of `flow_open` that will be late or are. `given_up`: orders
    silent for 60 days past their promise. `expected_late`: how many under way will be late, by their chances.
    """

    slice: Slice
    as_of: date
    stages: tuple[StageTime, ...]
    unattributed: StageTime | None
    on_time: OnTime
    late: pl.DataFrame
    listed: pl.DataFrame
    promise_s: float | None
    basis: str
    under_way: int
    warned: int
    overdue: int
    expected_late: float
    given_up: int
    settled: int
    inferred: int
    disordered: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found for the slice."""
        return not self.settled and not self.under_way and not self.on_time.due


def computed_as_of(lake: Lake) -> date | None:
    """The evaluation day of the flow; None before the first."""
    known = entries(lake).get(STAGES)
    return known.as_of_day if known else None


def lanes(lake: Lake, principal: Principal) -> pl.DataFrame:
    """The lanes in scope with their budgets (see `kpi.flow.budgets.SCHEMA`), sorted by lane."""
    return _read(lake, principal, LANES, LANE_SCHEMA, pl.lit(True)).sort("lane")


def flow(lake: Lake, principal: Principal, asked: Slice) -> Flow | None:
    """The flow of a slice; None outside the department's scope, and before anything was computed."""
    as_of = computed_as_of(lake)
    if as_of is None or not principal.scope.sees_department(DEPARTMENT):
        return None
    sums = _weekly(lake, principal, STAGES, asked)
    orders = _weekly(lake, principal, ORDERS, asked)
    now = _read(lake, principal, OPEN, SCHEMAS[OPEN], asked.place())
    budgets = lanes(lake, principal).filter(asked.place())
    live = now.filter((pl.col("row") == NOW) & (pl.col("stage") != Stage.AFTER_SALES.key))
    weights = orders.group_by("lane").agg(pl.col("transit_n", "due").sum())
    told = budgets.join(weights, on="lane", how="inner")
    stages = _stage_times(lake, principal, asked, sums, now, told)
    total = orders.select(pl.col(pl.Int64).sum()).row(0, named=True) if orders.height else {}
    return Flow(
        asked, as_of, tuple(stages), _rest(sums),
        OnTime(*(int(total.get(name) or 0) for name in ("due", "kept", "delivered", "never", "late_days"))),
        _late(sums), now.filter(pl.col("row") == ORDER), _mean(told, "promise_s"), _basis(told),
        int(live["n"].sum()), int(live["warned"].sum()), int(live["overdue"].sum()),
        float(live["chance_ppm"].sum()) / 1e6,
        int(now.filter(pl.col("row") == GIVEN_UP)["n"].sum()),
        int(total.get("delivered") or 0), int(total.get("inferred") or 0), int(total.get("disordered") or 0),
    )  # fmt: skip


def _read(
    lake: Lake, principal: Principal, name: str, schema: pl.Schema, where: pl.Expr, between: Between = NO_BOUNDS
) -> pl.DataFrame:  # fmt: skip
    mine = where & principal.scope.sees_department(DEPARTMENT)
    return lake.read(
        name, schema, lambda scan: principal.scope.limit(scan).filter(mine).select(schema.names()), between
    )


def _weekly(lake: Lake, principal: Principal, name: str, asked: Slice) -> pl.DataFrame:
    return _read(lake, principal, name, SCHEMAS[name], asked.holds(), asked.bounds())


def _mean(lanes: pl.DataFrame, column: str) -> float | None:
    """The mean of lanes by the orders that fell due on them."""
    weight = float(lanes["due"].sum())
    return float((lanes[column] * lanes["due"]).sum()) / weight if weight else None


def _budget(lanes: pl.DataFrame, stage: Stage) -> float | None:
    """The mean budget of a stage over the lanes that pass it."""
    column = BUDGETS[stage.number - 1]
    return _mean(lanes.filter(pl.col(column) > 0), column)


def _basis(lanes: pl.DataFrame) -> str:
    """How the budgets shown came about: the firm's only if all are."""
    told = set(lanes["basis"])
    return "set" if told == {"set"} else "mixed" if "set" in told else "proposed" if told else ""


def _stage_times(
    lake: Lake, principal: Principal, asked: Slice, sums: pl.DataFrame, now: pl.DataFrame, lanes: pl.DataFrame
) -> list[StageTime]:
    spans = _percentiles(lake, principal, asked)
    counted = {
        row["stage"]: row for row in sums.group_by("stage").agg(pl.col(pl.Int64).sum()).rows(named=True)
    }
    live = (
        now.filter(pl.col("row") == NOW)
        .group_by("stage")
        .agg(pl.col("n", "warned", "overdue", "chance_ppm").sum())
    )
    there = {row["stage"]: row for row in live.rows(named=True)}
    found = []
    for stage in Stage:
        got, here = counted.get(stage.key, {}), there.get(stage.key, {})
        budget = _budget(lanes, stage) if stage in PROMISED else None
        median, p90 = spans.get(stage.key, (None, None))
        n = int(got.get("n") or 0)
        found.append(
            StageTime(
                stage, budget, n, got["seconds"] / n if n else None, median, p90, int(got.get("over_s") or 0),
                int(got.get("under_s") or 0), (got.get("late_s") or 0) / 86_400, int(here.get("n") or 0),
                int(here.get("warned") or 0), int(here.get("overdue") or 0),
                max(0.0, float(here.get("chance_ppm") or 0) / 1e6 - int(here.get("overdue") or 0)),
                bool(n or here.get("n")),
            )
        )  # fmt: skip
    return found


def _percentiles(lake: Lake, principal: Principal, asked: Slice) -> dict[str, tuple[float, float]]:
    """Median and 90th percentile of each stage in seconds, from 1 % bins."""
    where = asked.holds() & (pl.col("of") == OF_STAGE)
    counted = _read(lake, principal, BINS, SCHEMAS[BINS], where, asked.bounds()).lazy()
    found = percentiles_of_bins(counted, ["stage"]).collect()
    return {row["stage"]: (row["median"], row["p90"]) for row in found.rows(named=True)}


def _rest(sums: pl.DataFrame) -> StageTime | None:
    """The time no scan explains, in the shape of a stage."""
    told = sums.filter(pl.col("stage") == UNATTRIBUTED)
    n = int(told["n"].sum())
    if not n:
        return None
    return StageTime(
        Stage.TRANSIT, None, n, float(told["seconds"].sum()) / n, None, None, int(told["over_s"].sum()), 0,
        float(told["late_s"].sum()) / 86_400, 0, 0, 0, 0.0, True,
    )  # fmt: skip


def _late(sums: pl.DataFrame) -> pl.DataFrame:
    """Late days by stage and party, of orders delivered late; the most first."""
    told = sums.group_by("stage", "party").agg(pl.col("late_s", "late_n").sum()).filter(pl.col("late_s") > 0)
    return told.select(
        "stage", "party", (pl.col("late_s") / 86_400).alias("days"), pl.col("late_n").alias("orders")
    ).sort("days", "stage", descending=[True, False])


def slack_now(lake: Lake, principal: Principal, asked: Slice) -> pl.DataFrame:
    """Seconds over and under budget of orders under way, by stage and party."""
    now = _read(lake, principal, OPEN, SCHEMAS[OPEN], asked.place() & (pl.col("row") == SLACK))
    told = now.group_by("stage", "party").agg(pl.col("n", "over_s", "under_s", "late_s").sum())
    return told.sort("stage", "party")


def carried(lake: Lake, principal: Principal, asked: Slice) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The weekly sums of carrying, and the bins of the transit, for `kpi.flow.alike`."""
    return _weekly(lake, principal, ORDERS, asked), _weekly(lake, principal, TRANSIT, asked)


def ledger(
    lake: Lake, principal: Principal, asked: Slice, most: int = 200
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Sums of what was cleared and held, and the dearest holds, in the slice."""
    cleared = _weekly(lake, principal, CLEARED, asked)
    cost = pl.sum_horizontal("storage_micros", "penalty_micros", "refund_micros")
    holds = _weekly(lake, principal, HOLDS, asked).sort(
        cost, "hold_s", "entry_id", descending=[True, True, False]
    )
    return cleared, holds.head(most)
