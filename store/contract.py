"""How a fact table is declared: its columns, what fills them, and what a good row is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any, ClassVar, cast

import dataframely as dy
import polars as pl

EARLIEST, LATEST = date(1970, 1, 1), date(2099, 12, 31)


class Kind(StrEnum):
    """What a person maps onto a column, and therefore how its text is read."""

    TEXT = "text"
    DAY = "day"
    INSTANT = "instant"
    WHOLE = "whole"
    FLAG = "flag"
    AMOUNT = "amount"


class Person(StrEnum):
    """Whose id a column holds: such an id is kept as a keyed hash only."""

    CUSTOMER = "customer"
    STAFF = "member of staff"
    VISITOR = "visitor"


@dataclass(frozen=True)
class LocalDay:
    """The local day of an instant in the row's zone; a day that was given wins."""

    instant: str


@dataclass(frozen=True)
class Epoch:
    """Whole seconds since 1970-01-01 UTC of an instant."""

    instant: str


@dataclass(frozen=True)
class WorkingSeconds:
    """Seconds between two instants that lie inside the working hours of the row's calendar."""

    start: str
    end: str


@dataclass(frozen=True)
class WorkingDayAfter:
    """The n-th working day after a day, which is not counted, by the row's calendar; n stands in `count`."""

    day: str
    count: str


@dataclass(frozen=True)
class LogBin:
    """The 1 % logarithmic bin of a duration in seconds; 0 for zero, null for null."""

    seconds: str


@dataclass(frozen=True)
class CompanyMoney:
    """Micros of the company currency of an amount in micros, at the rate of the table's `money_day`."""

    micros: str


@dataclass(frozen=True)
class RateUsed:
    """Company currency for one unit of the row's `currency` on the table's `money_day`."""


@dataclass(frozen=True)
class RateDay:
    """The day on which that rate was published."""


@dataclass(frozen=True, eq=False)
class Worked:
    """Any other row-wise arithmetic over columns declared before it."""

    expression: pl.Expr


Derivation = (
    LocalDay | Epoch | WorkingSeconds | WorkingDayAfter | LogBin | CompanyMoney | RateUsed | RateDay | Worked
)


@dataclass(frozen=True, eq=False)
class Field:
    """One column of a table as the rest of the house sees it."""

    name: str
    meaning: str
    kind: Kind | None
    unit: str
    given_as: str
    required: bool
    derivation: Derivation | None
    default: object = None
    person: Person | None = None

    @property
    def mapped(self) -> bool:
        """A person may map a source column onto it."""
        return self.kind is not None


class Table(dy.Schema):
    """A fact table. Every row carries where it came from and when it was last seen."""

    about: ClassVar[str] = ""  # what one row is, for people; a docstring is not there in a server
    name: ClassVar[str] = ""
    department: ClassVar[str] = ""
    money_day: ClassVar[str | None] = None
    month_of: ClassVar[str] = ""
    prepared: ClassVar[bool] = False

    source = dy.String(
        nullable=False, metadata={"meaning": "Name of the source that sent the row", "system": True}
    )
    source_id = dy.String(
        nullable=True, metadata={"meaning": "File or table of the source, with row", "system": True}
    )
    seen_at = dy.Datetime(
        nullable=False,
        time_unit="us",
        time_zone="UTC",
        metadata={"meaning": "When it was last read", "system": True},
    )
    deleted = dy.Bool(
        nullable=False, metadata={"meaning": "Gone from a snapshot of the source", "system": True}
    )
    month = dy.String(
        nullable=False, metadata={"meaning": "Partition: month of the event that never moves", "system": True}
    )


def _meta(meaning: str, kind: Kind | None, **more: Any) -> dict[str, Any]:
    return {"meaning": meaning, "kind": kind, **more}


def key(meaning: str, *, person: Person | None = None) -> dy.String:
    """A natural key column; an empty key rejects the row."""
    return dy.String(primary_key=True, min_length=1, metadata=_meta(meaning, Kind.TEXT, person=person))


def text(
    meaning: str, *, required: bool = False, default: str | None = None, person: Person | None = None
) -> dy.String:
    """A short text; the id of a `person` is kept as a keyed hash."""
    return dy.String(
        nullable=not required, metadata=_meta(meaning, Kind.TEXT, default=default, person=person)
    )


def day(meaning: str, *, required: bool = False, of: str | None = None) -> dy.Date:
    """A local day, given as such or read off the instant `of` in the row's zone."""
    return dy.Date(
        nullable=not required,
        min=EARLIEST,
        max=LATEST,
        metadata=_meta(meaning, Kind.DAY, derivation=LocalDay(of) if of else None),
    )


def instant(meaning: str, *, required: bool = False) -> dy.Datetime:
    return dy.Datetime(
        nullable=not required,
        time_unit="us",
        time_zone="UTC",
        min=datetime(EARLIEST.year, 1, 1, tzinfo=UTC),
        max=datetime(LATEST.year, 12, 31, 23, 59, 59, tzinfo=UTC),
        metadata=_meta(meaning, Kind.INSTANT, unit="UTC"),
    )


def whole(
    meaning: str,
    *,
    unit: str = "count",
    required: bool = False,
    minimum: int | None = 0,
    default: int | None = None,
) -> dy.Int64:
    """A whole number of `unit`; a mapping may give another unit of the same dimension."""
    return dy.Int64(
        nullable=not required, min=minimum, metadata=_meta(meaning, Kind.WHOLE, unit=unit, default=default)
    )


def flag(meaning: str, *, default: bool | None = None) -> dy.Bool:
    return dy.Bool(nullable=True, metadata=_meta(meaning, Kind.FLAG, default=default))


def amount(meaning: str, *, given_as: str, minimum: int | None = 0) -> dy.Int64:
    """Money in micros of the row's own currency; mapped under the name `given_as`."""
    return dy.Int64(
        nullable=True, min=minimum, metadata=_meta(meaning, Kind.AMOUNT, unit="micros", given_as=given_as)
    )


def worked(dtype: type[dy.Column], meaning: str, derivation: Derivation | pl.Expr, *, unit: str = "") -> Any:
    """A stored column nobody maps: worked out at intake from columns declared before it."""
    how = Worked(derivation) if isinstance(derivation, pl.Expr) else derivation
    return dtype(nullable=True, metadata=_meta(meaning, None, unit=unit, derivation=how))


def company_money(meaning: str, of: str) -> dy.Int64:
    return cast(dy.Int64, worked(dy.Int64, meaning, CompanyMoney(of), unit="micros of the company currency"))


def epoch(of: str) -> dy.Int64:
    return cast(dy.Int64, worked(dy.Int64, f"Seconds since 1970 UTC of {of}", Epoch(of), unit="s"))


class MoneyTable(Table):
    """A fact table with amounts: what they are worth in company currency, by which rate of which day."""

    fx_rate = worked(dy.Float64, "Company currency for one unit of the row's currency", RateUsed())
    fx_rate_day = worked(dy.Date, "Day of publication of that rate", RateDay())


@lru_cache(maxsize=256)
def fields(table: type[Table]) -> Mapping[str, Field]:
    """The columns of a table by stored name, without the system columns."""
    found: dict[str, Field] = {}
    for name, column in table.columns().items():
        meta = column.metadata or {}
        if meta.get("system"):
            continue
        found[name] = Field(
            name=name,
            meaning=meta["meaning"],
            kind=meta["kind"],
            unit=meta.get("unit", ""),
            given_as=meta.get("given_as", name),
            required=not column.nullable,
            derivation=meta.get("derivation"),
            default=meta.get("default"),
            person=meta.get("person"),
        )
    return MappingProxyType(found)


@lru_cache(maxsize=256)
def people_of(table: type[Table]) -> Mapping[str, Person]:
    """The columns that hold ids of people, by stored name, and whose they are."""
    return MappingProxyType({name: field.person for name, field in fields(table).items() if field.person})


@lru_cache(maxsize=256)
def key_of(table: type[Table]) -> Sequence[str]:
    """The columns that name a row."""
    return tuple(table.primary_key())


def business_columns(table: type[Table]) -> list[str]:
    """The columns whose change makes a changed row: all but its key and where and when the row was seen."""
    others = {*key_of(table), "source", "source_id", "seen_at", "month"}
    return [name for name in table.columns() if name not in others]


@lru_cache(maxsize=256)
def polars_schema(table: type[Table]) -> pl.Schema:
    """Stored columns and types; the same object for every caller, so nobody may change it."""
    return pl.Schema({name: column.dtype for name, column in table.columns().items()})


def unfilled(table: type[Table], given: Collection[str]) -> list[Field]:
    """The columns a mapping has to fill and does not, where these are filled and the key is."""
    missing = []
    for each in fields(table).values():
        needed = each.required and each.mapped and each.default is None and each.name not in key_of(table)
        implied = getattr(each.derivation, "instant", None) in given
        if needed and not implied and each.given_as not in given:
            missing.append(each)
    return missing
