"""Scores of checks, and what they add up to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop.scoring import Item, Response, Result, pass_rate, roll_up, score_check, within

ITEMS = st.builds(
    lambda score, more, weight, response, critical: Item(score, score + more, weight, response, critical),
    st.integers(0, 5), st.integers(0, 5), st.integers(0, 4), st.sampled_from(Response), st.booleans(),
)  # fmt: skip
CHECKS = st.lists(ITEMS, max_size=8)


@given(st.lists(CHECKS, max_size=6))
def test_sums_of_checks_are_sums_of_items(checks: list[list[Item]]) -> None:
    """
    Rolling up checks gives the points of one check with all their items.
    """
    together = score_check([item for check in checks for item in check], 0.8)

    assert roll_up(score_check(check, 0.8) for check in checks) == together.points


@given(CHECKS, ITEMS)
def test_what_does_not_apply_changes_nothing(items: list[Item], other: Item) -> None:
    """
    A further item that does not apply leaves score, answered share and result as they are.
    """
    absent = Item(other.score, other.maximum, other.weight, Response.NOT_APPLICABLE, critical=True)

    assert score_check([*items, absent], 0.8) == score_check(items, 0.8)


def test_an_unanswered_critical_item_fails() -> None:
    """
    What was not looked at was not done.
    """
    check = score_check([Item(9, 9), Item(0, 1, 0, Response.UNANSWERED, critical=True)], 0.8)

    assert (check.value, check.critical_failures, check.result) == (1.0, 1, Result.FAILED)


def test_the_pass_mark_itself_passes() -> None:
    """
    17 of 20 at 85 % is enough, 16 is not; of the two checks one passed.
    """
    checks = [score_check([Item(points, 20)], 0.85) for points in (17, 16)]

    assert [check.result for check in checks] == [Result.PASSED, Result.FAILED]
    assert pass_rate(checks).value == 0.5


def test_a_check_that_did_not_apply_is_no_check() -> None:
    """
    It is neither passed nor failed.
    """
    nothing = score_check([Item(0, 1, 1, Response.NOT_APPLICABLE)], 0.85)

    assert pass_rate([nothing]).denominator == 0
    assert pass_rate([nothing]).value is None


@pytest.mark.parametrize(
    "value, low, high, score", [(5, 5, 8, 1), (8.1, 5, 8, 0), (4, None, 8, 1), (4, 5, None, 0)]
)
def test_a_measured_value_is_right_within_its_limits(
    value: float, low: float | None, high: float | None, score: int
) -> None:
    """
    Limits belong to it; a missing limit is open.
    """
    assert within(value, low, high) == score


@pytest.mark.parametrize("score, maximum, weight", [(2, 1, 1), (-1, 1, 1), (1, 1, -1)])
def test_points_that_cannot_be_are_refused(score: int, maximum: int, weight: int) -> None:
    """
    More than the maximum, less than nothing, a negative weight.
    """
    with pytest.raises(ValueError, match="lies between 0"):
        Item(score, maximum, weight)
