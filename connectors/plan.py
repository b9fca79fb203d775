"""What fairlead.toml says about each source: typed, checked, and free of anything a source has in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from connectors.channels import Channel
from connectors.layout import ROW, DateOrder, Hand, Layout
from store.company import Company
from store.contract import Field, Table, key_of, people_of
from store.personal.concealing import Hidden
from store.personal.limits import Retention
from store.personal.treatment import Treatment
from store.rhythm import Rhythm


class Mode(StrEnum):
    """What a source sends: everything each time, only more rows, or rows that may replace earlier ones."""

    SNAPSHOT = "snapshot"
    APPEND = "append"
    UPSERT = "upsert"


class Keeping(StrEnum):
    """Which row of a repeated key counts; `reject` keeps the first and sets the others aside."""

    REJECT = "reject"
    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True)
class Duplicates:
    """The rule for repeated keys; `by` names the source column whose largest value is the last."""

    keeping: Keeping = Keeping.REJECT
    by: str | None = None


@dataclass(frozen=True)
class Keep:
    """A filter: only rows where the column is one of, none of, or not empty."""

    column: str
    among: tuple[str, ...] | None = None
    not_among: tuple[str, ...] | None = None
    not_empty: bool = False


@dataclass(frozen=True)
class ColumnMapping:
    """
    How a column of a fact table is filled: from a column, from date and time, or by a constant. Words that `map`
    does not name stay as they are with `keep_others`, become `otherwise`, or are refused.
    """

    field: Field
    column: str | None = None
    constant: str | None = None
    date: str | None = None
    time: str | None = None
    map: Mapping[str, str] | None = None
    keep_others: bool = False
    otherwise: str | None = None
    default: str | None = None
    format: str | None = None
    date_order: DateOrder | None = None
    timezone: str | None = None
    unit: str | None = None
    decimal: str = "."
    thousands: str = ""
    decimal_declared: bool = False
    minimum: int | None = None
    remove: tuple[str, ...] = ()
    numbers_only: bool = False
    true: tuple[str, ...] = ()
    false: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The source columns it reads."""
        return tuple(name for name in (self.column, self.date, self.time) if name is not None)


@dataclass(frozen=True, eq=False)
class TableMapping:
    """How the rows of one fact table come out of a source."""

    table: type[Table]
    columns: tuple[ColumnMapping, ...]
    key: tuple[str, ...] = ()
    duplicates: Duplicates = Duplicates()
    mode: Mode = Mode.UPSERT
    keep: tuple[Keep, ...] = ()
    query: str | None = None
    layout: Layout = field(default_factory=Layout)
    options: Mapping[str, object] = field(default_factory=dict)
    personal: Mapping[str, Treatment] = field(default_factory=dict)

    @property
    def hashed(self) -> frozenset[str]:
        """The columns of ours whose texts are hashed because the mapping says so, or because they name people."""
        people, key = people_of(self.table), key_of(self.table)[0]
        said = {
            column.field.name
            for column in self.columns
            if any(self.personal.get(name) is Treatment.HASH for name in column.columns)
        }
        by_key = {key} if any(self.personal.get(name) is Treatment.HASH for name in self.key) else set()
        return frozenset({*people, *said, *by_key})

    @property
    def hidden(self) -> Hidden:
        """What must not stand as it is beside a rejected row; parts of a joined key cannot be hashed one by one."""
        fields = {
            name: Treatment.DROP if how is Treatment.HASH and name in self.key and len(self.key) > 1 else how
            for name, how in self.personal.items()
        }
        nothing = {*self.layout.null_values, *(word for column in self.columns for word in column.empty)}
        return Hidden(fields, frozenset(nothing))

    @property
    def source_columns(self) -> tuple[str, ...]:
        """Every source column the mapping reads, once, in the order of first use, without the row number."""
        names = [
            *self.key,
            *(name for column in self.columns for name in column.columns),
            *(keep.column for keep in self.keep),
            *([self.duplicates.by] if self.duplicates.by else []),
        ]
        return tuple(dict.fromkeys(name for name in names if name != ROW))


@dataclass(frozen=True, eq=False)
class SourceConfig:
    """One source; `options` are the keys only its own kind of connector knows, `rhythm` how often it is expected.

    `pull`: when it is read, such as `every 15 minutes`; empty for as often as all.
    """

    name: str
    connector: str
    tables: tuple[TableMapping, ...] = ()
    layout: Layout = field(default_factory=Layout)
    options: Mapping[str, object] = field(default_factory=dict)
    rhythm: Rhythm | None = None
    pull: str = ""
    digest: str = ""


@dataclass(frozen=True, eq=False)
class Config:
    """The firm, its sources, how long rows may name people, and by which channels messages go out."""

    company: Company = field(default_factory=Company)
    sources: tuple[SourceConfig, ...] = ()
    retention: Retention = field(default_factory=Retention)
    channels: tuple[Channel, ...] = ()


__all__ = [
    "ROW", "ColumnMapping", "Config", "DateOrder", "Duplicates", "Hand", "Keep", "Keeping", "Layout", "Mode",
    "SourceConfig", "TableMapping",
]  # fmt: skip
