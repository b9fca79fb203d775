"""A KPI that multiplies shares of the same rows: right as a whole only where failures are independent."""

from collections.abc import Mapping
from dataclasses import dataclass

import narwhals as nw

from kpi.model import Kpi


@dataclass(frozen=True, eq=False, kw_only=True)
class Product(Kpi):
    """
    Shares of the same rows, each divided by all of them, multiplied last (APQC 101741).

    `shares`: name -> 1 for a row that is right in this respect, else 0. The numerator counts rows right in all.
    """

    shares: Mapping[str, nw.Expr]
