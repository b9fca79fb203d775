"""Evidence about procedures and people: what is said, and what is not said without enough of it."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop.people import Evidence, Finding, judge
from sop.quadrant import Adherence, Move, Outcome, Standing, missing, quadrant, standing
from sop.share import Share


def person(fails: int, checks: int = 20, **known: object) -> Evidence:
    usual: dict[str, object] = {
        "peer_fail_rate": 0.05,
        "people_failing_the_step": 0.05,
        "trained_on_current": True,
    }
    return Evidence(checks, fails, **{**usual, **known})  # type: ignore[arg-type]


def test_equal_people_are_left_alone() -> None:
    """
    30 equal people with 5 % errors and 20 checks a month: at most 0.1 of them a month get more than chance gives.
    """
    dice, months = Random(5), 300
    failed = [sum(dice.random() < 0.05 for _ in range(20)) for _ in range(30 * months)]
    flagged = {fails: judge(person(fails)).finding is not Finding.NO_ACTION for fails in set(failed)}

    assert min(fails for fails, told in flagged.items() if told) == 5
    assert sum(flagged[fails] for fails in failed) / months <= 0.1


def test_the_ladder_of_eight_misses() -> None:
    """
    Untrained: a training gap; trained and peers fine: talk; peers miss it as well: the procedure.
    """
    assert judge(person(8, trained_on_current=False)).finding is Finding.TRAINING_NEED
    assert judge(person(8, competent=True)).finding is Finding.ACCOUNTABILITY_CONVERSATION
    assert judge(person(8, people_failing_the_step=0.4)).finding is Finding.SOP_OR_SYSTEM_ISSUE


def test_the_evidence_stands_beside_the_finding() -> None:
    """
    Counts, not adjectives.
    """
    told = judge(person(8, competent=True)).because

    assert told == "8 of 20 checks failed, peers fail 5%, trained and competent: ask what gets in the way."


@given(st.integers(0, 200), st.integers(0, 200), st.floats(0, 1), st.floats(0, 0.29), st.booleans())
def test_nobody_is_spoken_to_without_training_and_a_competence_check(
    fails: int, passes: int, peers: float, step: float, trained: bool
) -> None:
    """
    Whatever the counts: no conversation before training and a passed check of competence.
    """
    evidence = Evidence(fails + passes, fails, peers, step, trained)

    assert judge(evidence).finding is not Finding.ACCOUNTABILITY_CONVERSATION


def test_more_failed_than_checked_is_refused() -> None:
    """
    Somebody counted wrongly.
    """
    with pytest.raises(ValueError, match="21 failed of 20"):
        person(21)


def test_missing_checks_are_counted() -> None:
    """
    29 of 30 against 90 %: 58 of 60 would not decide either, 87 of 90 would.
    """
    share = Share(29, 30)
    more = missing(share, 0.9)

    assert more is not None
    assert 30 < more <= 60
    assert standing(Share(58, 60), 0.9) is Standing.UNCLEAR
    assert standing(Share(87, 90), 0.9) is Standing.ABOVE
    assert missing(Share(27, 30), 0.9) is None  # exactly at the target: no number of such checks decides
    assert missing(Share(295, 300), 0.9) is None  # decided


def test_nothing_checked_is_unclear() -> None:
    """
    No checks and a good result: collect evidence first.
    """
    found = quadrant(Share(0, 0), Share(99, 100), adherence_target=0.9, outcome_target=0.9)

    assert (found.adherence, found.outcome, found.move) == (
        Adherence.UNCLEAR, Outcome.GOOD, Move.COLLECT_MORE_EVIDENCE,
    )  # fmt: skip


@given(st.integers(0, 400), st.integers(0, 400), st.floats(0.05, 0.95))
def test_more_of_the_same_evidence_never_turns_a_standing_around(hits: int, rest: int, target: float) -> None:
    """
    Ten times the checks with the same share may decide what was unclear, and never reverse what was decided.
    """
    before = standing(Share(hits, hits + rest), target)
    after = standing(Share(10 * hits, 10 * (hits + rest)), target)

    assert after is before or before is Standing.UNCLEAR
