"""Shops as they are declared: which request is asked, which rows come of the answer, and a KPI of them."""

from typing import Any

import pytest
from system_calls import by_path, gone_asked, kpi, listed, recorded, signed_in, source, stored
from web_shop import Asked, Told, opened

from store.state.runs import RunStatus

WOO = "/wp-json/wc/v3/orders"
SHOPIFY = "/admin/api/2025-07/orders.json"


def woo(number: int, status: str, *lines: tuple[int, str], **more: Any) -> dict[str, Any]:
    """An order of WooCommerce of noon, 3 March 2025, with pieces and total of each line."""
    items = [
        {"id": number * 10 + at, "sku": "", "product_id": 90 + at, "quantity": pieces, "total": total}
        for at, (pieces, total) in enumerate(lines)
    ]
    return {
        "id": number, "status": status, "currency": "USD", "customer_id": 0, "created_via": "checkout",
        "date_created_gmt": "2025-03-03T12:00:00", "date_modified_gmt": "2025-03-03T13:00:00",
        "date_paid_gmt": "2025-03-03T12:01:00", "line_items": items,
        "shipping": {"country": ""}, "billing": {"country": "US"}, **more,
    }  # fmt: skip


def test_woocommerce_orders_and_lines(calling) -> None:
    """
    18.00 and 10.00 are 14.00 an order; what failed is none and has no lines, an unknown status waits with its word.
    """
    orders = [
        woo(1, "processing", (2, "6.00"), (1, "12.00")), woo(2, "completed", (4, "10.00"), shipping={"country": "CA"}),
        woo(3, "failed", (1, "99.00")), woo(4, "wc-odd"),
    ]  # fmt: skip
    with opened(by_path({WOO: listed(orders)})) as shop:
        report = calling.sync(source("woocommerce", shop.host, "2025-01-01"))

    assert signed_in(shop.asked[0]) == "ann@example.com:canary-2718281"
    assert shop.asked[0].parameters == {
        "orderby": "id", "order": "asc", "dates_are_gmt": "true", "status": "any", "page": "1", "per_page": "100",
        "modified_after": "2025-01-01T00:00:00Z",
    }  # fmt: skip
    assert stored(calling, "orders", "order_id", "market", "status", "units", "net_micros") == [
        ("1", "US", "open", 3, 18_000_000), ("2", "CA", "completed", 4, 10_000_000),
        ("3", "US", "cancelled", 1, 99_000_000),
    ]  # fmt: skip
    assert stored(calling, "order_lines", "line_id", "product", "units") == [
        ("10", "90", 2), ("11", "91", 1), ("20", "90", 4),
    ]  # fmt: skip
    assert sum(each.rejected for each in report.counts) == 1
    assert "status is 'wc-odd'" in calling.reasons()[0]
    assert kpi(calling, "average_order_value")["value"] == pytest.approx(14)


def test_orders_in_the_trash_of_woocommerce_are_gone(calling) -> None:
    """Of three orders over 14.00 one was thrown away with its line, though nothing else of it changed."""
    orders = [woo(number, "completed", (2, "14.00")) for number in (1, 2, 3)]

    def answer(asked: Asked) -> Told:
        first = asked.parameters["page"] == "1"
        return Told(([orders[2]] if gone_asked(asked) else orders) if first else [])

    with opened(by_path({WOO: answer})) as shop:
        report = calling.sync(source("woocommerce", shop.host, "2025-01-01"))

    assert [(each.read, each.deleted) for each in report.counts] == [(3, 1), (3, 1)]
    assert stored(calling, "orders", "order_id") == [("1",), ("2",)]
    assert stored(calling, "order_lines", "line_id") == [("10",), ("20",)]
    told = kpi(calling, "average_order_value")
    assert (told["denominator"], told["value"]) == (2, pytest.approx(14))


def test_recorded_orders_of_woocommerce(calling, shared) -> None:
    """
    Order 727 of 22 March 2017, 19:28:02 UTC, is over 18.00 without 10.00 of shipping and 1.35 of tax: two pieces at
    3.00 of article 93 and one of Bar3 at 12.00. The lines of all orders add up to the orders.
    """
    (orders,) = [
        each["json"] for each in recorded(shared, "woocommerce/orders.json") if isinstance(each["json"], list)
    ]
    with opened(listed(orders)) as shop:
        report = calling.sync(source("woocommerce", shop.host))

    assert report.status is RunStatus.OK
    known = {row["order_id"]: row for row in calling.stored("orders").iter_rows(named=True)}
    assert known.keys() == {str(each["id"]) for each in orders}
    assert (known["727"]["net_micros"], known["727"]["units"], known["727"]["market"]) == (
        18_000_000,
        3,
        "US",
    )
    assert str(known["727"]["ordered_at"]) == "2017-03-22 19:28:02+00:00"
    lines = stored(calling, "order_lines", "line_id", "order_id", "product", "net_micros")
    assert [line for line in lines if line[1] == "727"] == [
        ("315", "727", "93", 6_000_000), ("316", "727", "Bar3", 12_000_000),
    ]  # fmt: skip
    assert sum(row["net_micros"] for row in known.values()) == sum(line[3] for line in lines)


def shopify(number: int, subtotal: str, **more: Any) -> dict[str, Any]:
    """An order of Shopify of noon, 3 March 2025: two of one article and one of another, with tax on both."""
    line = {"price": "10.00", "discount_allocations": [{"amount": "1.50"}], "tax_lines": [{"price": "1.00"}]}
    return {
        "id": number, "test": False, "cancelled_at": None, "cancel_reason": None, "fulfillment_status": None,
        "created_at": "2025-03-03T07:00:00-05:00", "updated_at": "2025-03-03T13:00:00Z", "currency": "USD",
        "source_name": "web", "customer": {"id": 5}, "shipping_address": {"country_code": "US"},
        "subtotal_price": subtotal, "taxes_included": False, "refunds": [],
        "line_items": [
            {**line, "id": number * 10, "sku": "A", "quantity": 2},
            {**line, "id": number * 10 + 1, "sku": "B", "quantity": 1},
        ], **more,
    }  # fmt: skip


def test_shopify_orders_lines_and_refunds(calling) -> None:
    """
    27.00 without tax, and 27.00 of which 2.00 are tax: 26.00 an order. Test orders and cancelled ones count for
    nothing. Of three refunded pieces two had been sent, one was only taken off its order.
    """
    refund = {"created_at": "2025-03-09T10:00:00Z"}
    back = [
        {"id": 7, "quantity": 2, "restock_type": "return", "line_item": {"sku": "A"}},
        {"id": 8, "quantity": 1, "restock_type": "cancel", "line_item": {"sku": "B"}},
    ]
    first = [
        shopify(1, "27.00"),
        shopify(
            2, "27.00", taxes_included=True, fulfillment_status="fulfilled",
            refunds=[{**refund, "id": 6, "refund_line_items": back}],
        ),
    ]  # fmt: skip
    rest = [
        shopify(3, "5.00", test=True),
        shopify(4, "5.00", cancelled_at="2025-03-04T00:00:00Z", cancel_reason="inventory"),
        shopify(5, "5.00", fulfillment_status="lost", line_items=[]),
    ]

    def answer(asked: Asked) -> Told:
        if "page_info" in asked.parameters:
            return Told({"orders": rest})
        return Told({"orders": first}, 200, {"Link": f'<{shop.host}{SHOPIFY}?page_info=x>; rel="next"'})

    with opened(by_path({SHOPIFY: answer})) as shop:
        report = calling.sync(source("shopify", shop.host, "2025-01-01"))

    assert shop.asked[0].headers["X-Shopify-Access-Token"] == "canary-2718281"
    assert shop.asked[0].parameters == {
        "status": "any", "limit": "250", "updated_at_min": "2025-01-01T00:00:00Z",
    }  # fmt: skip
    assert stored(calling, "orders", "order_id", "status", "cancelled_by", "units", "net_micros") == [
        ("1", "open", None, 3, 27_000_000), ("2", "shipped", None, 3, 25_000_000), ("3", "test", None, 3, 5_000_000),
        ("4", "cancelled", "out_of_stock", 3, 5_000_000),
    ]  # fmt: skip
    assert sum(each.rejected for each in report.counts) == 1
    assert "state is 'lost'" in calling.reasons()[0]
    assert stored(calling, "order_lines", "line_id", "product", "net_micros")[:4] == [
        ("10", "A", 18_500_000), ("11", "B", 8_500_000), ("20", "A", 17_500_000), ("21", "B", 7_500_000),
    ]  # fmt: skip
    assert stored(calling, "returns", "return_id", "order_id", "product", "units") == [("7", "2", "A", 2)]
    assert kpi(calling, "average_order_value")["value"] == pytest.approx(26)


def test_a_recorded_order_of_shopify(calling, shared) -> None:
    """
    Order 450789469 of 10 January 2008, 16:00 UTC, over 597.00: three pieces at 199.00. Two of them came back on 20
    June 2016.
    """
    (order,) = recorded(shared, "shopify/orders.json")["orders"]
    lines = recorded(shared, "shopify/order.json")["order"]["line_items"]
    whole = {**order, "line_items": lines, "refunds": [recorded(shared, "shopify/refund.json")["refund"]]}
    with opened(lambda _: Told({"orders": [whole]})) as shop:
        report = calling.sync(source("shopify", shop.host))

    assert report.status is RunStatus.OK
    (row,) = calling.stored("orders").iter_rows(named=True)
    assert (row["order_id"], row["market"], row["units"], row["net_micros"]) == (
        "450789469", "US", 3, 597_000_000,
    )  # fmt: skip
    assert str(row["ordered_at"]) == "2008-01-10 16:00:00+00:00"
    assert stored(calling, "order_lines", "line_id", "product", "net_micros") == [
        ("466157049", "IPOD2008GREEN", 199_000_000), ("518995019", "IPOD2008RED", 199_000_000),
        ("703073504", "IPOD2008BLACK", 199_000_000),
    ]  # fmt: skip
    assert stored(calling, "returns", "return_id", "product", "units") == [
        ("104689539", "IPOD2008BLACK", 1), ("709875399", "IPOD2008GREEN", 1),
    ]  # fmt: skip
    assert kpi(calling, "average_order_value")["value"] == pytest.approx(597)
