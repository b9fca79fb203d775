"""Alerts live in data time: gaps hold them, replays change nothing, and every change is told once."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.state import (
    COMPLIANCE,
    DAILY,
    WEEKLY,
    Alert,
    Evaluation,
    Notice,
    Outcome,
    Policy,
    State,
    evaluate,
    replay,
)

DAY = date(2025, 3, 3)
OK, BREACH, MISSING, ERROR, GONE = Outcome.OK, Outcome.BREACH, Outcome.MISSING, Outcome.ERROR, Outcome.GONE
OUTCOMES = st.lists(st.sampled_from(Outcome), max_size=30)
POLICIES = st.builds(Policy, *[st.integers(1, 4)] * 3)


def evaluations(*outcomes: Outcome) -> list[Evaluation]:
    return [Evaluation(DAY + timedelta(days=n), outcome) for n, outcome in enumerate(outcomes)]


def states(policy: Policy, *outcomes: Outcome) -> list[State]:
    return [step.alert.state for step in replay(evaluations(*outcomes), policy)]


def notices(policy: Policy, *outcomes: Outcome) -> list[Notice]:
    return [step.notice for step in replay(evaluations(*outcomes), policy) if step.notice]


def test_a_weekly_rule_fires_and_resolves_at_once() -> None:
    """
    N = K = 1: the first breach fires, the first other week resolves.
    """
    assert states(WEEKLY, BREACH, OK) == [State.FIRING, State.NORMAL]
    assert notices(WEEKLY, BREACH, OK) == [Notice.FIRING, Notice.RESOLVED]


def test_a_compliance_rule_fires_at_once_and_resolves_slowly() -> None:
    """
    One breach is enough; it takes two good evaluations to be over.
    """
    assert states(COMPLIANCE, BREACH, OK, OK) == [State.FIRING, State.RECOVERING, State.NORMAL]


def test_an_error_is_never_ok() -> None:
    """
    A rule that cannot be evaluated holds what was: the breach after it is the second.
    """
    assert states(DAILY, BREACH, ERROR, BREACH) == [State.PENDING, State.ERROR, State.FIRING]
    assert states(DAILY, BREACH, BREACH, OK, ERROR, OK) == [
        State.PENDING, State.FIRING, State.RECOVERING, State.ERROR, State.NORMAL,
    ]  # fmt: skip


def test_a_segment_that_disappears_is_closed_as_gone() -> None:
    """
    Two evaluations in which others report close a firing alert with that reason; one is a gap.
    """
    assert notices(WEEKLY, BREACH, GONE) == [Notice.FIRING]
    assert notices(WEEKLY, BREACH, GONE, GONE) == [Notice.FIRING, Notice.SEGMENT_GONE]
    assert notices(WEEKLY, BREACH, GONE, OK) == [Notice.FIRING, Notice.RESOLVED]


def test_nobody_is_told_of_a_segment_that_never_fired() -> None:
    """
    A pending alert whose segment is gone ends in silence.
    """
    assert notices(DAILY, BREACH, GONE, GONE) == []


def test_an_alert_knows_since_when_it_fires() -> None:
    """
    The period of the second breach, kept while it recovers, gone when it is over.
    """
    steps = replay(evaluations(BREACH, BREACH, OK, OK), DAILY)

    assert [step.alert.since for step in steps] == [
        None,
        DAY + timedelta(days=1),
        DAY + timedelta(days=1),
        None,
    ]


@given(OUTCOMES, POLICIES)
def test_evaluating_the_same_data_again_changes_nothing(outcomes: list[Outcome], policy: Policy) -> None:
    """
    Replaying periods onto the alert they led to neither moves nor tells anything.
    """
    told = evaluations(*outcomes)
    steps = replay(told, policy)
    last = steps[-1].alert if steps else Alert()

    again = replay(told, policy, last)

    assert all(step.alert == last and step.notice is None for step in again)


@given(OUTCOMES, POLICIES)
def test_a_restart_in_the_middle_changes_nothing(outcomes: list[Outcome], policy: Policy) -> None:
    """
    Going on from a stored alert gives the states of one unbroken run.
    """
    told, half = evaluations(*outcomes), len(outcomes) // 2
    whole = replay(told, policy)
    first = replay(told[:half], policy)

    assert first + replay(told[half:], policy, first[-1].alert if first else None) == whole


@given(OUTCOMES, POLICIES)
def test_firing_and_its_end_are_told_in_turn(outcomes: list[Outcome], policy: Policy) -> None:
    """
    No second firing before an end, no end without a firing, and open is what was fired and not ended.
    """
    steps = replay(evaluations(*outcomes), policy)
    told = [step.notice for step in steps if step.notice]

    assert all((notice is Notice.FIRING) == (n % 2 == 0) for n, notice in enumerate(told))
    assert (steps[-1].alert.is_open if steps else False) == (len(told) % 2 == 1)


@given(OUTCOMES, POLICIES)
def test_missing_values_leave_no_trace(outcomes: list[Outcome], policy: Policy) -> None:
    """
    With all gaps and errors taken out, the others have the same states.
    """
    silent = (MISSING, ERROR)
    told = [each for each in outcomes if each is not GONE]
    kept = [step.alert.state for step, outcome in zip(replay(evaluations(*told), policy), told, strict=True)
            if outcome not in silent]  # fmt: skip

    assert kept == states(policy, *(each for each in told if each not in silent))


def test_a_count_of_zero_is_refused() -> None:
    """
    A rule that fires after no breach makes no sense.
    """
    with pytest.raises(ValueError, match="at least 1"):
        Policy(pending_evaluations=0)


def test_an_old_period_is_passed_over() -> None:
    """
    A late evaluation of last week does not undo this one.
    """
    now = evaluate(Alert(), Evaluation(DAY, BREACH), WEEKLY).alert

    assert evaluate(now, Evaluation(DAY - timedelta(days=7), OK), WEEKLY).alert == now
