"""One SELECT over the tables of a source, by DuckDB without access to anything else."""

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

import duckdb
import polars as pl

from connectors.as_text import as_text
from connectors.file.names import column_names
from connectors.file.problem import FileProblem
from connectors.layout import ROW


def select(
    query: str, tables: Mapping[str, pl.DataFrame], size: int, memory_mb: int, threads: int
) -> Iterator[tuple[pl.DataFrame, frozenset[str]]]:
    """
    The rows of a query as text, with `_row`: its own column of that name, else the row of the result; and which
    columns were no texts before.

    Raises FileProblem where the query is not one SELECT, or does not run.
    """
    database = duckdb.connect(
        ":memory:",
        config={
            "enable_external_access": "false",
            "python_enable_replacements": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": f"{memory_mb}MB",
            "threads": str(threads),
            "temp_directory": "",
        },
    )
    try:
        _check(database, query)
        database.execute("SET TimeZone = 'UTC'")
        for name, frame in tables.items():
            database.register(name, frame)
        database.execute("SET lock_configuration = true")
        yield from _pieces(iter(cast(Iterable[object], database.execute(query).to_arrow_reader(size))))
    except duckdb.Error as broken:
        raise FileProblem(_complaint(broken, tables)) from None


def _check(database: duckdb.DuckDBPyConnection, query: str) -> None:
    statements = database.extract_statements(query)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise FileProblem("A query is one SELECT and nothing else.")


def _pieces(batches: Iterator[object]) -> Iterator[tuple[pl.DataFrame, frozenset[str]]]:
    start = 0
    for batch in batches:
        frame = cast(pl.DataFrame, pl.from_arrow(batch))
        names = [name for name in frame.columns if name != ROW]
        named = dict(zip(names, column_names(names, "The result of the query"), strict=True))
        renamed = frame.select(names).rename(named)
        typed = frozenset(name for name, dtype in renamed.schema.items() if dtype != pl.String)
        yield as_text(renamed, "The result of the query").insert_column(0, _rows(frame, start)), typed
        start += frame.height


def _rows(frame: pl.DataFrame, start: int) -> pl.Series:
    if ROW in frame.columns:
        return frame[ROW].cast(pl.Int64)
    return pl.int_range(start + 1, start + frame.height + 1, dtype=pl.Int64, eager=True).alias(ROW)


def _complaint(broken: duckdb.Error, tables: Mapping[str, pl.DataFrame]) -> str:
    first = str(broken).splitlines()[0]
    if isinstance(broken, duckdb.CatalogException):
        return f"The query does not run: {first} The tables of this source are {list(tables)}."
    if isinstance(broken, duckdb.BinderException):
        columns = {tuple(name for name in frame.columns if name[0] != "_") for frame in tables.values()}
        return f"The query does not run: {first} All columns are text: {sorted(columns)}."[:2_000]
    return f"The query does not run: {first}"
