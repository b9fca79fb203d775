"""With what a period is compared: the same weekdays a year ago, the same distance from a moving event, per day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kpi.period import Span
from store.company import Event

YEAR = timedelta(days=364)


class Comparison(StrEnum):
    """With what the period of a card is compared."""

    BEFORE = "before"
    YEAR = "year"
    NONE = "none"


def compared_day(day: date, events: Sequence[Event], window: int | None = None) -> date:
    """The day a year ago to compare with: as far from the event where one is near, else 364 days before.

    Near: inside the event's own window, or within `window` days of it. Where events overlap the nearest counts; one
    without a day in the year before is no help. Source: kpi-domain section 2.8.
    """
    return day - _shift(day, day, events, window)


def year_before(span: Span, events: Sequence[Event] = ()) -> Span:
    """The same number of days a year ago, moved as an event moved that is most of the span, or in it for a week."""
    shift = _shift(span.start, span.end, events, None)
    return Span(span.start - shift, span.end - shift)


def _shift(start: date, end: date, events: Sequence[Event], window: int | None) -> timedelta:
    near = [each for each in events if _touches(each, start, end, window)]
    middle = start + (end - start) / 2
    for event in sorted(near, key=lambda each: abs(each.day - middle)):
        if earlier := _year_earlier(event, events):
            return event.day - earlier
    return YEAR


def _touches(event: Event, start: date, end: date, window: int | None) -> bool:
    """Half of the days are near the event, or its day is in the week: a month does not move for one of its days."""
    before, after = (event.before, event.after) if window is None else (window, window)
    first, last = (
        max(start, event.day - timedelta(days=before)),
        min(end, event.day + timedelta(days=after)),
    )
    near, days = (last - first).days + 1, (end - start).days + 1
    return near * 2 >= days or (days <= 7 and start <= event.day <= end)


def _year_earlier(event: Event, events: Iterable[Event]) -> date | None:
    """The day of the same event about a year before; events of the lunar year move by up to two weeks a year."""
    days = [
        each.day
        for each in events
        if each.name == event.name
        and each.market == event.market
        and 300 <= (event.day - each.day).days <= 430
    ]
    return max(days, default=None)


def elapsed(span: Span, until: date, whole: Span) -> tuple[Span, Span]:
    """A period up to `until` and the same first days of another one, so that a part is compared with a part.

    Raises ValueError when the period has not begun by then.
    """
    if until < span.start:
        raise ValueError(
            f"The period begins on {span.start}, after {until}; there is nothing to compare yet."
        )
    now = Span(span.start, min(until, span.end))
    last = whole.end if until >= span.end else min(whole.end, whole.start + timedelta(days=now.days - 1))
    return now, Span(whole.start, last)


@dataclass(frozen=True)
class Amount:
    """A sum over a period, with the days and working days it has."""

    total: float
    days: int
    working_days: int | None = None


@dataclass(frozen=True)
class Changes:
    """Relative changes (0.05 is 5 % more) of a sum between periods of unequal length; None where not known."""

    total: float | None
    per_day: float | None
    per_working_day: float | None


def changes(before: Amount, after: Amount) -> Changes:
    """How a sum changed in total, for each day and for each working day. Source: kpi-domain section 2.8."""
    working = None
    if before.working_days and after.working_days:
        working = relative(before.total / before.working_days, after.total / after.working_days)
    return Changes(
        relative(before.total, after.total),
        relative(before.total / before.days, after.total / after.days),
        working,
    )


def relative(before: float, after: float) -> float | None:
    """The change as a part of where it came from; None from zero."""
    return (after - before) / abs(before) if before else None


def aligned(before: Span, after: Span) -> bool:
    """Whether two spans have as many days and begin on the same weekday."""
    return before.days == after.days and before.start.weekday() == after.start.weekday()
