"""A firm whose shipments stand in one file: what it says is pulled and computed as the worker does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from connectors.config import read_config
from connectors.registry import BUILDERS
from store.home import Store
from store.scope import LOCAL_OWNER
from worker.rounds import Job, compute_up_to, pull

HEADER = "Parcel,Country,Promised,Came"
SOURCE = """
[sources.parcels]
connector = "file"
path = "{folder}/parcels.csv"

[sources.parcels.tables.shipments]
key = "Parcel"
columns = {{ market = "Country", shipped_day = "Promised", promised_day = "Promised", delivered_day = "Came" }}
"""


@dataclass(frozen=True)
class Firm:
    """`lines` are parcel, market, the day promised and the day it came."""

    store: Store
    folder: Path

    def live(self, lines: Iterable[str], last: date) -> datetime:
        """The file says this from now on, all is computed up to the end of a day; the morning after it."""
        (self.folder / "parcels.csv").write_text("\n".join([HEADER, *lines]))
        config = read_config(SOURCE.format(folder=self.folder))
        pull(Job(self.store, config, BUILDERS, LOCAL_OWNER, last))
        compute_up_to(self.store, last)
        return datetime.combine(last + timedelta(days=1), datetime.min.time(), UTC) + timedelta(hours=9)


def parcels(market: str, week: date, number: int, late: int) -> list[str]:
    """So many parcels promised for the Monday of a week, some of which came two days later."""
    return [
        f"{market}-{week}-{n},{market},{week},{week + timedelta(days=2 * (n < late))}" for n in range(number)
    ]
