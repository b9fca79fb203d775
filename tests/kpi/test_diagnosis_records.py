"""The records of a KPI, as explain tells them, meet the steps that rules have judged."""

from datetime import date, timedelta

import polars as pl
import pytest
from made_facts import Row, made, put
from made_rules import PACKING, version_of

from kpi.catalog import KPIS, find
from kpi.compute import refresh
from kpi.engine import AsOf
from kpi.explain import Side, explain
from kpi.model import Better
from kpi.period import Span
from kpi.question import Question
from sop.diagnosis.joined import counted, joined, records_of
from sop.outcomes.cases import case_results
from sop.systems import judge_cases
from store.contract import polars_schema
from store.facts import Orders, Shipments
from store.lake import Lake
from store.scope import LOCAL_OWNER

DAY = date(2025, 1, 6)
UNTIL = DAY + timedelta(days=20)
SHARES = sorted(key for key, kpi in KPIS.items() if kpi.is_share_of_rows and len(kpi.sides) == 1)
ADDRESS = (
    PACKING.replace("cases: process_events within 2 d", "cases: orders from ordered_at within 2 d")
    .replace(
        'Rule: "Address verified" before "Label printed"', "Rule: address_verified_at before label_printed_at"
    )
    .split("### 2. ")[0]
)


def order(number: int, verified: int, printed: int) -> Row:
    """An order whose address was verified and whose label was printed so many hours after midnight."""
    at = [f"{DAY}T{hour:02}:00:00Z" for hour in (0, verified, printed)]
    return {
        "order_id": f"O{number}", "market": "DE", "ordered_at": at[0], "address_verified_at": at[1],
        "label_printed_at": at[2],
    }  # fmt: skip


def parcel(number: int, days: int) -> Row:
    """The parcel of an order, promised for three days later and delivered after so many."""
    return {
        "shipment_id": f"S{number}", "order_id": f"O{number}", "market": "DE", "status": "delivered",
        "promised_day": DAY + timedelta(days=3), "delivered_at": f"{DAY + timedelta(days=days)}T12:00:00Z",
    }  # fmt: skip


def test_late_parcels_meet_the_address_check_of_their_order(lake: Lake) -> None:
    """
    Of three verified in time one parcel is late; of two that were not, both are; a sixth parcel has no order here.
    """
    put(lake, Orders, made(Orders, [order(n, 1, 2) for n in (1, 2, 3)] + [order(n, 9, 2) for n in (4, 5)]))
    put(lake, Shipments, made(Shipments, [parcel(n, 2 if n < 3 else 5) for n in range(1, 7)]))
    judge_cases(lake, [version_of(ADDRESS, date(2025, 1, 1))])
    as_of, kpi = AsOf.end_of(UNTIL), find("on_time_delivery_rate")
    refresh(lake, as_of, kpis=[kpi])

    told = explain(lake, LOCAL_OWNER, kpi, Question(Span(DAY, UNTIL)), Side.DENOMINATOR)
    records = records_of(told, kpi).lazy()
    cases = lake.scan("shipments", polars_schema(Shipments)).select(
        pl.col("shipment_id").alias("record"), pl.col("order_id").alias("case")
    )
    steps = case_results(lake, ["packing"], {"packing": "order_id"}, Span(DAY, UNTIL), as_of.epoch)
    found = joined(records, steps, cases)

    assert counted(found, ("sop", "market")).rows() == [("packing", "DE", 3, 1, 2, 2)]
    assert (records.collect().height, found.collect().height) == (6, 5)


@pytest.mark.parametrize("key", SHARES)
def test_what_failed_is_what_the_numerator_lacks(key: str, lake_of_seed: Lake) -> None:
    """
    For every KPI that is a share of rows: as many failed records as rows that should have been hits, or should not.
    """
    kpi, year = KPIS[key], Span(date(2024, 9, 1), date(2024, 12, 31))
    told = explain(lake_of_seed, LOCAL_OWNER, kpi, Question(year, percentiles=False), Side.DENOMINATOR)

    failed = int(records_of(told, kpi)["failed"].sum())

    hits, of = told["numerator"].sum(), told["denominator"].sum()
    assert failed == (hits if kpi.better is Better.LOWER else of - hits)
