"""The control limits of the later span, where it is one whole period and its KPI has any."""

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from kpi.model import Kpi
from kpi.period import Every, Span, end_of
from kpi.question import Question
from kpi.score import Judgement
from kpi.signals.reading import charts
from kpi.why.model import Limits
from store.lake import Lake
from store.scope import Principal
from store.state import BaselineRow


def usual_range(
    lake: Lake,
    principal: Principal,
    kpi: Kpi,
    span: Span,
    *,
    where: Mapping[str, str] | None = None,
    judgement: Judgement | None = None,
    baselines: Sequence[BaselineRow] = (),
    events: Mapping[date, str] | None = None,
) -> Limits | None:
    """The limits of the chart by day, week, month, quarter or year whose period the span is, in the KPI's unit.

    None where the span is no whole period, the slice is not kept, or the baseline is too short for limits.
    """
    every, where = period_like(span), where or {}
    if every is None or set(where) - set(kpi.dimensions):
        return None
    question = Question(span, every, where=where, percentiles=False)
    for chart in charts(lake, principal, kpi, question, judgement, baselines, events):
        point = chart.at(span.start) if chart.every is every else None
        if point is not None and point.lower is not None and point.upper is not None:
            return Limits(point.lower, point.upper)
    return None


def period_like(span: Span) -> Every | None:
    """The length of period that the span is exactly one of; None for any other span."""
    for every in (Every.DAY, Every.WEEK, Every.MONTH, Every.QUARTER, Every.YEAR):
        begins: date = pl.select(pl.lit(span.start).dt.truncate(every.width)).item()
        if begins == span.start and end_of(every, span.start, span) == span.end:
            return every
    return None
