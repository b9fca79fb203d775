"""Dice without memory: what is rolled depends on the seed, the name and the row, and on nothing else."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from demo.dice import Dice, identity

DICE = Dice(7)
MANY = identity(np.arange(100_000))


@given(st.integers(0, 90_000), st.integers(1, 500))
def test_a_row_rolls_the_same_in_any_company(start: int, rows: int) -> None:
    """
    A stretch of rows rolls what the same rows roll among all the others.
    """
    alone = DICE.uniform("late", identity(np.arange(start, start + rows)))

    assert alone.tolist() == DICE.uniform("late", MANY)[start : start + rows].tolist()


def test_names_and_seeds_are_separate_dice() -> None:
    """
    Two names, or two seeds, have nothing in common.
    """
    rolls = [DICE.uniform("late", MANY), DICE.uniform("lost", MANY), Dice(8).uniform("late", MANY)]

    assert np.abs(np.corrcoef(rolls)[np.triu_indices(3, 1)]).max() < 0.02


def test_the_parts_of_an_identity_are_not_interchangeable() -> None:
    """
    Day 1 in market 2 is not day 2 in market 1.
    """
    assert identity(np.array([1]), np.array([2])) != identity(np.array([2]), np.array([1]))


def test_rolls_fill_their_range_evenly() -> None:
    """
    Each tenth of the range from 0 to 1 gets a tenth of the rolls.
    """
    share = np.histogram(DICE.uniform("even", MANY), bins=10, range=(0, 1))[0] / len(MANY)

    assert np.abs(share - 0.1).max() < 0.005


def test_durations_lie_around_their_median() -> None:
    """
    Half of the durations with median 20 are below 20.
    """
    assert abs((DICE.lasting("hours", MANY, 20.0, 0.5) < 20).mean() - 0.5) < 0.01


def test_counts_have_their_mean_and_are_never_negative() -> None:
    """
    Counts with mean 4 are 4 on average; counts with mean 0.2 are not below 0.
    """
    assert abs(DICE.count("orders", MANY, np.full(len(MANY), 4.0)).mean() - 4) < 0.05
    assert DICE.count("orders", MANY, np.full(len(MANY), 0.2)).min() == 0


def test_weights_decide_how_often_something_is_picked() -> None:
    """
    Of weights 1, 0 and 3 the first is picked a quarter of the time and the second never.
    """
    picked = np.bincount(DICE.pick("carrier", MANY, [1, 0, 3]), minlength=3) / len(MANY)

    assert picked[1] == 0
    assert abs(picked[0] - 0.25) < 0.01
