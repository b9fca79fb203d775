"""What a KPI is: which rows it speaks of, which it leaves out and why, and the two sums it divides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import narwhals as nw

from kpi.over import Level as Level
from kpi.over import OverTime as OverTime
from kpi.over import Scaled as Scaled
from kpi.version import Version
from kpi.words import marked, say
from store.contract import Table
from store.scope import NO_MARKET

AS_OF_DAY = nw.col("as_of_day")
AS_OF_EPOCH = nw.col("as_of_epoch")
UNKNOWN = NO_MARKET


def one() -> nw.Expr:
    """Counts the row itself."""
    return nw.lit(1)


class Department(StrEnum):
    """The departments that own KPIs; the value stands in links."""

    SHIPPING = "shipping"
    SERVICE = "service"
    MANUFACTURING = "manufacturing"
    MARKETING = "marketing"
    PLANNING = "planning"
    PROCEDURES = "procedures"

    @property
    def label(self) -> str:
        """What a page calls it, in the reader's language."""
        return say(LABELS[self][0])

    @property
    def short(self) -> str:
        """What the navigation calls it, in the reader's language."""
        return say(LABELS[self][1])


LABELS = {
    Department.SHIPPING: (marked("Shipping and cross-border"), marked("Shipping")),
    Department.SERVICE: (marked("Customer service"), marked("Customer service")),
    Department.MANUFACTURING: (marked("Manufacturing"), marked("Manufacturing")),
    Department.MARKETING: (marked("Marketing and sales"), marked("Marketing")),
    Department.PLANNING: (marked("Planning"), marked("Planning")),
    Department.PROCEDURES: (marked("SOP adherence and training"), marked("Procedures")),
}


class Unit(StrEnum):
    """What a value is measured in, and what a stored sum is divided by to get there."""

    PERCENT = "percent"
    MONEY = "money"
    MONEY_PER_KG = "money per kg"
    MINUTES = "minutes"
    HOURS = "hours"
    TIMES = "times"
    COUNT = "count"
    PER_MILLION = "per million"
    PER_HUNDRED = "per 100"
    MONEY_PER_THOUSAND = "money per thousand"
    DAYS = "days"
    KG = "kg"
    POINTS = "points"

    @property
    def divisor(self) -> int:
        """Stored micros, seconds and grams a unit of the value."""
        sizes = {
            Unit.MONEY: 1_000_000, Unit.MONEY_PER_KG: 1_000_000, Unit.MONEY_PER_THOUSAND: 1_000_000,
            Unit.MINUTES: 60, Unit.HOURS: 3_600, Unit.DAYS: 86_400, Unit.KG: 1_000,
        }  # fmt: skip
        return sizes.get(self, 1)

    @property
    def denominator_divisor(self) -> int:
        """Stored grams a kilogram, orders a hundred, shipments a thousand, or opportunities a million of them."""
        sizes = {
            Unit.MONEY_PER_KG: 1_000, Unit.MONEY_PER_THOUSAND: 1_000, Unit.PER_HUNDRED: 100,
            Unit.PER_MILLION: 1_000_000,
        }  # fmt: skip
        return sizes.get(self, 1)


class Better(StrEnum):
    """The direction a KPI should move."""

    HIGHER = "higher"
    LOWER = "lower"


@dataclass(frozen=True)
class Target:
    """Where a KPI should be, and from where on it needs watching."""

    at: float
    warn: float


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of one fact that a measure sums, dated by one local day.

    `belongs`: rows the KPI speaks of at all; others are not even counted.
    `excluded`: reason -> rows left out and counted under the first reason that applies.
    `due`: column (a day, or seconds since 1970 if it ends in `_epoch`) on which a row's outcome is settled.
    `edges`: further instants (`_epoch`) or days whose passing changes how a row is judged.
    `waits`: rows not yet due stay out of both sums; otherwise they count and make the value provisional.
    `known_day`: where the day is a promise, the day from which the row exists; a row of today whose day lies
    ahead then waits. Without it, rows of later days are ignored.
    `waiting_day`: where a duration is dated by its end, the day it stands on while it is open.
    `over_time`: the rows of a day are a snapshot of a level, which does not add up over days.
    """

    fact: type[Table]
    day: str
    belongs: nw.Expr | None = None
    excluded: Mapping[str, nw.Expr] = field(default_factory=dict)
    due: str | None = None
    waits: bool = True
    edges: tuple[str, ...] = ()
    known_day: str | None = None
    waiting_day: str | None = None
    over_time: OverTime | None = None


@dataclass(frozen=True)
class Flag:
    """A value above `above` is kept and shown, but something in the data behind it must be wrong."""

    above: float
    word: str


@dataclass(frozen=True, eq=False, kw_only=True)
class Kpi:
    """What every definition says, whatever its kind.

    `shown_per`: stored units of both halves in one shown unit (a million where a share is of money), as the
    unit of the value says nothing about them. `needs`: fact tables in which no row means that nothing happened; as long
    as no source has ever sent one of them, nothing is known, and there is no value.
    """

    key: str
    name: str
    department: Department
    rows: Rows
    dimensions: tuple[str, ...]
    unit: Unit
    better: Better
    meaning: str
    formula: str
    source: str
    owner: str
    target: Target | None = None
    minimum: int = 30
    incomplete_if: tuple[str, ...] = ()
    sops: tuple[str, ...] = ()
    goal: str = ""
    variant_of: str = ""
    monthly: bool = False
    shown_per: int = 1
    flag: Flag | None = None
    versions: tuple[Version, ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def sides(self) -> tuple[Rows, ...]:
        """The row sets the KPI is computed from: one, or two for a ratio of different facts."""
        return (self.rows,)

    @property
    def numerator_per(self) -> int:
        """Stored units of the numerator in one shown unit."""
        return self.unit.divisor * self.shown_per

    @property
    def denominator_per(self) -> int:
        """Stored units of the denominator in one shown unit."""
        return self.unit.denominator_divisor * self.shown_per

    @property
    def is_share_of_rows(self) -> bool:
        """Each counted row is a hit or a miss, so that a Wilson interval says how sure the share is."""
        return False

    @property
    def adds_over_time(self) -> bool:
        """The sums of two spans in a row are the sums over both."""
        return all(rows.over_time is None for rows in self.sides)


class Half(StrEnum):
    """Which figure of a KPI is meant."""

    VALUE = "value"
    DENOMINATOR = "denominator"


@dataclass(frozen=True)
class Driver:
    """One factor of a product: the value of another KPI, or its denominator alone."""

    name: str
    kpi: str
    part: Half = Half.VALUE


@dataclass(frozen=True, eq=False, kw_only=True)
class Total(Kpi):
    """One sum; `drivers` are the factors it is thought of as a product of."""

    numerator: nw.Expr = field(default_factory=one)
    drivers: tuple[Driver, ...] = ()


@dataclass(frozen=True, eq=False, kw_only=True)
class Ratio(Kpi):
    """Two sums; the denominator may come from another fact (`over`), joined on the shared dimensions.

    Either side may be a level (`Rows.over_time`); `scaled` makes turns a year or days of stock of the two.
    """

    numerator: nw.Expr
    denominator: nw.Expr = field(default_factory=one)
    over: Rows | None = None
    scaled: Scaled = Scaled.AS_IS

    @property
    def sides(self) -> tuple[Rows, ...]:
        """The row sets the two sums come from: one, or two where the denominator has a fact of its own."""
        return (self.rows, self.over) if self.over else (self.rows,)

    @property
    def numerator_per(self) -> int:
        """Stored units of the numerator in one shown unit."""
        return self.shown_per if self.scaled is Scaled.IN_DAYS else super().numerator_per

    @property
    def is_share_of_rows(self) -> bool:
        """Per cent of rows of one fact, each counted once and none of a level."""
        return (
            self.unit is Unit.PERCENT
            and self.over is None
            and self.rows.over_time is None
            and repr(self.denominator) == repr(one())
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class Distribution(Kpi):
    """Durations in seconds: mean from sums, percentiles from rows or from 1 % bins; open ones counted beside."""

    seconds: str
    bin: str
    open: nw.Expr
    started: str


@dataclass(frozen=True, eq=False, kw_only=True)
class Distinct(Kpi):
    """Different values of one column, recounted for every selection; it never adds up."""

    of: str


@dataclass(frozen=True, eq=False, kw_only=True)
class Composite(Kpi):
    """A product of ratios, stored as the two sums that give the same product at every level."""

    numerator: nw.Expr
    denominator: nw.Expr
    factors: tuple[str, ...]
