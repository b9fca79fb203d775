"""Working days, with public holidays and the weekends worked to make up for them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from store.permits import Role
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import CalendarError, CalendarPlan, NotAllowed, State, WorkDay
from store.working_time import WorkingTime

CHINA = CalendarPlan("CN", "Asia/Shanghai", "CN")
GERMANY = CalendarPlan("DE", "Europe/Berlin", "DE")


def test_a_promise_over_chinese_new_year(state: State):
    """
    Five working days after Friday 24 January 2025: the Sunday of the 26th is worked, so it is 7 February.

    Weekdays without holidays would say 10 February.
    """
    state.calendars.fill_calendar(LOCAL_OWNER, CHINA, [2025])

    due = state.calendars.add_working_days(LOCAL_OWNER, "CN", date(2025, 1, 24), 5)
    assert due == date(2025, 2, 7)
    assert due != date(2025, 2, 10)
    days = state.calendars.working_days(LOCAL_OWNER, "CN", date(2025, 1, 24), date(2025, 2, 9))
    assert [f"{day:%d.%m.}" for day in days] == [
        "24.01.",
        "26.01.",
        "27.01.",
        "05.02.",
        "06.02.",
        "07.02.",
        "08.02.",
    ]


@pytest.mark.parametrize(
    "placed_at, zone, due",
    [
        ("2025-06-06T12:30", "Europe/Berlin", date(2025, 6, 11)),
        ("2025-06-06T11:30", "Europe/Berlin", date(2025, 6, 10)),
        ("2025-06-06T23:30", "Asia/Shanghai", date(2025, 6, 11)),
    ],
)
def test_a_promise_after_the_cut_off(state: State, placed_at: str, zone: str, due: date):
    """
    One working day after the day of handling; Whit Monday, 9 June 2025, is off.

    14:30 on Friday is after the cut-off of 14:00: handled on Tuesday. 13:30 is before it: handled on Friday.
    In Shanghai it is already Saturday.
    """
    state.calendars.fill_calendar(LOCAL_OWNER, GERMANY, [2025])
    days = state.calendars.days(LOCAL_OWNER, "DE")

    local = datetime.fromisoformat(placed_at).replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    late = local.time() >= time(14)
    handled = days.on_or_after(local.date() + timedelta(days=late))
    assert days.after(handled, 1) == due


def test_filling_again_changes_nothing(state: State):
    """
    365 days the first time, none the second; a day set by hand stays.
    """
    assert state.calendars.fill_calendar(LOCAL_OWNER, GERMANY, [2025]) == 365
    half_day = WorkDay(date(2025, 12, 24), True, time(9), time(12), "Half day")
    assert state.calendars.set_days(LOCAL_OWNER, "DE", [half_day]) == 1

    assert state.calendars.fill_calendar(LOCAL_OWNER, GERMANY, [2025]) == 0
    table = state.calendars.table(LOCAL_OWNER, "DE")
    assert table.filter(day=date(2025, 12, 24)).row(0) == half_day
    assert table.filter(day=date(2025, 12, 25)).row(0) == WorkDay(
        date(2025, 12, 25), False, None, None, "Christmas Day"
    )
    assert state.calendars.rows(LOCAL_OWNER) == [CalendarPlan("DE", "Europe/Berlin", "DE", (0, 1, 2, 3, 4))]


def test_a_country_brings_its_own_weekend(state: State):
    """
    Egypt rests on Friday and Saturday; a warehouse there that opens on Saturday says so.
    """
    state.calendars.fill_calendar(LOCAL_OWNER, CalendarPlan("EG", "Africa/Cairo", "EG"), [2025])
    six = CalendarPlan("EG6", "Africa/Cairo", "EG", weekdays=(5, 6, 0, 1, 2, 3))
    state.calendars.fill_calendar(LOCAL_OWNER, six, [2025])

    week = (date(2025, 2, 7), date(2025, 2, 14))
    assert [day.weekday() for day in state.calendars.working_days(LOCAL_OWNER, "EG", *week)] == [
        6,
        0,
        1,
        2,
        3,
    ]
    assert [day.weekday() for day in state.calendars.working_days(LOCAL_OWNER, "EG6", *week)] == [
        5,
        6,
        0,
        1,
        2,
        3,
    ]


def test_the_table_gives_working_seconds(state: State):
    """
    Friday 16:30 to Monday 10:00 in Berlin: half an hour and one hour.
    """
    state.calendars.fill_calendar(LOCAL_OWNER, GERMANY, [2025])
    hours = WorkingTime.from_table("DE", "Europe/Berlin", state.calendars.table(LOCAL_OWNER, "DE"))

    assert hours.intervals.height == len(state.calendars.days(LOCAL_OWNER, "DE").working) == 252


@pytest.mark.parametrize(
    "plan, said",
    [
        (CalendarPlan("X", "Europe/Berlin", "ZZ"), "no holidays for 'ZZ'"),
        (CalendarPlan("X", "Europe/Berlin", "DE-ZZ"), "no holidays for 'DE-ZZ'"),
        (CalendarPlan("X", "Mars/Olympus"), "has the zone 'Mars/Olympus'"),
        (CalendarPlan("X", "UTC", weekdays=(1, 7)), "Monday is 0, Sunday is 6"),
        (
            CalendarPlan("X", "UTC", opens=time(17), closes=time(9)),
            "leave the closing time empty for midnight",
        ),
    ],
)
def test_a_plan_that_cannot_be_filled_is_explained(state: State, plan: CalendarPlan, said: str):
    """
    Which value, and what to write instead; nothing is stored.
    """
    with pytest.raises(CalendarError, match=said):
        state.calendars.fill_calendar(LOCAL_OWNER, plan, [2025])
    assert state.calendars.rows(LOCAL_OWNER) == []


def test_days_outside_the_table_are_an_error(state: State):
    """
    Nobody guesses whether a day of a year that was never filled is worked.
    """
    state.calendars.fill_calendar(LOCAL_OWNER, GERMANY, [2025])
    days = state.calendars.days(LOCAL_OWNER, "DE")

    for ask in (
        lambda: days.between(date(2024, 12, 31), date(2025, 1, 5)),
        lambda: days.between(date(2025, 12, 1), date(2026, 1, 2)),
        lambda: days.after(date(2025, 12, 31), 1),
        lambda: days.on_or_after(date(2026, 1, 1)),
        lambda: days.after(date(2024, 1, 1), 3),
    ):
        with pytest.raises(CalendarError, match="knows 2025-01-01 to 2025-12-31"):
            ask()
    assert len(days.between(date(2025, 1, 1), date(2026, 1, 1))) == 252
    assert days.after(date(2025, 12, 30), 0) == date(2025, 12, 30)
    with pytest.raises(ValueError, match="count forwards"):
        days.after(date(2025, 12, 30), -1)


def test_an_unknown_calendar_is_an_error(state: State):
    """
    It says which one is missing.
    """
    for ask in (state.calendars.table, state.calendars.days):
        with pytest.raises(CalendarError, match="no calendar 'FR'"):
            ask(LOCAL_OWNER, "FR")
    with pytest.raises(CalendarError, match="no calendar 'FR'"):
        state.calendars.set_days(LOCAL_OWNER, "FR", [])


def test_calendars_concern_everybody(state: State):
    """
    Whoever sees one market cannot change the days of all.
    """
    ann = Principal("Ann", Scope(markets=frozenset({"DE"})), role=Role.ADMIN)
    with pytest.raises(NotAllowed, match="cannot change calendar DE"):
        state.calendars.fill_calendar(ann, GERMANY, [2025])
