"""Facts from few values: what a test says, completed and normalised by the product as at intake."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from kpi.compute import refresh
from kpi.engine import AsOf
from kpi.model import Kpi
from kpi.period import Every, Span
from kpi.question import Question
from kpi.results import values
from kpi.score import Judgement
from store.company import Company, Market
from store.contract import Field, Kind, Table, business_columns, fields, key_of, polars_schema
from store.lake import Lake
from store.money import Rates
from store.normalise import Context, normalise
from store.scope import LOCAL_OWNER, Principal
from store.upsert import Upserted, upsert

NO_RATES = pl.DataFrame(
    schema={"base": pl.String, "currency": pl.String, "rate_day": pl.Date, "rate": pl.String}
)
SEEN = datetime(2026, 1, 1, tzinfo=UTC)
Row = Mapping[str, object]
Facts = Mapping[type[Table], pl.DataFrame]


def company(**markets: str) -> Company:
    """A firm that counts in EUR and UTC, with markets given as DE="Europe/Berlin"."""
    known = {code: Market(code, zone, "EUR", code) for code, zone in markets.items()}
    return Company(name="Example", currency="EUR", timezone="UTC", markets=known)


def context(firm: Company | None = None, rates: Sequence[Row] = (), **calendars: Any) -> Context:
    """What intake knows; `rates`: rows of rate_day, currency and rate (units for one EUR)."""
    published = pl.DataFrame(
        [(str(r.get("base", "EUR")), r["currency"], day_of(r["rate_day"]), str(r["rate"])) for r in rates],
        schema=NO_RATES.schema,
        orient="row",
    )
    return Context(firm or company(), calendars, Rates.of(published, "EUR"), b"a secret of the tests")


def day_of(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def instant_of(value: object) -> datetime:
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def made(table: type[Table], rows: Sequence[Row], known: Context | None = None) -> pl.DataFrame:
    """Rows of a table from given columns (amounts under the name people map, in whole units of money).

    Fails when the contract refuses a row: facts of a test are good unless it says otherwise.
    """
    given = {field.given_as: field for field in fields(table).values() if field.mapped}
    stored = {field.name: field for field in given.values()}
    if strange := {name for row in rows for name in row} - given.keys() - stored.keys():
        raise KeyError(f"{table.name} has no columns {sorted(strange)}")
    names = {name for row in rows for name in row} | {
        field.name for field in stored.values() if field.required and field.default is None
    }
    schema = polars_schema(table)
    columns = {}
    for name in sorted(names):
        field = given.get(name) or stored[name]
        values = [_value(field, name, row.get(name)) for row in rows]
        columns[field.name] = pl.Series(field.name, values, dtype=schema[field.name])
    frame = normalise(table, pl.DataFrame(columns), known or context(), source="test", seen_at=SEEN)
    good, failures = table.filter(frame, cast=False)
    assert failures.counts() == {}, f"{table.name} refuses rows: {failures.counts()}"
    return good.select(schema.names())


def _value(field: Field, name: str, value: object) -> object:
    if value is None:
        return None
    match field.kind:
        case Kind.DAY:
            return day_of(value)
        case Kind.INSTANT:
            return instant_of(value)
        case Kind.AMOUNT if name == field.given_as:
            return int(Decimal(str(value)) * 1_000_000)
        case Kind.WHOLE:
            return int(str(value))
        case Kind.TEXT:
            return str(value)
        case _:
            return value


def put(lake: Lake, table: type[Table], rows: pl.DataFrame) -> Upserted:
    """Upsert rows as a sync does."""
    return upsert(
        lake,
        table.name,
        rows,
        key=key_of(table),
        business=business_columns(table),
        marks={"test": lake.version(table.name) + 1},
    )


def scored(
    lake: Lake,
    kpi: Kpi,
    facts: Facts,
    span: Span,
    every: Every = Every.TOTAL,
    *,
    by: tuple[str, ...] = (),
    where: Mapping[str, str] | None = None,
    as_of: AsOf | None = None,
    minimum: int | None = 0,
    principal: Principal = LOCAL_OWNER,
) -> pl.DataFrame:
    """Facts in, score out: stored, prepared, computed as of a moment (the end of the span) and read."""
    for table, rows in facts.items():
        put(lake, table, rows)
    refresh(lake, as_of or AsOf.end_of(span.end), kpis=[kpi])
    question = Question(span, every, by, where or {})
    return values(lake, principal, kpi, question, Judgement(minimum=minimum))


def component_rows(kpi: Kpi, rows: Sequence[Row], day: date = date(2025, 1, 1)) -> pl.DataFrame:
    """Components of one KPI from sums: dimension values beside num, den, n and other component names."""
    names = ("num", "den", "n", "wait", "wait_den")
    blank = {f"{kpi.key}__{name}": 0 for name in names}
    blank |= {
        f"{kpi.key}__x_{reason}": 0 for part in kpi.sides for reason in [*part.excluded, "missing_value"]
    }
    told = [
        {"period": day, **blank, **{_component(kpi, name, blank): value for name, value in row.items()}}
        for row in rows
    ]
    texts = {name for row in rows for name in row if _component(kpi, name, blank) == name}
    schema = {"period": pl.Date, **dict.fromkeys(sorted(texts), pl.String), **dict.fromkeys(blank, pl.Int64)}
    return pl.DataFrame(told, schema=schema)


def _component(kpi: Kpi, name: str, known: Mapping[str, int]) -> str:
    return f"{kpi.key}__{name}" if f"{kpi.key}__{name}" in known else name
