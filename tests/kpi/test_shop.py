"""The shop after returns, people counted once, and charges that no shipment takes: numbers one can add up."""

from datetime import date

import pytest
from golden_cases import only
from made_facts import Row, made, put, scored

from kpi.catalog import find
from kpi.compute import prepare_all
from kpi.engine import AsOf
from kpi.explain import Side, explain
from kpi.period import Every, Span
from kpi.question import Question
from store.facts import (
    AdSpend,
    Carts,
    DesiredActions,
    FreightCharges,
    Orders,
    Returns,
    Shipments,
    WebSessions,
)
from store.lake import Lake
from store.scope import LOCAL_OWNER
from store.state import segment_pairs
from store.state.segments import SegmentError

DAY = date(2025, 3, 10)
MARCH = Span(date(2025, 3, 1), date(2025, 3, 31))
LATE = AsOf.end_of(date(2025, 9, 30))


def visit(name: str, visitor: str | None, bought: int, day: date = DAY) -> Row:
    return {"session_id": name, "visitor_id": visitor, "session_day": day, "purchase_sessions": bought}


def test_a_visitor_counts_once(lake: Lake) -> None:
    """
    Two of three visitors bought, one of them twice; by day they do not add up, and a visit of nobody is left out.
    """
    rows = [
        visit("1", "ann", 1), visit("2", "ann", 1, date(2025, 3, 11)), visit("3", "bo", 0),
        visit("4", "bo", 1, date(2025, 3, 11)), visit("5", "cy", 0), visit("6", None, 1),
    ]  # fmt: skip
    kpi = find("visitor_conversion_rate")

    whole = only(scored(lake, kpi, {WebSessions: made(WebSessions, rows)}, MARCH))
    days = scored(lake, kpi, {}, MARCH, Every.DAY).sort("period")
    behind = explain(lake, LOCAL_OWNER, kpi, Question(MARCH), Side.NUMERATOR)
    among = explain(lake, LOCAL_OWNER, kpi, Question(MARCH), Side.DENOMINATOR)

    assert (whole["numerator"], whole["denominator"], whole["excluded_no_visitor"]) == (2, 3, 1)
    assert whole["value"] == pytest.approx(2 / 3)
    assert days.select("numerator", "denominator").rows() == [(1, 3), (2, 2)]
    assert (behind["numerator"].sum(), among["denominator"].sum(), among.height) == (2, 3, 5)


def test_conversion_waits_two_days_for_its_last_figures(lake: Lake) -> None:
    """
    The visits of the 10th are provisional on the 11th and final on the 12th.
    """
    facts = {WebSessions: made(WebSessions, [visit("1", None, 1)])}

    told = [
        only(scored(lake, find("conversion_rate"), facts, MARCH, as_of=AsOf.end_of(date(2025, 3, day))))[
            "status"
        ]
        for day in (11, 12)
    ]

    assert told == ["provisional", "on_target"]


def test_what_customers_kept_of_an_order(lake: Lake) -> None:
    """
    100 euro for four pieces, one sent back in time, and 60 euro kept: 67.50 each once the windows are over.
    """
    rows = [
        {
            "order_id": "a",
            "ordered_day": DAY,
            "delivered_day": DAY,
            "units": 4,
            "net": "100",
            "currency": "EUR",
        },
        {
            "order_id": "b",
            "ordered_day": DAY,
            "delivered_day": DAY,
            "units": 1,
            "net": "60",
            "currency": "EUR",
        },
    ]
    back = [
        {"return_id": "1", "order_id": "a", "returned_day": date(2025, 4, 1), "units": 1},
        {"return_id": "2", "order_id": "a", "returned_day": date(2025, 6, 1), "units": 2},
    ]
    facts = {Orders: made(Orders, rows), Returns: made(Returns, back)}
    kpi = find("net_aov")

    assert only(scored(lake, kpi, facts, MARCH, as_of=LATE))["value"] == 67.5
    early = only(scored(lake, kpi, {}, MARCH, as_of=AsOf.end_of(date(2025, 4, 8))))
    assert (early["value"], early["immature"]) == (None, 2)


def test_spend_pays_by_what_is_kept_and_by_all_that_is_sold(lake: Lake) -> None:
    """
    400 euro credited, 100 sent back, 60 spent: 5 net of returns; all orders of the market were 600: 10 in all.
    """
    spend = {
        "spend_id": "1", "market": "DE", "spend_day": DAY, "currency": "EUR", "spend": 60, "revenue": 400,
        "returned": 100,
    }  # fmt: skip
    order = {"order_id": "a", "market": "DE", "ordered_day": DAY, "net": "600", "currency": "EUR"}
    facts = {AdSpend: made(AdSpend, [spend]), Orders: made(Orders, [order])}

    net = only(scored(lake, find("roas_net_of_returns"), facts, MARCH, as_of=LATE))
    blended = only(scored(lake, find("mer"), {}, MARCH, as_of=LATE))

    assert (net["value"], blended["value"]) == (5, 10)


def test_only_checkouts_that_began_can_be_abandoned(lake: Lake) -> None:
    """
    Three carts, two checkouts, one order: half of the checkouts were abandoned, two of three carts.
    """
    at = "2025-03-10T12:00:00Z"
    rows = [
        {"cart_id": "1", "created_at": at, "checkout_at": at, "ordered_at": "2025-03-10T12:05:00Z"},
        {"cart_id": "2", "created_at": at, "checkout_at": at},
        {"cart_id": "3", "created_at": at},
    ]

    found = only(scored(lake, find("checkout_abandonment_rate"), {Carts: made(Carts, rows)}, MARCH))

    assert found["value"] == 0.5
    assert only(scored(lake, find("cart_abandonment_rate"), {}, MARCH))["value"] == pytest.approx(2 / 3)


def test_actions_are_what_the_firm_declares(lake: Lake) -> None:
    """
    Whatever stands in the column is an action: 2 % took the newsletter, 10 % asked for a quote.
    """
    rows = [
        {"action_id": action, "action": action, "action_day": DAY, "visits": visits, "completed": took}
        for action, visits, took in [("newsletter", 500, 10), ("quote", 100, 10)]
    ]
    facts = {DesiredActions: made(DesiredActions, rows)}

    found = scored(lake, find("action_conversion_rate"), facts, MARCH, by=("action",))

    assert dict(found.select("action", "value").iter_rows()) == {"newsletter": 0.02, "quote": 0.1}


def charge(name: str, **target: str) -> Row:
    return {"charge_id": name, **target, "service_day": DAY, "currency": "EUR", "amount": 10}


def test_charges_that_no_shipment_takes_are_counted(lake: Lake) -> None:
    """
    One charge for a shipment nobody knows, two for an empty consolidation: left out twice, until the goods turn up.
    """
    sent = {"shipment_id": "a", "shipped_day": DAY, "status": "delivered", "weight_g": 500}
    charges = [charge("1", shipment_id="a"), charge("2", shipment_id="lost"), charge("3", consolidation="K"),
               charge("4", consolidation="K")]  # fmt: skip
    facts = {Shipments: made(Shipments, [sent]), FreightCharges: made(FreightCharges, charges)}
    kpi = find("transportation_cost_per_order")

    found = only(scored(lake, kpi, facts, MARCH))
    left_out = explain(lake, LOCAL_OWNER, kpi, Question(MARCH), Side.EXCLUDED)

    assert (found["value"], found["n"], found["excluded_unallocated_charge"]) == (10, 1, 2)
    assert left_out["key"].to_list() == ["consolidation K", "lost"]

    put(lake, Shipments, made(Shipments, [{**sent, "shipment_id": "b", "consolidation": "K"}]))
    prepare_all(lake)
    later = only(scored(lake, kpi, {}, MARCH))
    assert (later["value"], later["n"], later["excluded_unallocated_charge"]) == (15, 2, 1)


def test_a_comma_does_not_part_pairs() -> None:
    """
    `carrier=DHL,mode=air` is refused with the right way to write it; a name with a comma is a name.
    """
    with pytest.raises(SegmentError, match="'carrier=DHL;mode=air'"):
        segment_pairs("carrier=DHL,mode=air")

    assert segment_pairs("carrier=Smith, Inc.;mode=air") == {"carrier": "Smith, Inc.", "mode": "air"}
