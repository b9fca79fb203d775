"""The cases of a procedure, one row each, with the moments its rules compare; lazily, in polars."""

from collections.abc import Mapping, Sequence

import polars as pl

from sop.rules import Column, Event, FollowedRule, Moment, Start, columns_of, events_of
from sop.rules.cases import EVENTS, Cases
from sop.rules.known import CASE_TABLES, PRODUCT, Sort, sort_of
from sop.systems.governed import Governed
from store.contract import LocalDay, Table, fields, key_of

Frames = Mapping[str, pl.LazyFrame]
CALLED_OFF = ("cancelled", "test", "gift_card", "cancelled_before_dispatch")
CASE, BEGAN, CLOSED, TRAIL, LAST = "case_id", "_began", "_closed", "_trail", "_last"
MICROS = 1_000_000
_DIVIDER = "\x1f"


def trail(events: Sequence[str]) -> str:
    """A row of events as one text."""
    return _DIVIDER.join(events)


def sources_of(cases: Cases, *, events: bool) -> tuple[type[Table], ...]:
    """The tables the cases are read from: their own, and the events where rules name any."""
    own = CASE_TABLES[cases.table]
    return (own, CASE_TABLES[EVENTS]) if events and not cases.of_events else (own,)


def case_rows(frames: Frames, version: Governed) -> pl.LazyFrame:
    """
    One row a case that began while the version was in force, in its markets: `case_id`, `market`, `team`, `begun_day`,
    `called_off`, `_began` and `_closed` in microseconds since 1970, `_trail` (all its events), `_last`, and the
    columns that `moment` and `number` name.
    """
    cases = version.cases
    if cases.of_events:
        rows = _by_event(frames[EVENTS], version).with_columns(called_off=pl.lit(False))
    else:
        rows = _by_row(frames[cases.table], version)
        if EVENTS in frames:
            rows = rows.join(_by_event(frames[EVENTS], version, alone=False), on=CASE, how="left")
    rows = rows.filter(pl.col("begun_day") >= version.since)
    if version.until is not None:
        rows = rows.filter(pl.col("begun_day") < version.until)
    if version.markets:
        rows = rows.filter(pl.col("market").is_in(version.markets))
    return rows.with_columns(_closed(cases).alias(CLOSED))


def moment(cases: Cases, what: Moment) -> pl.Expr:
    """When it was, in microseconds since 1970 (of a day: its beginning); what is no moment was at the beginning."""
    match what:
        case Start():
            return pl.col(BEGAN)
        case Event():
            return pl.col(_happened(what.name))
    column, sort = pl.col(_told(what.name)), sort_of(CASE_TABLES[cases.table], what.name)
    if sort in (Sort.DAY, Sort.MOMENT):
        return column
    is_there = column if sort is Sort.FLAG else column.is_not_null()
    return pl.when(is_there).then(BEGAN)


def number(column: Column) -> pl.Expr:
    """The number in a column."""
    return pl.col(_told(column.name))


def limit(event: Event) -> pl.Expr:
    """The limit that came with an event, in microseconds since 1970."""
    return pl.col(f"_limit {event.name}")


def followed(rule: FollowedRule) -> pl.Expr:
    """Whether each time the one event happened the other came next; null where it never did."""
    return pl.col(f"_next {rule.first.name}{_DIVIDER}{rule.then.name}")


def _happened(event: str) -> str:
    return f"_at {event}"


def _told(column: str) -> str:
    return f"_of {column}"


def _closed(cases: Cases) -> pl.Expr:
    """When the case is over."""
    ends = [] if cases.ends is None else [moment(cases, cases.ends)]
    late = [] if cases.seconds is None else [pl.col(BEGAN) + cases.seconds * MICROS]
    if ends and not late:
        return ends[0]
    return pl.min_horizontal(*ends, *late) if late else pl.col(BEGAN)


def _by_row(rows: pl.LazyFrame, version: Governed) -> pl.LazyFrame:
    cases, table = version.cases, CASE_TABLES[version.cases.table]
    told = {name for each in version.steps for name in columns_of(each.rule)}
    told |= {each.name for each in (cases.begins, cases.ends) if isinstance(each, Column)}
    begins = cases.begins.name if cases.begins else key_of(table)[0]
    known = table.columns()
    empty = pl.lit(None, dtype=pl.String)
    off = pl.col("status").is_in(CALLED_OFF) if "status" in known else pl.lit(False)
    product = [PRODUCT] if PRODUCT in known else []
    return rows.filter(pl.col(begins).is_not_null()).select(
        pl.col(key_of(table)[0]).alias(CASE),
        *(pl.col(each) if each in known else empty.alias(each) for each in ("market", "team")),
        *product,
        _local_day(table, begins).alias("begun_day"),
        off.fill_null(False).alias("called_off"),
        _stored(table, begins).alias(BEGAN),
        *(_stored(table, each).alias(_told(each)) for each in sorted(told)),
    )


def _local_day(table: type[Table], column: str) -> pl.Expr:
    """The day of a column; of a moment the local one, where the table knows it."""
    if sort_of(table, column) is Sort.DAY:
        return pl.col(column)
    days = (each.name for each in fields(table).values() if each.derivation == LocalDay(column))
    return pl.coalesce(*days, pl.col(column).dt.date())


def _stored(table: type[Table], column: str) -> pl.Expr:
    """Days and moments in microseconds, everything else as it is."""
    sort = sort_of(table, column)
    if sort is Sort.DAY:
        return pl.col(column).cast(pl.Datetime("us")).dt.epoch("us")
    return pl.col(column).dt.epoch("us") if sort is Sort.MOMENT else pl.col(column)


def _by_event(events: pl.LazyFrame, version: Governed, *, alone: bool = True) -> pl.LazyFrame:
    """One row a case of the events under the procedure's key, in order of time and then of `place`."""
    at, limits = pl.col("happened_at").dt.epoch("us"), pl.col("limit_at").dt.epoch("us")
    own = events.filter(pl.col("sop") == version.sop, pl.coalesce(at, limits).is_not_null())
    ordered = own.sort("happened_at", "place", nulls_last=True)
    step, is_done = pl.col("step"), pl.col("happened_at").is_not_null()
    names = {name for each in version.steps for name in events_of(each.rule)} | set(version.order)
    if isinstance(version.cases.ends, Event):
        names.add(version.cases.ends.name)
    pairs = [each.rule for each in version.steps if isinstance(each.rule, FollowedRule)]
    about = [
        pl.col("market").drop_nulls().first(),
        pl.col("team").drop_nulls().first(),
        pl.coalesce("happened_day", "limit_day").min().alias("begun_day"),
        pl.coalesce(at, limits).min().alias(BEGAN),
    ]
    later = step.filter(is_done).shift(-1).fill_null("")
    return ordered.group_by(CASE, maintain_order=True).agg(
        *(about if alone else []),
        step.filter(is_done).str.join(_DIVIDER).alias(TRAIL),
        at.max().alias(LAST),
        *(at.filter(step == name).min().alias(_happened(name)) for name in sorted(names)),
        *(limits.filter(step == name).min().alias(f"_limit {name}") for name in sorted(names)),
        *(
            (later == each.then.name)
            .filter(step.filter(is_done) == each.first.name)
            .pipe(lambda told: pl.when(told.len() > 0).then(told.all()))
            .alias(f"_next {each.first.name}{_DIVIDER}{each.then.name}")
            for each in {str(pair): pair for pair in pairs}.values()
        ),
    )


__all__ = [
    "BEGAN", "CASE", "CLOSED", "LAST", "MICROS", "TRAIL", "Frames", "case_rows", "followed", "limit",
    "moment", "number", "sources_of", "trail",
]  # fmt: skip
