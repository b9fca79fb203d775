"""What an audit is drawn from: the finished runs of the version, or rows of the facts within its days and its part."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from store.contract import Table, key_of, polars_schema
from store.facts import Orders, ProductionRuns, Shipments, Tickets
from store.lake import Lake
from store.state import WrongEntry
from store.state.audit_rows import Audit, Drawn, DrawnFrom

MOST = 500_000
CALLED_OFF = ("cancelled", "test", "gift_card", "cancelled_before_dispatch")
ABOUT = ("market", "team", "shift", "channel")


@dataclass(frozen=True)
class Book:
    """A table to draw from: the day of its rows, the columns that say where a row belongs, rows that are no work."""

    table: type[Table]
    day: str
    columns: Mapping[str, str]
    no_work: tuple[str, ...] = ()


BOOKS: Mapping[DrawnFrom, Book] = {
    DrawnFrom.TICKET: Book(
        Tickets, "created_day", {"market": "market", "team": "team", "channel": "channel"},
        ("spam", "outbound", "bot_only"),
    ),
    DrawnFrom.ORDER: Book(Orders, "ordered_day", {"market": "market", "channel": "channel"}),
    DrawnFrom.SHIPMENT: Book(Shipments, "shipped_day", {"market": "market", "channel": "carrier"}),
    DrawnFrom.BATCH: Book(ProductionRuns, "produced_day", {"shift": "shift", "channel": "line"}),
}  # fmt: skip


def rows_of(lake: Lake, audit: Audit, markets: tuple[str, ...] = ()) -> list[Drawn]:
    """
    The rows an audit of the facts may draw: those of its days, in its market and team, in the markets of the procedure
    (empty is all), without what was called off or merged. Reads the files of these days only. Raises WrongEntry for an
    audit of runs, for a part that the table does not know, and for more rows than half a million.
    """
    book = BOOKS.get(audit.drawn_from)
    if book is None:
        raise WrongEntry("Runs are not drawn from the facts.")
    for part, value in (("market", audit.market), ("team", audit.team)):
        if value and part not in book.columns:
            raise WrongEntry(f"{book.table.name} do not tell the {part}; leave it empty.")
    columns = _columns(book)
    wanted = pl.Schema({name: dtype for name, dtype in polars_schema(book.table).items() if name in columns})
    found = lake.read(
        book.table.name,
        wanted,
        lambda rows: _own(rows, book, audit, markets),
        {book.day: (audit.first, audit.last)},
    )
    if found.height > MOST:
        raise WrongEntry(f"{found.height} {book.table.name} are more than {MOST}; choose fewer days.")
    return [_drawn(row) for row in found.iter_rows(named=True)]


def _columns(book: Book) -> set[str]:
    known = set(book.table.column_names())
    others = {"status", "merged_into", "deleted", *book.no_work} & known
    return {key_of(book.table)[0], book.day, *book.columns.values(), *others}


def _own(rows: pl.LazyFrame, book: Book, audit: Audit, markets: tuple[str, ...]) -> pl.LazyFrame:
    known = set(book.table.column_names())
    kept = pl.col(book.day).is_between(audit.first, audit.last)
    for each in ("deleted", *book.no_work):
        kept &= ~pl.col(each).fill_null(False)
    if "status" in known:
        kept &= ~pl.col("status").is_in(CALLED_OFF)
    if "merged_into" in known:
        kept &= pl.col("merged_into").is_null()
    for part, value in (("market", audit.market), ("team", audit.team)):
        if value:
            kept &= pl.col(book.columns[part]) == value
    if markets and "market" in book.columns:
        kept &= pl.col("market").is_in(markets)
    empty = pl.lit(None, dtype=pl.String)
    about = [
        (pl.col(book.columns[each]) if each in book.columns else empty).fill_null("").alias(each)
        for each in ABOUT
    ]
    number = pl.col(key_of(book.table)[0]).alias("case_id")
    return rows.filter(kept).select(number, pl.col(book.day).alias("day"), *about)


def _drawn(row: Mapping[str, Any]) -> Drawn:
    market, team, shift, channel = (str(row[name]) for name in ABOUT)
    return Drawn(0, str(row["case_id"]), row["day"], market=market, team=team, shift=shift, channel=channel)
