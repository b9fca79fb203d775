"""What an explanation of a change says: two values, and for each dimension who brought how much."""

from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from kpi.model import Kpi
from kpi.period import Span
from kpi.why.ranking import NAMED, Note
from kpi.words import marked, say


class Method(StrEnum):
    """How a change is divided; each divides it exactly."""

    ADDITIVE = "additive"
    MIX_AND_RATE = "mix_and_rate"
    NUMERATOR_AND_DENOMINATOR = "numerator_and_denominator"
    LMDI = "lmdi"
    SHAPLEY = "shapley"

    @property
    def words(self) -> str:
        """What a page calls it, in the reader's language."""
        return say(METHODS[self])


METHODS = {
    Method.ADDITIVE: marked("difference of each segment"),
    Method.MIX_AND_RATE: marked("mix and rate (Bennet midpoint)"),
    Method.NUMERATOR_AND_DENOMINATOR: marked("numerator and denominator (Shapley)"),
    Method.LMDI: marked("factors of the product (LMDI-I)"),
    Method.SHAPLEY: marked("factors of the product (Shapley)"),
}


class Measure(StrEnum):
    """Which figure of a KPI moved; percentiles are named here to be refused with a reason."""

    VALUE = "value"
    MEDIAN = "median"
    P90 = "p90"


@dataclass(frozen=True)
class Limits:
    """The control limits of the later period, in the KPI's unit."""

    low: float
    high: float

    def hold(self, value: float) -> bool:
        """Whether a value lies within the limits, both ends counted."""
        return self.low <= value <= self.high


@dataclass(frozen=True, eq=False)
class Cut:
    """One way to divide the change: by a dimension, or by the factors of a product (`dimension` is `factors`).

    `contributions`: one row a segment, largest first: `segment`, `before`, `after` (its own values), `mix` and `rate`
    or `numerator_effect` and `denominator_effect` (by method), `total` (in the KPI's unit, adds up to the change),
    `share` (of all movement, 0 to 1), `rows0`, `rows1`, `low`, `high`, `significant`.
    `concentration`: the share of the three largest, 0 to 1.
    """

    dimension: str
    method: Method
    contributions: pl.DataFrame
    concentration: float
    notes: tuple[Note, ...] = ()

    @property
    def named(self) -> pl.DataFrame:
        """The five largest contributions."""
        return self.contributions.head(NAMED)


@dataclass(frozen=True, eq=False)
class Why:
    """Why one KPI moved between two spans; `cuts` are tried one by one and never added to each other.

    `before` and `after` are values in the KPI's unit; the cut whose three largest segments hold most comes first.
    """

    kpi: Kpi
    earlier: Span
    later: Span
    before: float
    after: float
    cuts: tuple[Cut, ...]
    factors: Cut | None = None
    notes: tuple[Note, ...] = ()

    @property
    def change(self) -> float:
        """After less before, in the unit of the figure."""
        return self.after - self.before

    @property
    def all_cuts(self) -> tuple[Cut, ...]:
        """The dimensions, then the factors of a product."""
        return (*self.cuts, self.factors) if self.factors else self.cuts
