"""With what the period of a card is compared: the one before, the same weeks a year before, or nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from kpi.compare import YEAR, Comparison, year_before
from kpi.period import Every, Span
from kpi.standing import Period, Standing
from kpi.words import marked, say
from store.company import Event

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
MOVED = 10  # weeks an event may come earlier than a year before


LABELS = {
    Comparison.BEFORE: marked("Period before"),
    Comparison.YEAR: marked("Year before"),
    Comparison.NONE: marked("Nothing"),
}


def compared(
    standing: Standing, comparison: Comparison, earlier: Sequence[Period] = (), events: Sequence[Event] = ()
) -> Standing:
    """The standing with the period its current one is compared with; `earlier` are periods before its own."""
    if comparison is Comparison.BEFORE:
        return standing
    prior = None
    if comparison is Comparison.YEAR and standing.current is not None:
        prior = year_earlier(standing.every, standing.current, [*earlier, *standing.periods], events)
    return replace(standing, comparison=comparison, compared_with=prior)


def say_from(standing: Standing) -> str:
    """What stands behind a change: `from the same week a year before`; nothing where nothing is compared."""
    if standing.comparison is Comparison.BEFORE:
        return say("from the period before")
    if standing.prior is None:
        return ""
    if standing.every is Every.MONTH:
        return say("from the same month a year before")
    return say("from the same week a year before")


def year_earlier(
    every: Every, period: Period, known: Iterable[Period], events: Sequence[Event] = ()
) -> Period | None:
    """
    The same month of the year before; of weeks the one 364 days before, or as far from an event as this one where the
    event moved. A week moved by part of a week is compared with the nearest whole one. None where it is not known.
    """
    start = start_a_year_before(every, Span(period.start, period.end), events)
    return next((each for each in known if each.start == start), None)


def start_a_year_before(every: Every, span: Span, events: Sequence[Event] = ()) -> date:
    """The first day of the period that `year_earlier` compares with: one matching for figures, charts and causes."""
    if every is Every.MONTH:
        return span.start.replace(year=span.start.year - 1)
    return _nearest_monday(year_before(span, events).start)


def weeks_before(closed: date, weeks: int) -> Span:
    """So many weeks up to a year before a last day, and ten more for what an event moves."""
    end = closed - YEAR
    monday = end - timedelta(days=end.weekday())
    return Span(monday - (weeks + MOVED) * WEEK, monday + 6 * DAY)


def _nearest_monday(day: date) -> date:
    monday = day - timedelta(days=day.weekday())
    return monday + WEEK if day.weekday() > 3 else monday
