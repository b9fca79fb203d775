"""Working seconds between two instants."""

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.working_time import WorkingTime, plain_hours

GOLDEN = Path(__file__).parent.parent / "golden" / "golden.json"
CASES = {case["id"]: case for case in json.loads(GOLDEN.read_text(encoding="utf-8"))}


def instants(*texts: str | None) -> pl.Series:
    read = [None if text is None else datetime.fromisoformat(text) for text in texts]
    return pl.Series(read, dtype=pl.Datetime("us", "UTC"))


def year(*, weekdays: tuple[int, ...] = (0, 1, 2, 3, 4), closed: tuple[date, ...] = ()) -> dict[date, bool]:
    """All days of 2025: working on these weekdays (0 is Monday) but on the closed ones."""
    days = [date(2025, 1, 1) + timedelta(days=n) for n in range(365)]
    return {day: day.weekday() in weekdays and day not in closed for day in days}


def of_golden(params: dict[str, Any]) -> WorkingTime:
    closed = tuple(date.fromisoformat(day) for day in params["holidays"])
    closes = None if params["close"] == "24:00" else time.fromisoformat(params["close"])
    days = year(weekdays=tuple(params["weekdays"]), closed=closed)
    return WorkingTime.of("golden", params["timezone"], days, time.fromisoformat(params["open"]), closes)


@pytest.mark.parametrize("name", ["cs_frt_business_hours", "cs_frt_dst"])
def test_golden_business_minutes(name: str) -> None:
    """
    Evenings, weekends, holidays and the hour a clock skips are not working time.
    """
    case = CASES[name]
    tickets = case["inputs"]["tickets"]
    seconds = of_golden(case["params"]).working_seconds(
        instants(*[each["created_at"] for each in tickets]),
        instants(*[each["first_public_reply_at"] for each in tickets]),
    )

    assert [s / 60 for s in seconds] == [row["business_minutes"] for row in case["expected"]["rows"]]


def test_a_night_with_an_hour_more_is_longer() -> None:
    """
    The Sunday Berlin turns its clocks back has 25 hours around the clock.
    """
    always = WorkingTime.of("always", "Europe/Berlin", year(weekdays=tuple(range(7))), time(0), None)

    assert always.working_seconds(instants("2025-10-25T22:00Z"), instants("2025-10-26T23:00Z")).to_list() == [
        25 * 3600
    ]


def test_a_make_up_day_counts() -> None:
    """
    Sunday 26 January 2025 was a working day in China; the Tuesday of the festival was not.
    """
    days = year() | {date(2025, 1, 26): True, date(2025, 1, 28): False}
    shanghai = WorkingTime.of("CN", "Asia/Shanghai", days)

    seconds = shanghai.working_seconds(
        instants("2025-01-26T00:00Z", "2025-01-28T00:00Z"), instants("2025-01-26T12:00Z", "2025-01-28T12:00Z")
    )

    assert seconds.to_list() == [8 * 3600, 0]


def test_half_days_have_their_own_hours() -> None:
    """
    Christmas Eve closes at noon: three hours instead of eight.
    """
    table = pl.DataFrame(
        {
            "day": [date(2025, 12, 23), date(2025, 12, 24)],
            "is_working": [True, True],
            "opens": [time(9), time(9)],
            "closes": [time(17), time(12)],
        }
    )
    berlin = WorkingTime.from_table("DE", "Europe/Berlin", table)

    assert berlin.working_seconds(
        instants("2025-12-22T23:00Z", "2025-12-23T23:00Z"), instants("2025-12-23T23:00Z", "2025-12-24T23:00Z")
    ).to_list() == [8 * 3600, 3 * 3600]


def test_an_unknown_day_is_not_a_closed_one() -> None:
    """
    Null in, null out; and null, not zero, where the calendar's table ends.
    """
    only_2025 = WorkingTime.of("DE", "Europe/Berlin", year())
    start = instants("2025-06-02T08:00Z", None, "2025-12-31T08:00Z", "2024-12-31T08:00Z")
    end = instants(None, "2025-06-02T08:00Z", "2026-01-02T08:00Z", "2025-01-02T09:00Z")

    assert only_2025.working_seconds(start, end).to_list() == [None] * 4


def test_a_calendar_without_working_days_counts_nothing() -> None:
    """
    Closed all year: zero within the year, null outside.
    """
    closed = WorkingTime.of("closed", "UTC", year(weekdays=()))

    assert closed.working_seconds(
        instants("2025-06-02T08:00Z", "2025-06-02T08:00Z"), instants("2025-06-09T08:00Z", "2026-06-09T08:00Z")
    ).to_list() == [0, None]


def test_a_day_twice_is_refused() -> None:
    """
    Two rows for one day would count its hours twice.
    """
    table = pl.DataFrame(
        {
            "day": [date(2025, 1, 2)] * 2,
            "is_working": [True] * 2,
            "opens": [time(9)] * 2,
            "closes": [time(17)] * 2,
        }
    )

    with pytest.raises(ValueError, match="holds 2025-01-02 twice"):
        WorkingTime.from_table("DE", "Europe/Berlin", table)


def test_without_a_calendar_office_hours_count() -> None:
    """
    Monday to Friday, nine to five in the zone: a week holds 40 hours.
    """
    assert plain_hours("Asia/Tokyo").working_seconds(
        instants("2025-06-01T15:00Z"), instants("2025-06-08T15:00Z")
    ).to_list() == [40 * 3600]


moments = st.datetimes(datetime(2025, 1, 3), datetime(2025, 12, 29)).map(
    lambda at: at.replace(microsecond=0, tzinfo=UTC)
)
zones = st.sampled_from(["Europe/Berlin", "America/Los_Angeles", "Australia/Lord_Howe", "Asia/Kathmandu"])


@given(a=moments, b=moments, c=moments, zone=zones)
def test_parts_add_up(a: datetime, b: datetime, c: datetime, zone: str) -> None:
    """
    However a span is cut, the working seconds of its parts are those of the whole.
    """
    hours = plain_hours(zone)
    at = pl.Series([a, b, a], dtype=pl.Datetime("us", "UTC"))
    to = pl.Series([b, c, c], dtype=pl.Datetime("us", "UTC"))
    first, second, whole = hours.working_seconds(at, to)

    assert first + second == whole


@given(start=moments, end=moments, zone=zones)
def test_equals_the_sum_over_local_days(start: datetime, end: datetime, zone: str) -> None:
    """
    The overlap with each local working day, added up one day at a time.
    """
    start, end = min(start, end), max(start, end)
    local, expected = ZoneInfo(zone), 0.0
    for n in range((end - start).days + 3):
        day = start.astimezone(local).date() + timedelta(days=n)
        opens, closes = (datetime.combine(day, time(h), local).astimezone(UTC) for h in (9, 17))
        if day.weekday() < 5:
            expected += max(0.0, (min(end, closes) - max(start, opens)).total_seconds())

    at, to = (pl.Series([each], dtype=pl.Datetime("us", "UTC")) for each in (start, end))
    assert plain_hours(zone).working_seconds(at, to).to_list() == [expected]
