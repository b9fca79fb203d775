"""The running month of a KPI from the lake: pace of a sum, required rate of a share, the same days a year ago."""

from datetime import date, timedelta

import pytest
from made_facts import made, put

from kpi.catalog import find
from kpi.compute import refresh
from kpi.engine import AsOf
from kpi.model import Kpi
from kpi.month import month_to_date
from kpi.pacing import month_of
from kpi.period import Span
from store.company import Event
from store.facts import Orders, Shipments
from store.lake import Lake
from store.scope import LOCAL_OWNER

UNTIL = date(2025, 11, 10)


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def sold(lake: Lake, kpi: Kpi) -> Lake:
    """Ten a day from August on, nothing at weekends; last year eight a day."""
    told = [
        *(each for each in days(date(2024, 10, 1), date(2024, 11, 30))),
        *(each for each in days(date(2025, 8, 1), UNTIL)),
    ]
    rows = [
        {"order_id": f"{each}", "ordered_day": each, "net": 8 if each.year == 2024 else 10, "currency": "EUR"}
        for each in told if each.weekday() < 5
    ]  # fmt: skip
    put(lake, Orders, made(Orders, rows))
    refresh(lake, AsOf.end_of(UNTIL), kpis=[kpi])
    return lake


def test_a_sum_is_paced_by_the_weekdays_it_knows(lake: Lake) -> None:
    """
    6 of the 20 workdays of November are over: 60 of 200. Black Friday weighs three days: 60 of 220.
    """
    kpi = find("net_sales")
    sold(lake, kpi)
    friday = Event("black_friday", date(2025, 11, 28), factor=3.0)

    plain = month_to_date(lake, LOCAL_OWNER, kpi, UNTIL)
    with_event = month_to_date(lake, LOCAL_OWNER, kpi, UNTIL, events=[friday])

    assert plain.whole == month_of(UNTIL) == Span(date(2025, 11, 1), date(2025, 11, 30))
    assert (plain.value, plain.share) == (60.0, pytest.approx(0.3))
    assert plain.pace is not None
    assert plain.pace.projection == pytest.approx(200)
    assert plain.required is None
    assert with_event.pace is not None
    assert with_event.pace.projection == pytest.approx(220)


def test_the_same_days_a_year_before(lake: Lake) -> None:
    """
    1 to 10 November 2025, Saturday to Monday, against 2 to 11 November 2024: six workdays each, 60 against 48.
    """
    kpi = find("net_sales")
    sold(lake, kpi)

    found = month_to_date(lake, LOCAL_OWNER, kpi, UNTIL)

    assert found.earlier == Span(date(2024, 11, 2), date(2024, 11, 11))
    assert (found.before, found.relative) == (48.0, pytest.approx(0.25))


def test_a_year_that_was_not_known_from_its_first_day_is_none(lake: Lake) -> None:
    """
    Orders are known from 1 October 2024: 1 to 10 October 2025 has 2 to 11 October 2024, September has nothing whole.
    """
    kpi = find("net_sales")
    sold(lake, kpi)

    october = month_to_date(lake, LOCAL_OWNER, kpi, date(2025, 10, 10))
    september = month_to_date(lake, LOCAL_OWNER, kpi, date(2025, 9, 30))

    assert (october.before, october.relative) == (64.0, 0.25)
    assert september.earlier.end == date(2024, 10, 1)
    assert (september.before, september.relative) == (None, None)


def test_a_holiday_weighs_nothing_where_weekends_hardly_do(lake: Lake) -> None:
    """
    With 11 November off there are 19 workdays: 60 of 190.
    """
    kpi = find("net_sales")
    sold(lake, kpi)

    found = month_to_date(lake, LOCAL_OWNER, kpi, UNTIL, holidays=frozenset({date(2025, 11, 11)}))

    assert found.pace is not None
    assert found.pace.projection == pytest.approx(190)


def test_a_share_tells_what_the_rest_must_bring(lake: Lake) -> None:
    """
    Two a workday, half of them late: 6 of 12, and 28 to come. 93 % of 40 are 37.2; 31.2 of 28 cannot be.
    """
    kpi = find("on_time_delivery_rate")
    rows = [
        {"shipment_id": f"{each}{n}", "market": "DE", "carrier": "DHL", "mode": "road", "shipped_day": each,
         "promised_day": each, "delivered_day": each + timedelta(days=n * 2)}
        for each in days(date(2025, 8, 1), UNTIL) if each.weekday() < 5 for n in range(2)
    ]  # fmt: skip
    put(lake, Shipments, made(Shipments, rows))
    refresh(lake, AsOf.end_of(UNTIL), kpis=[kpi])

    found = month_to_date(lake, LOCAL_OWNER, kpi, UNTIL)

    assert (found.value, found.n, found.pace, found.before) == (0.5, 12, None, None)
    assert found.required is not None
    assert found.required.rate == pytest.approx(31.2 / 28)
    assert (found.required.reachable, found.required.best) == (False, pytest.approx(34 / 40))


def test_what_does_not_add_up_over_days_has_no_month_to_date(lake: Lake) -> None:
    """
    Customers of two days are not the customers of both.
    """
    with pytest.raises(ValueError, match="do not add up to a month"):
        month_to_date(lake, LOCAL_OWNER, find("active_customers"), UNTIL)
