"""One KPI over all markets: is the service the same everywhere?"""

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np
import polars as pl

from kpi.flow.funnel import Funnel, funnel
from kpi.model import Kpi
from kpi.period import Every, Span
from kpi.question import Question
from kpi.results import values
from store.lake import Lake
from store.scope import NO_MARKET, Principal

FIRST = (
    "on_time_delivery_rate", "response_sla_rate", "csat_score", "first_contact_resolution_rate", "customs_hold_rate",
    "otif_rate", "first_attempt_delivery_success_rate", "return_rate",
)  # fmt: skip


def comparable(kpis: Iterable[Kpi]) -> list[Kpi]:
    """KPIs that are shares of rows and kept by market; the ones people ask about first."""
    able = [kpi for kpi in kpis if kpi.is_share_of_rows and "market" in kpi.dimensions]
    return sorted(able, key=lambda kpi: (FIRST.index(kpi.key) if kpi.key in FIRST else len(FIRST), kpi.name))


def consistency(lake: Lake, principal: Principal, kpi: Kpi, first: date, last: date) -> Funnel | None:
    """The funnel of a KPI over the weeks from the Monday `first` to the Monday `last`; None without two markets.

    Raises NotAllowed outside the scope. Rows of no known market are left out.
    """
    span = Span(first, last + timedelta(days=6))
    rows = values(lake, principal, kpi, Question(span, Every.WEEK, by=("market",), percentiles=False))
    known = rows.filter(pl.col("market") != NO_MARKET).select("market", "period", "numerator", "denominator")
    if known.is_empty():
        return None
    hits, of = (
        known.pivot("period", index="market", values=name, aggregate_function="sum").sort("market")
        for name in ("numerator", "denominator")
    )
    names = of["market"].to_list()
    tops, bottoms = (np.nan_to_num(part.drop("market").to_numpy().astype(np.float64)) for part in (hits, of))
    return funnel(names, tops, bottoms)
