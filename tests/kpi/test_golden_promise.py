"""Golden cases of the delivery promise: cut-off, working days and zones, step by step."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from golden_cases import CASES
from made_facts import day_of, instant_of

from kpi.promise import Transit, Warehouse, promise
from store.state.calendars import WorkDays
from store.state.workdays import CalendarError


def working(first: date, last: date, off: set[date], made_up: frozenset[date] = frozenset()) -> WorkDays:
    """Monday to Friday without the days off, with the weekends worked to make up for them."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    usual = [day for day in days if day in made_up or (day.weekday() < 5 and day not in off)]
    return WorkDays("test", first, last, tuple(usual))


def test_weekends_that_are_worked_count() -> None:
    """
    Five working days after Friday 24 January 2025 in China is Friday 7 February: Sunday the 26th is worked.
    """
    case = CASES["sh_promise_working_days_cn"]
    calendar = working(
        date(2025, 1, 1),
        date(2025, 3, 1),
        {day_of(row["date"]) for row in case.inputs["holidays"]},
        frozenset(day_of(row["date"]) for row in case.inputs["working_weekends"]),
    )
    ningbo = Warehouse("Asia/Shanghai", calendar, time(14), case.params["working_days"])

    due = promise(instant_of(f"{case.params['start']}T02:00:00Z"), ningbo).ship_by_day

    assert due == day_of(case.expected["due"])
    assert due != day_of(case.wrong["weekmask_plus_holidays"])
    case.refuses(weekmask_plus_holidays=str(due))


def test_the_cutoff_is_the_warehouse_s() -> None:
    """
    14:30 on Friday before a holiday Monday counts from Tuesday; 13:30 from Friday; Saturday in Shanghai from Tuesday.
    """
    case = CASES["sh_promise_cutoff_timezone"]
    calendar = working(date(2025, 6, 1), date(2025, 6, 30), {day_of(day) for day in case.params["holidays"]})
    cutoff = time.fromisoformat(case.params["cutoff"])

    due = {
        str(row["order_id"]): promise(
            instant_of(row["placed_at"]),
            Warehouse(row["warehouse_tz"], calendar, cutoff, case.params["handling_working_days"]),
        ).promised_day
        for row in case.inputs["orders"]
    }

    assert due == {key: day_of(day) for key, day in case.expected["due"].items()}


def test_every_step_can_be_seen() -> None:
    """
    Ordered on Thursday at 15:00 in Shanghai, handed over on Monday at 18:00, which is Monday in Los Angeles too; five
    calendar days on it is Saturday, five working days on it is the next Monday.
    """
    calendar = working(date(2025, 6, 1), date(2025, 6, 30), set())
    ningbo = Warehouse("Asia/Shanghai", calendar, time(14), handling_days=1)
    placed = datetime(2025, 6, 12, 7, tzinfo=UTC)

    calendar_days = promise(placed, ningbo, Transit(5, "America/Los_Angeles"))
    working_days = promise(placed, ningbo, Transit(5, "America/Los_Angeles", calendar))

    assert (calendar_days.placed_day, calendar_days.after_cutoff) == (date(2025, 6, 12), True)
    assert (calendar_days.accepted_day, calendar_days.ship_by_day) == (date(2025, 6, 13), date(2025, 6, 16))
    assert (calendar_days.departs_day, calendar_days.promised_day) == (date(2025, 6, 16), date(2025, 6, 21))
    assert working_days.promised_day == date(2025, 6, 23)


def test_a_promise_across_the_date_line_is_a_day_of_the_destination() -> None:
    """
    Handed over in Los Angeles on Monday at 18:00, it is Tuesday in Tokyo; three days on it is Friday there.
    """
    calendar = working(date(2025, 6, 1), date(2025, 6, 30), set())
    west = Warehouse("America/Los_Angeles", calendar, time(14), handling_days=0)

    found = promise(datetime(2025, 6, 16, 17, tzinfo=UTC), west, Transit(3, "Asia/Tokyo"))

    assert (found.ship_by_day, found.departs_day, found.promised_day) == (
        date(2025, 6, 16),
        date(2025, 6, 17),
        date(2025, 6, 20),
    )


def test_what_is_not_known_is_refused() -> None:
    """
    An instant without zone, and a calendar that ends too early.
    """
    short = Warehouse("UTC", working(date(2025, 6, 1), date(2025, 6, 6), set()), time(14), handling_days=4)

    with pytest.raises(ValueError, match="no time zone"):
        promise(datetime(2025, 6, 2, 8), short)
    with pytest.raises(CalendarError, match="fill the missing years"):
        promise(datetime(2025, 6, 5, 8, tzinfo=UTC), short)
