"""How each KPI stands: its periods without gaps, the one a card shows, and since when it has been off target."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from math import ceil

import polars as pl

from kpi.access import sees
from kpi.compare import Comparison
from kpi.engine import Grain, grains
from kpi.frozen import frozen_until
from kpi.ledger import entries
from kpi.model import Department, Kpi, Unit
from kpi.period import Every
from kpi.score import Status
from kpi.signals.chart import ControlChart, Point
from kpi.tables import component_table
from store.lake import Lake
from store.scope import LIMITED_BY, NO_MARKET, Principal

NOTHING: Mapping[str, int] = {}  # one for all: there are a hundred thousand periods


@dataclass(frozen=True)
class Coverage:
    """What the components cover: the evaluation day, the last day with data of each KPI, and the markets.

    `frozen`: the first day the definition in force answers for, of KPIs whose earlier numbers are frozen.
    """

    as_of: date | None = None
    until: Mapping[str, date] = field(default_factory=dict)
    markets: tuple[str, ...] = ()
    frozen: Mapping[str, date] = field(default_factory=dict)

    @property
    def closed(self) -> date | None:
        """The last day whose periods can be over: the evaluation day, or the end of the last week with data."""
        if self.as_of is None or not self.until:
            return None
        last = max(self.until.values())
        return min(self.as_of, last + timedelta(days=6 - last.weekday()))

    def has(self, department: Department, kpis: Iterable[Kpi]) -> bool:
        """Whether any KPI of the department has ever had data."""
        return any(kpi.department is department and kpi.key in self.until for kpi in kpis)


@dataclass(frozen=True, slots=True)
class Period:
    """One week or month of one KPI; `target` is the one of the period's own day, sums are in the KPI's unit."""

    start: date
    end: date
    status: Status = Status.NO_DATA
    value: float | None = None
    target: float | None = None
    warn: float | None = None
    n: int = 0
    immature: int = 0
    numerator: float = 0.0
    denominator: float = 0.0
    excluded: Mapping[str, int] = field(default_factory=lambda: NOTHING)
    closed: bool = True

    @property
    def settled(self) -> bool:
        """Over, and no row of it waits for its outcome."""
        return self.closed and self.immature == 0


@dataclass(frozen=True, eq=False)
class Standing:
    """The periods of one KPI, oldest first and without gaps; `market` is what they were limited to.

    `chart` holds the usual range of the same periods and what leaves it; None where there is no history to take
    it from (distinct counts). `comparison` says with what the current period is compared; `compared_with`
    is that period where it is not the one before.
    """

    kpi: Kpi
    every: Every
    periods: tuple[Period, ...]
    market: str | None = None
    until: date | None = None
    reported: date | None = None
    chart: ControlChart | None = None
    comparison: Comparison = Comparison.BEFORE
    compared_with: Period | None = None

    @cached_property
    def at(self) -> int | None:
        """The place of the period a card shows: the last settled one, else the last that is over."""
        places = range(len(self.periods) - 1, -1, -1)
        settled = next((place for place in places if self.periods[place].settled), None)
        return settled if settled is not None else next((n for n in places if self.periods[n].closed), None)

    @property
    def current(self) -> Period | None:
        """The period a card shows."""
        return None if self.at is None else self.periods[self.at]

    @property
    def prior(self) -> Period | None:
        """What the period a card shows is compared with: the one before unless something else was asked."""
        if self.comparison is not Comparison.BEFORE:
            return self.compared_with
        return self.periods[self.at - 1] if self.at else None

    @cached_property
    def run(self) -> tuple[Period, ...]:
        """The unbroken run of off-target periods that ends with the current one."""
        if self.at is None:
            return ()
        run: list[Period] = []
        for period in reversed(self.periods[: self.at + 1]):
            if period.status is not Status.OFF_TARGET:
                break
            run.append(period)
        return tuple(reversed(run))

    @cached_property
    def signal(self) -> Point | None:
        """The point of the current period, when it is a concern that interrupts."""
        current = self.current
        point = self.chart.at(current.start) if self.chart and current else None
        return point if point is not None and point.is_concern else None

    @property
    def since(self) -> date | None:
        """The first day of that run."""
        return self.run[0].start if self.run else None

    def shown(self, weeks: int) -> tuple[Period, ...]:
        """The periods of the last `weeks` weeks up to the current one; of a monthly KPI at least 13 months."""
        count = max(13, weeks * 12 // 52) if self.every is Every.MONTH else weeks
        return () if self.at is None else self.periods[max(0, self.at + 1 - count) : self.at + 1]

    def recent(self, weeks: int) -> tuple[Period, ...]:
        """The same and what came after it, still provisional, up to the last period with a value."""
        last = max((n for n, each in enumerate(self.periods) if each.value is not None), default=-1)
        return () if self.at is None else (*self.shown(weeks), *self.periods[self.at + 1 : last + 1])


def beyond(kpi: Kpi, period: Period) -> int:
    """How many of the period's rows would have to turn out right for it to be back at target; 0 at target.

    A rate counts the rows themselves; any other value the rows of its average size that are too many or too few.
    """
    if period.value is None or period.target is None or period.status is not Status.OFF_TARGET:
        return 0
    return rows_between(kpi, period, period.target)


def rows_between(kpi: Kpi, period: Period, level: float) -> int:
    """The period's rows that make up the gap between its value and a level, as `beyond` counts them."""
    if period.value is None or period.value == level:
        return 0
    gap = abs(period.value - level)
    share = gap if kpi.unit is Unit.PERCENT else gap / max(abs(period.value), abs(level))
    return min(period.n, ceil(period.n * share - 1e-9))


def coverage(lake: Lake, principal: Principal, kpis: Sequence[Kpi]) -> Coverage:
    """What the principal may know of the components of these KPIs."""
    mine = [kpi for kpi in kpis if sees(principal, kpi)]
    known = entries(lake)
    days = [known[component_table(g)].as_of_day for g in grains(mine) if component_table(g) in known]
    as_of = max((day for day in days if day), default=date.min)
    until: dict[str, date] = {}
    markets: set[str] = set()
    for grain in grains(mine):
        last, found = _reach(lake, principal, grain, as_of)
        markets |= found
        if last is not None:
            until |= {part.kpi.key: max(last, until.get(part.kpi.key, last)) for part in grain.parts}
    frozen = {kpi.key: cut for kpi in mine if (cut := frozen_until(kpi, known))}
    return Coverage(as_of if as_of > date.min else None, until, tuple(sorted(markets)), frozen)


def _reach(lake: Lake, principal: Principal, grain: Grain, as_of: date) -> tuple[date | None, set[str]]:
    has_market = "market" in grain.dimensions
    limits = {name: pl.String() for name in LIMITED_BY if name in grain.dimensions}
    schema = pl.Schema({"day": pl.Date(), **limits})
    name = component_table(grain)
    market = pl.col("market").unique() if has_market else pl.lit(NO_MARKET)
    rows = lake.read(
        name,
        schema,
        lambda scan: (
            principal.scope.limit(scan)
            .filter(pl.col("day") <= as_of)
            .select(pl.col("day").max(), market.implode().alias("m"))
        ),
        between={"day": (date.min, as_of)},
    )
    last, found = rows.row(0)
    return last, {each for each in found or () if each and each != NO_MARKET}
