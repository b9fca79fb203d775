"""Shares of different values: how many of the visitors of a period bought?"""

from dataclasses import dataclass

import narwhals as nw

from kpi.model import Distinct


@dataclass(frozen=True, eq=False, kw_only=True)
class DistinctShare(Distinct):
    """Different values of `of` with at least one row where `having` holds, out of all different values."""

    having: nw.Expr
