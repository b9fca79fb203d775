"""Codes of a source that no map or vocabulary knows: their rows wait, and are taken in again once somebody has said."""

import polars as pl

COLUMNS = pl.Schema(
    {
        "source": pl.String(),
        "table": pl.String(),
        "column": pl.String(),
        "code": pl.String(),
        "rows": pl.Int64(),
    }
)
LACKS = "has no mapping"  # as `connectors.cast` complains of a cell
_CELL = rf"(?:^|[;:] )([^;:']+) is '((?:[^']|'[^:])*)': {LACKS}"


def unmapped(rejected: pl.DataFrame) -> pl.DataFrame:
    """
    Each code with the number of rejected rows that wait for it, the most frequent first. `rejected`: rows with
    `source`, `table` and `reason`, as `store.rejected.rejected_rows` gives them; columns of `COLUMNS`.
    """
    told = rejected.select("source", "table", pl.col("reason").str.extract_all(_CELL).alias("cell"))
    cells = told.explode("cell").drop_nulls("cell").with_columns(pl.col("cell").str.extract_groups(_CELL))
    return (
        cells.select(
            "source", "table", pl.col("cell").struct[0].alias("column"), pl.col("cell").struct[1].alias("code")
        )
        .group_by("source", "table", "column", "code")
        .agg(pl.len().cast(pl.Int64).alias("rows"))
        .sort("rows", "source", "table", "column", "code", descending=[True, False, False, False, False])
    )  # fmt: skip
