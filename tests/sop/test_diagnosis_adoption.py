"""N6: four weeks after publishing, who has read it, who has passed the quiz, and how many runs go by it?"""

from datetime import date, timedelta
from itertools import pairwise

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from sop.diagnosis.adoption import adoption, outdated
from sop.share import Share
from sop.training import InForce

SINCE = date(2026, 3, 2)
V4 = InForce("4.0", SINCE, also=frozenset({"4.1"}))
PEOPLE = [f"p{number:02}" for number in range(100)]
EVENTS = {"person": pl.String, "version": pl.String, "on": pl.Date}
RUNS = {"run": pl.String, **EVENTS}


def events(count: int, day: int, version: str = "4.0") -> list[tuple[str, str, date]]:
    return [(person, version, SINCE + timedelta(days=day)) for person in PEOPLE[:count]]


def framed(rows: list[tuple[str, str, date]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=EVENTS, orient="row")


def as_runs(rows: list[tuple[str, str, date]]) -> pl.DataFrame:
    return pl.DataFrame([(str(n), *row) for n, row in enumerate(rows)], schema=RUNS, orient="row")


def test_day_28_reads_as_the_manager_asked() -> None:
    """
    62 of 100 runs of the last week go by version 4, 81 of 100 people acknowledged, 70 passed; read is not followed.
    """
    runs = as_runs(
        [*events(62, 25), *[(p, "3.0", SINCE + timedelta(days=24)) for p in PEOPLE[62:]], *events(9, 2)]
    )
    found = adoption(
        PEOPLE, V4, framed(events(81, -3)), framed(events(70, 10)), runs, SINCE + timedelta(days=40)
    )[28]

    assert (found.day, found.acknowledged, found.passed) == (28, Share(81, 100), Share(70, 100))
    assert (found.working, found.runs) == (Share(62, 100), Share(62, 100))


def test_a_minor_version_carries_on_and_others_do_not_count() -> None:
    """
    4.1 asks nobody again; the quiz of version 3 and people it is not for say nothing; before day 0 there is nothing.
    """
    read = framed([*events(2, 1, "4.1"), *events(5, 1, "3.0"), ("guest", "4.0", SINCE)])
    empty = framed([])

    found = adoption(PEOPLE, V4, read, empty, as_runs([]), SINCE + timedelta(days=3))

    assert [each.acknowledged.numerator for each in found] == [0, 2, 2, 2]
    assert found[3].runs.value is None
    assert adoption(PEOPLE, V4, read, empty, as_runs([]), SINCE - timedelta(days=1)) == []


EVENT = st.tuples(
    st.sampled_from(PEOPLE[:9]), st.sampled_from(["3.0", "4.0", "4.1"]), st.integers(-5, 40)
).map(lambda each: (each[0], each[1], SINCE + timedelta(days=each[2])))


@settings(max_examples=40)
@given(st.lists(EVENT), st.lists(EVENT), st.lists(EVENT), st.integers(0, 40))
def test_curves_only_rise_and_the_past_stays(
    read: list[tuple[str, str, date]],
    passed: list[tuple[str, str, date]],
    runs: list[tuple[str, str, date]],
    days: int,
) -> None:
    """
    Whatever happens: three monotone curves within the people; a later look does not change an earlier day.
    """
    told = (PEOPLE[:8], V4, framed(read), framed(passed), as_runs(runs))
    found = adoption(*told, SINCE + timedelta(days=days))

    assert len(found) == min(days, 28) + 1
    for one, two in pairwise(found):
        for name in ("acknowledged", "passed", "working"):
            assert getattr(one, name).numerator <= getattr(two, name).numerator <= 8
    assert adoption(*told, SINCE + timedelta(days=60))[: len(found)] == found


def test_a_run_by_a_retired_version_is_a_deviation() -> None:
    """
    3.0 counted until 1 March: a run by it on 1 March is fine, on 2 March it is not; nor is 4.0 before, or 9.9 ever.
    """
    versions = pl.DataFrame(
        [("3.0", SINCE - timedelta(days=90), SINCE), ("4.0", SINCE, None)],
        schema={"version": pl.String, "since": pl.Date, "until": pl.Date}, orient="row",
    )  # fmt: skip
    runs = as_runs(
        [*events(1, -1, "3.0"), *events(1, 0, "3.0"), *events(1, 0), *events(1, -1), *events(1, 0, "9.9")]
    )

    assert outdated(runs, versions)["run"].to_list() == ["1", "3", "4"]
