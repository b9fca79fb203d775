"""How the durations of one period are spread: bars on a ratio scale, median, 90th percentile and target."""

import polars as pl
import streamlit as st

from kpi.chart import Chart
from kpi.chart.histogram import Mark, histogram_rows, histogram_spec, with_words
from kpi.figures import count, figure, goal, share
from kpi.model import Distribution, Kpi
from kpi.period import Span
from kpi.words import clauses, say
from pages.kpi.load import load_bins
from pages.kpi.shown import Shown, period_label, span_of
from pages.parts.choices import pick
from pages.parts.load import load_values
from pages.parts.steady import draw_vega
from pages.parts.tables import facts
from pages.parts.theme import mode, palette


def draw(shown: Shown) -> None:
    """Choose a period; the bars and the figures. Anything that is no duration says why it has none."""
    kpi = shown.kpi
    if not isinstance(kpi, Distribution):
        st.text(why_not(kpi))
        return
    if not shown.closed:
        st.text(say("No period is over yet, so there is no distribution to show."))
        return
    labels = {each.start.isoformat(): period_label(shown.standing, each) for each in shown.closed}
    name = pick(say("Shown period"), labels, "shown")
    span = span_of(next(each for each in shown.closed if each.start.isoformat() == name))
    bins = load_bins(shown.viewer, kpi, span, shown.market)
    if bins.is_empty():
        st.text(say("No rows in this period."))
        return
    row = load_values(shown.viewer, kpi, span, (), shown.market, percentiles=True).row(0, named=True)
    marks = marks_of(kpi, row, shown.currency)
    chart = build(kpi, bins, marks, shown.currency, mode())
    with st.container(border=True, gap=None, key=f"panel_spread_{kpi.key}"):
        st.html(
            f'<div class="fl-chart-note">{say("Each bar covers the same ratio, not the same time.")}</div>'
        )
        draw_vega(chart, f"spread_{kpi.key}")
    st.html(facts(figures(kpi, row, span, shown.currency)))


def why_not(kpi: Kpi) -> str:
    """Why this KPI has no distribution."""
    if kpi.is_share_of_rows:
        return say("Each row of this rate is a hit or a miss, so there is nothing between them to spread.")
    return say("Only durations are kept one by one in a way that can be spread; this KPI is kept as sums.")


def marks_of(kpi: Distribution, row: dict[str, object], currency: str) -> list[Mark]:
    """Median, 90th percentile and the target, which speaks of the mean."""
    told = [(say("Median"), row["median"], False), (say("90th percentile"), row["p90"], False),
            (say("Target of the mean"), row["target"], True)]  # fmt: skip
    return [
        Mark(value * kpi.unit.divisor, f"{name} {goal(kpi, value, currency)}", is_target)
        for name, value, is_target in told
        if isinstance(value, int | float)
    ]


def build(kpi: Distribution, bins: pl.DataFrame, marks: list[Mark], currency: str, theme: str) -> Chart:
    """The chart with its sentence."""

    def write(seconds: float) -> str:
        return goal(kpi, seconds / kpi.unit.divisor, currency)

    rows = with_words(histogram_rows(bins), write, share)
    spec = histogram_spec(rows, marks, palette(theme), write, share)
    alt = f"{say(kpi.name)}: " + clauses(mark.words for mark in marks) + "."
    return Chart(rows, spec, alt, title=say("How {kpi} is spread", kpi=say(kpi.name)))


def figures(kpi: Distribution, row: dict[str, object], span: Span, currency: str) -> list[tuple[str, str]]:
    """Mean, median and 90th percentile, how exact they are, and what is still open."""
    exact = say("from the rows themselves") if row["exact"] else say("from 1 % steps, so within ±1 %")
    mean, median, p90 = (_number(row[name]) for name in ("value", "median", "p90"))
    return [
        (say("Mean"), str(figure(kpi, mean, currency))),
        (say("Median"), str(figure(kpi, median, currency))),
        (say("90th percentile"), f"{figure(kpi, p90, currency)} · {exact}"),
        (say("Rows"), count(_number(row["n"]) or 0)),
        (
            say("Still open"),
            say("{n} begun in this period, not in the mean", n=count(_number(row.get("open")) or 0)),
        ),
    ]


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
