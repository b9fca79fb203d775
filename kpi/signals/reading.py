"""The control charts of a KPI as a page or the command line asks for them: one a slice, from the lake."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from kpi.model import Kpi
from kpi.period import Every, Span, end_of, whole_periods
from kpi.question import Question
from kpi.results import SliceError, values
from kpi.score import Judgement, Status
from kpi.signals.chart import ControlChart, control_chart
from kpi.signals.series import Series
from store.lake import Lake
from store.scope import Principal
from store.state.baselines import BaselineRow, of_slice

REACH = {Every.DAY: 400, Every.WEEK: 53, Every.MONTH: 40, Every.QUARTER: 16, Every.YEAR: 8}


def charts(
    lake: Lake,
    principal: Principal,
    kpi: Kpi,
    question: Question,
    judgement: Judgement | None = None,
    baselines: Sequence[BaselineRow] = (),
    events: Mapping[date, str] | None = None,
) -> list[ControlChart]:
    """One chart a slice with its points in the question's span; limits come from as far back as baselines begin.

    Days that are no basis for signals (fewer than eight full weeks, or each resembling the one before) are told by
    week, and why. `baselines` are entries as stored, `events` names days that are neither judged nor usual.
    Raises NotAllowed outside the scope, SliceError for a slice the components do not have, ValueError for the total.
    """
    asked = {*question.by, *question.where}
    if unknown := asked - set(kpi.dimensions):
        raise SliceError(
            f"Signals of '{kpi.key}' need its history, which is not kept by {', '.join(sorted(unknown))}; "
            f"it is kept by {', '.join(kpi.dimensions) or 'nothing'}."
        )
    span = from_baseline(question.every, question.span, [kpi], baselines)
    whole = replace(question, span=span, percentiles=False)
    scored = values(lake, principal, kpi, whole, judgement)
    found = [
        _chart(kpi, question, slice_, rows, baselines, events) for slice_, rows in _slices(scored, question)
    ]
    weeks = {chart.needs_weeks for chart in found} - {""}
    if not weeks:
        return found
    instead = charts(lake, principal, kpi, replace(question, every=Every.WEEK), judgement, baselines, events)
    by_slice = {tuple(sorted(chart.slice.items())): chart for chart in instead}
    return [_or_weeks(chart, by_slice[tuple(sorted(chart.slice.items()))]) for chart in found]


def _or_weeks(days: ControlChart, weeks: ControlChart) -> ControlChart:
    return replace(weeks, weekly=days.needs_weeks) if days.needs_weeks else days


def _chart(
    kpi: Kpi,
    question: Question,
    slice_: Mapping[str, str],
    rows: pl.DataFrame,
    baselines: Sequence[BaselineRow],
    events: Mapping[date, str] | None,
) -> ControlChart:
    mine = of_slice(baselines, kpi.key, {**question.where, **slice_})
    chart = control_chart(kpi, Series.of(rows, question.every), mine, events)
    shown = [
        point
        for point in chart.points
        if end_of(question.every, point.start, question.span) >= question.span.start
    ]
    return replace(chart, points=tuple(shown), slice=slice_)


def _slices(scored: pl.DataFrame, question: Question) -> list[tuple[dict[str, str], pl.DataFrame]]:
    if not question.by:
        return [({}, scored)]
    parts = scored.partition_by(*question.by, as_dict=True, maintain_order=True)
    named = [(dict(zip(question.by, map(str, keys), strict=True)), rows) for keys, rows in parts.items()]
    return sorted(named, key=lambda each: tuple(each[0].values()))


def from_baseline(every: Every, span: Span, kpis: Sequence[Kpi], baselines: Sequence[BaselineRow]) -> Span:
    """Whole periods from where the baselines in force on the first day begin; about a year where there are none."""
    keys = {kpi.key for kpi in kpis}
    earlier = dict[str, date]()
    for row in baselines:
        if row.kpi in keys and row.starts_on <= span.start:
            earlier[row.kpi] = max(row.starts_on, earlier.get(row.kpi, row.starts_on))
    usual = whole_periods(every, span.end, REACH[every]).start
    start = min([*earlier.values(), span.start, *([] if keys <= earlier.keys() else [usual])])
    first, last = pl.select(pl.lit(pl.Series([start, span.end])).dt.truncate(every.width)).to_series()
    return Span(first, end_of(every, last, span))


def known_chart(
    kpi: Kpi, every: Every, scored: pl.DataFrame, rows: Sequence[BaselineRow], reported: date | None
) -> ControlChart:
    """The chart of one slice's scores; periods a source has not reported whole until `reported` are no evidence."""
    last = scored["period"].max() if reported is not None else None
    if reported is not None and isinstance(last, date) and end_of(every, last, Span(last, last)) > reported:
        late = pl.col("period").dt.offset_by(every.width) > reported + timedelta(days=1)
        status = pl.when(late).then(pl.lit(Status.INCOMPLETE.value)).otherwise(pl.col("status"))
        scored = scored.with_columns(status=status)
    return control_chart(kpi, Series.of(scored, every), rows)
