"""The scores of one KPI and slice over time, as arrays that limits can be taken from."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import polars as pl

from kpi.period import Every
from kpi.score import Status
from kpi.signals.limits import Floats, Mask

USABLE = frozenset({Status.ON_TARGET, Status.AT_RISK, Status.OFF_TARGET, Status.OK})


@dataclass(frozen=True, eq=False)
class Series:
    """One number a period, oldest first and without holes; NaN where there is none.

    `usable`: the score could be judged. Provisional, small, incomplete and missing ones neither give a signal nor
    enter a baseline. `denominators` and `targets` are in the KPI's unit, as in `kpi.score.score`.
    """

    every: Every
    starts: tuple[date, ...]
    statuses: tuple[Status, ...]
    usable: Mask
    values: Floats
    denominators: Floats
    targets: Floats

    @classmethod
    def of(cls, scored: pl.DataFrame, every: Every) -> "Series":
        """From scored rows of one slice (`period`, `value`, `denominator`, `status`, `target`).

        Raises ValueError when a period occurs twice, because another slice is among the rows, and for the total.
        """
        if every is Every.TOTAL:
            raise ValueError("The total is one number and has no signals; ask by day, week or month.")
        if scored["period"].n_unique() < scored.height:
            twice = scored.filter(pl.col("period").is_duplicated())["period"][0]
            raise ValueError(f"Period {twice} occurs twice; hand in the rows of one slice at a time.")
        whole = _without_holes(scored, every)
        statuses = tuple(Status(each) if each else Status.NO_DATA for each in whole["status"])
        numbers = {
            name: whole[name].cast(pl.Float64).to_numpy() for name in ("value", "denominator", "target")
        }
        return cls(
            every, _starts(whole, every), statuses, _usable(statuses, numbers["value"]),
            numbers["value"], numbers["denominator"], numbers["target"],
        )  # fmt: skip

    def part(self, first: int, after: int) -> "Series":
        """The periods from place `first` up to the one before `after`."""
        cut = slice(first, after)
        return Series(
            self.every, self.starts[cut], self.statuses[cut], self.usable[cut],
            self.values[cut], self.denominators[cut], self.targets[cut],
        )  # fmt: skip


def _without_holes(scored: pl.DataFrame, every: Every) -> pl.DataFrame:
    if scored.is_empty():
        return scored
    first, last = scored["period"].min(), scored["period"].max()
    calendar = _calendar(every, first, last)  # type: ignore[arg-type]  # a column of days has days at its ends
    if scored["period"].equals(calendar):
        return scored
    return calendar.to_frame().join(scored, on="period", how="left", maintain_order="left")


def _starts(whole: pl.DataFrame, every: Every) -> tuple[date, ...]:
    """The first days of the periods, which the charts of a page share."""
    if whole.is_empty():
        return ()
    return _days(every, whole["period"][0], whole["period"][-1])


@lru_cache(maxsize=64)
def _days(every: Every, first: date, last: date) -> tuple[date, ...]:
    return tuple(_calendar(every, first, last))


@lru_cache(maxsize=64)
def _calendar(every: Every, first: date, last: date) -> pl.Series:
    """Remembered, because all KPIs of a page share a few."""
    return pl.date_range(first, last, every.width, eager=True).alias("period")


def _usable(statuses: tuple[Status, ...], values: Floats) -> Mask:
    judged = np.array([status in USABLE for status in statuses], dtype=bool)
    there: Mask = judged & np.isfinite(values)
    return there
