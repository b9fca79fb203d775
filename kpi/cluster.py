"""The sums on a cluster: any Spark Connect endpoint (Spark, Sail) reads the lake's files and answers with few rows.

The only place that knows pyspark, which is an optional extra.
"""

import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl

from kpi.engine import Grain
from kpi.opened import Opened
from store.lake import Between, Lake

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

TYPES = {
    pl.String(): "string",
    pl.Int64(): "bigint",
    pl.Int32(): "int",
    pl.Int16(): "smallint",
    pl.Float64(): "double",
    pl.Boolean(): "boolean",
    pl.Date(): "date",
    pl.Datetime("us", "UTC"): "timestamp",
}


class ClusterError(RuntimeError):
    """The endpoint cannot be used; the message names it and the way out."""


class Cluster(Opened):
    """The facts of a lake as a cluster sees them: the files of the version a table has now, nothing else.

    The cluster must reach the lake under the same path or address as this process does.
    """

    def __init__(self, lake: Lake, grains: Iterable[Grain], session: "SparkSession") -> None:
        super().__init__(lake, grains)
        self._session = session
        self._frames: dict[str, nw.LazyFrame[Any]] = {}

    def rows(self, name: str, schema: pl.Schema, between: Between | None = None) -> "nw.LazyFrame[Any]":
        """The rows of a fact table, lazily, as the engine's own frame; a column a file lacks is null."""
        if name not in self._frames:
            self.version(name)
            told = ", ".join(
                f"`{column}` {_type_of(name, column, dtype)}" for column, dtype in schema.items()
            )
            read = self._session.read.schema(told).parquet(*self._lake.files(name))
            self._frames[name] = nw.from_native(read)
        return self._frames[name]


def _type_of(name: str, column: str, dtype: pl.DataType) -> str:
    if dtype not in TYPES:
        raise ClusterError(f"Column '{column}' of '{name}' is {dtype}, which has no type on a cluster.")
    return TYPES[dtype]


def on_cluster(address: str) -> Callable[[Lake, Sequence[Grain]], Cluster]:
    """How computing opens the facts on the cluster at `sc://host:port`. Raises ClusterError."""
    session = connect(address)
    return lambda lake, grains: Cluster(lake, grains, session)


def connect(address: str) -> "SparkSession":
    """A session at `sc://host:port`. Raises ClusterError without the extra, for another address, or no answer."""
    if not address.startswith("sc://"):
        raise ClusterError(f"Engine '{address}' is unknown; use 'polars' or the address 'sc://host:port'.")
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as missing:
        raise ClusterError(
            f"The engine '{address}' needs the extra: pip install 'fairlead[cluster]' ({missing})."
        ) from missing
    try:
        with warnings.catch_warnings():  # rows come as Arrow, never as frames of pandas
            warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
            session: SparkSession = SparkSession.builder.remote(address).getOrCreate()
            session.range(1).count()
    except (PySparkException, OSError, ValueError, RuntimeError) as failed:
        told = str(failed).strip().splitlines()[0][:200]
        raise ClusterError(
            f"Nothing answers at '{address}': {told}. Start the server, or use polars."
        ) from failed
    return session
