"""An export of shipments as a firm's own system would write it, and loading it the way `fairlead sync` does."""

from pathlib import Path

import polars as pl

from benchmarks.calendar_months import MARKETS, months
from benchmarks.journeys import Journeys
from connectors.config import load_config
from connectors.sync import sync
from store.home import open_store
from store.scope import LOCAL_OWNER

MAPPING = """
[company]
name = "Benchmark"
currency = "EUR"

{markets}
[sources.parcels]
connector = "file"
path = "{file}"
mode = "upsert"

[sources.parcels.tables.shipments]
key = "Tracking number"
columns.order_id = "Order"
columns.market = "Country"
columns.carrier = "Carrier"
columns.mode = "Mode"
columns.origin = "From"
columns.status = "Status"
columns.shipped_at = "Dispatched"
columns.promised_day = "Promised"
columns.delivered_at = "Delivered"
columns.weight_g = "Grams"
columns.volume_cm3 = "Volume"
columns.currency = "Currency"
columns.freight = "Freight"
"""
NAMES = {
    "shipment_id": "Tracking number", "order_id": "Order", "market": "Country", "carrier": "Carrier",
    "mode": "Mode", "origin": "From", "status": "Status", "shipped_at": "Dispatched",
    "promised_day": "Promised", "delivered_at": "Delivered", "weight_g": "Grams", "volume_cm3": "Volume",
    "currency": "Currency", "freight_micros": "Freight",
}  # fmt: skip


class NotLoaded(Exception):
    """The export did not go into the lake whole, so its cost means nothing."""


def write_export(file: Path, shipments: int) -> dict[str, int]:
    """The CSV file, and beside it the configuration that maps it; rows and bytes."""
    rows = 0
    with file.open("wb") as target:
        for month in months(shipments):
            made = _as_written(Journeys(month).shipments())
            made.write_csv(target, include_header=month.number == 0)
            rows += made.height
    zones = "".join(f'[markets.{code}]\ntimezone = "{zone}"\n' for code, (zone, _) in MARKETS.items())
    file.with_name("fairlead.toml").write_text(MAPPING.format(markets=zones, file=file.name))
    return {"rows": rows, "bytes": file.stat().st_size}


def _as_written(rows: pl.DataFrame) -> pl.DataFrame:
    written = rows.with_columns(
        pl.col("shipped_at", "delivered_at").dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
        pl.lit("EUR").alias("currency"),
        pl.col("freight_micros") / 1_000_000,
    )
    return written.rename(NAMES)


def load_export(home: Path) -> dict[str, int]:
    """Child process, mapping, normalising, validation, upsert and durable commits; rows. Raises NotLoaded."""
    store = open_store(home)
    (report,) = sync(store, load_config(home / "fairlead.toml", home), LOCAL_OWNER)
    new = sum(counts.new for counts in report.counts)
    rejected = sum(counts.rejected for counts in report.counts)
    if report.status.value != "ok" or rejected:
        raise NotLoaded(f"{report.status.value}: {report.message} {new} new, {rejected} rejected.")
    store.close()
    return {"rows": new}
