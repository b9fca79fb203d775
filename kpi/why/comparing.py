"""Which two spans a change is explained between: since it began, the period before, or a year ago."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from kpi.comparison import start_a_year_before
from kpi.decisions import RUNNING
from kpi.period import Span, end_of
from kpi.standing import Period, Standing
from store.company import Event

MOST_PERIODS = 13


class Against(StrEnum):
    """With what a period is compared; the value stands in links."""

    SINCE = "since"
    BEFORE = "before"
    YEAR = "year"


def began(standing: Standing) -> date | None:
    """The first day of what is wrong now, as the list of decisions tells it.

    That of the run off target where it is long enough to need a decision, else of the signal, else of the run.
    """
    current, chart = standing.current, standing.chart
    if current is None:
        return None
    if len(standing.run) < RUNNING and standing.signal is not None and chart is not None:
        return chart.began(current.start) or current.start
    return standing.since


def compared(
    standing: Standing, period: Period, against: Against, events: Sequence[Event] = ()
) -> tuple[Span, Span] | None:
    """The earlier and the later span; None where there is nothing to compare with.

    Since it began: all periods from then to the current one, at most thirteen, and as many before them, so that sums
    of both are sums of as many days. A year ago: as `kpi.comparison.year_earlier`, along with moving events.
    """
    place = standing.periods.index(period)
    match against:
        case Against.SINCE:
            start = began(standing)
            return None if start is None else spans_since(standing, start)
        case Against.BEFORE:
            return (_span(standing.periods[place - 1]), _span(period)) if place else None
        case Against.YEAR:
            return _year_before(standing, period, events), _span(period)


def spans_since(standing: Standing, start: date) -> tuple[Span, Span] | None:
    """The periods before a day and those since, equally many and at most thirteen; None where none came before."""
    last = standing.at
    first = next((n for n, each in enumerate(standing.periods) if each.start >= start), None)
    if first is None or last is None or first > last:
        return None
    first = max(first, last + 1 - MOST_PERIODS)
    count = min(last + 1 - first, first)
    if count == 0:
        return None
    earlier = Span(standing.periods[first - count].start, standing.periods[first - 1].end)
    return earlier, Span(standing.periods[last + 1 - count].start, standing.periods[last].end)


def _year_before(standing: Standing, period: Period, events: Sequence[Event]) -> Span:
    start = start_a_year_before(standing.every, _span(period), events)
    return Span(start, end_of(standing.every, start, _span(period)))


def _span(period: Period) -> Span:
    return Span(period.start, period.end)
