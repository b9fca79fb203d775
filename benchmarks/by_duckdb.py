"""The same components in plain SQL on the same Parquet files: one statement a table, written by hand."""

from pathlib import Path

import duckdb

from benchmarks.moment import Moment, read_files

SQL = Path(__file__).with_name("sql")
THREADS = 2


def compute(lists: Path, target: Path, moment: Moment) -> None:
    """Write each component table as one Parquet file into `target`."""
    with duckdb.connect() as database:
        database.execute(f"SET threads = {THREADS}")
        for name, files in read_files(lists).items():
            rows = f"read_parquet({files}, hive_partitioning = false, union_by_name = true)"
            database.execute(f"CREATE VIEW {name} AS SELECT * FROM {rows}")
        for statement in sorted(SQL.glob("*.sql")):
            query = statement.read_text().replace(":day", f"DATE '{moment.day}'")
            query = query.replace(":epoch", str(moment.epoch))
            file = target / f"{statement.stem}.parquet"
            database.execute(f"COPY ({query}) TO '{file}' (FORMAT parquet, COMPRESSION zstd)")
