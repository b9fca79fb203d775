"""What a trend chart says: the title that tells what happened, its caption, and its text alternative."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
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
from kpi.words import listed, marked, say
from kpi.words.days import short_day, short_month

HEADLINES = {
    Status.INCOMPLETE: marked("a source is late, newer figures are missing"),
    Status.SMALL_SAMPLE: marked("too few rows to judge"),
    Status.PROVISIONAL: marked("not settled yet"),
    Status.ON_TARGET: marked("on target"),
    Status.AT_RISK: marked("close to its target"),
    Status.OK: marked("no target set"),
    Status.OFF_TARGET: marked("off target"),
}


@dataclass(frozen=True, eq=False)
class Trend:
    """A chart with its words."""

    key: str
    name: str
    headline: str
    caption: str
    chart: Chart

    def saying(self, alt: str) -> "Trend":
        """The same trend with another text alternative."""
        return replace(self, chart=replace(self.chart, alt=alt))


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
        kpi.key,
        say(kpi.name),
        said,
        told,
        Chart(rows, spec, alt, title=f"{say(kpi.name)} — {said}", caption=told),
    )


def trend_text(kpi: Kpi, currency: str) -> TrendText:
    """How the tooltip and the labels of a KPI's trend are written."""
    return TrendText(
        value=lambda value: str(figure(kpi, value, currency)),
        goal=lambda value: goal(kpi, value, currency),
        week=day,
        expected=say("Expected"),
    )


def headline(standing: Standing, today: date) -> str:
    """What happened, in a few words."""
    period = standing.current
    if period is None or standing.until is None:
        return say("no data yet")
    if standing.since is not None:
        since = day(standing.since, today)
        if standing.kpi.better is Better.HIGHER:
            return say("below target since {day}", day=since)
        return say("above target since {day}", day=since)
    if standing.signal is not None and standing.chart is not None:
        begun = standing.chart.began(period.start) or period.start
        return say("worse than usual since {day}", day=day(begun, today))
    if period.status is Status.NO_DATA:
        return say("no data; the last is of {day}", day=day(standing.until, today))
    return say(HEADLINES[period.status])


def caption(standing: Standing, rows: pl.DataFrame) -> str:
    """What is drawn, which way is good, and what the signs mean that this chart really has."""
    marks = set(rows["mark"].to_list())
    limits = "lower" in rows.columns and rows["lower"].count() > 0
    told = [
        say("By month") if standing.every is Every.MONTH else say("By week"),
        say("higher is better") if standing.kpi.better is Better.HIGHER else say("lower is better"),
        say("■ off target") if "off" in marks else "",
        say("▲ close to it") if "watch" in marks else "",
        say("○ more than chance") if limits and rows["fires"].count() else "",
        say("dotted: usual range") if limits else "",
        say("dashed: still provisional") if marks & {"tail", "under", "over"} else "",
        say("▽ beyond the chart") if marks & {"under", "over"} else "",
        say("pale: a year before") if "before" in rows.columns else "",
    ]
    return " · ".join(each for each in told if each)


def alt_text(standing: Standing, currency: str, today: date, weeks: int) -> str:
    """The chart in words: its title, the way it went, the latest value and how often it was off target."""
    kpi, shown, now = standing.kpi, standing.shown(weeks), standing.current
    if now is None or not shown:
        return say("{kpi}: no period is over yet.", kpi=say(kpi.name))
    off = sum(period.status is Status.OFF_TARGET for period in shown)
    latest = [
        str(figure(kpi, now.value, currency)),
        say("target {target}", target=goal(kpi, now.target, currency)) if now.target is not None else "",
        _way(standing, shown, currency),
    ]
    return say(
        "{kpi} — {headline}. Latest {latest}. Off target in {off} of {all} periods from {first} to {last}.",
        kpi=say(kpi.name), headline=headline(standing, today), latest=listed(each for each in latest if each),
        off=off, all=len(shown), first=day(shown[0].start), last=day(shown[-1].end),
    )  # fmt: skip


def _way(standing: Standing, shown: Sequence[Period], currency: str) -> str:
    """Up or down from the first value shown, as far as the written figures differ."""
    kpi = standing.kpi
    first = next((each.value for each in shown if each.value is not None), None)
    last = standing.current.value if standing.current else None
    if first is None or last is None or len(shown) < 2:
        return ""
    before = figure(kpi, first, currency)
    if before == figure(kpi, last, currency):
        return say("as {value} at the start", value=before)
    return say("up from {value}", value=before) if last > first else say("down from {value}", value=before)


def axis_writer(kpi: Kpi, currency: str) -> Callable[[float], str]:
    """Writes a number of the axis in the KPI's unit; percentages come as they are drawn, 0 to 100."""
    scale = 100 if kpi.unit is Unit.PERCENT else 1
    return lambda value: goal(kpi, value / scale, currency)


def day_writer(kpi: Kpi) -> Callable[[date], str]:
    """Writes the first day of a period of the axis: its month for a monthly KPI."""
    return short_month if kpi.monthly else short_day
