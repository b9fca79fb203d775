"""The same components in plain SQL on the same Parquet files: one statement a table, written by hand."""

from datetime import date
from pathlib import Path

import duckdb

from benchmarks.tables import parquet_files
from kpi.engine import AsOf

SQL = Path(__file__).with_name("sql")
THREADS = 2


def compute(lake: Path, target: Path, day: date) -> None:
    """Write each component table as one Parquet file into `target`."""
    as_of = AsOf.end_of(day)
    with duckdb.connect() as database:
        database.execute(f"SET threads = {THREADS}")
        for name, files in parquet_files(lake).items():
            database.execute(
                f"CREATE VIEW {name} AS SELECT * FROM read_parquet({files}, hive_partitioning = false)"
            )
        for statement in sorted(SQL.glob("*.sql")):
            query = (
                statement.read_text()
                .replace(":day", f"DATE '{as_of.day}'")
                .replace(":epoch", str(as_of.epoch))
            )
            file = target / f"{statement.stem}.parquet"
            database.execute(f"COPY ({query}) TO '{file}' (FORMAT parquet, COMPRESSION zstd)")
