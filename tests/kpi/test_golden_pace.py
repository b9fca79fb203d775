"""Golden cases of the status path, of pacing, and of what a period is compared with."""

from datetime import date, timedelta

from golden_cases import CASES, printed

from kpi.compare import Amount, changes, compared_day
from kpi.events import known_events
from kpi.model import Better
from kpi.pacing import Weights, expected_share, month_of, pace, required_rate
from kpi.path import Point, status_path
from store.company import Event


def test_the_status_path_gets_worse_at_once_and_better_late() -> None:
    """
    95.1 % after a fall is still a watch with a margin of half a point; 95.6 % is on target again.
    """
    case = CASES["tg_status_hysteresis"]
    target, warn = case.params["target"], case.params["warn"]
    points = [Point(row["value"], row["n"], target, warn) for row in case.inputs["series"]]

    for margin in (case.params["hysteresis"], None):
        path = status_path(
            points,
            Better(case.params["direction"]),
            hysteresis=margin,
            minimum=case.params["min_denominator"],
        )
        assert [each.value for each in path] == case.expected["status"]


def test_a_month_is_paced_by_its_weekdays_and_events() -> None:
    """
    On 10 November 30 % of the month's weight has gone by, as Black Friday lies ahead; not a third.
    """
    case = CASES["tg_mtd_pacing"]
    weights = Weights(
        {row["weekday"]: row["weight"] for row in case.inputs["weekday_weights"]},
        {date.fromisoformat(row["date"]): row["factor"] for row in case.inputs["event_factors"]},
    )
    until = date.fromisoformat(case.params["as_of"])

    share = expected_share(month_of(until), until, weights)
    found = pace(case.params["actual_to_date"], share, case.params["target"])

    assert found is not None
    told = (found.share, found.expected, found.pace, found.projection)
    names = ("expected_share", "expected_to_date", "pace", "projection")
    assert tuple(printed(each or 0.0) for each in told) == case.close(
        tuple(case.expected[name] for name in names)
    )
    case.refuses(linear_expected=found.expected, linear_pace=found.pace)


def test_the_rest_of_a_month_cannot_be_better_than_all() -> None:
    """
    500 left after 900 of 1,000: 105 % of them would be needed, 93.3 % is the best that can come.
    """
    case = CASES["tg_required_rate"]
    told = case.params

    found = required_rate(
        told["target"],
        told["numerator_to_date"],
        told["denominator_to_date"],
        told["expected_remaining_denominator"],
    )

    assert found is not None
    assert (found.rate, found.best) == case.close((case.expected["required"], case.expected["best_possible"]))
    assert found.reachable is case.expected["reachable"]


def test_days_near_an_event_are_compared_along_with_it() -> None:
    """
    Black Friday with Black Friday, a week before Chinese New Year with a week before it, else 364 days ago.
    """
    case = CASES["tg_event_aligned_comparison"]
    window = case.params["window_days"]
    events = [Event(row["event"], date.fromisoformat(row["date"])) for row in case.inputs["events"]]

    found = {
        row["date"]: str(compared_day(date.fromisoformat(row["date"]), events, window))
        for row in case.expected["rows"]
    }

    assert found == {row["date"]: row["compare_to"] for row in case.expected["rows"]}
    case.refuses(same_date_last_year=found["2025-11-28"], minus_364_for_2019=found["2019-11-29"])
    assert set(events) <= {Event(each.name, each.day) for each in known_events()}


def test_months_of_unequal_length_are_compared_by_the_day() -> None:
    """
    7.9 % more orders in March than in February are 2.5 % fewer a day.
    """
    case = CASES["tg_unequal_periods"]
    before, after = (Amount(row["orders"], row["days"], row["working_days"]) for row in case.inputs["months"])

    found = changes(before, after)

    assert (found.total, found.per_day, found.per_working_day) == case.close(
        tuple(case.expected[name] for name in ("total_change", "per_day_change", "per_working_day_change"))
    )


def test_without_an_event_a_year_is_364_days() -> None:
    """
    The same weekday.
    """
    day = date(2025, 6, 4)
    assert compared_day(day, []) == day - timedelta(days=364)
    assert compared_day(day, []).weekday() == day.weekday()
