"""The status path, pacing, comparisons and events beyond the agreed cases."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.compare import Amount, aligned, changes, elapsed, year_before
from kpi.events import event_days, events_of, factors
from kpi.model import Better
from kpi.pacing import Weights, expected_share, pace, required_rate, weekday_weights
from kpi.path import JUDGED, Point, distances, status_path
from kpi.period import Span
from kpi.score import Status
from store.company import EventPlan

VALUE = st.one_of(st.none(), st.integers(800, 1000).map(lambda n: n / 1000))
POINT = st.tuples(VALUE, st.integers(0, 60))
RANK = {Status.ON_TARGET: 0, Status.AT_RISK: 1, Status.OFF_TARGET: 2}


@settings(max_examples=60, deadline=None)
@given(st.lists(POINT, max_size=15), st.sampled_from(list(Better)))
def test_the_path_never_improves_without_crossing_the_recovery_band(
    told: list[tuple[float | None, int]], better: Better
) -> None:
    """
    Each step up needs a value at least a tenth of the way from watch to target beyond the threshold it fell below.
    """
    side = 1 if better is Better.HIGHER else -1
    points = [Point(None if v is None else side * v, n, side * 0.95, side * 0.90) for v, n in told]

    path = status_path(points, better)

    remembered: Status | None = None
    for point, status in zip(points, path, strict=True):
        if status not in JUDGED:
            continue
        if remembered is not None and RANK[status] < RANK[remembered]:
            needed = {Status.ON_TARGET: 0.955, Status.AT_RISK: 0.905}[status]
            assert side * (point.value or 0.0) >= needed - 1e-9
        remembered = status


def test_a_value_held_back_changes_nothing() -> None:
    """
    On target, then unknown, provisional and without a target; the next 95.2 % is still on target.
    """
    low = {"value": 0.5, "n": 100, "target": 0.95, "warn": 0.9}
    points = [
        Point(0.96, 100, 0.95, 0.9), Point(**low, held=Status.INCOMPLETE), Point(**low, held=Status.PROVISIONAL),
        Point(0.5, 100, None, None), Point(0.952, 100, 0.95, None),
    ]  # fmt: skip

    assert status_path(points, Better.HIGHER) == [
        Status.ON_TARGET, Status.INCOMPLETE, Status.PROVISIONAL, Status.OK, Status.ON_TARGET,
    ]  # fmt: skip


def test_a_range_is_judged_by_the_distance_to_it() -> None:
    """
    Between 2 and 8 degrees is 0 away; 10 is 2 away, 1 is 1 away.
    """
    assert distances([5, 10, 1, None], 2, 8) == [0, 2, 1, None]
    with pytest.raises(ValueError, match="swap its ends"):
        distances([5], 8, 2)


def test_no_pace_in_the_first_days() -> None:
    """
    Below a tenth of the month's weight a projection says nothing.
    """
    assert pace(100, 0.09) is None
    found = pace(100, 0.5)
    assert found is not None
    assert (found.projection, found.expected, found.pace) == (200, None, None)


def test_closed_days_weigh_nothing() -> None:
    """
    Of a week of equal days two are closed: three of five have gone by on Wednesday, none before it began.
    """
    week = Span(date(2025, 3, 3), date(2025, 3, 9))
    weights = Weights(dict.fromkeys(range(7), 1.0), {}, frozenset({date(2025, 3, 8), date(2025, 3, 9)}))

    assert expected_share(week, date(2025, 3, 5), weights) == 0.6
    assert expected_share(week, date(2025, 3, 1), weights) == 0.0
    with pytest.raises(ValueError, match="has a weight"):
        expected_share(week, date(2025, 3, 5), Weights({}, {}))


def test_weekdays_weigh_what_they_brought() -> None:
    """
    Two weeks of 14 a workday and nothing at weekends: a workday weighs 1.4; a strike day is left out.
    """
    days = [date(2025, 3, 3) + timedelta(days=n) for n in range(14)]
    sums = [0.0 if day.weekday() > 4 or day == date(2025, 3, 5) else 14.0 for day in days]

    weights = weekday_weights(days, sums, frozenset({date(2025, 3, 5)}))

    assert [weights[n] for n in range(7)] == pytest.approx([1.4] * 5 + [0.0] * 2)
    assert weekday_weights(days[:3], sums[:3], frozenset()) == dict.fromkeys(range(7), 1.0)


def test_what_the_rest_must_bring_where_less_is_better() -> None:
    """
    30 of 1,000 failed and 2 % are allowed: 500 more may have none (0 of 1,500 left); 20 left over of 500 are 4 %.
    """
    tight = required_rate(0.02, 30, 1000, 500, Better.LOWER)
    loose = required_rate(0.02, 10, 1000, 500, Better.LOWER)
    lost = required_rate(0.02, 40, 1000, 500, Better.LOWER)

    assert tight is not None
    assert (tight.rate, tight.reachable, tight.best) == (0.0, True, 0.02)
    assert loose is not None
    assert loose.rate == pytest.approx(0.04)
    assert lost is not None
    assert not lost.reachable
    assert required_rate(0.95, 1, 1, 0) is None
    value = required_rate(70.0, 6_000, 100, 100, is_share=False)
    assert value is not None
    assert (value.rate, value.reachable, value.best) == (80.0, True, None)


def test_a_part_is_compared_with_the_same_part() -> None:
    """
    1 to 10 March with 1 to 10 February; a whole March with the whole February.
    """
    march, february = (
        Span(date(2025, 3, 1), date(2025, 3, 31)),
        Span(date(2025, 2, 1), date(2025, 2, 28)),
    )

    assert elapsed(march, date(2025, 3, 10), february) == (
        Span(date(2025, 3, 1), date(2025, 3, 10)),
        Span(date(2025, 2, 1), date(2025, 2, 10)),
    )
    assert elapsed(march, date(2025, 3, 31), february) == (march, february)
    assert not aligned(march, february)
    with pytest.raises(ValueError, match="nothing to compare"):
        elapsed(march, date(2025, 2, 10), february)


def test_a_year_before_moves_with_the_event() -> None:
    """
    The week of Black Friday 2019 with the week of Black Friday 2018, a week in June with 364 days before; a month
    does not move because Easter is in it.
    """
    week = Span(date(2019, 11, 25), date(2019, 12, 1))
    june = Span(date(2025, 6, 2), date(2025, 6, 8))

    assert year_before(week, events_of([])) == Span(date(2018, 11, 19), date(2018, 11, 25))
    cyber = Span(date(2019, 12, 2), date(2019, 12, 8))
    assert year_before(cyber, events_of([])) == Span(date(2018, 11, 26), date(2018, 12, 2))
    april = Span(date(2025, 4, 1), date(2025, 4, 27))
    assert year_before(april, events_of([])) == Span(date(2024, 4, 2), date(2024, 4, 28))
    assert year_before(june) == Span(date(2024, 6, 3), date(2024, 6, 9))
    assert aligned(june, year_before(june))


def test_from_nothing_there_is_no_relative_change() -> None:
    """
    0 to 5 is no percentage; without working days there is no change for each of them.
    """
    found = changes(Amount(0, 30), Amount(5, 31))
    assert (found.total, found.per_working_day) == (None, None)


def test_the_firm_says_what_an_event_weighs_and_adds_its_own() -> None:
    """
    Black Friday weighs 2.5; a sale of two days is the firm's own, in DE only; a nameless day is refused.
    """
    sale = EventPlan("sale", (date(2025, 7, 1), date(2025, 7, 2)), before=1, after=0, factor=1.5, market="DE")
    plans = [EventPlan("black_friday", factor=2.5), sale]
    year = (date(2025, 1, 1), date(2025, 12, 31))

    events = events_of(plans, "DE")
    told = factors(events, *year)

    assert told[date(2025, 11, 28)] == 2.5
    assert (told[date(2025, 7, 1)], told[date(2025, 7, 2)]) == (1.5, 1.5)
    assert {date(2025, 6, 30), date(2025, 7, 2)} <= event_days(events, *year)
    assert date(2025, 7, 1) not in factors(events_of(plans), *year)
    assert {each.name for each in events_of([])} == {"black_friday", "cyber_monday", "easter"}
    assert len(events_of([EventPlan("eid_al_fitr")])) > len(events_of([]))
    with pytest.raises(ValueError, match="give it days"):
        events_of([EventPlan("harvest")])
