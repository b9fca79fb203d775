"""Golden cases of faultless orders: orders, claims and declarations in, score out."""

from datetime import date
from typing import Any

from golden_cases import CASES, only
from made_facts import component_rows, made, scored

from kpi.catalog import find
from kpi.period import Span
from kpi.score import score
from store.facts import Claims, CustomsEntries, OrderLines, Orders, Returns, Shipments
from store.lake import Lake

YEAR = Span(date(2025, 1, 1), date(2025, 12, 31))


def faulty(rows: list[dict[str, Any]]) -> dict[Any, Any]:
    """Orders due on 10 March with the faults a case names: late, short, damaged, wrongly declared."""
    orders = [
        {
            "order_id": row["order_id"],
            "ordered_day": "2025-03-01",
            "handed_over_day": "2025-03-03",
            "promised_day": "2025-03-10",
            "delivered_day": "2025-03-09" if row["on_time"] else "2025-03-12",
        }
        for row in rows
    ]
    lines = [
        {
            "line_id": row["order_id"],
            "order_id": row["order_id"],
            "units": 2,
            "units_delivered": 2 if row["in_full"] else 1,
        }
        for row in rows
    ]
    damages = [
        {
            "claim_id": row["order_id"],
            "order_id": row["order_id"],
            "kind": "damage",
            "reported_day": "2025-03-14",
        }
        for row in rows
        if not row["damage_free"]
    ]
    wrong = [row["order_id"] for row in rows if not row["docs_ok"]]
    shipments = [{"shipment_id": f"S{each}", "order_id": each, "shipped_day": "2025-03-03"} for each in wrong]
    entries = [
        {"entry_id": each, "shipment_id": f"S{each}", "lodged_day": "2025-03-04", "shipper_corrections": 1}
        for each in wrong
    ]
    return {
        Orders: made(Orders, orders),
        OrderLines: made(OrderLines, lines),
        Claims: made(Claims, damages),
        Shipments: made(Shipments, shipments),
        CustomsEntries: made(CustomsEntries, entries),
    }


def test_a_perfect_order_has_no_fault_at_all(lake: Lake) -> None:
    """
    Six of ten orders are perfect; the product of the four shares is 46 %, another figure of another name.
    """
    case = CASES["sh_perfect_order_joint"]

    joint = only(scored(lake, find("perfect_order_rate"), faulty(case.inputs["orders"]), YEAR))
    index = only(scored(lake, find("perfect_order_index"), {}, YEAR))

    assert joint["value"] == case.close(case.expected["value"])
    assert index["value"] == case.close(case.expected["product_index"])
    found = {
        "on_time": index["share_on_time"],
        "in_full": index["share_in_full"],
        "damage_free": index["share_damage_free"],
        "docs_ok": index["share_documents_right"],
    }
    assert found == case.close(case.expected["components"])
    assert joint["value"] != case.close(case.expected["product_index"])


def test_the_index_is_the_product_of_its_shares() -> None:
    """
    0.98 x 0.97 x 0.99 x 0.82 = 0.7717, as published; nothing counted is no value.
    """
    case = CASES["sh_perfect_order_index_published"]
    kpi = find("perfect_order_index")
    names = ("on_time", "in_full", "damage_free", "documents_right")
    shares = {
        f"{kpi.key}__share_{name}": round(row["rate"] * 100)
        for name, row in zip(names, case.inputs["components"], strict=True)
    }
    rows = component_rows(kpi, [{"num": 0, "den": 100, "n": 100}])

    known = rows.with_columns(**shares)

    assert score(kpi, known)["value"].to_list() == [case.close(case.expected["value"])]


def test_only_what_the_seller_cancels_counts_against_the_seller(lake: Lake) -> None:
    """
    One of five orders was cancelled by the seller; customers and the fraud check cancelled two more.
    """
    case = CASES["sh_cancellation"]
    rows = [
        {
            "order_id": row["order"],
            "ordered_day": "2025-05-01",
            "status": row["status"],
            "cancelled_by": row["cancelled_by"],
        }
        for row in case.inputs["orders"]
    ]

    found = only(scored(lake, find("seller_cancellation_rate"), {Orders: made(Orders, rows)}, YEAR))

    assert {name: found[name] for name in case.expected} == case.close(case.expected)
    case.refuses(all_cancellations=found["value"])


def test_an_address_is_verified_before_the_label_or_not_at_all(lake: Lake) -> None:
    """
    Checked before the label, after it, and not at all; the fourth order tells nothing and is left out.
    """
    rows = [
        {"address_verified_at": "2025-05-01T08:00:00Z", "label_printed_at": "2025-05-01T09:00:00Z"},
        {"address_verified_at": "2025-05-01T10:00:00Z", "label_printed_at": "2025-05-01T09:00:00Z"},
        {"label_printed_at": "2025-05-01T09:00:00Z"},
        {},
    ]
    day = {"ordered_day": "2025-05-01", "handed_over_day": "2025-05-02"}
    orders = [{"order_id": number, **day, **row} for number, row in enumerate(rows)]

    found = only(scored(lake, find("address_verification_rate"), {Orders: made(Orders, orders)}, YEAR))

    assert (found["numerator"], found["denominator"], found["excluded_not_told"]) == (1, 3, 1)


def test_a_return_that_waits_too_long_is_a_miss(lake: Lake) -> None:
    """
    Refunded after two days and not at all within five; who returned something in May came back in July.
    """
    returns = [
        {"returned_at": "2025-05-10T10:00:00Z", "requested_at": "2025-05-05T10:00:00Z",
         "refunded_at": "2025-05-12T10:00:00Z"},
        {"returned_at": "2025-05-10T10:00:00Z", "status": "received"},
    ]  # fmt: skip
    orders = [("a", "2025-05-01"), ("b", "2025-05-02"), ("c", "2025-07-01")]
    facts = {
        Orders: made(
            Orders,
            [
                {"order_id": key, "customer_id": "x" if key != "b" else "y", "ordered_day": day}
                for key, day in orders
            ],
        ),
        Returns: made(
            Returns,
            [
                {"return_id": n, "order_id": key, **row}
                for n, (key, row) in enumerate(zip("ab", returns, strict=True))
            ],
        ),
    }

    hours = only(scored(lake, find("return_processing_time"), facts, YEAR))
    days = only(scored(lake, find("refund_time"), {}, YEAR))
    in_time = only(scored(lake, find("return_processed_in_time_rate"), {}, YEAR))
    again = only(scored(lake, find("repeat_purchase_after_return_rate"), {}, YEAR))

    assert (hours["value"], hours["open"], days["value"]) == (48, 1, 7)
    assert (in_time["numerator"], in_time["denominator"]) == (1, 2)
    assert (again["numerator"], again["denominator"]) == (1, 2)
