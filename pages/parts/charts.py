"""Trend charts: the title that says what happened, the chart, and its text alternative."""

from dataclasses import dataclass
from datetime import date

import streamlit as st

from kpi.chart import HEIGHT, Chart, trend_rows, trend_spec
from kpi.model import Better, Kpi, Unit
from kpi.period import Every
from kpi.score import Status
from kpi.standing import Standing
from pages.parts.format import SYMBOLS, day, figure, goal
from pages.parts.theme import palette
from pages.parts.viewer import Viewer, open_page


@dataclass(frozen=True, eq=False)
class Trend:
    """A chart with its words."""

    key: str
    name: str
    headline: str
    caption: str
    chart: Chart


def build_trend(
    standing: Standing,
    currency: str,
    today: date,
    weeks: int,
    mode: str,
    height: int = HEIGHT,
    usual: bool = False,
) -> Trend:
    """The trend of a KPI over so many weeks and what is still provisional after them; `usual` draws its range."""
    kpi, periods = standing.kpi, standing.recent(weeks)
    labels = [str(figure(kpi, each.value, currency)) for each in periods]
    rows = trend_rows(kpi, periods, labels, standing.chart if usual else None)
    chart = Chart(
        rows,
        trend_spec(kpi, rows, palette(mode), axis_text(kpi, currency), height),
        alt_text(standing, currency, today, weeks),
    )
    return Trend(kpi.key, kpi.name, headline(standing, today), caption(standing), chart)


def headline(standing: Standing, today: date) -> str:
    """What happened, in a few words."""
    period = standing.current
    if period is None or standing.until is None:
        return "no data yet"
    if standing.since is not None:
        side = "below" if standing.kpi.better is Better.HIGHER else "above"
        return f"{side} target since {day(standing.since, today)}"
    return {
        Status.NO_DATA: f"no data; the last is of {day(standing.until, today)}",
        Status.INCOMPLETE: "a source is late, newer figures are missing",
        Status.SMALL_SAMPLE: "too few rows to judge",
        Status.PROVISIONAL: "not settled yet",
        Status.ON_TARGET: "on target",
        Status.AT_RISK: "close to its target",
        Status.OK: "no target set",
    }.get(period.status, "off target")


def caption(standing: Standing) -> str:
    """What is drawn and which way is good."""
    every = "month" if standing.every is Every.MONTH else "week"
    better = "higher is better" if standing.kpi.better is Better.HIGHER else "lower is better"
    return f"By {every} · {better}{' · dashed: still provisional' if _has_tail(standing) else ''}"


def _has_tail(standing: Standing) -> bool:
    return any(not period.settled and period.value is not None for period in standing.recent(1))


def alt_text(standing: Standing, currency: str, today: date, weeks: int) -> str:
    """The chart in two sentences."""
    kpi, shown, now = standing.kpi, standing.shown(weeks), standing.current
    if now is None or not shown:
        return f"Line chart of {kpi.name}: no period is over yet."
    off = sum(period.status is Status.OFF_TARGET for period in shown)
    target = f", target {goal(kpi, now.target, currency)}" if now.target is not None else ""
    return (
        f"Line chart of {kpi.name}, {day(shown[0].start)} to {day(shown[-1].end)}. "
        f"Latest {figure(kpi, now.value, currency)}{target}; {headline(standing, today)}. "
        f"Off target in {off} of {len(shown)} periods."
    )


def axis_text(kpi: Kpi, currency: str) -> str:
    """The Vega expression that writes an axis label in the KPI's unit."""
    number = "format(datum.value, ',~r')"
    match kpi.unit:
        case Unit.PERCENT:
            return "format(datum.value, ',.3~r') + ' %'"
        case Unit.MONEY | Unit.MONEY_PER_KG | Unit.MONEY_PER_THOUSAND:
            return f"'{SYMBOLS.get(currency, currency + ' ')}' + format(datum.value, ',.4~r')"
        case Unit.TIMES:
            return "format(datum.value, ',.3~r') + '×'"
        case Unit.HOURS | Unit.MINUTES:
            return f"format(datum.value, ',.4~r') + ' {'h' if kpi.unit is Unit.HOURS else 'min'}'"
        case Unit.DAYS | Unit.KG:
            return f"format(datum.value, ',.4~r') + ' {kpi.unit.value}'"
        case _:
            return number


def draw_trend(viewer: Viewer, trend: Trend, link: bool = True) -> None:
    """The chart in its panel; the title opens the KPI's page."""
    with st.container(border=True, gap=None, key=f"panel_{trend.key}"):
        if link:
            if st.button(trend.name, key=f"open_{trend.key}", type="tertiary"):
                open_page(viewer, "kpi", kpi=trend.key)
            st.caption(f"{trend.headline[0].upper()}{trend.headline[1:]} · {trend.caption.lower()}")
        chart = trend.chart
        st.vega_lite_chart(chart.rows, chart.spec, alt=chart.alt, theme=None, key=f"trend_{trend.key}")
