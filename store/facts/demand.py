"""What was asked for, what had been forecast, and how far the two lie apart."""

from typing import ClassVar

import dataframely as dy
import polars as pl

from store.contract import Table, day, instant, key, text, whole, worked
from store.facts.stock import item

SERIES = ("product", "market", "location")
VERSIONS = ("statistical", "override", "final")


def _series() -> pl.Expr:
    return pl.concat_str([pl.col(name).fill_null("") for name in SERIES], separator="|")


class DemandActuals(Table):
    about = "What customers asked for of one product in one bucket of days, whether it was in stock or not."
    name: ClassVar[str] = "demand_actuals"
    department: ClassVar[str] = "planning"
    month_of: ClassVar[str] = "bucket_day"

    demand_id = key("Product, market and bucket, or the row of the export")
    product = text("Article or stock keeping unit")
    category = text("Product family")
    market = text("Market that asked")
    location = text("Location that serves it, where demand is planned by location")
    promotion = text("Promotion that ran, if any")
    bucket_day = day("First day of the day, week or month", required=True)
    bucket_days = whole("Days of the bucket", unit="days", required=True, default=7, minimum=1)
    units = whole("Pieces asked for, also those that could not be filled", unit="pieces", required=True)
    units_filled = whole("Pieces filled from stock at the first release", unit="pieces")
    ends_day = worked(
        dy.Date,
        "Last day of the bucket",
        pl.col("bucket_day") + pl.duration(days=pl.col("bucket_days") - 1),
    )
    series = worked(dy.String, "Product, market and location together", _series())


class ForecastSnapshots(Table):
    about = "What was forecast on one day for one product and one bucket of days; never changed afterwards."
    name: ClassVar[str] = "forecast_snapshots"
    department: ClassVar[str] = "planning"
    month_of: ClassVar[str] = "bucket_day"

    forecast_id = key("Product, market, bucket and day of the forecast, or the row of the export")
    product = text("Article or stock keeping unit")
    category = text("Product family")
    market = text("Market forecast")
    location = text("Location that serves it, where demand is planned by location")
    version = text(f"One of {', '.join(VERSIONS)}; the final one is judged", required=True, default="final")
    method = text("How it was made")
    made_at = instant("When it was frozen")
    made_day = day("Day it was frozen", required=True, of="made_at")
    bucket_day = day("First day of the day, week or month it is for", required=True)
    bucket_days = whole("Days of the bucket", unit="days", required=True, default=7, minimum=1)
    units = whole("Pieces forecast", unit="pieces", required=True)
    naive_units = whole("The benchmark; else the last demand known on the day of the forecast", unit="pieces")
    series = worked(dy.String, "Product, market and location together", _series())
    item = worked(dy.String, "Product and location together", item())

    @dy.rule()
    def version_is_known(cls) -> pl.Expr:
        return pl.col("version").is_in(VERSIONS)


class ForecastErrors(Table):
    about = (
        "One bucket with its demand and the final forecast frozen four weeks before; prepared from the two."
    )
    name: ClassVar[str] = "forecast_errors"
    department: ClassVar[str] = "planning"
    month_of: ClassVar[str] = "bucket_day"
    prepared: ClassVar[bool] = True

    error_id = key("Product, market, location, first day and days of the bucket")
    series = text("Product, market and location together", required=True)
    product = text("Article or stock keeping unit")
    category = text("Product family")
    market = text("Market")
    location = text("Location")
    promotion = text("Promotion that ran, if any")
    method = text("How the forecast was made")
    bucket_day = day("First day of the bucket", required=True)
    ends_day = day("Last day of the bucket", required=True)
    made_day = day("Day the forecast was frozen")
    actual_units = whole("Pieces asked for", unit="pieces")
    forecast_units = whole("Pieces forecast", unit="pieces")
    naive_units = whole(
        "Pieces of the benchmark: the last bucket known on the day of the forecast", unit="pieces"
    )
    error = whole("Forecast less demand: above zero is too much", unit="pieces", minimum=None)
    absolute_error = whole("Pieces too many or too few, both counted up", unit="pieces")
    naive_absolute_error = whole("The same of the benchmark", unit="pieces")
    naive_step_milli = whole(
        "Mean step from bucket to bucket up to the day of the forecast, in thousandths", unit="milli-pieces"
    )


__all__ = ["DemandActuals", "ForecastErrors", "ForecastSnapshots"]
