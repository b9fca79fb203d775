"""Facts to components: every row is judged once for each KPI, then whole numbers are summed by day and slice."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

import narwhals as nw
import polars as pl

from kpi.halves import halves, rows_counted
from kpi.measures import ZERO, Measure, Sums, measure, on_polars
from kpi.model import AS_OF_DAY, AS_OF_EPOCH, UNKNOWN, Distribution, Kpi, Rows
from kpi.runs_of_days import on_days
from kpi.shares import Product
from kpi.translated import translated
from store.contract import Table

COUNTED = 0
WAITING = 90
NOT_OURS = -1
MISSING = "missing_value"


@dataclass(frozen=True)
class AsOf:
    """The moment of evaluation: later facts are ignored, and what is due by then counts."""

    day: date
    epoch: int

    @classmethod
    def end_of(cls, day: date) -> "AsOf":
        """The end of a day (UTC midnight after it)."""
        midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), UTC)
        return cls(day, int(midnight.timestamp()))

    @classmethod
    def at(cls, moment: datetime) -> "AsOf":
        """A moment within a day, given with its zone."""
        moment = moment.astimezone(UTC)
        return cls(moment.date(), int(moment.timestamp()))


@dataclass(frozen=True, eq=False)
class Part:
    """One side of one KPI within a grain."""

    kpi: Kpi
    rows: Rows
    number: int

    @property
    def halves(self) -> tuple[nw.Expr, nw.Expr]:
        """Numerator and denominator of one row, in stored units."""
        return halves(self.kpi, self.number)


@dataclass(frozen=True, eq=False)
class Grain:
    """KPIs that share fact, cohort day and dimensions and are summed in one pass."""

    name: str
    fact: type[Table]
    day: str
    dimensions: tuple[str, ...]
    parts: tuple[Part, ...]

    @property
    def edges(self) -> list[str]:
        """Columns that change how a row is judged once the evaluation passes them."""
        due = {part.rows.due for part in self.parts if part.rows.due}
        known = {self.known_day} if self.known_day else set()
        return sorted(due | known | {edge for part in self.parts for edge in part.rows.edges})

    @property
    def days(self) -> tuple[str, ...]:
        """The day columns a row may be dated by."""
        waiting = self.parts[0].rows.waiting_day
        return (self.day, waiting) if waiting else (self.day,)

    @property
    def known_day(self) -> str | None:
        """The day from which rows exist, where the cohort day is a promise that may lie ahead."""
        return self.parts[0].rows.known_day


def grains(kpis: Iterable[Kpi]) -> list[Grain]:
    """The grains of these KPIs, in a stable order; the same ones whenever it is asked of the same KPIs."""
    return list(_grains(tuple(kpis)))


@lru_cache(maxsize=1024)
def _grains(kpis: tuple[Kpi, ...]) -> tuple[Grain, ...]:
    found: dict[tuple[str, str, tuple[str | None, ...], tuple[str, ...]], list[Part]] = {}
    for kpi in kpis:
        for number, rows in enumerate(kpi.sides):
            place = (rows.fact.name, rows.day, (rows.known_day, rows.waiting_day), kpi.dimensions)
            found.setdefault(place, []).append(Part(kpi, rows, number))
    return tuple(
        Grain("_by_".join([fact, day, *dimensions]), parts[0].rows.fact, day, dimensions, tuple(parts))
        for (fact, day, _, dimensions), parts in found.items()
    )


def reasons(part: Part) -> list[str]:
    """Why a row of this part may be left out, in the order the reasons are tried."""
    return [*part.rows.excluded, MISSING]


@lru_cache(maxsize=4096)
def state(part: Part) -> nw.Expr:
    """Why a row counts or not: 0 counted, 1.. the number of the reason, 90 not yet due, -1 not ours."""
    judged = _due(part.rows)
    numerator, denominator = part.halves
    told = [*part.rows.excluded.values(), numerator.is_null() | denominator.is_null()]
    for number, reason in reversed(list(enumerate(told, start=1))):
        judged = nw.when(reason).then(nw.lit(number)).otherwise(judged)
    if part.rows.belongs is not None:
        judged = nw.when(part.rows.belongs).then(judged).otherwise(nw.lit(NOT_OURS))
    return judged


@lru_cache(maxsize=4096)
def told_state(part: Part) -> str:
    """How a row of this part is judged, as a text: parts of the same text judge alike."""
    return repr(state(part))


def _due(rows: Rows) -> nw.Expr:
    if rows.due is None:
        return nw.lit(COUNTED)
    limit = AS_OF_EPOCH if rows.due.endswith("_epoch") else AS_OF_DAY
    return nw.when(nw.col(rows.due) <= limit).then(nw.lit(COUNTED)).otherwise(nw.lit(WAITING))


def counts(part: Part, judged: nw.Expr) -> nw.Expr:
    """Whether the row is in both sums."""
    return (judged == COUNTED) if part.rows.waits else ((judged == COUNTED) | (judged == WAITING))


def judged_rows(
    grain: Grain,
    facts: "nw.LazyFrame[Any]",
    as_of: AsOf,
    days: Sequence[date] | None,
    parts: Sequence[Part] | None = None,
) -> "nw.LazyFrame[Any]":
    """The grain's rows up to `as_of` (of `days` only, if given) with one state column a part (of `parts` only)."""
    present, counting = [~nw.col("deleted")], [_exists(grain, nw.lit(as_of.day))]
    if days is not None:
        present.append(on_days(grain.days, days))
    if days is not None and len(grain.days) > 1:
        counting.append(on_days([grain.day], days))
    rows = dated(grain, facts.filter(*present), as_of).filter(*counting)
    judged = grain.parts if parts is None else parts
    return rows.with_columns(*(_judging(part) for part in judged))


@lru_cache(maxsize=4096)
def _judging(part: Part) -> nw.Expr:
    return translated(state(part).alias(_state_of(part)))


def dated(grain: Grain, rows: "nw.LazyFrame[Any]", as_of: AsOf) -> "nw.LazyFrame[Any]":
    """The rows with the moment of evaluation, and in the grain's day the one they count on at that moment."""
    rows = rows.with_columns(as_of_day=nw.lit(as_of.day), as_of_epoch=nw.lit(as_of.epoch))
    first = grain.parts[0]
    if first.rows.waiting_day is None or not isinstance(first.kpi, Distribution):
        return rows
    waits, waiting_day = first.kpi.open, nw.col(first.rows.waiting_day)
    return rows.with_columns(nw.when(waits).then(waiting_day).otherwise(nw.col(grain.day)).alias(grain.day))


def _exists(grain: Grain, today: nw.Expr) -> nw.Expr:
    """Rows of today and before; those with a promise that lies ahead, too, once they are known."""
    reached = nw.col(grain.day) <= today
    if grain.known_day is None:
        return reached
    known = nw.col(grain.known_day)
    return ~nw.col(grain.day).is_null() & (reached | known.is_null() | (known <= today))


def _state_of(part: Part) -> str:
    return f"{part.kpi.key}__state"


def column(kpi: Kpi, what: str) -> str:
    """The name of a component of a KPI: num, den, n, wait, wait_den, x_<reason>, share_<name>, sq, open, oldest."""
    return f"{kpi.key}__{what}"


def measures(part: Part) -> dict[str, Measure]:
    """What a row adds to each component of a part, by the state it is in."""
    numerator, denominator = part.halves
    counted, waiting = _counted_states(part), frozenset({WAITING})
    may_wait = part.rows.due is not None
    often, left_out = rows_counted(part.kpi, part.number)
    told = {
        "num": measure(counted, numerator),
        "den": measure(counted, denominator),
        "n": Measure(counted, times=often),
        "wait": Measure(waiting) if may_wait else ZERO,
        "wait_den": measure(waiting, denominator) if may_wait else ZERO,
    }
    for number, reason in enumerate(reasons(part), start=1):
        told[f"x_{reason}"] = Measure(frozenset({number}), times=left_out)
    if isinstance(part.kpi, Product):
        told |= {f"share_{name}": measure(counted, share) for name, share in part.kpi.shares.items()}
    if isinstance(part.kpi, Distribution):
        minutes = nw.col(part.kpi.seconds) // 60
        told["sq"] = Measure(counted, minutes * minutes)
        ours = frozenset({COUNTED, WAITING, *range(1, len(reasons(part)) + 1)})
        told["open"] = Measure(ours, nw.when(part.kpi.open).then(nw.lit(1)).otherwise(nw.lit(0)))
    return {column(part.kpi, what): each for what, each in told.items()}


def _counted_states(part: Part) -> frozenset[int]:
    return frozenset({COUNTED}) if part.rows.waits else frozenset({COUNTED, WAITING})


def components(
    grain: Grain, facts: "nw.LazyFrame[Any]", as_of: AsOf, days: Sequence[date] | None = None
) -> pl.LazyFrame:
    """One row a day and slice: `day`, the dimensions, and the summed components of every KPI of the grain.

    `facts` is any lazy frame Narwhals reads; only the portable subset of engine.md 1.2 is asked of its engine.
    Rows are counted and amounts summed by slice and state; what that says of each KPI is told on the few rows left.
    """
    sums = _sums(grain)
    told = [part for part in grain.parts if _state_of(part) in sums.states]
    rows = judged_rows(grain, facts, as_of, days, told)
    if (ours := speaks_of(grain)) is not None:
        rows = rows.filter(ours)
    few = sums.gathered(rows.with_columns(nw.col(grain.day).alias("day")), ("day", *grain.dimensions))
    return sums.spread(on_polars(few), grain.dimensions)


@lru_cache(maxsize=1024)
def speaks_of(grain: Grain) -> nw.Expr | None:
    """What rows all parts of the grain speak of, where they agree; None is all rows, or no agreement."""
    told = {repr(part.rows.belongs) for part in grain.parts}
    belongs = grain.parts[0].rows.belongs if len(told) == 1 else None
    return belongs if belongs is None else translated(belongs)


@lru_cache(maxsize=1024)
def _sums(grain: Grain) -> Sums:
    """The measures of all parts; parts that judge rows alike share a state column."""
    shared = {told_state(part): _state_of(part) for part in reversed(grain.parts)}
    of_part = [(shared[told_state(part)], part) for part in grain.parts]
    return Sums(
        {name: (judged, each) for judged, part in of_part for name, each in measures(part).items()},
        {
            column(part.kpi, "oldest"): (judged, nw.when(part.kpi.open).then(nw.col(part.kpi.started)))
            for judged, part in of_part
            if isinstance(part.kpi, Distribution)
        },
    )


def binned(
    grain: Grain, part: Part, facts: "nw.LazyFrame[Any]", as_of: AsOf, days: Sequence[date] | None = None
) -> "nw.LazyFrame[Any]":
    """The counted rows of a distribution: `day`, dimensions, `bin`."""
    if not isinstance(part.kpi, Distribution):
        raise TypeError(f"KPI '{part.kpi.key}' is no distribution and has no bins.")
    rows = judged_rows(grain, facts, as_of, days, [part]).filter(_counting(part))
    return rows.select(*_placed(grain), nw.col(part.kpi.bin).alias("bin"))


@lru_cache(maxsize=4096)
def _counting(part: Part) -> nw.Expr:
    return translated(counts(part, nw.col(_state_of(part))))


@lru_cache(maxsize=1024)
def _placed(grain: Grain) -> Sequence[nw.Expr]:
    """Day and slice of a row, a missing dimension by its name."""
    named = (nw.col(dimension).fill_null(UNKNOWN).alias(dimension) for dimension in grain.dimensions)
    return [translated(each) for each in (nw.col(grain.day).alias("day"), *named)]


def bins(
    grain: Grain, part: Part, facts: "nw.LazyFrame[Any]", as_of: AsOf, days: Sequence[date] | None = None
) -> "nw.LazyFrame[Any]":
    """How many counted rows lie in each 1 % bin of a distribution: `day`, dimensions, `bin`, `count`."""
    rows = binned(grain, part, facts, as_of, days)
    return rows.group_by("day", *grain.dimensions, "bin").agg(nw.len().cast(nw.Int64).alias("count"))


def component_columns(grain: Grain) -> Mapping[str, type]:
    """The columns of the grain's component table besides day and dimensions."""
    names: dict[str, type] = {}
    for part in grain.parts:
        names |= dict.fromkeys(measures(part), int)
        if isinstance(part.kpi, Distribution):
            names[column(part.kpi, "oldest")] = int
    return names
