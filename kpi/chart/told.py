"""What a trend chart says: the title that tells what happened, its caption, and its text alternative."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from kpi.chart.ahead import ahead_of
from kpi.chart.model import HEIGHT, Chart, Palette
from kpi.chart.rows import TrendText, trend_rows
from kpi.chart.trend import Event, trend_spec
from kpi.figures import day, figure, goal
from kpi.forecast.stored import Outlook
from kpi.model import Better, Kpi, Unit
from kpi.period import Every
from kpi.score import Status
from kpi.standing import Period, Standing
from kpi.words.days import short_day, short_month


@dataclass(frozen=True, eq=False)
class Trend:
    """A chart with its words."""

    key: str
    name: str
    headline: str
    caption: str
    chart: Chart


@dataclass(frozen=True, eq=False)
class Beside:
    """What a trend shows beside the KPI's own values: its usual range, last year's values, a forecast, events."""

    usual: bool = False
    before: Sequence[float | None] = ()
    outlook: Outlook | None = None
    events: Sequence[Event] = ()


PLAIN = Beside()


def build_trend(
    standing: Standing,
    currency: str,
    today: date,
    weeks: int,
    colours: Palette,
    height: int = HEIGHT,
    beside: Beside = PLAIN,
) -> Trend:
    """The trend of a KPI over so many weeks and what is still provisional after them, with what stands beside it.

    `beside.before` has one value for each of the periods of `standing.recent(weeks)`.
    """
    kpi, periods = standing.kpi, standing.recent(weeks)
    text = trend_text(kpi, currency)
    chart = standing.chart if beside.usual else None
    ahead = ahead_of(kpi, beside.outlook, len(periods), text.value) if beside.outlook else None
    rows = trend_rows(kpi, periods, text, chart, beside.before, ahead)
    said, told = headline(standing, today), caption(standing, rows)
    spec = trend_spec(kpi, rows, colours, axis_writer(kpi, currency), day_writer(kpi), height, beside.events)
    alt = alt_text(standing, currency, today, weeks)
    return Trend(
        kpi.key, kpi.name, said, told, Chart(rows, spec, alt, title=f"{kpi.name} — {said}", caption=told)
    )


def trend_text(kpi: Kpi, currency: str) -> TrendText:
    """How the tooltip and the labels of a KPI's trend are written."""
    return TrendText(
        value=lambda value: str(figure(kpi, value, currency)),
        goal=lambda value: goal(kpi, value, currency),
        week=day,
    )


def headline(standing: Standing, today: date) -> str:
    """What happened, in a few words."""
    period = standing.current
    if period is None or standing.until is None:
        return "no data yet"
    if standing.since is not None:
        side = "below" if standing.kpi.better is Better.HIGHER else "above"
        return f"{side} target since {day(standing.since, today)}"
    if standing.signal is not None and standing.chart is not None:
        return f"worse than usual since {day(standing.chart.began(period.start) or period.start, today)}"
    return {
        Status.NO_DATA: f"no data; the last is of {day(standing.until, today)}",
        Status.INCOMPLETE: "a source is late, newer figures are missing",
        Status.SMALL_SAMPLE: "too few rows to judge",
        Status.PROVISIONAL: "not settled yet",
        Status.ON_TARGET: "on target",
        Status.AT_RISK: "close to its target",
        Status.OK: "no target set",
    }.get(period.status, "off target")


def caption(standing: Standing, rows: pl.DataFrame) -> str:
    """What is drawn, which way is good, and what the signs mean that this chart really has."""
    every = "month" if standing.every is Every.MONTH else "week"
    better = "higher is better" if standing.kpi.better is Better.HIGHER else "lower is better"
    marks = set(rows["mark"].to_list())
    fires = rows["fires"].count() if "fires" in rows.columns else 0
    told = [
        f"By {every}", better,
        *(["■ off target"] if "off" in marks else []),
        *(["▲ close to it"] if "watch" in marks else []),
        *(["○ more than chance"] if fires else []),
        *(["dotted: usual range"] if "lower" in rows.columns and rows["lower"].count() else []),
        *(["dashed: still provisional"] if marks & {"tail", "under", "over"} else []),
        *(["▽ beyond the chart"] if marks & {"under", "over"} else []),
        *(["pale: a year before"] if "before" in rows.columns else []),
    ]  # fmt: skip
    return " · ".join(told)


def alt_text(standing: Standing, currency: str, today: date, weeks: int) -> str:
    """The chart in words: its title, the way it went, the latest value and how often it was off target."""
    kpi, shown, now = standing.kpi, standing.shown(weeks), standing.current
    if now is None or not shown:
        return f"{kpi.name}: no period is over yet."
    off = sum(period.status is Status.OFF_TARGET for period in shown)
    target = f", target {goal(kpi, now.target, currency)}" if now.target is not None else ""
    return (
        f"{kpi.name} — {headline(standing, today)}. Latest {figure(kpi, now.value, currency)}{target}"
        f"{_way(standing, shown, currency)}. Off target in {off} of {len(shown)} periods "
        f"from {day(shown[0].start)} to {day(shown[-1].end)}."
    )


def _way(standing: Standing, shown: Sequence[Period], currency: str) -> str:
    """Up or down from the first value shown, as far as the written figures differ."""
    kpi = standing.kpi
    first = next((each.value for each in shown if each.value is not None), None)
    last = standing.current.value if standing.current else None
    if first is None or last is None or len(shown) < 2:
        return ""
    before = figure(kpi, first, currency)
    if before == figure(kpi, last, currency):
        return f", as {before} at the start"
    return f", {'up' if last > first else 'down'} from {before}"


def axis_writer(kpi: Kpi, currency: str) -> Callable[[float], str]:
    """Writes a number of the axis in the KPI's unit; percentages come as they are drawn, 0 to 100."""
    scale = 100 if kpi.unit is Unit.PERCENT else 1
    return lambda value: goal(kpi, value / scale, currency)


def day_writer(kpi: Kpi) -> Callable[[date], str]:
    """Writes the first day of a period of the axis: its month for a monthly KPI."""
    return short_month if kpi.monthly else short_day
