"""The two sums of a row: what it adds to numerator, denominator and the number of rows, on each side of a KPI."""

from functools import reduce
from operator import mul

import narwhals as nw

from kpi.distinct import DistinctShare
from kpi.levels import AsOfDay, Model, Stock, Window
from kpi.model import Composite, Distribution, Kpi, Ratio, Total
from kpi.rolled import Rolled
from kpi.shares import Product

NOTHING = nw.lit(0)


def halves(kpi: Kpi, side: int) -> tuple[nw.Expr, nw.Expr]:
    """Numerator and denominator of one row, in stored units; a half that another side supplies is zero."""
    match kpi:
        case Distribution():
            return nw.col(kpi.seconds), nw.lit(1)
        case DistinctShare():
            return nw.when(kpi.having).then(nw.lit(1)).otherwise(nw.lit(0)), nw.lit(1)
        case Ratio(over=None):
            return kpi.numerator, kpi.denominator
        case Ratio():
            return (kpi.numerator, NOTHING) if side == 0 else (NOTHING, kpi.denominator)
        case Composite() | Model() | Rolled():
            return kpi.numerator, kpi.denominator
        case Total() | Stock():
            return kpi.numerator, nw.lit(1)
        case Product():
            return reduce(mul, kpi.shares.values()), nw.lit(1)
        case AsOfDay():
            return _steps(kpi, side)
        case _:
            return nw.lit(1), nw.lit(1)


def rows_counted(kpi: Kpi, side: int) -> tuple[int, int]:
    """How often a row of this side counts in `n` and among those left out: once, not at all (0), or off again (-1)."""
    if isinstance(kpi, AsOfDay):
        day = kpi.sides[side].day
        step = 1 if day == kpi.exists.start else -1 if day == kpi.exists.end else 0
        return step, step
    return (1 if side == len(kpi.sides) - 1 else 0), 1


def _steps(kpi: AsOfDay, side: int) -> tuple[nw.Expr, nw.Expr]:
    """What begins on the day of this side is added, what ends on it is taken off."""
    day = kpi.sides[side].day
    if kpi.state is None:
        return _step(kpi.exists, day, kpi.numerator), _step(kpi.exists, day, nw.lit(1))
    held = nw.when(kpi.state.opens).then(kpi.numerator).otherwise(NOTHING)
    return _step(kpi.state, day, held), _step(kpi.exists, day, kpi.denominator)


def _step(window: Window, day: str, amount: nw.Expr) -> nw.Expr:
    if day == window.start:
        return amount
    return NOTHING - amount if day == window.end else NOTHING
