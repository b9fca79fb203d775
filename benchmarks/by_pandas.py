"""The same components in pandas on the same Parquet files: only the columns needed, each table read once.

As people write it: texts stay texts. Tuned by hand: short texts are read as categories, which pandas groups faster.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from benchmarks import pandas_desk as desk
from benchmarks import pandas_orders as orders
from benchmarks.moment import Moment, read_files

Work = Callable[[pd.DataFrame, Moment, pd.Timestamp], Iterator[tuple[str, pd.DataFrame]]]
NAMES = [
    "market",
    "channel",
    "team",
    "carrier",
    "mode",
    "status",
    "device",
    "campaign",
    "line",
    "product",
    "shift",
]
PLAN: Mapping[str, tuple[list[str], Work]] = {
    "shipments": (orders.SHIPMENTS, orders.of_shipments),
    "shipment_costs": (orders.COSTS, orders.of_costs),
    "order_outcomes": (orders.OUTCOMES, orders.of_outcomes),
    "tickets": (desk.TICKETS, desk.of_tickets),
    "contact_episodes": (desk.EPISODES, desk.of_episodes),
    "surveys": (desk.SURVEYS, desk.of_surveys),
    "production_runs": (desk.RUNS, desk.of_runs),
    "ad_spend": (desk.ADS, desk.of_ads),
    "customer_values": (desk.CUSTOMERS, desk.of_customers),
    "web_sessions": (desk.SESSIONS, desk.of_sessions),
    "carts": (desk.CARTS, desk.of_carts),
}


def compute(lists: Path, target: Path, moment: Moment, tuned: bool) -> None:
    """Write each component table as one Parquet file into `target`."""
    today, files = pd.Timestamp(moment.day), read_files(lists)
    for table, (columns, work) in PLAN.items():
        for name, sums in work(_read(files[table], columns, tuned), moment, today):
            sums.to_parquet(target / f"{name}.parquet", compression="zstd")


def _read(files: list[str], columns: list[str], tuned: bool) -> pd.DataFrame:
    """Days as datetime64, and the short texts as categories where it is tuned."""
    table = pq.ParquetDataset(files, partitioning=None).read(columns=columns)
    short = [name for name in NAMES if name in columns] if tuned else None
    return table.to_pandas(categories=short, date_as_object=False)
