"""Forecasts as they lie in the lake: what was said, by which method, and how it did in the backtest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from kpi.catalog import KPIS
from kpi.forecast.recent import Recent
from kpi.forecast.track import ALL_MARKETS, Kind
from kpi.model import Kpi
from kpi.period import Every
from kpi.words import say
from store.contract import fields
from store.lake import NO_BOUNDS, Lake
from store.scope import Principal

FORECASTS, BACKTESTS = "forecasts", "forecast_backtests"
SERIES = pl.Schema(
    {
        "day": pl.Date(),  # last day of the week the run belongs to; a run replaces those of its week
        "kind": pl.String(),
        "key": pl.String(),  # KPI or product
        "department": pl.String(),
        "market": pl.String(),  # null: none; "(all)": all of them together
        "every": pl.String(),
        "known_until": pl.Date(),
        "method": pl.String(),
        "method_name": pl.String(),
        "as_of": pl.Date(),
        "data_version": pl.String(),
        "made_at": pl.Datetime("us", "UTC"),
    }
)
FORECAST_COLUMNS = pl.Schema(
    {
        **SERIES,
        "gate": pl.String(),
        "benchmark": pl.String(),
        "period": pl.Date(),
        "step": pl.Int64(),
        "value": pl.Float64(),
        "low": pl.Float64(),  # 80 % of past errors at this distance lay between low and high
        "high": pl.Float64(),
        "wape": pl.Float64(),  # of the method on the origin held back
        "recent_off": pl.Float64(),  # absolute errors one period ahead over the last six periods, added up
        "recent_repeated": pl.Float64(),  # the same of saying the last value again
    }
)
BACKTEST_COLUMNS = pl.Schema(
    {
        **SERIES,
        "is_chosen": pl.Boolean(),
        "is_benchmark": pl.Boolean(),
        "step": pl.Int64(),  # 0: all periods ahead
        "horizon": pl.Int64(),
        "origins": pl.Int64(),
        "absolute": pl.Float64(),
        "signed": pl.Float64(),
        "actual": pl.Float64(),
        "count": pl.Int64(),
        "wape": pl.Float64(),
        "bias": pl.Float64(),
        "accuracy": pl.Float64(),
        "mase": pl.Float64(),
        "value_added_pp": pl.Float64(),
        "choice_absolute": pl.Float64(),  # on the origins the choice was made on
        "sigma": pl.Float64(),  # of the total up to this step, over all origins
        "demand_class": pl.String(),
        "adi": pl.Float64(),
        "cv2": pl.Float64(),
    }
)


@dataclass(frozen=True)
class Point:
    """One period ahead, in the unit of the KPI (or pieces); without an interval where nothing could be tested."""

    start: date
    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Outlook:
    """The latest stored forecast of one KPI: its points, the method in words, and its past error (WAPE)."""

    method: str
    gate: str
    wape: float | None
    known_until: date
    as_of: date
    points: tuple[Point, ...]
    recent: Recent | None = None

    @property
    def keeps_up(self) -> bool:
        """Over the last six periods it was not much further off than the last value repeated, as after a shift."""
        return self.recent is not None and self.recent.keeps_up

    @property
    def method_said(self) -> str:
        """The method in the reader's language."""
        name, _, window = self.method.rpartition(" of ")
        return say("Moving average of {n}", n=window) if name == "Moving average" else say(self.method)

    @property
    def is_tested(self) -> bool:
        """A backtest says how far it may be off; what was never tested is not shown to anybody as a forecast."""
        return all(point.low is not None for point in self.points)


def forecasts(
    lake: Lake, principal: Principal, kind: Kind, keys: Sequence[str] | None = None
) -> pl.DataFrame:
    """The rows of the latest run as far as the principal may see them, with the columns of FORECAST_COLUMNS."""
    return _latest(lake, FORECASTS, FORECAST_COLUMNS, principal, kind, keys)


def backtests(
    lake: Lake, principal: Principal, kind: Kind, keys: Sequence[str] | None = None
) -> pl.DataFrame:
    """The same for the backtests behind them: one row a method, and one a period ahead for the method chosen."""
    return _latest(lake, BACKTESTS, BACKTEST_COLUMNS, principal, kind, keys)


def _latest(
    lake: Lake, name: str, schema: pl.Schema, principal: Principal, kind: Kind, keys: Sequence[str] | None
) -> pl.DataFrame:
    """A table whose rows of all markets together are shown only to those who see all markets."""
    rows = lake.read(
        name,
        schema,
        lambda scan: _mine(scan, principal, kind, keys).filter(pl.col("day") == pl.col("day").max()),
        between=NO_BOUNDS,
    )
    return rows.drop("month").sort("key", "market", "every", "step", nulls_last=False)


def _mine(scan: pl.LazyFrame, principal: Principal, kind: Kind, keys: Sequence[str] | None) -> pl.LazyFrame:
    wanted = [pl.col("kind") == kind.value]
    if kind is Kind.KPI and principal.scope.teams is not None:
        wanted.append(pl.col("key").is_in([key for key, kpi in KPIS.items() if not _has_teams(kpi)]))
    if keys is not None:
        wanted.append(pl.col("key").is_in(list(keys)))
    if principal.scope.departments is not None:
        wanted.append(pl.col("department").is_in(sorted(principal.scope.departments)))
    return principal.scope.limit(scan).filter(*wanted)


def _has_teams(kpi: Kpi) -> bool:
    """Whether its facts know teams; forecasts are made of all of them together."""
    return any("team" in fields(rows.fact) for rows in kpi.sides)


def outlook(
    lake: Lake, principal: Principal, kpi: Kpi, every: Every, market: str | None = None
) -> Outlook | None:
    """The stored forecast of a KPI for a market, or for all markets; None where none is stored or visible."""
    wanted = market or (ALL_MARKETS if "market" in kpi.dimensions else None)
    rows = forecasts(lake, principal, Kind.KPI, [kpi.key]).filter(
        pl.col("every") == every.value, pl.col("market").eq_missing(pl.lit(wanted, pl.String))
    )
    if rows.is_empty():
        return None
    told = rows.row(0, named=True)
    points = tuple(Point(*row) for row in rows.select("period", "value", "low", "high").iter_rows())
    off, repeated = told["recent_off"], told["recent_repeated"]
    return Outlook(
        told["method_name"], told["gate"], told["wape"], told["known_until"], told["as_of"], points,
        None if off is None or repeated is None else Recent(off, repeated),
    )  # fmt: skip
