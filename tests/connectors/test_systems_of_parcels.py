"""Shipping and tracking services as they are declared: which request is asked, which rows come, and a KPI of them."""

from datetime import date
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


def tracker(
    number: int, status: str, came: str | None = None, eta: str = "2025-03-05", **more: Any
) -> dict[str, Any]:
    """A tracker of EasyPost, picked up on 3 March 2025 at ten, delivered at noon where it was."""
    details = [
        ("pre_transit", "2025-03-02T10:00:00Z"), ("in_transit", "2025-03-04T01:00:00Z"),
        ("in_transit", "2025-03-03T10:00:00Z"), *([("delivered", f"{came}T12:00:00Z")] if came else []),
    ]  # fmt: skip
    return {
        "id": f"trk_{number}", "status": status, "carrier": "USPS", "weight": 16.0,
        "created_at": "2025-03-02T10:00:00Z",
        "updated_at": "2025-03-09T10:00:00Z", "est_delivery_date": f"{eta}T00:00:00Z",
        "tracking_details": [
            {"status": word, "datetime": at, "tracking_location": {"city": "BERKELEY"}} for word, at in details
        ], **more,
    }  # fmt: skip


def paged_by_last(trackers: list[dict[str, Any]], size: int) -> Any:
    """Lists as EasyPost does: those behind an identifier, and whether there are more."""

    def answer(asked: Asked) -> Told:
        ids = [each["id"] for each in trackers]
        start = ids.index(asked.parameters["before_id"]) + 1 if "before_id" in asked.parameters else 0
        return Told({"trackers": trackers[start : start + size], "has_more": start + size < len(trackers)})

    return answer


def test_easypost_trackers_and_scans(calling) -> None:
    """
    Of three parcels one came on its estimated day, one four days later and one went back: 1 of 3. One that was not
    scanned yet is left out; 16 ounces are 454 g; a status EasyPost does not document waits.
    """
    trackers = [
        tracker(1, "delivered", "2025-03-05"), tracker(2, "delivered", "2025-03-09"), tracker(3, "pre_transit"),
        tracker(4, "return_to_sender"), tracker(5, "teleported"),
    ]  # fmt: skip
    with opened(paged_by_last(trackers, 2)) as service:
        report = calling.sync(source("easypost", service.host, "2025-01-01"))

    start = {"page_size": "100", "start_datetime": "2025-01-01T00:00:00Z"}
    assert [each.parameters for each in service.asked[:3]] == [
        start, {**start, "before_id": "trk_2"}, {**start, "before_id": "trk_4"},
    ]  # fmt: skip
    assert stored(calling, "shipments", "shipment_id", "status", "weight_g", "shipped_day", "delivered_day") == [
        ("trk_1", "delivered", 454, date(2025, 3, 3), date(2025, 3, 5)),
        ("trk_2", "delivered", 454, date(2025, 3, 3), date(2025, 3, 9)),
        ("trk_4", "returned_to_sender", 454, date(2025, 3, 3), None),
    ]  # fmt: skip
    assert sum(each.rejected for each in report.counts) == 1
    assert stored(calling, "tracking_events", "shipment_id", "event", "place") == [
        ("trk_1", "EMI", "BERKELEY"), ("trk_2", "EMI", "BERKELEY"),
    ]  # fmt: skip
    told = kpi(calling, "eta_accuracy_rate")
    assert (told["numerator"], told["denominator"]) == (1, 3)


def test_recorded_trackers_of_easypost(calling, shared) -> None:
    """
    Ten trackers on two pages of five were recorded, none of them scanned; the second page is asked for behind the
    last of the first. With a delivery written into one it is a parcel of USPS that came on 8 March 2025.
    """
    exchanges = recorded(shared, "easypost/test_tracker_get_next_page.json")
    first, second = (each["response"]["body"] for each in exchanges)
    came = {
        "status": "delivered",
        "datetime": "2025-03-08T15:00:00Z",
        "tracking_location": {"city": "CHARLESTON"},
    }
    second["trackers"][1] |= {"status": "delivered"}
    second["trackers"][1]["tracking_details"].append(came)
    second["has_more"] = False
    with opened(lambda asked: Told(second if "before_id" in asked.parameters else first)) as service:
        report = calling.sync(source("easypost", service.host))

    assert report.status is RunStatus.OK
    behind = exchanges[1]["request"]["uri"].partition("before_id=")[2].partition("&")[0]
    assert service.asked[1].parameters["before_id"] == behind
    assert stored(calling, "shipments", "shipment_id", "carrier", "status", "delivered_day") == [
        (second["trackers"][1]["id"], "USPS", "delivered", date(2025, 3, 8)),
    ]  # fmt: skip
    assert stored(calling, "tracking_events", "event", "place") == [("EMI", "CHARLESTON")]
