"""The Parquet files of the lake as they stand, for tools that know nothing of Delta."""

from pathlib import Path

from deltalake import DeltaTable

from benchmarks.firm import TABLES_READ


def parquet_files(lake: Path) -> dict[str, list[str]]:
    """The live files of each fact table."""
    return {name: sorted(DeltaTable(lake / name).file_uris()) for name in TABLES_READ}
