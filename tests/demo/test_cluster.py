"""The same definitions on a cluster: a Spark Connect server reads the lake's files and gives the same numbers."""

import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import narwhals as nw
import polars as pl
import pytest
from pysail.spark import SparkConnectServer
from taken_in import LAST, Measured

from kpi.catalog import KPIS
from kpi.cluster import Cluster, ClusterError, connect, on_cluster
from kpi.compute import recompute
from kpi.engine import AsOf, Grain, bins, components, grains
from kpi.measures import on_polars
from kpi.model import Distribution
from kpi.opened import Opened
from kpi.tables import component_table
from store.contract import polars_schema
from store.facts import TABLES
from store.lake import Lake

GRAINS = {grain.name: grain for grain in grains(KPIS.values())}
AS_OF = AsOf.end_of(LAST)
SOME_DAYS = [LAST - timedelta(days=n) for n in range(0, 60, 7)]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A Sail server of our own."""
    server = SparkConnectServer(ip="127.0.0.1", port=0)
    server.start(background=True)
    _, port = server.listening_address
    yield f"sc://127.0.0.1:{port}"
    server.stop()


@pytest.fixture(scope="module")
def lake(measured: Measured, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """The made-up firm's facts in two commits a table; the first of shipments lacks a column the second brings."""
    lake = Lake(tmp_path_factory.mktemp("cluster") / "lake")
    for name, rows in measured.facts.items():
        day = TABLES[name].month_of
        recent = rows.filter(pl.col(day) >= LAST - timedelta(days=150))
        named = recent.with_columns(month=pl.col(day).dt.strftime("%Y-%m"))
        first = named.head(named.height // 2)
        lake.append(name, first.drop("delivered_day") if name == "shipments" else first, marks={})
        lake.append(name, named.tail(named.height - named.height // 2), marks={})
    return lake


@pytest.fixture(scope="module")
def cluster(lake: Lake, address: str) -> Cluster:
    main = sys.modules["__main__"]
    if not hasattr(main, "__file__"):  # pyspark takes a process of xdist for one that runs its doctests
        main.__file__ = __file__
    return Cluster(lake, list(GRAINS.values()), connect(address))


def sums(grain: Grain, rows: "nw.LazyFrame[object]", days: list[object] | None = None) -> list[pl.DataFrame]:
    """Components and bins of a grain, in order."""
    keys = ["day", *grain.dimensions]
    found = [components(grain, rows, AS_OF, days).collect().sort(keys)]
    for part in grain.parts:
        if isinstance(part.kpi, Distribution):
            found.append(on_polars(bins(grain, part, rows, AS_OF, days)).collect().sort(*keys, "bin"))
    return found


@pytest.mark.parametrize("name", sorted(GRAINS))
def test_a_cluster_gives_the_same_numbers(name: str, lake: Lake, cluster: Cluster) -> None:
    """
    Components and bins of every definition, value by value, of all days and of some.
    """
    grain = GRAINS[name]
    schema = polars_schema(grain.fact)
    here, there = Opened(lake, [grain]).rows(grain.fact.name, schema), cluster.rows(grain.fact.name, schema)

    for days in (None, SOME_DAYS):
        for ours, theirs in zip(sums(grain, here, days), sums(grain, there, days), strict=True):
            assert ours.equals(theirs)


def test_pages_do_not_notice(lake: Lake, address: str) -> None:
    """
    A refresh on the cluster after a day has passed stores the same tables as one on polars from the start.
    """
    kpis = [KPIS[key] for key in ("on_time_delivery_rate", "first_response_time")]
    recompute(lake, AsOf.end_of(LAST - timedelta(days=1)), kpis=kpis, opened=on_cluster(address))
    recompute(lake, AS_OF, kpis=kpis, opened=on_cluster(address))
    stored = {grain.name: read(lake, grain) for grain in grains(kpis)}

    recompute(lake, AS_OF, kpis=kpis, full=True)

    assert all(read(lake, grain).equals(stored[grain.name]) for grain in grains(kpis))


def read(lake: Lake, grain: Grain) -> pl.DataFrame:
    schema = lake.schema(component_table(grain))
    return lake.read(component_table(grain), schema).sort("day", *grain.dimensions)


def test_an_engine_that_is_none_is_told(tmp_path: Path) -> None:
    """
    Neither polars nor an address: the message says what would be.
    """
    with pytest.raises(ClusterError, match=r"Engine 'spark' is unknown; use 'polars' or the address"):
        connect("spark")


def test_without_the_extra_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Without pyspark the message says what to install.
    """
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)

    with pytest.raises(ClusterError, match=r"pip install 'fairlead\[cluster\]'"):
        connect("sc://127.0.0.1:1")
