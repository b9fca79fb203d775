"""Who made an order late: the parts are whole, fair, and all of it."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.flow.lateness import own_budgets, with_lateness
from kpi.flow.times import NUMBERS

HOUR, DAY = 3_600, 86_400
REACHED = [f"reached_{n}" for n in NUMBERS[:-1]]
SCHEMA = {
    "route": pl.String, **dict.fromkeys([f"budget_{n}" for n in NUMBERS], pl.Int64),
    **dict.fromkeys([f"stage_{n}_s" for n in NUMBERS], pl.Int64), **dict.fromkeys(REACHED, pl.Int64),
    "unattributed_s": pl.Int64, "window_s": pl.Int64, "started_epoch": pl.Int64, "late_s": pl.Int64,
}  # fmt: skip


def judged(**more: object) -> dict[str, object]:
    """An order of the lane with 24 h for each stage but the first, promised exactly those 144 h."""
    row = {
        "route": "1234567", "budget_1": 0, **{f"budget_{n}": 24 * HOUR for n in NUMBERS[1:]}, "stage_1_s": 0,
        **{f"stage_{n}_s": 24 * HOUR for n in NUMBERS[1:]}, **dict.fromkeys(REACHED), "unattributed_s": 0,
        "window_s": 144 * HOUR, "started_epoch": 0, "late_s": 0, **more,
    }  # fmt: skip
    told = pl.LazyFrame([row], schema=SCHEMA).pipe(own_budgets).pipe(with_lateness).collect()
    return told.row(0, named=True)


def late(row: dict[str, object]) -> list[float]:
    """Late days of stages 1 to 7 and of the rest."""
    return [int(str(row[f"late_{n}"])) / DAY for n in (*NUMBERS, 0)]


def test_lateness_goes_where_the_time_beyond_budget_went() -> None:
    """
    48 h too long at customs and 24 h in sorting make 3 days late: two are of customs, one of sorting.
    """
    row = judged(stage_5_s=72 * HOUR, stage_6_s=48 * HOUR, late_s=3 * DAY)

    assert late(row) == [0, 0, 0, 0, 2, 1, 0, 0]


def test_slack_saved_earlier_is_no_excuse_and_no_blame() -> None:
    """
    Transit saved 12 h, customs burnt 36 h: the day late is all of customs, and both are told.
    """
    row = judged(stage_4_s=12 * HOUR, stage_5_s=60 * HOUR, late_s=DAY)

    assert late(row) == [0, 0, 0, 0, 1, 0, 0, 0]
    assert (row["under_4"], row["over_5"]) == (12 * HOUR, 36 * HOUR)


def test_the_budget_is_stretched_to_what_the_order_was_promised() -> None:
    """
    Promised half the lane's time, each stage has half its budget.
    """
    row = judged(window_s=72 * HOUR)

    assert [row[f"own_{n}"] for n in NUMBERS] == [0, *[12 * HOUR] * 6]


def test_time_no_scan_explains_is_late_as_unattributed() -> None:
    """
    Customs and sorting are not told apart in 96 h, 48 h more than their budgets: both days late are unattributed.
    """
    row = judged(stage_5_s=None, stage_6_s=None, unattributed_s=96 * HOUR, late_s=2 * DAY)

    assert late(row) == [0, 0, 0, 0, 0, 0, 0, 2]


times = st.none() | st.integers(0, 400 * HOUR)


@settings(max_examples=50)
@given(
    st.sampled_from(["1247", "1234567", "124"]), st.lists(times, min_size=7, max_size=7),
    st.lists(st.integers(0, 200 * HOUR), min_size=7, max_size=7), st.integers(0, 300 * HOUR),
    st.integers(-100 * HOUR, 900 * HOUR), st.integers(0, 90),
)  # fmt: skip
def test_attributed_days_add_up_to_the_late_days(
    route: str, spent: list[int | None], budgets: list[int], rest: int, window: int, days: int
) -> None:
    """
    Whatever the stages took and were given, the parts of the lateness add up to it, none is negative, and the
    stretched budgets add up to the time promised.
    """
    told = {f"stage_{n}_s": spent[n - 1] if str(n) in route else None for n in NUMBERS}
    given = {f"budget_{n}": budgets[n - 1] for n in NUMBERS}
    row = judged(route=route, **told, **given, unattributed_s=rest, window_s=window, late_s=days * DAY)

    parts = [int(str(row[f"late_{n}"])) for n in (*NUMBERS, 0)]
    owned = [int(str(row[f"own_{n}"])) for n in NUMBERS]
    shared = sum(budgets[n - 1] for n in NUMBERS if str(n) in route)
    assert min(parts) >= 0
    assert sum(parts) == days * DAY
    assert sum(owned) == (max(window, 0) if shared else 0)
