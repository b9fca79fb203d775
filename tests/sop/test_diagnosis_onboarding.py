"""N23: from the first day to independent, adherent work."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sop.diagnosis.onboarding import Newcomer, Run, SignOff, onboarding

DAY = date(2026, 3, 2)


def on(days: int) -> date:
    return DAY + timedelta(days=days)


def ran(pattern: str, first: int = 5, sop: str = "packing", *, with_mentor: bool = False) -> tuple[Run, ...]:
    """One run a day from a day on: `+` followed, `-` not."""
    return tuple(Run(sop, on(first + n), each == "+", with_mentor) for n, each in enumerate(pattern))


SIGNED = SignOff("packing", "mia", on(4))


def test_competence_is_the_first_ten_runs_alone() -> None:
    """
    Nine of ten followed from day 5 on: competent on day 14, with an interval that says how little ten runs are.
    """
    found = onboarding(Newcomer("ann", DAY, (SIGNED,), ran("+++-++++++")), ["packing"])

    assert (found.days, found.open) == (14, ())
    assert found.progress[0].followed.value == 0.9
    assert found.progress[0].followed.low == pytest.approx(0.5958, abs=1e-4)


def test_without_a_sign_off_nobody_is_independent() -> None:
    """
    Ten sound runs are not enough; one's own sign-off is none, runs before it and with a mentor do not count.
    """
    sound = ran("+" * 10)
    for sign_offs, runs in [
        ((), sound),
        ((SignOff("packing", "ann", on(4)),), sound),
        ((replace(SIGNED, on=on(6)),), sound),
        ((SIGNED,), ran("+" * 10, with_mentor=True)),
        ((SignOff("other", "mia", on(4)),), sound),
    ]:
        found = onboarding(Newcomer("ann", DAY, sign_offs, runs), ["packing"])
        assert (found.days, found.open) == (None, ("packing",))


def test_a_bad_beginning_takes_longer() -> None:
    """
    Three of the first ten not followed: the ten from the third run on are the first with nine.
    """
    found = onboarding(Newcomer("ann", DAY, (SIGNED,), ran("--+-+++++++++")), ["packing"])

    assert found.progress[0].competent_on == on(16)


def test_the_last_procedure_counts() -> None:
    """
    Two procedures, done on days 14 and 29: 29 days; with a third untouched none yet, and it is named.
    """
    sign_offs = (SIGNED, SignOff("safety", "mia", on(1)))
    newcomer = Newcomer("ann", DAY, sign_offs, ran("+" * 10) + ran("+" * 10, first=20, sop="safety"))

    assert onboarding(newcomer, ["packing", "safety"]).days == 29
    assert onboarding(newcomer, ["packing", "safety", "escalation"]).open == ("escalation",)
    assert onboarding(newcomer, []).days is None


@settings(max_examples=60)
@given(st.text("+-", max_size=25), st.text("+", max_size=12))
def test_further_sound_runs_never_take_competence_away(first: str, later: str) -> None:
    """
    Who is competent stays so; ten sound runs at the end always are enough.
    """
    before, after, at_last = (
        onboarding(Newcomer("ann", DAY, (SIGNED,), ran(each)), ["packing"]).days
        for each in (first, first + later, first + "+" * 10)
    )

    assert before is None or after == before
    assert at_last is not None
