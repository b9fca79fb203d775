"""Sync and compute are killed at any moment; the next run ends where a run that was never killed ends."""

import random
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from connectors.config import load_config
from connectors.registry import BUILDERS
from kpi.catalog import KPIS
from kpi.compute import refresh
from kpi.engine import AsOf, component_columns, grains
from kpi.tables import component_table
from store.contract import business_columns, polars_schema
from store.facts import TABLES
from store.home import Store, open_store
from store.rejected import rejected_rows
from store.scope import LOCAL_OWNER
from worker.rounds import Job, failed, pull

ROWS, AS_OF = 6_000, AsOf.end_of(date(2025, 6, 30))
CONFIG = """
[company]
name = "Killed often"
currency = "EUR"

[sources.parcels]
connector = "file"
path = "parcels.csv"
mode = "snapshot"

[sources.parcels.tables.shipments]
key = "parcel"
columns.order_id = "parcel"
columns.carrier = "carrier"
columns.shipped_day = "sent"
columns.promised_day = "promised"
columns.delivered_day = "delivered"
columns.freight = "freight"
columns.currency = { constant = "EUR" }

[sources.parcels.tables.orders]
key = "parcel"
columns.ordered_day = "sent"
columns.net = "freight"
"""
LIFE = """
import sys
from pathlib import Path
sys.path.insert(0, {here!r})
from test_pull_kill import one_life
print("begins", flush=True)
one_life(Path({firm!r}))
"""


def write_parcels(firm: Path, version: int) -> None:
    """Six thousand parcels over five months; each version changes some, drops some, and has a few bad rows."""
    dice = random.Random(version)
    lines = ["parcel,carrier,sent,promised,delivered,freight"]
    for n in range(ROWS):
        if n % 2 and n % 101 and (n + version) % 97 == 0:  # what is bad, or names an order, stays
            continue
        day = 1 + n * 140 // ROWS
        sent, late = date(2025, 1, 1).toordinal() + day, dice.choice((0, 0, 0, 1, 4))
        freight = "much" if n % 101 == 0 else f"{dice.randrange(300, 900) / 100}"
        days = [date.fromordinal(sent + plus).isoformat() for plus in (0, 3, 3 + late)]
        lines.append(f"{n},{dice.choice('ABC')},{','.join(days)},{freight}")
    (firm / "parcels.csv").write_text("\n".join(lines) + "\n")


def one_life(firm: Path) -> None:
    """Open the home, sync and compute; what `fairlead sync` and `fairlead compute` do."""
    store = open_store(firm / "home")
    config = load_config(firm / "fairlead.toml")
    assert not failed(pull(Job(store, config, BUILDERS, LOCAL_OWNER, AS_OF.day)))
    refresh(store.lake, AS_OF)
    store.close()


def killed(firm: Path, after: float) -> bool:
    """Start a life and end it; false when it was done before."""
    program = LIFE.format(here=str(Path(__file__).parent), firm=str(firm))
    house = Path(__file__).parent.parent.parent
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=house, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as life:
        assert life.stdout is not None
        life.stdout.readline()
        time.sleep(after)
        life.kill()
        return life.wait() != 0


def standing(store: Store) -> dict[str, pl.DataFrame]:
    """Everything a reader may see: live facts, open rejected rows, components."""
    seen = {}
    for name in ("shipments", "orders", "order_outcomes", "shipment_costs"):
        table = TABLES[name]
        rows = store.lake.read(name, polars_schema(table)).filter(~pl.col("deleted"))
        seen[name] = rows.select(business_columns(table)).sort(pl.all())
    seen["rejected"] = rejected_rows(store.lake, LOCAL_OWNER).select("table", "reason", "raw").sort(pl.all())
    for grain in grains(KPIS.values()):
        if grain.fact.name in seen:
            names = ["day", *grain.dimensions, *component_columns(grain)]
            schema = pl.Schema({name: pl.Int64() for name in names}) | {
                "day": pl.Date(), **dict.fromkeys(grain.dimensions, pl.String())
            }  # fmt: skip
            seen[component_table(grain)] = store.lake.read(component_table(grain), pl.Schema(schema)).select(
                names
            )
    return {name: rows.sort(pl.all()) for name, rows in seen.items()}


def survive(tmp_path: Path, kills: int, longest: float) -> int:
    """Kill that many lives, each over a new version of the file; then compare with a clean run. Returns hits."""
    often, clean = tmp_path / "often", tmp_path / "clean"
    for firm in (often, clean):
        firm.mkdir()
        (firm / "fairlead.toml").write_text(CONFIG)
    dice, hits = random.Random(20), 0
    for kill in range(kills):
        write_parcels(often, kill // 2)
        hits += killed(often, dice.uniform(0, longest))
    for firm in (often, clean):
        write_parcels(firm, kills)
        one_life(firm)
    stores = [open_store(firm / "home") for firm in (often, clean)]
    survived, expected = (standing(store) for store in stores)
    for store in stores:
        store.close()
    assert survived.keys() == expected.keys()
    for name, rows in expected.items():
        assert survived[name].equals(rows), name
    assert expected["shipments"].height > ROWS * 0.9
    return hits


def test_a_few_kills_change_nothing(tmp_path: Path) -> None:
    """
    After four kills the facts, the rejected rows and every component are those of a clean run.
    """
    survive(tmp_path, 4, 1.5)


@pytest.mark.faults
def test_fifty_kills_change_nothing(tmp_path: Path) -> None:
    """
    Fifty random moments, most of them in the middle of the work.
    """
    hits = 0
    for trial in range(5):
        folder = tmp_path / str(trial)
        folder.mkdir()
        hits += survive(folder, 14, 2.5)

    assert hits >= 50
