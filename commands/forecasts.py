"""`fairlead forecast` and `kpi forecast`: what is likely to come, by which method, and how sure that is."""

from typing import Annotated

import polars as pl
import typer
from rich.console import Console

from commands.desk import Desk
from commands.leaving import hand_out
from commands.printing import Format
from kpi.catalog import find
from kpi.engine import AsOf
from kpi.forecast.job import MOST_PRODUCTS, Forecast, forecast_all
from kpi.forecast.kpi_tracks import check_kpi, kpi_tracks
from kpi.forecast.levels import by_level
from kpi.forecast.library import library_methods
from kpi.forecast.made import LEAST, Made, make
from kpi.forecast.rows import forecast_rows
from kpi.forecast.stored import backtests
from kpi.forecast.track import Kind, NoForecast
from kpi.model import Kpi
from kpi.period import Every
from kpi.results import SliceError, sliceable
from kpi.stock.advice import advice
from store.home import SYSTEM
from store.permits import Permit
from store.state.runs import Freshness

app = typer.Typer(help="Forecasts: make them, and what they mean for stock.", no_args_is_help=True)
TESTED = [
    "market", "every", "method_name", "is_chosen", "is_benchmark", "step", "horizon", "origins", "wape", "bias", "mase",
    "value_added_pp", "absolute", "actual", "sigma", "demand_class",
]  # fmt: skip
FormatOption = Annotated[Format, typer.Option("--format", help="How the rows are written.")]


def kpi_forecast(
    context: typer.Context,
    key: str,
    horizon: Annotated[
        int | None, typer.Option(min=1, help="Periods ahead; default: as many as can be tested.")
    ] = None,
    every: Annotated[Every, typer.Option(help="Length of a period: day, week or month.")] = Every.WEEK,
    by: Annotated[str, typer.Option(help="One dimension; default: everything together.")] = "",
    how: FormatOption = Format.TABLE,
) -> None:
    """The periods ahead with their interval, the method, and whether a model beat the best baseline."""
    desk: Desk = context.obj
    kpi = find(key)
    check_kpi(kpi, every)
    _check_slice(kpi, by)
    tracks = kpi_tracks(desk.store.lake, desk.principal, [kpi], every, by=(by or None,), fresh=_fresh(desk))
    made = [
        make(track, horizon=horizon, extra=library_methods(track.pace.season))
        for track in tracks
        if len(track.values) >= LEAST
    ]
    if not made:
        raise NoForecast(
            f"{kpi.name} has no two settled periods to forecast from; see `fairlead kpi values {key}`."
        )
    hand_out(
        context,
        _shown(made, by),
        how,
        title=f"{kpi.name}, by {every}; 80 % of past errors lay between low and high",
    )


def _check_slice(kpi: Kpi, by: str) -> None:
    if by and by not in kpi.dimensions:
        able = ", ".join(sorted(sliceable(kpi) & set(kpi.dimensions)))
        raise SliceError(f"Forecasts of '{kpi.key}' can be cut by {able}; '{by}' is none of them.")


def _shown(made: list[Made], by: str) -> pl.DataFrame:
    rows = [row for each in made for row in forecast_rows(each)]
    names = [
        "market",
        "period",
        "value",
        "low",
        "high",
        "method_name",
        "gate",
        "benchmark",
        "wape",
        "known_until",
    ]
    found = pl.DataFrame(rows, infer_schema_length=None).select(names)
    found = found.rename({"method_name": "method", "market": by or "market"})
    return found if by else found.drop("market")


@app.command("run")
def run(
    context: typer.Context,
    again: Annotated[bool, typer.Option(help="Also when it was done today.")] = False,
    products: Annotated[int, typer.Option(min=0, help="Best-selling products forecast.")] = MOST_PRODUCTS,
) -> None:
    """Test and forecast all KPIs and products as of the last compute, and store that for the pages."""
    desk: Desk = context.obj
    desk.require(Permit.BRING_DATA)
    with Console(stderr=True).status("Forecasting …") as status:
        done = forecast_all(
            desk.store.lake, SYSTEM, _moment(desk), again=again, products=products, library=library_methods,
            fresh=_fresh(desk),
            progress=lambda name: status.update(f"{name} …"),
        )  # fmt: skip
    typer.echo(_told(done))


def _told(done: Forecast | None) -> str:
    if done is None:
        return "Nothing to do: the forecasts are of this evaluation day (--again makes them anew)."
    left = f" {done.products_left} products that sell less were left out." if done.products_left else ""
    return (
        f"{done.kpis} histories of KPIs and {done.products} of products; a model beat the best baseline in "
        f"{done.models}, {done.untested} were too short to test.{left}"
    )


@app.command("tests")
def tried(
    context: typer.Context,
    key: str,
    steps: Annotated[bool, typer.Option(help="Each period ahead of the method chosen.")] = False,
    how: FormatOption = Format.TABLE,
) -> None:
    """How every method did for a KPI or a product on what was held back, and which one was chosen."""
    desk: Desk = context.obj
    found = pl.concat([backtests(desk.store.lake, desk.principal, kind, [key]) for kind in Kind])
    if found.is_empty():
        raise NoForecast(
            f"No backtest of '{key}' is stored; see `fairlead kpi list`, and `fairlead forecast run`."
        )
    wanted = found.filter(pl.col("step") > 0 if steps else pl.col("step") == 0)
    hand_out(context, wanted.select(TESTED), how, title=f"{key}: errors on the origin held back")


@app.command("levels")
def levels(context: typer.Context, how: FormatOption = Format.TABLE) -> None:
    """Errors of the products' forecasts by period ahead: product by product, and in their total."""
    desk: Desk = context.obj
    hand_out(context, by_level(backtests(desk.store.lake, desk.principal, Kind.UNITS)), how)


@app.command("stock")
def stock(
    context: typer.Context,
    lead_days: Annotated[int, typer.Option(min=1, help="Days from order to receipt.")] = 28,
    service: Annotated[float, typer.Option(help="Share of cycles without stock-out.")] = 0.95,
    how: FormatOption = Format.TABLE,
) -> None:
    """Classes, safety stock, reorder point and days of cover of each product, from the stored forecasts."""
    desk: Desk = context.obj
    moment = _moment(desk)
    found = advice(desk.store.lake, desk.principal, moment.day, lead_days=lead_days, service_level=service)
    hand_out(context, found, how, title=f"For {service:.1%} of cycles of {lead_days} days")


def _fresh(desk: Desk) -> list[Freshness]:
    return desk.store.state.runs.freshness(SYSTEM)


def _moment(desk: Desk) -> AsOf:
    moment = desk.as_of()
    if moment is None:
        raise NoForecast("Nothing was computed yet; run `fairlead compute` first.")
    return moment
