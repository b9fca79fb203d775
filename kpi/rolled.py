"""Yield over steps in a row: the kind of KPI whose value is a product along one of its dimensions."""

from dataclasses import dataclass

import narwhals as nw

from kpi.model import Kpi


@dataclass(frozen=True, eq=False, kw_only=True)
class Rolled(Kpi):
    """One ratio for each value of the dimension `along`, all multiplied: yield over the steps of a process.

    The sums beside the value are those of all steps; a step without a denominator leaves no value.
    """

    numerator: nw.Expr
    denominator: nw.Expr
    along: str


def slices(kpi: Kpi, by: tuple[str, ...]) -> tuple[str, ...]:
    """The dimensions to sum to: those asked for, and the one a product runs along."""
    along = (kpi.along,) if isinstance(kpi, Rolled) else ()
    return tuple(dict.fromkeys((*by, *along)))
