"""N2: training need or accountability, fairly: what is said about one person, to whom, and what never is."""

from functools import cache
from math import comb

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sop.diagnosis.fairness as fairness
from sop.binomial import at_least_drawn
from sop.diagnosis.fairness import Account, Known, NotForYou, Sight, account_of
from sop.people import Evidence, Finding, judge
from sop.share import Share

LEADS = {"ann": "lea", "ben": "lea", "lea": "max"}
TRAINED = Known(trained_on_current=True, competent=True, quiz_passed=True, available=True)
LEFT_ALONE = (Finding.NO_ACTION, Finding.INSUFFICIENT_EVIDENCE)


@cache
def flagged(fails: int, checks: int, peer_fails: int, peer_checks: int) -> bool:
    rate = peer_fails / peer_checks
    evidence = Evidence(checks, fails, rate, 0.0, True, True, peers=Share(peer_fails, peer_checks))
    return judge(evidence).finding not in LEFT_ALONE


@pytest.mark.parametrize("people, most", [(30, 0.1), (5, 0.017), (2, 0.007)])
def test_equal_people_are_left_alone(people: int, most: float) -> None:
    """
    30 equal agents, 20 checks each, 1,000 months, against what the others show: at most 0.1 flagged a month; in
    small teams, whose own rate is uncertain, no more of each person.
    """
    fails = np.random.default_rng(7).binomial(20, 0.05, (1_000, people))
    others = fails.sum(axis=1, keepdims=True) - fails

    told = sum(
        flagged(int(one), 20, int(rest), 20 * (people - 1))
        for one, rest in zip(fails.ravel(), others.ravel(), strict=True)
    )

    assert told / 1_000 <= most


def test_a_real_difference_is_found() -> None:
    """
    An agent who misses 40 of 100 where peers miss 5 of 100: flagged in at least 90 of 100 months.
    """
    dice = np.random.default_rng(8)
    found = [flagged(int(dice.binomial(20, 0.4)), 20, int(dice.binomial(580, 0.05)), 580) for _ in range(200)]

    assert sum(found) >= 180


def checks(**misses: int) -> pl.LazyFrame:
    """20 checks of a step in DE for each person, so many of them missed."""
    rows = [
        (person, "packing", "seal", "DE", number >= missed)
        for person, missed in misses.items()
        for number in range(20)
    ]
    return pl.LazyFrame(rows, schema=["person", "sop", "step", "market", "followed"], orient="row")


def account(known: Known, viewer: str = "lea", **misses: int) -> Account:
    return account_of(checks(**misses), Sight(viewer, LEADS), "ann", "packing", "seal", known)


FINE = {"ben": 1, "cy": 1, "dee": 1, "eve": 1}
ALIKE = {"ben": 7, "cy": 8, "dee": 6, "eve": 9}


@pytest.mark.parametrize(
    "known, others, expected",
    [
        (Known(trained_on_current=False), FINE, Finding.TRAINING_NEED),
        (TRAINED, FINE, Finding.ACCOUNTABILITY_CONVERSATION),
        (TRAINED, ALIKE, Finding.SOP_OR_SYSTEM_ISSUE),
        (Known(trained_on_current=False), ALIKE, Finding.SOP_OR_SYSTEM_ISSUE),
        (Known(True, published=False), FINE, Finding.NOT_PUBLISHED),
        (Known(True, acknowledged=False), FINE, Finding.NOT_ACKNOWLEDGED),
        (Known(True, quiz_passed=False), FINE, Finding.TRAINING_NEED),
        (Known(True, available=False), FINE, Finding.SOP_OR_SYSTEM_ISSUE),
        (Known(True), FINE, Finding.COMPETENCE_CHECK_NEED),
        (Known(True, competent=False), FINE, Finding.COACHING_NEED),
        (TRAINED, {}, Finding.INSUFFICIENT_EVIDENCE),
    ],
)
def test_the_ladder_of_eight_misses_in_twenty(
    known: Known, others: dict[str, int], expected: Finding
) -> None:
    """
    Untrained: a training gap; trained and peers fine: talk; peers as well: the procedure; and every rung between.
    Without anybody to compare with nothing is said.
    """
    assert account(known, ann=8, **others).judged.finding is expected


def test_who_works_where_it_is_hard_is_compared_with_who_does_too() -> None:
    """
    Ann works in JP where everybody misses 8 % and more; that easy DE is missed by nobody is not held against her.
    """
    easy = [("ben", "DE", 0, 400), ("cy", "DE", 0, 400)]
    hard = [("ann", "JP", 4, 20), ("ben", "JP", 8, 80), ("cy", "JP", 7, 80)]
    rows = [
        (person, "packing", "seal", market, number >= missed)
        for person, market, missed, of in [*easy, *hard]
        for number in range(of)
    ]
    frame = pl.LazyFrame(rows, schema=["person", "sop", "step", "market", "followed"], orient="row")
    sight = Sight("lea", LEADS)

    fair = account_of(frame, sight, "ann", "packing", "seal", TRAINED)
    blind = account_of(frame, sight, "ann", "packing", "seal", TRAINED, alike=("sop",))

    assert fair.evidence.peer_fail_rate == pytest.approx(15 / 160)
    assert fair.judged.finding is Finding.NO_ACTION
    assert blind.judged.finding is Finding.ACCOUNTABILITY_CONVERSATION


@pytest.mark.parametrize("viewer", ["ben", "max", "", "admin"])
def test_nobody_but_the_person_and_the_direct_lead(viewer: str) -> None:
    """
    A peer, the lead's lead, nobody and an administrator are refused; before anything is read.
    """
    with pytest.raises(NotForYou):
        account_of(pl.LazyFrame(), Sight(viewer, LEADS), "ann", "packing", "seal", TRAINED)

    assert account(TRAINED, "ann", ann=8, **FINE) == account(TRAINED, "lea", ann=8, **FINE)


def test_people_are_never_ranked() -> None:
    """
    What can be had is about one person and one step: no function of it gives rows, and nobody else is named in it.
    """
    found = account(TRAINED, ann=8, **FINE)

    assert not [name for name in FINE if name in str(found)]
    given = {each.__annotations__["return"] for name, each in vars(fairness).items()
             if not name.startswith("_") and callable(each) and "return" in getattr(each, "__annotations__", {})
             and each.__module__ == fairness.__name__}  # fmt: skip
    assert given == {Account}


@settings(max_examples=80)
@given(st.integers(1, 30), st.integers(0, 60), st.data())
def test_draws_are_counted_exactly(of: int, rest: int, data: st.DataObject) -> None:
    """
    The share of all ways to draw that have so many hits or more, by whole numbers.
    """
    among = of + rest
    hits_in_all = data.draw(st.integers(0, among))
    hits = data.draw(st.integers(0, of))
    ways = sum(comb(hits_in_all, each) * comb(among - hits_in_all, of - each) for each in range(hits, of + 1))

    assert at_least_drawn(hits, of, hits_in_all, among) == pytest.approx(ways / comb(among, of), abs=1e-9)
