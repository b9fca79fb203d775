"""N5: a procedure has a new version; did the KPI it is for improve?"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.annotations import Annotation, Kind
from kpi.catalog import find
from kpi.model import Better
from kpi.words import Language, speaking
from sop.corrective import Action
from sop.diagnosis.closing import NEXT, Confirmation, Next, NotShown, sentence, settled, split
from sop.diagnosis.effect import Effect, Outcome, effect_of
from sop.diagnosis.verify import periods_needed, verify_on
from sop.diagnosis.windows import Change, Other, Period, others_of

MONDAY = date(2026, 3, 2)
V4 = Change(MONDAY)
SEEDS = 200


def weeks(first: date, rates: "np.ndarray | list[float]", rows: int = 200) -> list[Period]:
    """Weeks from a Monday on: `rows` records each, this share of them hits."""
    return [Period(first + timedelta(weeks=n), rate * rows, rows) for n, rate in enumerate(rates)]


def around(before: list[float], after: list[float], rows: int = 200) -> list[Period]:
    return weeks(MONDAY - timedelta(weeks=len(before)), [*before, *after], rows)


def drawn(seed: int, before: float, after: float, weeks_after: int = 8, rows: int = 200) -> list[Period]:
    """12 weeks before and some after, with hits drawn; weeks wander by one point beyond that."""
    dice = np.random.default_rng(seed)
    level = np.repeat([before, after], [12, weeks_after]) + 0.01 * dice.standard_normal(12 + weeks_after)
    return weeks(MONDAY - timedelta(weeks=12), dice.binomial(rows, level) / rows, rows)


def outcomes(made: Callable[[int], list[Period]], better: Better = Better.HIGHER) -> list[Outcome]:
    return [effect_of(made(seed), V4, better).outcome for seed in range(SEEDS)]


def test_a_planted_shift_is_found_and_no_shift_is_not() -> None:
    """
    From 90 to 95 % in weeks of 200: improved in at least 95 of 100; 90 to 90 %: no detectable change in at least 92.
    """
    shifted = outcomes(lambda seed: drawn(seed, 0.90, 0.95))
    level = outcomes(lambda seed: drawn(seed, 0.90, 0.90))

    assert shifted.count(Outcome.IMPROVED) >= 0.95 * SEEDS
    assert level.count(Outcome.NONE) >= 0.92 * SEEDS


def test_the_interval_holds_the_truth() -> None:
    """
    Customs delays 40 % shorter, a feedback form that takes 15 % off the lag: the relative interval holds the planted
    part in at least 92 of 100.
    """
    for part in (0.40, 0.15):
        found = [effect_of(shortened(seed, part), V4, Better.LOWER) for seed in range(SEEDS)]
        bounds = [
            (each.relative.low, each.relative.high) for each in found if each.outcome is Outcome.IMPROVED
        ]
        held = sum(low <= -part <= high for low, high in bounds if low is not None and high is not None)
        assert len(bounds) >= 0.97 * SEEDS
        assert held >= 0.92 * len(bounds)


def shortened(seed: int, part: float) -> list[Period]:
    """12 weeks of 48 hours and 10 that are shorter by this part, each off by 3 hours or so."""
    hours = np.repeat([48.0, 48.0 * (1 - part)], [12, 10])
    return weeks(MONDAY - timedelta(weeks=12), hours + np.random.default_rng(seed).normal(0, 3, 22), 60)


def test_weeks_that_resemble_each_other_count_for_fewer() -> None:
    """
    A KPI that wanders slowly (each week half of the one before) and did not change: an effect in fewer than 12 of
    100, where weeks taken as independent give 21.
    """
    found = outcomes(wandering)

    assert found.count(Outcome.IMPROVED) + found.count(Outcome.WORSENED) < 0.12 * SEEDS


def wandering(seed: int) -> list[Period]:
    """20 weeks before and 20 after around 90 %."""
    noise = np.random.default_rng(seed).normal(0, 0.01, 60)
    level = [0.0]
    for each in noise:
        level.append(0.5 * level[-1] + each)
    return weeks(MONDAY - timedelta(weeks=20), 0.9 + np.array(level[-40:]))


BEFORE = [0.90, 0.91, 0.89, 0.90, 0.92, 0.90, 0.88, 0.90, 0.91, 0.89]
AFTER = [0.95, 0.96, 0.94, 0.95, 0.97, 0.95, 0.93, 0.95]


def test_three_of_eight_weeks_are_too_early() -> None:
    """
    However clear they look; five are missing.
    """
    found = effect_of(around(BEFORE, AFTER[:3]), V4, Better.HIGHER)

    assert (found.outcome, found.missing) == (Outcome.TOO_EARLY, 5)


def test_improved_by_five_points() -> None:
    """
    Mean 90 % before and 95 % after: 5 points, in each reader's language; worse where lower is better.
    """
    kpi = find("on_time_delivery_rate")
    found = effect_of(around(BEFORE, AFTER), V4, Better.HIGHER)

    assert found.outcome is Outcome.IMPROVED
    assert found.difference.value == pytest.approx(0.05)
    assert sentence(found, kpi, "EUR").replace("\N{NO-BREAK SPACE}", " ") == (
        "From 90.0 % to 95.0 % in 8 periods since 2 Mar 2026: +5.0 pp (between +3.8 pp and +6.2 pp). "
        "Relative to before: 6% (4% to 7%)."
    )
    with speaking(Language.CHINESE):
        assert "90.0" in sentence(found, kpi, "EUR")
    assert effect_of(around(BEFORE, AFTER), V4, Better.LOWER).outcome is Outcome.WORSENED


@pytest.mark.parametrize("days", [-20, -3, 0, 4, 30])
def test_a_regulation_at_the_same_time_confounds(days: int) -> None:
    """
    Three weeks before, on the day, or four weeks after: eight clean weeks are missing on one side, now and later.
    """
    duty = Other(MONDAY + timedelta(days=days), "EU low-value duty")

    for after in (AFTER, AFTER[:3]):
        found = effect_of(around(BEFORE, after), V4, Better.HIGHER, [duty])
        assert (found.outcome, found.confounders) == (Outcome.CONFOUNDED, ("EU low-value duty",))


def test_what_lies_far_away_does_not() -> None:
    """
    A regulation ten weeks before (eight clean weeks are enough) or half a year after changes nothing.
    """
    periods = around([0.5, 0.5, *BEFORE], AFTER)
    long_ago = Other(MONDAY - timedelta(weeks=10), "duty")
    to_come = Other(MONDAY + timedelta(weeks=26), "duty")

    found = effect_of(periods, V4, Better.HIGHER, [long_ago, to_come])

    assert found.outcome is Outcome.IMPROVED
    assert found.difference.value == pytest.approx(0.05)


def test_what_passes_takes_its_weeks_out() -> None:
    """
    Black Friday made one week of the eight a bad one: it is left out, and one more week is needed.
    """
    friday = MONDAY + timedelta(days=18)
    found = effect_of(around(BEFORE, AFTER), V4, Better.HIGHER, [Other(friday, "Black Friday", until=friday)])

    assert (found.outcome, found.missing) == (Outcome.TOO_EARLY, 1)


def test_a_kpi_that_was_already_moving_proves_nothing() -> None:
    """
    Half a point a week better before and after: the version did not bring that.
    """
    rising = [0.80 + 0.005 * n + 0.001 * (n % 2) for n in range(20)]
    found = effect_of(around(rising[:12], rising[12:]), V4, Better.HIGHER)

    assert (found.outcome, found.confounders) == (Outcome.CONFOUNDED, ("it was already moving before",))


def test_an_outcome_shows_after_its_lag() -> None:
    """
    Damage shows 14 days later: the two weeks in between are on neither side.
    """
    found = effect_of(around(BEFORE, [0.1, 0.1, *AFTER]), replace(V4, lag_days=14), Better.HIGHER)

    assert found.outcome is Outcome.IMPROVED
    assert found.seen.after[0].start == MONDAY + timedelta(days=14)


@settings(max_examples=60)
@given(
    st.lists(st.floats(0.3, 0.9), min_size=0, max_size=14), st.lists(st.floats(0.3, 0.9), min_size=0, max_size=14),
    st.sampled_from(Better),
)  # fmt: skip
def test_turning_the_direction_turns_the_outcome(
    before: list[float], after: list[float], better: Better
) -> None:
    """
    Whatever the weeks: what is better one way is worse the other way, and nothing else depends on it.
    """
    other = next(each for each in Better if each is not better)
    turned = {Outcome.IMPROVED: Outcome.WORSENED, Outcome.WORSENED: Outcome.IMPROVED}
    one, two = (effect_of(around(before, after), V4, each) for each in (better, other))

    assert two.outcome is turned.get(one.outcome, one.outcome)
    assert (one.difference, one.missing) == (two.difference, two.missing)


def test_smaller_volumes_are_verified_later() -> None:
    """
    A change of 2 % of the level: eight weeks of 2,000 records show it, weeks of 200 need more, weeks of 10 never do.
    """
    needed = {}
    for rows in (2_000, 200, 10):
        dice = np.random.default_rng(1)
        rates = dice.binomial(rows, 0.9, 20) / rows
        needed[rows] = periods_needed(weeks(MONDAY - timedelta(weeks=20), rates, rows), 0.02)

    assert needed[2_000] == 8
    assert needed[200] is not None
    assert needed[200] > 8
    assert needed[10] is None


def test_the_planned_length_finds_what_it_was_planned_for() -> None:
    """
    Planned for an improvement of 3 % of the level: found in at least 75 of 100 (planned: 80).
    """
    found = 0
    for seed in range(SEEDS):
        known = [each for each in drawn(seed, 0.9, 0.9) if each.start < MONDAY]
        needed = periods_needed(known, 0.03) or 52
        made = drawn(seed, 0.9, 0.9 * 1.03, needed)
        found += effect_of(made, V4, Better.HIGHER, needed=needed).outcome is Outcome.IMPROVED

    assert found >= 0.75 * SEEDS


def test_the_day_of_verifying() -> None:
    """
    Effective on a Wednesday: eight whole weeks from the next Monday on, then 14 days until their records are mature.
    """
    assert verify_on(Change(MONDAY), 8) == MONDAY + timedelta(weeks=8)
    assert verify_on(Change(MONDAY + timedelta(days=2)), 8, mature_days=14) == MONDAY + timedelta(weeks=11)


CONFIRMED = Confirmation("lena", date(2026, 5, 4))
ACTION = Action("relabel", due=date(2026, 4, 1), closed=date(2026, 4, 1))


def found_in(weeks_after: list[float], *others: Other) -> Effect:
    return effect_of(around(BEFORE, weeks_after), V4, Better.HIGHER, others)


def test_an_action_closes_on_proof_and_opens_again_without() -> None:
    """
    Improved: closable, by a person. No change: open again. Too early: refused. Confounded: only with a reason.
    """
    proven, level = found_in(AFTER), found_in(BEFORE[:8])
    early, mixed = found_in(AFTER[:3]), found_in(AFTER, Other(MONDAY, "duty"))

    assert settled(replace(ACTION, closed=None), proven, CONFIRMED).closed == CONFIRMED.on
    assert settled(replace(ACTION, closed=None), proven, None).closed is None
    assert (NEXT[level.outcome], settled(ACTION, level, CONFIRMED).closed) == (Next.REOPEN, None)
    with pytest.raises(NotShown, match="5 periods are missing"):
        settled(ACTION, early, CONFIRMED)
    with pytest.raises(NotShown, match="give the reason"):
        settled(ACTION, mixed, CONFIRMED)
    assert settled(ACTION, mixed, replace(CONFIRMED, reason="Audit of ten")).closed == CONFIRMED.on


def test_a_new_usual_range_is_proposed_where_something_changed() -> None:
    """
    From the first week in which it shows; not where nothing did.
    """
    kpi = find("on_time_delivery_rate")
    row = split(found_in(AFTER), kpi, "Packing 4.0", "market=DE")

    assert row is not None
    assert (row.kpi, row.starts_on, row.segment) == (kpi.key, MONDAY, "market=DE")
    assert split(found_in(BEFORE[:8]), kpi, "Packing 4.0") is None


def test_the_diary_tells_what_else_happened() -> None:
    """
    A note of one day and a definition last, an event passes, a new target moves nothing.
    """
    day, end = MONDAY, MONDAY + timedelta(days=3)
    kinds = [
        (Kind.NOTE, day),
        (Kind.DEFINITION, day),
        (Kind.EVENT, end),
        (Kind.TARGET, day),
        (Kind.HOLIDAY, day),
    ]
    told = [Annotation(day, day, until, kind, "", kind.value) for kind, until in kinds]

    assert others_of(told) == [Other(day, "note"), Other(day, "definition"), Other(day, "event", end)]
