"""Shipping and tracking services as they are declared: which request is asked, which rows come, and a KPI of them."""

from typing import Any

import pytest
from openapi_rules import Rules, legal
from system_calls import kpi, listed, recorded, source, stored
from web_shop import Asked, Told, opened

from store.state.runs import RunStatus


def label(number: int, cost: str, **more: Any) -> dict[str, Any]:
    """A label of ShipStation of 3 March 2025 for a parcel to the United States."""
    return {
        "label_id": f"se-{number}", "created_at": f"2025-03-03T10:00:0{number}Z", "ship_date": "2025-03-03",
        "voided": False, "is_return_label": False, "tracking_status": "in_transit", "carrier_code": "ups",
        "is_international": False, "trackable": True, "external_order_id": f"o{number}",
        "shipment_cost": {"currency": "usd", "amount": float(cost)}, **more,
    }  # fmt: skip


LABELS = [
    label(1, "8.10"), label(2, "11.90", tracking_status="delivered"), label(3, "99.00", voided=True),
    label(4, "5.00", is_return_label=True), label(5, "10.00", tracking_status="error", is_international=True),
]  # fmt: skip


def test_shipstation_labels(calling) -> None:
    """
    8.10, 11.90 and 10.00 are 10.00 a parcel; the voided label is none, the return is not sent by us, and a status
    nobody knows waits.
    """
    odd = [*LABELS, label(6, "3.00", tracking_status="teleported")]
    with opened(listed(odd, "labels")) as service:
        report = calling.sync(source("shipstation", service.host, "2025-01-01"))

    assert service.asked[0].headers["API-Key"] == "canary-2718281"
    assert service.asked[0].parameters == {
        "sort_by": "created_at", "sort_dir": "asc", "page": "1", "page_size": "100",
        "created_at_start": "2025-01-01T00:00:00Z",
    }  # fmt: skip
    assert stored(calling, "shipments", "shipment_id", "order_id", "status", "international", "freight_micros") == [
        ("se-1", "o1", "in_transit", False, 8_100_000), ("se-2", "o2", "delivered", False, 11_900_000),
        ("se-3", "o3", "cancelled_before_dispatch", False, 99_000_000), ("se-5", "o5", "in_transit", True, 10_000_000),
    ]  # fmt: skip
    assert report.counts[0].rejected == 1
    assert kpi(calling, "transportation_cost_per_shipment")["value"] == pytest.approx(10)


def test_requests_to_shipstation_are_legal(calling, shared) -> None:
    """The vendor's own specification finds nothing wrong with any of three requests, nor with the answers."""
    rules = Rules(recorded(shared, "shipstation/openapi_trimmed.json"))
    pages = {"1": LABELS[:3], "2": LABELS[3:]}

    def answer(asked: Asked) -> Told:
        links = {"first": {"href": service.host}, "last": {"href": service.host}, "prev": {}, "next": {}}
        page = asked.parameters["page"]
        return Told(
            {"labels": pages.get(page, []), "total": 5, "page": int(page), "pages": 2, "links": links}
        )

    with opened(legal(rules, answer)) as service:
        report = calling.sync(source("shipstation", service.host))

    assert (report.status, len(service.asked), report.counts[0].new) == (RunStatus.OK, 3, 4)
    assert rules.wrong(Asked("/v1/labels", {"page_size": "many", "pages": "1"}, {})) == [
        "not signed in by api-key", "unknown parameter pages", "page_size: 'many' is not of type 'integer'",
    ]  # fmt: skip
    assert rules.wrong(Asked("/v1/label", {}, {})) == ["no GET /v1/label"]


def test_shippo_orders_and_lines(calling) -> None:
    """12.10 and 7.90 are 10.00 an order on two pages; a status Shippo does not know itself waits."""

    def order(number: int, status: str, net: str, **more: Any) -> dict[str, Any]:
        line = {"object_id": f"l{number}", "sku": "HM", "quantity": 2, "total_price": net, "currency": "USD"}
        return {
            "object_id": f"o{number}", "order_status": status, "placed_at": "2025-03-03T09:00:00.727Z",
            "subtotal_price": net, "currency": "USD", "shop_app": "Shopify", "test": False,
            "to_address": {"country": "US"}, "line_items": [line], **more,
        }  # fmt: skip

    rest = [order(2, "SHIPPED", "7.90"), order(3, "UNKNOWN", "1.00"), order(4, "PAID", "9.00", test=True)]

    def answer(asked: Asked) -> Told:
        if asked.parameters.get("page") == "2":
            return Told({"next": None, "results": rest})
        return Told({"next": f"{service.host}/orders/?page=2", "results": [order(1, "PAID", "12.10")]})

    with opened(answer) as service:
        report = calling.sync(source("shippo", service.host, "2025-01-01"))

    assert service.asked[0].headers["Authorization"] == "ShippoToken canary-2718281"
    assert service.asked[0].parameters == {"results": "100", "start_date": "2025-01-01T00:00:00Z"}
    assert stored(calling, "orders", "order_id", "status", "units", "net_micros") == [
        ("o1", "open", 2, 12_100_000), ("o2", "shipped", 2, 7_900_000), ("o4", "test", 2, 9_000_000),
    ]  # fmt: skip
    assert sum(each.rejected for each in report.counts) == 1
    assert kpi(calling, "average_order_value")["value"] == pytest.approx(10)


def test_recorded_orders_of_shippo(calling, shared) -> None:
    """
    Order #1068 over 12.10 was a test of 10 January 2022; with the mark taken off it is open and has one line. The
    other one has the status UNKNOWN and waits.
    """
    (exchange,) = recorded(shared, "shippo/order_test_list_all.json")
    body = exchange["response"]["body"]
    for marked, status in ((True, "test"), (False, "open")):
        body["results"][0]["test"] = marked
        with opened(lambda _: Told(body)) as service:
            report = calling.sync(source("shippo", service.host), full=True)
        assert report.status is RunStatus.OK
        assert stored(calling, "orders", "market", "status", "net_micros") == [("US", status, 12_100_000)]
    assert stored(calling, "order_lines", "product", "units", "net_micros") == [("HM-123", 1, 12_100_000)]
    assert any("state is 'UNKNOWN'" in reason for reason in calling.reasons())
    assert kpi(calling, "average_order_value")["value"] == pytest.approx(12.10)
