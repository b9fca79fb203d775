"""What the signals of everything on the overview cost, beside the one read they come from."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from benchmarks.moment import DAY_BEFORE
from benchmarks.reading import first_and_median, mains, page
from kpi.model import Distinct, Kpi
from kpi.period import Every, whole_periods
from kpi.question import Question
from kpi.results import values_of
from kpi.score import Judgement
from kpi.signals.chart import ControlChart, control_chart
from kpi.signals.series import Series
from store.lake import Lake
from store.scope import LOCAL_OWNER

WEEKS, MONTHS = 53, 40


def measured(lake: Lake, times: int) -> dict[str, Any]:
    """Milliseconds of all charts from scores in memory and of one page read, which holds them; what they found."""
    scored = [(every, kpis, read(lake, every, kpis)) for every, kpis in by_period()]

    def charts() -> list[ControlChart]:
        return [
            control_chart(kpi, Series.of(rows[kpi.key], every))
            for every, kpis, rows in scored
            for kpi in kpis
        ]

    alone = first_and_median(lambda: charts() and None, times)
    whole = first_and_median(lambda: page(lake), times)
    found = charts()
    return {
        "charts": len(found),
        "points": sum(len(chart.points) for chart in found),
        "fired": sum(point.interrupting is not None for chart in found for point in chart.points),
        "ms": alone["ms"],
        "cpu_ms": alone["cpu_ms"],
        "page_ms": whole["ms"] - alone["ms"],
        "page_cpu_ms": whole["cpu_ms"] - alone["cpu_ms"],
        "multiple": alone["cpu_ms"] / (whole["cpu_ms"] - alone["cpu_ms"]),
    }


def by_period() -> list[tuple[Every, Sequence[Kpi]]]:
    """The KPIs of the overview that are charted, by week and by month."""
    charted = [kpi for kpi in mains() if not isinstance(kpi, Distinct)]
    return [
        (every, [kpi for kpi in charted if kpi.monthly is (every is Every.MONTH)])
        for every in (Every.WEEK, Every.MONTH)
    ]


def read(lake: Lake, every: Every, kpis: Sequence[Kpi]) -> dict[str, pl.DataFrame]:
    """Scores of a year of weeks, or three years of months, as the page reads them."""
    span = whole_periods(every, DAY_BEFORE, MONTHS if every is Every.MONTH else WEEKS)
    question = Question(span, every, percentiles=False)
    return values_of(lake, LOCAL_OWNER, kpis, question, Judgement(closed=DAY_BEFORE))


def section(told: dict[str, Any]) -> list[str]:
    """The part of the document."""
    return [
        "### Signals",
        f"Limits, rules and assurance of everything on the overview: {told['charts']} control charts of "
        f"{told['points']:,} points, {told['fired']} of which interrupt. From scores in memory {told['ms']:.0f} ms "
        f"({told['cpu_ms']:.0f} ms CPU); the page read they come from takes {told['page_ms']:.0f} ms "
        f"({told['page_cpu_ms']:.0f} ms CPU) without them. Signals cost **{told['multiple']:.2f}** times one page "
        "read, in CPU.",
    ]
