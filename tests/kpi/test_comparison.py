"""With what a card's period is compared: the one before, a year before, or nothing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kpi.catalog import find
from kpi.compare import Comparison
from kpi.comparison import compared, say_from, start_a_year_before, weeks_before, year_earlier
from kpi.period import Every, Span
from kpi.standing import Period, Standing
from kpi.why.comparing import Against
from kpi.why.comparing import compared as spans_compared
from store.company import Event

ON_TIME = find("on_time_delivery_rate")
MONDAY = date(2025, 12, 1)
BLACK_FRIDAYS = tuple(Event("black_friday", day) for day in (date(2024, 11, 29), date(2025, 11, 28)))
SPRINGS = tuple(Event("chinese_new_year", day, 14, 15) for day in (date(2024, 2, 10), date(2025, 1, 29)))


def week(monday: date, value: float = 0.9) -> Period:
    return Period(monday, monday + timedelta(days=6), value=value)


def weeks(first: date, count: int) -> list[Period]:
    """So many weeks; the value is the number of the week."""
    return [week(first + timedelta(weeks=n), float(n)) for n in range(count)]


def standing(*periods: Period) -> Standing:
    return Standing(ON_TIME, Every.WEEK, periods)


def test_unless_asked_the_period_before_is_meant() -> None:
    """
    The value before is the last week's.
    """
    now = standing(*weeks(MONDAY, 3))

    assert compared(now, Comparison.BEFORE) is now
    assert now.prior == week(MONDAY + timedelta(weeks=1), 1.0)
    assert say_from(now) == "from the period before"


def test_a_week_is_compared_with_the_one_364_days_before() -> None:
    """
    It is among the periods before those shown; where nobody knows it, there is no change to tell.
    """
    year = MONDAY - timedelta(days=364)
    now = compared(standing(week(MONDAY)), Comparison.YEAR, weeks(year - timedelta(weeks=1), 3))

    assert now.prior == week(year, 1.0)
    assert say_from(now) == "from the same week a year before"
    lonely = compared(standing(week(MONDAY - timedelta(weeks=1)), week(MONDAY)), Comparison.YEAR)
    assert (lonely.prior, say_from(lonely)) == (None, "")


def test_nothing_is_compared_when_nothing_is_asked() -> None:
    """
    Though the week before is there.
    """
    now = compared(standing(*weeks(MONDAY, 3)), Comparison.NONE)

    assert (now.prior, say_from(now)) == (None, "")


def test_a_month_is_compared_with_the_same_month() -> None:
    """
    December with December, from the KPI's own periods.
    """
    months = [
        Period(date(2024, 12, 1), date(2024, 12, 31), value=1.0),
        Period(date(2025, 12, 1), date(2025, 12, 31)),
    ]
    now = compared(Standing(ON_TIME, Every.MONTH, tuple(months)), Comparison.YEAR)

    assert now.prior == months[0]
    assert say_from(now) == "from the same month a year before"


def test_the_week_of_an_event_is_compared_with_its_week() -> None:
    """
    Black Friday was on 28 November 2025 and on 29 November 2024: the weeks of 24 and 25 November, 364 days apart. In
    2019 it was a week later than 364 days after that of 2018.
    """
    earlier = weeks(date(2024, 10, 28), 10)
    found = year_earlier(Every.WEEK, week(date(2025, 11, 24)), earlier, BLACK_FRIDAYS)
    assert found is not None
    assert found.start == date(2024, 11, 25)

    moved = (Event("black_friday", date(2018, 11, 23)), Event("black_friday", date(2019, 11, 29)))
    found = year_earlier(Every.WEEK, week(date(2019, 11, 25)), weeks(date(2018, 10, 29), 10), moved)
    assert found is not None
    assert found.start == date(2018, 11, 19)


@pytest.mark.parametrize(
    "monday, before",
    [
        (
            date(2025, 1, 27),
            date(2024, 2, 5),
        ),  # 354 days earlier is Thursday 8 February: most of the week of the 5th
        (date(2025, 3, 3), date(2024, 3, 4)),  # no longer felt
    ],
)
def test_a_week_moved_by_part_of_a_week_is_compared_with_the_nearest(monday: date, before: date) -> None:
    """
    Chinese New Year came 354 days after that of the year before.
    """
    found = year_earlier(Every.WEEK, week(monday), weeks(date(2024, 1, 1), 20), SPRINGS)

    assert found is not None
    assert found.start == before


def test_the_weeks_of_a_year_before_are_whole() -> None:
    """
    Up to the week 364 days before Wednesday 3 December 2025, and ten more than asked for what an event moves.
    """
    assert weeks_before(date(2025, 12, 3), 14) == Span(date(2024, 6, 17), date(2024, 12, 8))


def test_comparing_changes_nothing_else() -> None:
    """
    Status, run and signal stay what they were.
    """
    now = standing(*weeks(MONDAY, 3))
    year = compared(now, Comparison.YEAR, weeks(MONDAY - timedelta(days=364), 3))

    assert replace(year, comparison=Comparison.BEFORE, compared_with=None).periods == now.periods
    assert (year.current, year.run, year.signal) == (now.current, now.run, now.signal)


@pytest.mark.parametrize("monday", [date(2025, 1, 27), date(2025, 3, 3), date(2025, 11, 24)])
def test_causes_and_charts_go_back_to_the_week_of_the_figure(monday: date) -> None:
    """
    One matching: what a card is compared with, where the pale line of a chart comes from, and what is explained.
    """
    events, now = (*SPRINGS, *BLACK_FRIDAYS), standing(week(monday))
    figure = year_earlier(Every.WEEK, now.periods[0], weeks(date(2024, 1, 1), 60), events)
    causes = spans_compared(now, now.periods[0], Against.YEAR, events)

    assert figure is not None
    assert start_a_year_before(Every.WEEK, Span(monday, monday + timedelta(days=6)), events) == figure.start
    assert causes is not None
    assert causes[0] == Span(figure.start, figure.end)
