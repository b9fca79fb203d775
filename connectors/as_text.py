"""Typed columns as text, so that every source takes the same way: ISO dates, shortest numbers."""

import polars as pl

from connectors.errors import SourceError


def as_text(frame: pl.DataFrame, place: str) -> pl.DataFrame:
    """All columns as text; nested ones as JSON. Raises SourceError for bytes."""
    return frame.select(_text(frame.schema[name], name, place) for name in frame.columns)


def _text(dtype: pl.DataType, name: str, place: str) -> pl.Expr:
    column = pl.col(name)
    match dtype:
        case pl.String():
            return column
        case pl.Date():
            return column.dt.to_string("%Y-%m-%d")
        case pl.Datetime(time_zone=None):
            return column.dt.to_string("%Y-%m-%dT%H:%M:%S%.f")
        case pl.Datetime():
            return column.dt.convert_time_zone("UTC").dt.to_string("%Y-%m-%dT%H:%M:%S%.fZ")
        case pl.Time():
            return column.dt.to_string("%H:%M:%S%.f")
        case pl.Duration():
            return (column.dt.total_microseconds() / 1_000_000).cast(pl.String)
        case pl.Boolean():
            return pl.when(column).then(pl.lit("true")).when(~column).then(pl.lit("false")).alias(name)
        case _:
            return _other(dtype, column, place)


def _other(dtype: pl.DataType, column: pl.Expr, place: str) -> pl.Expr:
    match dtype:
        case pl.Struct():
            return column.struct.json_encode()
        case pl.List() | pl.Array():
            return pl.struct(column).struct.json_encode().alias(column.meta.output_name())
        case pl.Binary() | pl.Object():
            raise SourceError(
                f"{place}: column '{column.meta.output_name()}' holds bytes and not text. Leave it out or decode it."
            )
        case _:
            return column.cast(pl.String)
