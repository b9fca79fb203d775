"""What one row adds to the components of a KPI, told by the state it is in: itself, or an amount of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import narwhals as nw
import polars as pl

from kpi.model import UNKNOWN, one
from kpi.translated import translated

ROWS = "rows"


@dataclass(frozen=True, eq=False)
class Measure:
    """The sum over the rows in certain states of `amount`, in whole numbers; of the rows themselves without one.

    `times` is -1 for what is taken off again, and 0 for what is always zero.
    """

    states: frozenset[int] = frozenset()
    amount: nw.Expr | None = None
    times: int = 1

    def __repr__(self) -> str:
        return f"Measure({sorted(self.states)}, {self.amount!r}, {self.times})"


ZERO = Measure(times=0)


def measure(states: frozenset[int], amount: nw.Expr) -> Measure:
    """The measure of an amount; one is the row itself and nothing is nothing."""
    told = repr(amount)
    if told == repr(nw.lit(0)):
        return ZERO
    return Measure(states, None if told == repr(one()) else amount)


@dataclass(frozen=True, eq=False)
class Sums:
    """The different amounts of many measures, each summed once for every slice and combination of states."""

    measures: Mapping[str, tuple[str, Measure]]
    oldest: Mapping[str, tuple[str, nw.Expr]]

    @cached_property
    def amounts(self) -> Mapping[str, nw.Expr]:
        """The column in which each different amount is summed, with the amount."""
        found: dict[str, nw.Expr] = {}
        for _, each in self.measures.values():
            if each.amount is not None:
                found.setdefault(repr(each.amount), each.amount)
        return {f"sum_{number}": amount for number, amount in enumerate(found.values())}

    @cached_property
    def states(self) -> Sequence[str]:
        """The state columns that tell rows apart."""
        named = [state for state, _ in (*self.measures.values(), *self.oldest.values())]
        return list(dict.fromkeys(named))

    def gathered(self, rows: "nw.LazyFrame[Any]", keys: Sequence[str]) -> "nw.LazyFrame[Any]":
        """By keys and states: `rows`, a sum for each amount, and the earliest moments. The portable half."""
        shaped = rows.select(*keys, *self.states, *self._shaped)
        return shaped.group_by(*keys, *self.states).agg(*self._summed)

    @cached_property
    def _shaped(self) -> Sequence[nw.Expr]:
        """Each amount and moment of a row under its name."""
        amounts = (amount.alias(name) for name, amount in self.amounts.items())
        moments = (started.alias(name) for name, (_, started) in self.oldest.items())
        return [translated(each) for each in (*amounts, *moments)]

    @cached_property
    def _summed(self) -> Sequence[nw.Expr]:
        whole = {
            ROWS: nw.len(),
            **{name: nw.col(name).sum() for name in self.amounts},
            **{name: nw.col(name).min() for name in self.oldest},
        }
        return [translated(each.cast(nw.Int64).alias(name)) for name, each in whole.items()]

    def spread(self, few: pl.LazyFrame, dimensions: Iterable[str]) -> pl.LazyFrame:
        """By day and slice: each measure under its name. A missing dimension gets its name here."""
        slices = (pl.col(name).fill_null(UNKNOWN) for name in dimensions)
        return few.group_by("day", *slices).agg(self._told)

    @cached_property
    def _told(self) -> Sequence[pl.Expr]:
        """Each measure, and the earliest moments, of the few rows that `gathered` leaves."""
        places = {repr(amount): name for name, amount in self.amounts.items()}
        return [
            *(_taken(state, each, places).alias(name) for name, (state, each) in self.measures.items()),
            *(
                pl.when(pl.col(state) >= 0).then(pl.col(name)).min().alias(name)
                for name, (state, _) in self.oldest.items()
            ),
        ]


def _taken(state: str, each: Measure, places: Mapping[str, str]) -> pl.Expr:
    if each.times == 0 or not each.states:
        return pl.lit(0, pl.Int64).first()
    amount = pl.col(ROWS if each.amount is None else places[repr(each.amount)])
    first, *more = sorted(each.states)
    among = pl.col(state).is_in([first, *more]) if more else pl.col(state) == first
    taken = pl.when(among).then(amount).otherwise(0).sum()
    return taken if each.times > 0 else -taken


def on_polars(rows: "nw.LazyFrame[Any]") -> pl.LazyFrame:
    """Rows of any engine on polars: collected, unless they are there already."""
    native = rows.to_native()
    if isinstance(native, pl.LazyFrame):
        return native
    found: pl.DataFrame = rows.collect(backend="polars").to_native()
    return found.lazy()
