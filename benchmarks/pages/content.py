"""What the comparison pages show: the figures of our shipping page, worked out beforehand and written to files."""

import json
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from kpi.catalog import of
from kpi.decisions import needs_decision
from kpi.headline import main_kpis, shown
from kpi.model import Department
from kpi.standing import Standing
from pages.department.board import columns, load_slices
from pages.parts.load import load_coverage, load_standings
from pages.parts.viewer import Viewer
from store.home import open_store
from store.scope import LOCAL_OWNER

ALL, WEEKS, DIMENSION = "All", 53, "carrier"
DEPARTMENT = Department.SHIPPING


@dataclass(frozen=True)
class Content:
    """How much there is to see at first: charts, rows of the scorecard, rows of the table of slices."""

    charts: int
    rows: int
    slices: int


def write_content(home: Path, folder: Path) -> Content:
    """Write `scores.parquet`, `slices.parquet` and `page.json`. The comparison pages only choose and draw."""
    store = open_store(home)
    viewer = Viewer(store, LOCAL_OWNER)
    covered, kpis = load_coverage(viewer), of(DEPARTMENT)
    markets = [None, *covered.markets]
    by_market = {market: load_standings(viewer, kpis, market, 13) for market in markets}
    scores = [
        row for market, found in by_market.items() for each in found.values() for row in _rows(each, market)
    ]
    pl.DataFrame(scores).write_parquet(folder / "scores.parquet")
    whole = by_market[None]
    slices = _slices(viewer, whole)
    pl.DataFrame(slices).write_parquet(folder / "slices.parquet")
    drawn = [each.kpi.key for each in shown(_main(whole), DEPARTMENT).standings if each.until is not None]
    decisions = [
        {"name": each.kpi.name, "since": str(each.since), "owner": each.kpi.owner}
        for each in needs_decision(_main(whole).values(), {})
    ]
    told = {"markets": [ALL, *covered.markets], "charts": drawn, "decisions": decisions}
    (folder / "page.json").write_text(json.dumps(told), encoding="utf-8")
    store.close()
    return Content(len(drawn), len(whole), len({row["slice"] for row in slices}))


def _main(found: dict[str, Standing]) -> dict[str, Standing]:
    return {kpi.key: found[kpi.key] for kpi in main_kpis([each.kpi for each in found.values()])}


def _rows(standing: Standing, market: str | None) -> list[dict[str, object]]:
    kpi = standing.kpi
    return [
        {
            "kpi": kpi.key, "name": kpi.name, "owner": kpi.owner, "market": market or ALL, "start": each.start,
            "value": each.value, "target": each.target, "status": each.status.value, "n": each.n,
        }
        for each in standing.shown(WEEKS)
    ]  # fmt: skip


def _slices(viewer: Viewer, whole: dict[str, Standing]) -> list[dict[str, object]]:
    found = load_slices(viewer, columns(DEPARTMENT, _main(whole), DIMENSION), DIMENSION)
    return [
        {"kpi": whole[key].kpi.name, "slice": name, "value": each.value, "status": each.status.value}
        for key, slices in found.items()
        for name, each in slices.items()
    ]
