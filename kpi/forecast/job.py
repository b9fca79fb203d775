"""The forecasting job: every KPI and the best-selling products, tested, forecast and stored, at most once a day."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import polars as pl

from kpi.catalog import KPIS
from kpi.engine import AsOf
from kpi.forecast.choice import Gate
from kpi.forecast.kpi_tracks import is_forecast, kpi_tracks
from kpi.forecast.made import LEAST, Made, make
from kpi.forecast.methods import Method
from kpi.forecast.product_tracks import demand, everything, product_tracks
from kpi.forecast.rows import backtest_rows, forecast_rows
from kpi.forecast.stored import BACKTEST_COLUMNS, BACKTESTS, FORECAST_COLUMNS, FORECASTS
from kpi.forecast.track import ALL_MARKETS, Kind, Track
from kpi.ledger import Entry, data_version, entries, record
from kpi.model import Kpi, Total
from kpi.period import Every
from store.lake import Lake
from store.scope import Principal
from store.state.runs import Freshness

DEFINITION = "2"
MOST_PRODUCTS, MOST_WITH_LIBRARY = 500, 40
Library = Callable[[int], Sequence[Method]]


@dataclass(frozen=True)
class Forecast:
    """What one run did: how many histories of KPIs and products, how many models passed the gate, and what was left."""

    kpis: int
    products: int
    models: int
    untested: int
    products_left: int


def forecast_all(
    lake: Lake,
    principal: Principal,
    as_of: AsOf,
    *,
    again: bool = False,
    kpis: Iterable[Kpi] = KPIS.values(),
    products: int = MOST_PRODUCTS,
    library: Library = lambda _: (),
    fresh: Sequence[Freshness] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> Forecast | None:
    """Test and forecast everything as of the evaluation day and store it; None when that was done already.

    Done is done for the day, unless `again`. KPIs are forecast by week in all and by market, monthly ones by month,
    sums also by day; products by week. `library` adds methods for the first histories in all and the leading
    products; `fresh` tells how far the sources have reported. The ledger is written last: killed before, the same is
    done again and replaces what was stored.
    """
    known = entries(lake).get(FORECASTS)
    if known and known.as_of_day == as_of.day and known.definition == DEFINITION and not again:
        return None
    progress("histories of KPIs")
    tracks = _kpi_tracks(lake, principal, list(kpis), fresh)
    found = demand(lake, Every.WEEK, as_of.day, fresh)
    leaders = found.leaders(products)
    relative = everything(found, Every.WEEK)
    of_products = product_tracks(found, Every.WEEK, leaders)
    made = [*_made(tracks, library, progress), *_made(of_products, library, progress, relative)]
    _store(lake, made, as_of)
    left = found.units["product"].n_unique() - len(leaders)
    return Forecast(
        kpis=sum(each.track.kind is Kind.KPI for each in made),
        products=sum(each.track.kind is Kind.UNITS for each in made),
        models=sum(each.choice.gate is Gate.MODEL for each in made),
        untested=sum(each.choice.gate is Gate.UNTESTED for each in made),
        products_left=left,
    )


def _kpi_tracks(
    lake: Lake, principal: Principal, kpis: Sequence[Kpi], fresh: Sequence[Freshness]
) -> list[Track]:
    able = [kpi for kpi in kpis if is_forecast(kpi)]
    weekly, monthly = [k for k in able if not k.monthly], [k for k in able if k.monthly]
    sums = [kpi for kpi in weekly if isinstance(kpi, Total)]
    both = (None, "market")
    return [
        *kpi_tracks(lake, principal, weekly, Every.WEEK, by=both, fresh=fresh),
        *kpi_tracks(lake, principal, monthly, Every.MONTH, by=both, fresh=fresh),
        *kpi_tracks(lake, principal, sums, Every.DAY, by=both, fresh=fresh),
    ]


def _made(
    tracks: Sequence[Track], library: Library, progress: Callable[[str], None], relative: Track | None = None
) -> list[Made]:
    made = []
    for place, track in enumerate(tracks):
        progress(track.key)
        whole = track.market in (None, ALL_MARKETS)
        extra = library(track.pace.season) if whole and place < MOST_WITH_LIBRARY else ()
        if len(track.values) >= LEAST:
            made.append(make(track, extra=extra, relative=relative))
    return made


def week_of(day: date) -> date:
    """The Sunday of the week: runs of one week replace each other, and each week's last run stays."""
    return day + timedelta(days=6 - day.weekday())


def _store(lake: Lake, made: Sequence[Made], as_of: AsOf) -> None:
    day = week_of(as_of.day)
    common = {
        "day": day, "as_of": as_of.day, "data_version": data_version(lake), "made_at": datetime.now(UTC),
    }  # fmt: skip
    tables = (
        (BACKTESTS, BACKTEST_COLUMNS, [row for each in made for row in backtest_rows(each)]),
        (FORECASTS, FORECAST_COLUMNS, [row for each in made for row in forecast_rows(each)]),
    )
    for name, schema, rows in tables:
        frame = pl.DataFrame([{**row, **common} for row in rows], schema=schema)
        lake.replace_days(name, frame, [day], marks={"forecast": lake.version(name) + 1})
    record(lake, [Entry(FORECASTS, {}, DEFINITION, as_of.day, as_of.epoch)])
