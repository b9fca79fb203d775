"""How many checks, and when a lot is good enough."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop.aql import code_letter, plan
from sop.aql_table import AQLS, DOWN, PLANS, UP, Level
from sop.binomial import at_least, at_most, exactly
from sop.sampling import checks_needed

LOTS = st.integers(2, 2_000_000)


@given(LOTS, st.sampled_from(AQLS), st.sampled_from(Level))
def test_every_cell_leads_to_a_plan(lot: int, aql: float, level: Level) -> None:
    """
    No arrow leads out of the table, and no sample is larger than its lot.
    """
    found = plan(lot, aql, level)

    assert 0 < found.sample <= lot
    assert found.refuse == found.accept + 1
    assert found.inspect_all == (found.sample == lot)


def test_a_diagonal_of_the_table_has_one_acceptance_number() -> None:
    """
    The next larger sample has the same numbers one AQL lower; that is how the standard is built.
    """
    rows = [cells for _, cells in PLANS.values()]
    for upper, lower in pairwise(rows):
        pairs = [
            (a, b)
            for a, b in zip(upper[1:], lower, strict=False)
            if a not in (DOWN, UP) and b not in (DOWN, UP)
        ]
        assert all(a == b for a, b in pairs)
        assert len(pairs) >= 7
    assert all(len(cells) == len(AQLS) for cells in rows)


@pytest.mark.parametrize(
    "lot, level, letter",
    [(2, "II", "A"), (150, "II", "F"), (151, "II", "G"), (500_001, "III", "R"), (1_200, "S-4", "F")],
)
def test_the_letter_follows_the_lot_size(lot: int, level: str, letter: str) -> None:
    """
    The limits of table 1 belong to the smaller letter.
    """
    assert code_letter(lot, Level(level)) == letter


def test_a_good_process_is_accepted_and_a_bad_one_is_not() -> None:
    """
    1,000 pieces at AQL 2.5: 80 are inspected; 2 % bad pass nearly always, 15 % nearly never.
    """
    found = plan(1_000, 2.5)

    assert found.chance_of_acceptance(0.02) > 0.99
    assert found.chance_of_acceptance(0.15) < 0.02


@pytest.mark.parametrize("lot, aql, told", [(1, 2.5, "lot of 1"), (100, 3.0, "AQL 3 is none")])
def test_a_plan_that_does_not_exist_is_refused(lot: int, aql: float, told: str) -> None:
    """
    The message says what there is.
    """
    with pytest.raises(ValueError, match=told):
        plan(lot, aql)


def test_precision_costs_checks() -> None:
    """
    Half the width takes four times the checks; at 90 % adherence fewer will do, and never more than there are.
    """
    assert (checks_needed(0.05), checks_needed(0.10)) == (385, 97)
    assert checks_needed(0.05, expected=0.9) == 139
    assert checks_needed(0.05, population=500) == 218
    assert checks_needed(0.01, population=40) == 40


@pytest.mark.parametrize("half_width, expected", [(0.0, 0.5), (5, 0.5), (0.05, 1.0)])
def test_a_width_that_is_no_share_is_refused(half_width: float, expected: float) -> None:
    """
    Five points are 0.05, not 5.
    """
    with pytest.raises(ValueError, match=r"5 points are 0\.05"):
        checks_needed(half_width, expected=expected)


@given(st.integers(0, 60), st.integers(0, 60), st.floats(0, 1))
def test_probabilities_add_up(hits: int, more: int, chance: float) -> None:
    """
    At most k and at least k+1 are everything.
    """
    of = hits + more

    assert at_most(hits, of, chance) + at_least(hits + 1, of, chance) == pytest.approx(1.0, abs=1e-9)


def test_two_heads_of_three() -> None:
    """
    Three of eight throws of three coins.
    """
    assert exactly(2, 3, 0.5) == pytest.approx(3 / 8)
    assert (exactly(0, 5, 0.0), exactly(5, 5, 1.0), exactly(1, 5, 0.0)) == (1.0, 1.0, 0.0)
