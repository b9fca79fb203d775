"""Standings and what needs a decision, from periods made by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from kpi.catalog import find, of
from kpi.decisions import late_sources, needs_decision
from kpi.headline import headline, main_kpis
from kpi.model import Department
from kpi.period import Every
from kpi.score import Status
from kpi.standing import Coverage, Period, Standing, beyond
from pages.overview import build_groups
from pages.parts.filters import Filters
from store.state import Freshness, Run, RunStatus

MONDAY = date(2025, 4, 7)
ON_TIME, COST = find("on_time_delivery_rate"), find("transportation_cost_per_order")
NOW = datetime(2025, 4, 28, 8, tzinfo=UTC)


def week(
    number: int, value: float | None, status: Status, *, immature: int = 0, closed: bool = True
) -> Period:
    start = MONDAY + timedelta(weeks=number)
    return Period(
        start, start + timedelta(days=6), status, value, target=0.93, n=100, immature=immature, closed=closed
    )


def standing(*periods: Period) -> Standing:
    return Standing(ON_TIME, Every.WEEK, periods)


def good(number: int) -> Period:
    return week(number, 0.95, Status.ON_TARGET)


def bad(number: int, value: float = 0.90) -> Period:
    return week(number, value, Status.OFF_TARGET)


def test_a_card_shows_the_last_settled_week() -> None:
    """
    Two weeks still wait for outcomes; the one before them is shown.
    """
    later = [week(1, 0.5, Status.PROVISIONAL, immature=3), week(2, None, Status.NO_DATA, closed=False)]

    assert standing(good(-1), bad(0), *later).current == bad(0)


def test_a_kpi_that_never_settles_still_shows_its_last_week_that_is_over() -> None:
    """
    Otherwise a single row that waits for ever would hide the KPI.
    """
    first, second = (week(n, 0.9, Status.PROVISIONAL, immature=1) for n in (0, 1))

    assert standing(first, second).current == second


def test_one_bad_week_needs_no_decision() -> None:
    """
    Off target informs; two periods running interrupt.
    """
    assert needs_decision([standing(good(0), bad(1))]) == []
    assert needs_decision([standing(good(0), bad(1), good(2), bad(3))]) == []


def test_two_bad_weeks_running_need_one() -> None:
    """
    Since is the first week of the unbroken run.
    """
    (decision,) = needs_decision([standing(bad(0), good(1), bad(2), bad(3))])

    assert (decision.since, decision.period) == (MONDAY + timedelta(weeks=2), bad(3))


def test_a_gap_breaks_the_run() -> None:
    """
    A week without data is no evidence.
    """
    assert needs_decision([standing(bad(0), week(1, None, Status.NO_DATA), bad(2))]) == []


def test_records_beyond_target_are_the_rows_missing_to_it() -> None:
    """
    90 of 100 in time against 93 %: three more were needed.
    """
    assert beyond(ON_TIME, bad(0, 0.90)) == 3
    assert beyond(ON_TIME, good(0)) == 0


def test_money_beyond_target_is_told_in_rows_of_average_size() -> None:
    """
    100 orders at 12.50 against 10.00 cost 250 too much: 20 orders of 12.50.
    """
    period = Period(MONDAY, MONDAY, Status.OFF_TARGET, value=12.5, target=10.0, n=100)

    assert beyond(COST, period) == 20


def test_those_furthest_beyond_come_first() -> None:
    """
    Ten rows beyond come before three.
    """
    near = standing(bad(0), bad(1))
    far = Standing(find("order_accuracy_rate"), Every.WEEK, (bad(0, 0.83), bad(1, 0.83)))

    assert [each.beyond for each in needs_decision([near, far])] == [10, 3]


@pytest.mark.parametrize(
    ("hours", "late"), [(25, False), (27, True), (None, True)], ids=["fresh", "late", "never read"]
)
def test_a_source_is_late_after_26_hours(hours: int | None, late: bool) -> None:
    """
    A source that never had a good run is late as well.
    """
    read = None if hours is None else NOW - timedelta(hours=hours)
    run = Run(1, "files", NOW, NOW, RunStatus.OK, "", None)

    assert bool(late_sources([Freshness("files", read, None, run)], NOW)) is late


def test_a_week_is_closed_when_its_last_data_lies_in_it() -> None:
    """
    Data ends on Saturday, the evaluation is on Monday: the week to Sunday is over.
    """
    saturday, monday = date(2025, 4, 26), date(2025, 4, 28)

    assert Coverage(monday, {"x": saturday}).closed == date(2025, 4, 27)
    assert Coverage(saturday, {"x": saturday}).closed == saturday
    assert Coverage(date(2026, 1, 1), {"x": saturday}).closed == date(2025, 4, 27)


def test_what_is_off_beside_the_six_cards_is_a_line_of_links() -> None:
    """
    Six cards fill a row; the seventh KPI, off target, follows them. With exceptions only it is a card.
    """
    shipping = main_kpis(of(Department.SHIPPING))
    rest = [kpi for kpi in shipping if kpi not in headline(shipping)]
    found = {kpi.key: replace(standing(good(0)), kpi=kpi) for kpi in headline(shipping)}
    found[rest[0].key] = replace(standing(bad(0)), kpi=rest[0])
    (all_of_them,), _ = build_groups(found, "EUR", MONDAY, Filters(13, None))
    (exceptions,), _ = build_groups(found, "EUR", MONDAY, Filters(13, None, exceptions=True))

    assert (len(all_of_them.cards), [card.key for card in all_of_them.also]) == (6, [rest[0].key])
    assert ([card.key for card in exceptions.cards], exceptions.also) == ([rest[0].key], ())
