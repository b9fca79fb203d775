"""Which orders will be late: told before the due date, from what settled orders needed; and whose slack is burnt."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from made_facts import Row, company, made, put

from kpi.compute import prepare_all
from kpi.engine import AsOf
from kpi.flow.job import compute_flow
from kpi.flow.remaining import Rest
from kpi.flow.tables import OPEN
from kpi.flow.under_way import GIVEN_UP, NOW, ORDER, SLACK
from store.company import Company
from store.contract import Table
from store.facts import CustomsEntries, DelayCauses, Orders, Shipments, TrackingEvents
from store.lake import Lake
from store.lane_budget import LaneBudget

HOURS = {"warehouse": 24, "departure": 24, "transit": 24, "customs": 24, "sorting": 24, "last_mile": 24}
TODAY = date(2025, 4, 27)
FIRM = company(DE="UTC")


def firm() -> Company:
    return Company(markets=FIRM.markets, lanes={"CN-DE": LaneBudget("CN-DE", 6, HOURS)})


def parcel(
    name: str, ordered: str, customs: int | None, *, promised: str, ends: bool = True
) -> dict[type[Table], Row]:
    """An order that leaves each stage after 24 h and customs after `customs`; under way in customs without a number."""
    begin = pl.Series([f"{ordered}T00:00:00Z"]).str.to_datetime(time_zone="UTC").item()

    def after(hours: int) -> object:
        return begin + timedelta(hours=hours)

    released = None if customs is None else 72 + customs
    order = {"order_id": name, "market": "DE", "status": "open", "ordered_at": begin, "confirmed_at": begin,
             "promised_day": promised}  # fmt: skip
    shipment = {
        "shipment_id": f"S{name}", "order_id": name, "market": "DE", "origin": "CN", "carrier": "DHL", "mode": "air",
        "international": True, "tracked": True, "shipped_at": after(24), "exported_at": after(48),
        "promised_day": promised, "status": "delivered" if ends else "in_transit",
        "delivered_at": after(released + 48) if ends and released else None,
    }  # fmt: skip
    entry = {"entry_id": f"E{name}", "shipment_id": f"S{name}", "market": "DE", "origin": "CN",
             "arrived_at": after(72), "presented_at": after(72), "lodged_at": after(50),
             "released_at": after(released) if released else None}  # fmt: skip
    scan = {"event_id": f"V{name}", "shipment_id": f"S{name}", "market": "DE", "event": "EMG",
            "occurred_at": after((released or 72) + 24)}  # fmt: skip
    told: dict[type[Table], Row] = {Orders: order, Shipments: shipment, CustomsEntries: entry}
    return {**told, TrackingEvents: scan} if ends and released else told


def flow(lake: Lake, *parcels: dict[type[Table], Row], causes: tuple[Row, ...] = ()) -> pl.DataFrame:
    """What is under way on the evening of 27 April, with fifty orders settled that spent 1 to 50 h at customs."""
    settled = [parcel(f"P{n}", "2025-03-10", n, promised="2025-03-16") for n in range(1, 51)]
    for table in (Orders, Shipments, CustomsEntries, TrackingEvents):
        rows = [told[table] for told in (*settled, *parcels) if table in told]
        put(lake, table, made(table, rows))
    if causes:
        put(lake, DelayCauses, made(DelayCauses, causes))
    prepare_all(lake)
    compute_flow(lake, AsOf.end_of(TODAY), firm())
    return lake.read(OPEN, lake.schema(OPEN))


def listed(found: pl.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return found.filter(pl.col("row") == ORDER).select(columns).rows()


def test_an_order_that_needs_more_than_it_has_is_told_before_it_is_due(lake: Lake) -> None:
    """
    At customs for 24 h, due on the 29th: 48 h are left. Nine in ten of those settled were delivered within 45 + 48 h of
    entering customs, so up to 69 h are still needed: it will be late.
    """
    found = flow(lake, parcel("A", "2025-04-24", None, promised="2025-04-29", ends=False))

    assert listed(found, "shipment_id", "stage", "warned", "overdue") == [("SA", "customs", 1, 0)]
    (left, remaining), *_ = listed(found, "left_s", "remaining_s")
    assert isinstance(left, int)
    assert isinstance(remaining, int)
    assert left == 48 * 3_600 < remaining == pytest.approx(69 * 3_600, rel=0.06)


def test_an_order_with_time_to_spare_is_not_listed(lake: Lake) -> None:
    """
    The same order due a day and a half later has more than the 69 h that nine in ten need at most.
    """
    found = flow(lake, parcel("A", "2025-04-24", None, promised="2025-05-01", ends=False))

    assert listed(found, "shipment_id") == []
    assert found.filter(pl.col("row") == NOW).select("stage", "n", "warned").rows() == [("customs", 1, 0)]


def test_an_order_past_its_day_is_late_so_far_and_divided_among_its_stages(lake: Lake) -> None:
    """
    Due on the 25th, still at customs: two days late so far, both at customs, which is the customs office's until
    somebody notes that our papers were wrong.
    """
    late = parcel("A", "2025-04-19", None, promised="2025-04-25", ends=False)
    noted = {
        "cause_id": "N",
        "shipment_id": "SB",
        "stage": "customs",
        "party": "us",
        "noted_day": "2025-04-26",
    }
    found = flow(
        lake, late, parcel("B", "2025-04-19", None, promised="2025-04-25", ends=False), causes=(noted,)
    )

    assert sorted(listed(found, "shipment_id", "overdue", "late_s", "burnt_by", "party")) == [
        ("SA", 1, 2 * 86_400, "customs", "customs"), ("SB", 1, 2 * 86_400, "customs", "us"),
    ]  # fmt: skip
    slack = found.filter((pl.col("row") == SLACK) & (pl.col("late_s") > 0)).select("stage", "party", "late_s")
    assert sorted(slack.rows()) == [("customs", "customs", 2 * 86_400), ("customs", "us", 2 * 86_400)]


def test_what_is_silent_for_two_months_is_counted_apart(lake: Lake) -> None:
    """
    An order due on 1 February is no longer under way; it is counted as given up.
    """
    found = flow(lake, parcel("A", "2025-01-25", None, promised="2025-02-01", ends=False))

    assert found.select("row", "n").rows() == [(GIVEN_UP, 1)]


def test_the_time_left_is_that_of_orders_that_took_longer() -> None:
    """
    Of 100 orders that took 1 to 100 h, those past 50 h took up to 100: nine in ten are through 45 h later, and half of
    them need more than 25.
    """
    rest = Rest(np.arange(1.0, 101.0), np.ones(100))

    remaining, chance = rest.ahead(np.array([0.0, 50.0]), np.array([90.0, 25.0]))

    assert remaining.tolist() == [90.0, 45.0]
    assert chance.tolist() == [pytest.approx(0.1), pytest.approx(0.5)]


def test_an_order_older_than_all_others_starts_again() -> None:
    """
    Past 95 h only five of a hundred are left to judge by: it is given the 90 h the slowest tenth took from the start.
    """
    remaining, chance = Rest(np.arange(1.0, 101.0), np.ones(100)).ahead(np.array([95.0]), np.array([10.0]))

    assert (remaining.tolist(), chance.tolist()) == ([90.0], [1.0])
