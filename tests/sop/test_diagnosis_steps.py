"""N18 and N19: which steps a refresher asks about, and which ones are in the way."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sop.diagnosis.friction import By, counted, friction
from sop.diagnosis.refreshing import quiz, remeasured
from sop.share import Share

START, END = date(2026, 3, 1), date(2026, 3, 31)


def done(
    step: str, runs: int, missed: int, flagged: int = 0, people: str = "ab", day: int = 0
) -> pl.DataFrame:
    """Runs of a step by people in turn: the first ones missed, the last ones flagged, one more did not apply."""
    rows = [
        ("pack", step, people[n % len(people)], START + timedelta(days=day), n >= missed, n >= runs - flagged)
        for n in range(runs)
    ]
    rows.append(("pack", step, "zed", START, None, True))
    return pl.DataFrame(rows, schema=["sop", "step", "person", "on", "followed", "flagged"], orient="row")


STEPS = pl.concat([
    done("seal", 40, 10), done("weigh", 100, 20), done("print", 60, 0, flagged=6, people="c"), done("scan", 50, 2),
    done("sign", 50, 1), done("stack", 200, 2), done("photo", 29, 29), done("close", 90, 0),
    done("open", 40, 40, day=40),
])  # fmt: skip


def test_the_quiz_is_made_of_the_steps_that_fail_most() -> None:
    """
    Five questions by rate: 25, 20, 10 (flags), 4 and 2 %; not 29 runs, not last month's, not what went well.
    """
    found = quiz(STEPS.lazy(), START, END)

    assert [(each.step, each.troubled.numerator, each.troubled.denominator) for each in found] == [
        ("seal", 10, 40), ("weigh", 20, 100), ("print", 6, 60), ("scan", 2, 50), ("sign", 1, 50),
    ]  # fmt: skip
    assert [each.people for each in found[:3]] == [("a", "b"), ("a", "b"), ("c",)]


def test_adherence_is_measured_again_after_the_refresher() -> None:
    """
    Missed in 20 of 100 before and 5 of 100 after: 15 points fewer, surely fewer; nothing measured says nothing.
    """
    found = remeasured(Share(20, 100), Share(5, 100))

    assert found.value == pytest.approx(-0.15)
    assert found.high is not None
    assert found.high < 0
    assert remeasured(Share(20, 100), Share(0, 0)).value is None


def timed(step: str, seconds: list[int | None], limit: int | None = None, **marked: int) -> pl.DataFrame:
    """Runs of a step; the first ones carry the marks `skipped`, `corrected`, `not_applicable`, `flagged`."""
    marks = {
        name: [n < marked.get(name, 0) for n in range(len(seconds))]
        for name in ("skipped", "corrected", "not_applicable", "flagged")
    }
    told = {"seconds": seconds, "limit": [limit] * len(seconds), **marks}
    kinds = {"seconds": pl.Int64, "limit": pl.Int64}
    return pl.DataFrame(told, schema_overrides=kinds).with_columns(sop=pl.lit("pack"), step=pl.lit(step))


def test_time_lost_is_what_runs_took_beyond_the_usual() -> None:
    """
    Limit 60: 100 and 90 lose 70 together, 20 makes up for nothing. Without a limit the median (50) is usual: 200
    lose 150. Skipped runs take no time.
    """
    frame = pl.concat([
        timed("seal", [100, 90, 20], 60), timed("scan", [50, 40, 200]), timed("sign", [999, 10], 60, skipped=1),
        timed("wait", [None, None]),
    ])  # fmt: skip

    found = friction(counted(frame.lazy()))

    assert [(each.step, each.seconds_lost, each.usual) for each in found] == [
        ("scan", 150, 50.0), ("seal", 70, 60.0), ("sign", 0, 60.0), ("wait", 0, None),
    ]  # fmt: skip


def test_steps_can_be_ranked_by_each_sort_of_friction() -> None:
    """
    By skips, exceptions and flags the highest share comes first; two runs with one flag come last.
    """
    frame = pl.concat([
        timed("seal", [1] * 40, skipped=10, flagged=1), timed("scan", [1] * 100, skipped=5, not_applicable=30),
        timed("new", [1] * 2, flagged=1), timed("sign", [1] * 50, flagged=8),
    ])  # fmt: skip

    order = {by: [each.step for each in friction(counted(frame.lazy()), by)] for by in By}

    assert order[By.SKIPPED] == ["seal", "scan", "sign", "new"]
    assert order[By.NOT_APPLICABLE][0] == "scan"
    assert order[By.FLAGGED] == ["sign", "seal", "scan", "new"]


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 500)), min_size=1), st.integers(1, 100))
def test_time_lost_adds_up(runs: list[tuple[str, int]], limit: int) -> None:
    """
    With one limit for all, the steps' lost time together is that of all runs; no step gains any.
    """
    frame = pl.concat([timed(step, [seconds], limit) for step, seconds in runs])

    found = friction(counted(frame.lazy()))

    assert sum(each.seconds_lost for each in found) == sum(max(0, seconds - limit) for _, seconds in runs)
    assert all(each.seconds_lost >= 0 for each in found)
