"""N1: a KPI is missed; was the procedure not followed, is it not good enough, or is it something else?"""

from collections.abc import Mapping

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.catalog import find
from kpi.words import Language, speaking
from sop.diagnosis.joined import counted, joined, records_of
from sop.diagnosis.slices import slices
from sop.diagnosis.verdict import Verdict, diagnosed, diagnosis_of

SEEDS = 200
COUNTS = ("followed", "followed_failed", "missed", "missed_failed")
SITUATIONS = {  # share followed, failures when followed and when not, verdict, share of seeds it must be right in
    "not followed": (0.70, 0.03, 0.20, Verdict.NOT_FOLLOWED, 0.95),
    "refine": (0.96, 0.14, 0.16, Verdict.REFINE, 0.95),
    "both": (0.70, 0.12, 0.32, Verdict.BOTH, 0.90),
}


def drawn(followed: float, fails: float, fails_missed: float, runs: int) -> pl.DataFrame:
    """Runs of each seed, one row each: `seed`, `followed`, `failed`."""
    dice = np.random.default_rng(42)
    kept = dice.random((SEEDS, runs)) < followed
    failed = dice.random((SEEDS, runs)) < np.where(kept, fails, fails_missed)
    seed = np.repeat(np.arange(SEEDS), runs)
    return pl.DataFrame({"sop": seed, "followed": kept.ravel(), "failed": failed.ravel()})


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_verdict_is_right_as_often_as_promised(name: str) -> None:
    """
    300 runs, 200 seeds: right in 95, 95 and 90 of 100; the first 30 runs of any are not enough evidence.
    """
    followed, fails, missed, expected, share = SITUATIONS[name]
    runs = drawn(followed, fails, missed, 300)
    first = runs.group_by("sop", maintain_order=True).head(30)

    found = diagnosed(counted(runs.lazy()))["verdict"]

    assert (found == expected).mean() >= share
    assert set(diagnosed(counted(first.lazy()))["verdict"]) == {Verdict.NOT_ENOUGH}


def test_a_sound_procedure_is_rarely_blamed() -> None:
    """
    95 % followed, 3 % failing either way: outside the SOP in at least 97 of 100 seeds.
    """
    found = diagnosed(counted(drawn(0.95, 0.03, 0.03, 300).lazy()))["verdict"]

    assert (found == Verdict.OUTSIDE).mean() >= 0.97


def row(*counts: int) -> pl.DataFrame:
    return pl.DataFrame([counts], schema=list(COUNTS), orient="row")


def test_figures_can_be_added_up() -> None:
    """
    210 followed with 6 failures, 90 missed with 18: 2.9 % and 20 %, 17.1 points apart.
    """
    found = diagnosis_of(diagnosed(row(210, 6, 90, 18)).row(0, named=True))

    assert found.verdict is Verdict.NOT_FOLLOWED
    assert (found.records, found.missing) == (300, 0)
    assert found.difference.value == pytest.approx(0.2 - 6 / 210)
    assert found.sentence == (
        "Followed in 70.0% of 300 records. Missed steps are associated with 17.1 points more failures (9.5 to 26.7)."
    )


def test_missing_records_are_counted() -> None:
    """
    30 of the 100 records are there, 70 are missing; with none missed nothing can be compared and nothing breaks.
    """
    found = diagnosis_of(diagnosed(row(30, 3, 0, 0)).row(0, named=True))

    assert (found.verdict, found.missing, found.difference.value) == (Verdict.NOT_ENOUGH, 70, None)
    assert found.sentence.startswith("30 records have runs of the procedure; 70 more are needed")


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=2, max_size=2))
def test_nothing_is_ever_said_to_be_caused(sides: list[tuple[int, int]]) -> None:
    """
    Whatever the counts, in both languages: "associated with", never "caused by"; a verdict needs 100 records.
    """
    (good, bad), (missed_good, missed_bad) = sides
    told = diagnosed(row(good + bad, bad, missed_good + missed_bad, missed_bad)).row(0, named=True)
    found = diagnosis_of(told)

    assert (found.verdict is Verdict.NOT_ENOUGH) == (found.records < 100)
    for language in Language:
        with speaking(language):
            assert not [word for word in ("caus", "because", "导致", "造成") if word in found.sentence]
    if found.verdict is not Verdict.NOT_ENOUGH:
        assert "associated with" in found.sentence


STEPS: Mapping[str, list[object]] = {
    "case": ["a", "a", "b", "b", "c", "d", "d"],
    "sop": ["pack"] * 4 + ["pack", "pack", "label"],
    "version": ["1.0"] * 7,
    "step": ["weigh", "seal", "weigh", "seal", "weigh", "weigh", "print"],
    "followed": [True, True, True, False, None, True, False],
}


def test_records_meet_their_steps() -> None:
    """
    One missed step makes a record missed; a step that did not apply says nothing; a record without runs is not
    joined.
    """
    records = pl.LazyFrame({"record": ["a", "b", "c", "d", "e"], "failed": [False, True, True, True, False]})

    found = joined(records, pl.LazyFrame(STEPS))

    told = [
        tuple(each)
        for each in found.select("record", "sop", "followed").sort("record", "sop").collect().rows()
    ]
    assert told == [("a", "pack", True), ("b", "pack", False), ("d", "label", False), ("d", "pack", True)]
    assert counted(found).rows() == [("label", 0, 0, 1, 1), ("pack", 2, 1, 1, 1)]


def test_cases_may_have_another_id_than_records() -> None:
    """
    Two orders in one parcel share its steps; a record with two cases followed only if both did.
    """
    records = pl.LazyFrame({"record": ["order-1", "order-2"], "failed": [True, False]})
    cases = pl.LazyFrame({"record": ["order-1", "order-2", "order-2"], "case": ["a", "a", "b"]})

    found = joined(records, pl.LazyFrame(STEPS), cases).sort("record").collect()

    assert found["followed"].to_list() == [True, False]


def test_failing_records_come_from_explain() -> None:
    """
    On time: a row that adds nothing to the numerator failed. Times fail beyond a limit that must be named.
    """
    told = pl.DataFrame({
        "fact": ["shipments"] * 3, "key": ["a", "b", "c"], "market": ["DE", "DE", "FR"], "numerator": [1, 0, 1],
        "denominator": [1, 1, 0], "reason": [None] * 3,
    })  # fmt: skip

    found = records_of(told, find("on_time_delivery_rate"))

    assert found.rows() == [("a", "DE", False), ("b", "DE", True)]
    times = told.with_columns(numerator=pl.Series([5.0, 50.0, 1.0]))
    assert records_of(times, find("fulfilment_time"), limit=24)["failed"].to_list() == [False, True]
    with pytest.raises(ValueError, match="no share of rows"):
        records_of(times, find("fulfilment_time"))


def test_nobody_is_counted_alone() -> None:
    """
    N1 is about work: it cannot be asked by person.
    """
    with pytest.raises(ValueError, match="not counted by person"):
        counted(drawn(0.7, 0.03, 0.2, 10).lazy(), ("person",))


def test_the_slice_that_shows_it_comes_first() -> None:
    """
    Missed steps fail in DE only (40 of 100), so DE stands first and out; small AT (8 records) is not named.
    """
    rows = pl.concat([
        made("DE", 100, 3, 100, 40), made("FR", 195, 5, 5, 0), made("AT", 4, 0, 4, 4),
    ])  # fmt: skip

    found = slices(rows.lazy(), "pack", ["market"])

    assert [(each.value, each.records, each.failures, each.stands_out) for each in found] == [
        ("DE", 200, 43, True), ("FR", 200, 5, False),
    ]  # fmt: skip
    assert found[0].excess == pytest.approx(40 - 100 * 8 / 299)


def test_equal_slices_rarely_stand_out() -> None:
    """
    Ten equal markets, 100 seeds: at most 5 of them have one that stands out.
    """
    dice = np.random.default_rng(3)
    seen = 0
    for _ in range(100):
        kept = dice.random(2000) < 0.7
        failed = dice.random(2000) < np.where(kept, 0.03, 0.2)
        rows = pl.LazyFrame(
            {"sop": "pack", "market": dice.integers(0, 10, 2000), "followed": kept, "failed": failed}
        )
        seen += any(each.stands_out for each in slices(rows, "pack", ["market"]))

    assert seen <= 5


def made(market: str, followed: int, followed_failed: int, missed: int, missed_failed: int) -> pl.DataFrame:
    """Joined records with these counts."""
    sides = [(True, followed, followed_failed), (False, missed, missed_failed)]
    return pl.DataFrame(
        [("pack", market, kept, number < fails) for kept, of, fails in sides for number in range(of)],
        schema=["sop", "market", "followed", "failed"], orient="row",
    )  # fmt: skip
