"""The columns a connector gives, completed and brought to the types of the contract."""

from collections.abc import Iterator

import polars as pl

from store.contract import Field, LocalDay, Table, fields, people_of, polars_schema
from store.normalise.context import Context
from store.normalise.identity import hashed
from store.normalise.places import Places

CURRENCY, BASE = "currency", "base"
_ISO = r"^[A-Z]{3}$"


class MissingColumns(ValueError):
    """A column the table cannot do without was not mapped: the sync of this table stops."""


class UnreadColumn(ValueError):
    """A connector handed over a column in a type it should have read before."""


def given(table: type[Table], rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """All given columns of the table in its types, instants in UTC, people hashed, and `source_id`.

    Without a currency column amounts are in the company's currency; a currency left empty in a row stays
    unknown. Raises MissingColumns and UnreadColumn.
    """
    _refuse_missing(table, rows)
    mapped = {name: field for name, field in fields(table).items() if field.mapped}
    typed = rows.with_columns(*_typed(table, rows, mapped), _source_id(rows)).select(*mapped, "source_id")
    if CURRENCY in mapped:
        codes = [name for name in (CURRENCY, BASE) if name in mapped]
        typed = typed.with_columns(_currency(name, rows, typed, context) for name in codes)
    typed = typed.with_columns(hashed(typed[name], context.secret) for name in people_of(table))
    naive = [name for name, dtype in typed.schema.items() if dtype == pl.Datetime("us")]
    if not naive:
        return typed
    places = Places.of(typed, context.company)
    return typed.with_columns(places.to_utc(typed[name]) for name in naive)


def _refuse_missing(table: type[Table], rows: pl.DataFrame) -> None:
    missing = [field.given_as for field in fields(table).values() if _is_missing(field, rows)]
    if missing:
        raise MissingColumns(
            f"Table '{table.name}' needs {missing}; the rows have {rows.columns}. Map a column onto each."
        )


def _is_missing(field: Field, rows: pl.DataFrame) -> bool:
    if not (field.mapped and field.required) or field.default is not None or field.name in rows.columns:
        return False
    return not (isinstance(field.derivation, LocalDay) and field.derivation.instant in rows.columns)


def _typed(table: type[Table], rows: pl.DataFrame, mapped: dict[str, Field]) -> Iterator[pl.Expr]:
    wanted, there = polars_schema(table), rows.schema
    for name, field in mapped.items():
        read = _read(table, name, there.get(name, pl.Null()), wanted[name])
        yield read if field.default is None else read.fill_null(field.default)


def _read(table: type[Table], name: str, dtype: pl.DataType, wanted: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    match dtype, wanted:
        case pl.Null(), _:
            return pl.lit(None, wanted).alias(name)
        case _ if dtype == wanted:
            return column
        case pl.Datetime(time_zone=None), pl.Datetime():
            return column.cast(pl.Datetime("us"))
        case pl.Datetime(), pl.Datetime():
            return column.dt.convert_time_zone("UTC").cast(wanted)
        case ((pl.Categorical() | pl.Enum()), pl.String()):
            return column.cast(pl.String)
        case _ if dtype.is_integer() and wanted == pl.Int64():
            return column.cast(pl.Int64)
    raise UnreadColumn(f"Column '{name}' of '{table.name}' arrives as {dtype}; give it as {wanted}.")


def _source_id(rows: pl.DataFrame) -> pl.Expr:
    if "source_id" in rows.columns:
        return pl.col("source_id").cast(pl.String)
    return pl.lit(None, pl.String).alias("source_id")


def _currency(name: str, rows: pl.DataFrame, typed: pl.DataFrame, context: Context) -> pl.Expr:
    """ISO codes in capitals; cleaned only where a batch holds anything else."""
    if name == CURRENCY and name not in rows.columns:
        return pl.lit(context.company.currency).alias(name)
    written = typed[name].unique().drop_nulls()
    if written.str.contains(_ISO).all():
        return pl.col(name)
    return pl.col(name).str.strip_chars().str.to_uppercase().replace("", None)
