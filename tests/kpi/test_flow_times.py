"""Stages of any shipment fit together: no gap, no overlap, and what is not known is said."""

from collections.abc import Mapping

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.flow.times import NUMBERS, with_times

HOUR = 3_600
AT = [f"at_{n}" for n in range(8)]
SCHEMA = {
    **dict.fromkeys(AT, pl.Int64),
    "international": pl.Boolean,
    "tracked": pl.Boolean,
    "scans": pl.Int64,
}
Told = Mapping[str, object]


def timed(*rows: Told) -> list[dict[str, object]]:
    """Shipments from moments in hours; by default scanned and over a border."""
    usual = {**dict.fromkeys(AT), "international": True, "tracked": True, "scans": 3}
    return with_times(pl.LazyFrame([{**usual, **row} for row in rows], schema=SCHEMA)).collect().to_dicts()


def hours(*moments: int | None) -> dict[str, int | None]:
    return {name: None if at is None else at * HOUR for name, at in zip(AT, moments, strict=True)}


def spent(row: Told) -> list[object]:
    """Hours in stages 1 to 7."""
    return [None if (each := row[f"stage_{n}_s"]) is None else int(str(each)) / HOUR for n in NUMBERS]


def test_every_moment_known_gives_seven_stages() -> None:
    """
    Ordered at 0 h, then 1, 21, 33, 69, 89, 113 and 119 h: stages of 1, 20, 12, 36, 20, 24 and 6 h, all 119.
    """
    (row,) = timed(hours(0, 1, 21, 33, 69, 89, 113, 119))

    assert spent(row) == [1, 20, 12, 36, 20, 24, 6]
    assert (row["route"], row["unattributed_s"], row["inferred"], row["disordered"]) == ("1234567", 0, 0, 0)


def test_one_missing_scan_is_inferred_by_the_usual_shares() -> None:
    """
    Without the arrival, the 56 h from departure to release are shared 36 to 20, as usual; that is said.
    """
    (row,) = timed(hours(0, 1, 21, 33, None, 89, 113, 119))

    assert spent(row)[3:5] == [36, 20]
    assert (row["inferred"], row["unattributed_s"]) == (1, 0)


def test_two_missing_scans_leave_the_time_unattributed() -> None:
    """
    Without arrival and release, the 80 h from departure to the delivery office belong to no stage.
    """
    (row,) = timed(hours(0, 1, 21, 33, None, None, 113, 119))

    assert spent(row) == [1, 20, 12, None, None, None, 6]
    assert row["unattributed_s"] == 80 * HOUR


def test_nothing_is_inferred_for_a_shipment_nobody_scans() -> None:
    """
    Its carrier does not scan it, so release to delivery (30 h) is unattributed.
    """
    (row,) = timed({**hours(0, 1, 21, 33, 69, 89, None, 119), "tracked": False, "scans": 0})

    assert spent(row)[5:] == [None, None]
    assert row["unattributed_s"] == 30 * HOUR


def test_a_scan_out_of_order_takes_no_time_away() -> None:
    """
    Departure told at 15 h, before the hand-over at 21 h, counts as 21 h; a scan after the delivery is left out.
    """
    early, after = timed(hours(0, 1, 21, 15, 69, 89, 113, 119), hours(0, 1, 21, 33, 69, 89, 130, 119))

    assert spent(early)[2:4] == [0, 48]
    assert early["disordered"] == 1
    assert (after["disordered"], after["inferred"], spent(after)[5:]) == (1, 1, [24, 6])


def test_at_home_there_are_four_stages() -> None:
    """
    No departure, customs or sorting: 21 h to the hand-over, 70 h to the office, 6 h to the door.
    """
    (row,) = timed({**hours(0, 1, 21, None, None, None, 91, 97), "international": False})

    assert (row["route"], spent(row)) == ("1247", [1, 20, None, 70, None, None, 6])


def test_days_of_dispatch_and_delivery_are_enough_for_transit() -> None:
    """
    A firm that knows nothing else has all its time in transit, and none unattributed.
    """
    (row,) = timed({**hours(*[None, None, 24, None, None, None, None, 96]), "international": None, "tracked": None,
                    "scans": 0})  # fmt: skip

    assert (row["route"], spent(row)[3], row["unattributed_s"], row["inferred"]) == ("124", 72, 0, 0)


def test_under_way_the_time_runs_to_the_last_known_moment() -> None:
    """
    Arrived at 69 h and not released yet: four stages are over, and nothing is unattributed or inferred.
    """
    (row,) = timed(hours(0, 1, 21, 33, 69, None, None, None))

    assert spent(row) == [1, 20, 12, 36, None, None, None]
    assert (row["ended_epoch"], row["unattributed_s"], row["inferred"]) == (None, 0, 0)


moments = st.none() | st.integers(-50, 400)
flags = st.none() | st.booleans()
shipments = st.builds(
    lambda at, international, tracked, scans: {
        **hours(*at), "international": international, "tracked": tracked, "scans": scans
    },
    st.lists(moments, min_size=8, max_size=8), flags, flags, st.integers(0, 2),
)  # fmt: skip


@settings(max_examples=25)
@given(st.lists(shipments, min_size=1, max_size=60))
def test_stages_add_up_to_the_elapsed_time(rows: list[Told]) -> None:
    """
    Whatever is known of a shipment, its stages and the unattributed rest are its end minus its start, none negative.
    """
    for row in timed(*rows):
        parts = [int(str(row[f"stage_{n}_s"] or 0)) for n in NUMBERS] + [int(str(row["unattributed_s"] or 0))]
        assert min(parts) >= 0
        if row["ended_epoch"] is not None:
            assert sum(parts) == int(str(row["ended_epoch"])) - int(str(row["started_epoch"]))


@settings(max_examples=25)
@given(st.lists(shipments, min_size=1, max_size=60))
def test_stages_lie_behind_each_other(rows: list[Told]) -> None:
    """
    Each stage begins where the one before ended: the moments never step back, and lie between start and end.
    """
    for row in timed(*rows):
        told = [row["started_epoch"], *(row[f"reached_{n}"] for n in NUMBERS[:-1]), row["ended_epoch"]]
        known = [int(str(each)) for each in told if each is not None]
        assert known == sorted(known)
