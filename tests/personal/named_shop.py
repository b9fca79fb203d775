"""A shop whose customers have names: eight orders of three people over three months, read from files."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from connectors.config import read_config
from connectors.sync import Report, sync
from kpi.catalog import KPIS
from kpi.compute import refresh
from kpi.engine import AsOf
from store.contract import key_of
from store.facts import TABLES
from store.home import Store
from store.scope import LOCAL_OWNER

ANN, BEN, CY = "ann@example.com", "ben@example.com", "cy@example.com"
END = date(2026, 6, 30)
COUNTED = (
    "active_customers", "customer_acquisition_cost", "customer_lifetime_value", "repeat_purchase_after_return_rate",
    "net_sales", "contact_rate",
)  # fmt: skip
TOML = """
[sources.shop]
connector = "file"
path = "orders.csv"
[sources.shop.tables.orders]
key = "No"
columns.customer_id = "Customer"
columns.ordered_day = "Day"
columns.units = "Units"
columns.market = "Country"

[sources.people]
connector = "file"
path = "customers.csv"
mode = "snapshot"
[sources.people.tables.customers]
key = "Customer"
columns.market = "Country"
columns.first_order_day = "First"
"""
ORDERS = [
    ("O1", ANN, "2026-01-05", 1), ("O2", BEN, "2026-01-06", 2), ("O3", ANN, "2026-02-03", 3),
    ("O4", CY, "2026-02-04", 4), ("O5", BEN, "2026-03-01", 5), ("O6", ANN, "2026-03-02", 6),
    ("O7", CY, "2026-03-03", 7), ("O8", "", "2026-03-04", 8),
]  # fmt: skip
CUSTOMERS = [(ANN, "2026-01-05"), (BEN, "2026-01-06"), (CY, "2026-02-04")]
Order = tuple[str, str, str, object]


@dataclass
class Shop:
    """Syncs the shop's files, computes its figures and reads what is stored."""

    store: Store

    @property
    def folder(self) -> Path:
        return self.store.home.parent

    def sync(self, orders: list[Order], customers: list[tuple[str, str]]) -> list[Report]:
        rows = "".join(f"{no},{who},{day},{units},DE\n" for no, who, day, units in orders)
        (self.folder / "orders.csv").write_text(f"No,Customer,Day,Units,Country\n{rows}", encoding="utf-8")
        rows = "".join(f"{who},DE,{day}\n" for who, day in customers)
        (self.folder / "customers.csv").write_text(f"Customer,Country,First\n{rows}", encoding="utf-8")
        return sync(self.store, read_config(TOML, folder=self.folder), LOCAL_OWNER)

    def figures(self) -> dict[str, list[tuple[object, ...]]]:
        """Every component of the KPIs that tell customers apart, and of some that do not, after a refresh."""
        lake = self.store.lake
        refresh(lake, AsOf.end_of(END), kpis=[KPIS[key] for key in COUNTED])
        names = [name for name in lake.names() if name.startswith(("components_", "bins_"))]
        return {name: sorted(lake.read(name, lake.schema(name)).rows(), key=repr) for name in names}

    def stored(self, table: str) -> pl.DataFrame:
        lake = self.store.lake
        return lake.read(table, lake.schema(table)).sort(key_of(TABLES[table]))


def everything_in(folder: Path) -> str:
    """All that lies in a lake as text: logs, and the rows of every Parquet file, also of those nobody reads."""
    logs = [
        file.read_text(errors="replace") for file in folder.rglob("*") if file.suffix in (".json", ".crc")
    ]
    rows = [str(pl.read_parquet(file, hive_partitioning=False).rows()) for file in folder.rglob("*.parquet")]
    return "\n".join([*logs, *rows])
