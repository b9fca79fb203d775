"""Histories of KPIs: their settled periods, in all and by market, read from the components."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kpi.forecast.track import ALL_MARKETS, Kind, NoForecast, Track, pace_of, periods, whole_until
from kpi.freshness import reported_until
from kpi.levels import Model
from kpi.model import Distinct, Kpi, Total
from kpi.period import Every, Span, whole_periods
from kpi.question import Question
from kpi.results import values_of
from kpi.standing import coverage
from store.lake import Lake
from store.scope import NO_MARKET, Principal
from store.state.runs import Freshness

MOST_GAPS = 0.25


def is_forecast(kpi: Kpi) -> bool:
    """All but counts of different things, which do not add up over time, and models, which are forecasts themselves."""
    return not isinstance(kpi, Distinct | Model)


def check_kpi(kpi: Kpi, every: Every) -> None:
    """Raises NoForecast for what `is_forecast` leaves out, and for a length of period that cannot be tested."""
    if isinstance(kpi, Model):
        raise NoForecast(f"{kpi.name} is a forecast itself; it is not forecast once more.")
    if not is_forecast(kpi):
        raise NoForecast(
            f"{kpi.name} counts different things and cannot be added up over time; it is not forecast."
        )
    pace_of(every)


def kpi_tracks(
    lake: Lake,
    principal: Principal,
    kpis: Sequence[Kpi],
    every: Every,
    *,
    by: Sequence[str | None],
    fresh: Sequence[Freshness] = (),
) -> list[Track]:
    """Histories of these KPIs as far as the principal may see: in all (`by` None) and by the dimensions named in `by`.

    The components must be computed; `fresh` tells how far their sources have reported. Periods that are not over or
    wait for outcomes are left out at the end; the first period of a sum as well, because it may have begun before the
    data. Gaps of a rate are filled with the value before; a rate with more than a quarter of its periods missing has
    no history.
    """
    covered = coverage(lake, principal, kpis)
    if covered.as_of is None:
        return []
    span = Span(whole_periods(every, covered.as_of, pace_of(every).most).start, covered.as_of)
    found = []
    for dimension in by:
        able = [kpi for kpi in kpis if dimension is None or dimension in kpi.dimensions]
        question = Question(span, every, by=(dimension,) if dimension else (), percentiles=False)
        for key, rows in values_of(lake, principal, able, question).items():
            kpi = next(each for each in able if each.key == key)
            until = whole_until(covered.until.get(key), covered.as_of, reported_until(kpi, fresh))
            found += _tracks(kpi, rows, every, dimension, until)
    return found


def _tracks(kpi: Kpi, rows: pl.DataFrame, every: Every, dimension: str | None, until: date) -> list[Track]:
    if dimension is None:
        market = ALL_MARKETS if "market" in kpi.dimensions else None
        parts = [(market, rows)]
    else:
        parts = [
            (str(name), part)
            for (name,), part in rows.sort(dimension).group_by(dimension, maintain_order=True)
        ]
        parts = [(name, part) for name, part in parts if name != NO_MARKET]
    made = [_track(kpi, part, every, market, until) for market, part in parts]
    return [track for track in made if track is not None]


def _track(kpi: Kpi, rows: pl.DataFrame, every: Every, market: str | None, until: date) -> Track | None:
    settled = _settled(rows.sort("period"))
    if settled.is_empty():
        return None
    is_sum = isinstance(kpi, Total)
    first, last = settled["period"][0], settled["period"][-1]
    starts = [start for start in periods(every, Span(first, until)) if is_sum or start <= last]
    values = dict(settled.select("period", "value").iter_rows())
    told = [values.get(start) for start in starts][1 if is_sum else 0 :]
    missing = sum(value is None for value in told)
    if not told or (not is_sum and missing > MOST_GAPS * len(told)):
        return None
    return Track(
        Kind.KPI, kpi.key, kpi.department.value, market, every, starts[1 if is_sum else 0],
        _filled(told, is_sum), 1.0 if kpi.is_share_of_rows else None,
    )  # fmt: skip


def _filled(told: Sequence[float | None], is_sum: bool) -> NDArray[np.float64]:
    """Nothing sold is zero; a rate nobody measured is taken as it was before."""
    values = pl.Series(told, dtype=pl.Float64)
    whole = values.fill_null(0.0) if is_sum else values.fill_null(strategy="forward")
    return np.asarray(whole.to_numpy(), dtype=np.float64)


def _settled(rows: pl.DataFrame) -> pl.DataFrame:
    """The periods before the first one at the end that still waits for outcomes, from the first with a value."""
    waiting = rows.filter(pl.col("immature") > 0)["period"].min()
    known = rows.filter(pl.col("value").is_not_null())
    return known if waiting is None else known.filter(pl.col("period") < waiting)
