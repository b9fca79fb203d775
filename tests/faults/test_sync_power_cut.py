"""The power goes while a source is pulled and its KPIs are computed; the next run ends where a clean one ends."""

import json
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest
from power import Cut, Disk
from test_pull_kill import CONFIG, one_life, standing, write_parcels

from kpi.catalog import KPIS
from kpi.engine import grains
from kpi.model import Distribution
from kpi.tables import bin_table
from store.home import Store, open_store
from store.scope import LOCAL_OWNER
from store.state import RunStatus

HOUSE = Path(__file__).parents[2]
KINDS = [Cut(pages, names) for pages in (0.0, 0.5, 0.97, 1.0) for names in (0.0, 0.5, 1.0)]
RELEASED = """columns.net = "freight"
columns.confirmed_at = { from = "sent", format = "%Y-%m-%d", timezone = "UTC" }
columns.handed_over_at = { from = "promised", format = "%Y-%m-%d", timezone = "UTC" }
"""
LIFE = """
import sys
from pathlib import Path
sys.path[:0] = [{house!r}, {here!r}]
import store.lake.durable
from lake_worker import remember_syncs
from test_pull_kill import one_life
store.lake.durable.boot_id = lambda: {boot!r}
remember_syncs({memory!r}, Path({lake!r}), "all")
print("begins", flush=True)
one_life(Path({firm!r}))
print("ends", flush=True)
"""


def found(folder: Path) -> Path:
    """A firm with a file to pull, and a home whose lake is there already."""
    (folder / "home" / "lake").mkdir(parents=True)
    (folder / "fairlead.toml").write_text(CONFIG.replace('columns.net = "freight"\n', RELEASED))
    return folder


def live(firm: Path, boot: str, cut_after: float | None) -> bool:
    """One start of the machine: pull and compute, until the power goes. Whether it got to the end."""
    memory, lake = firm / "memory", firm / "home" / "lake"
    program = LIFE.format(
        house=str(HOUSE),
        here=str(Path(__file__).parent),
        boot=boot,
        memory=str(memory),
        lake=str(lake),
        firm=str(firm),
    )
    with (
        (firm / "complaint.txt").open("w") as complaint,
        subprocess.Popen(
            [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=complaint, text=True
        ) as life,
    ):
        assert life.stdout is not None
        begun = life.stdout.readline()
        if cut_after is not None:
            time.sleep(cut_after)
            life.kill()
        ended = life.stdout.read()
    said = (firm / "complaint.txt").read_text()
    assert begun, said
    assert not said, said
    return "ends" in ended


def told(store: Store) -> dict[str, object]:
    """What the state says of the pull, and how many rows each bin table counts."""
    (latest,) = store.state.runs.last_runs(LOCAL_OWNER, "parcels", limit=1)
    cursor = store.state.runs.cursor(LOCAL_OWNER, "parcels", "content")
    return {
        "status": latest.status,
        "read": {each.fact: each.read for each in latest.counts},
        "cursor": json.loads(cursor or "{}").get("fingerprint"),
        "still open": [
            run.id for run in store.state.runs.last_runs(LOCAL_OWNER) if run.status is RunStatus.RUNNING
        ],
        "bins": {
            bin_table(grain, part): store.lake.storage(bin_table(grain, part)).rows
            for grain in grains(KPIS.values())
            for part in grain.parts
            if isinstance(part.kpi, Distribution)
        },
    }


def survive(tmp_path: Path, seed: int, cuts: int) -> int:
    """Cut the power again and again, each time over a new version of the file; returns the cuts that hit."""
    often, clean = found(tmp_path / "often"), found(tmp_path / "clean")
    random, hits = Random(seed), 0
    platter = Disk(often / "home" / "lake", often / "memory")
    for number in range(cuts):
        write_parcels(often, number // 2)
        hits += not live(often, f"start {number}", random.uniform(0, 2.5))
        platter.cut(random.choice(KINDS), random)
    write_parcels(often, cuts)
    assert live(often, "the last start", None)
    write_parcels(clean, cuts)
    one_life(clean)
    compare(often, clean)
    return hits


def compare(often: Path, clean: Path) -> None:
    stores = [open_store(firm / "home") for firm in (often, clean)]
    try:
        survived, expected = (standing(store) for store in stores)
        assert survived.keys() == expected.keys()
        for name, rows in expected.items():
            assert survived[name].equals(rows), name
        assert told(stores[0]) == told(stores[1])
        assert expected["shipments"].height > 5_000
    finally:
        for store in stores:
            store.close()


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(5))
def test_power_cuts_during_sync_and_compute_change_nothing(tmp_path: Path, seed: int) -> None:
    """
    Eight cuts at random moments: facts, rejected rows, components, bins, and the cursor are those of a clean run.
    """
    assert survive(tmp_path, seed, 8) >= 3
