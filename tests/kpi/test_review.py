"""The review block: six weeks, twelve months and the running periods, each beside its year before."""

from datetime import date, timedelta

import pytest
from made_facts import made, put

from kpi.catalog import find
from kpi.compute import refresh
from kpi.engine import AsOf
from kpi.period import Span
from kpi.review import Block, review
from kpi.score import Judgement, Status
from store.facts import Orders
from store.lake import Lake
from store.scope import LOCAL_OWNER

UNTIL = date(2025, 3, 12)
SALES = find("net_sales")


@pytest.fixture
def sold(lake: Lake) -> Lake:
    """One order of 10 a day in 2025 and of 8 in the two years before."""
    first = date(2023, 1, 1)
    days = [first + timedelta(days=n) for n in range((UNTIL - first).days + 1)]
    rows = [
        {"order_id": f"{day}", "ordered_day": day, "net": 10 if day.year == 2025 else 8, "currency": "EUR"}
        for day in days
    ]
    put(lake, Orders, made(Orders, rows))
    refresh(lake, AsOf.end_of(UNTIL), kpis=[SALES])
    return lake


def test_weeks_months_and_running_periods(sold: Lake) -> None:
    """
    Weeks of 70 against 56; February 280 against 232 of a leap year: a day 10 against 8; 12 days of March 120 to 96.
    """
    found = review(sold, LOCAL_OWNER, SALES, UNTIL, judgement=Judgement(minimum=0))

    weeks, months, running = (found.of(block) for block in Block)
    assert [(line.value, line.before) for line in weeks] == [(70.0, 56.0)] * 6
    assert weeks[-1].span == Span(date(2025, 3, 3), date(2025, 3, 9))
    assert weeks[-1].earlier == Span(date(2024, 3, 4), date(2024, 3, 10))
    assert len(months) == 12
    february = months[-1]
    assert (february.name, february.value, february.before) == ("February 2025", 280.0, 232.0)
    assert february.changes is not None
    assert february.changes.total == pytest.approx(48 / 232)
    assert february.changes.per_day == pytest.approx(0.25)
    assert [(line.name, line.value, line.before) for line in running] == [
        ("Month to date", 120.0, 96.0), ("Quarter to date", 710.0, 568.0), ("Year to date", 710.0, 568.0),
    ]  # fmt: skip
    assert running[0].relative == pytest.approx(0.25)
    assert running[0].difference == 24.0
    assert found.path == (Status.OK,) * 6


def test_working_days_make_months_alike(sold: Lake) -> None:
    """
    With 20 and 21 working days February is 14 against 11.05 a working day.
    """
    known = {date(2025, 2, 1): 20, date(2024, 2, 1): 21}

    found = review(sold, LOCAL_OWNER, SALES, UNTIL, working=lambda span: known.get(span.start))

    changes = found.of(Block.MONTH)[-1].changes
    assert changes is not None
    assert changes.per_working_day == pytest.approx((280 / 20) / (232 / 21) - 1)


def test_a_year_that_was_not_known_whole_is_no_year_before(sold: Lake) -> None:
    """
    Orders are known from 1 January 2023: January 2024 has one, the last weeks of 2022 have not.
    """
    found = review(sold, LOCAL_OWNER, SALES, date(2024, 1, 31))

    assert found.of(Block.TO_DATE)[-1].before == 31 * 8
    assert found.of(Block.WEEK)[0].before is None
    assert found.of(Block.WEEK)[-1].before == 56.0


def test_without_a_year_before_there_is_no_change(sold: Lake) -> None:
    """
    In 2023 nothing is known of 2022: no data, no change, not plus infinity.
    """
    found = review(sold, LOCAL_OWNER, SALES, date(2023, 3, 12))

    assert {line.before for line in found.lines} == {None}
    assert {line.relative for line in found.lines} == {None}
    assert found.of(Block.MONTH)[0].value is None
