"""What is due when: trainings, refreshers, reviews and corrective actions."""

from datetime import date, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from sop.corrective import Action, on_time
from sop.due import after_months
from sop.reviews import Procedure, Stage, reviews
from sop.share import Share
from sop.training import InForce, Required, Trained, completion, refreshers

JUNE = date(2025, 6, 30)
DAYS = st.dates(date(2000, 1, 1), date(2050, 12, 31))


@given(DAYS, st.integers(0, 60))
def test_months_are_calendar_months(day: date, months: int) -> None:
    """
    Clamped to the end of a shorter month, exactly as the facts are worked out at intake.
    """
    assert after_months(day, months) == pl.select(pl.lit(day).dt.offset_by(f"{months}mo")).item()


def test_a_leap_day_comes_back_on_the_28th() -> None:
    """
    29 February 2024 plus twelve months is 28 February 2025.
    """
    assert after_months(date(2024, 2, 29), 12) == date(2025, 2, 28)


def test_a_minor_version_keeps_the_training() -> None:
    """
    Version 3.1 changed a word: training on 3 holds, training on 2 does not.
    """
    people = [
        Required("a", (Trained("3", date(2025, 5, 1)),)),
        Required("b", (Trained("2", date(2025, 5, 1)),)),
    ]

    found = completion(people, InForce("3.1", date(2025, 6, 1), frozenset({"3"})), JUNE)

    assert found.trained == Share(1, 2)


def test_a_training_of_tomorrow_is_not_known_today() -> None:
    """
    Neither as a completion nor as a refresher.
    """
    later = Required("a", (Trained("1", JUNE + timedelta(days=1)),), refresher_months=3)

    assert completion([later], InForce("1", date(2025, 1, 1)), JUNE).trained == Share(0, 1)
    assert refreshers([later], JUNE).never_trained == 1


def test_without_an_interval_nothing_is_overdue() -> None:
    """
    A training once in a life counts as trained and never as overdue.
    """
    once = Required("a", (Trained("1", date(2001, 1, 1)),))

    assert refreshers([once], JUNE).overdue == Share(0, 1)


def test_the_middle_of_the_days_overdue() -> None:
    """
    10, 20 and 90 days: the median is 20; without an overdue one there is none.
    """
    late = [Procedure(str(n), Stage.EFFECTIVE, JUNE - timedelta(days=365 + n)) for n in (10, 20, 90)]

    assert reviews(late, JUNE).median_days == 20
    assert reviews([], JUNE).median_days is None


def test_closing_tomorrow_is_not_known_today() -> None:
    """
    Due today, closed tomorrow: today it is open and overdue.
    """
    found = on_time([Action("a", JUNE, JUNE + timedelta(days=1))], JUNE)

    assert (found.closed, found.overdue_open) == (Share(0, 1), ("a",))
