"""Amazon's orders as they are declared: legal requests, and the rows and pages of its own sandbox."""

from datetime import date
from typing import Any

from openapi_rules import Rules, legal
from system_calls import kpi, recorded, source, stored
from web_shop import Asked, Told, opened

from store.state.runs import RunStatus

ACCOUNT = 'account = "ATVPDKIKX0DER"\n'


def order(number: int, status: str, until: str, shipped: int = 0, **more: Any) -> dict[str, Any]:
    """An order of two pieces of 3 March 2025."""
    return {
        "AmazonOrderId": f"902-{number}", "PurchaseDate": "2025-03-03T19:49:35Z", "OrderStatus": status,
        "LastUpdateDate": f"2025-03-04T00:00:0{number}Z", "LatestDeliveryDate": until, "NumberOfItemsShipped": shipped,
        "NumberOfItemsUnshipped": 2 - shipped, "ShippingAddress": {"CountryCode": "US"}, **more,
    }  # fmt: skip


PAGES = {
    "": [order(1, "Shipped", "2025-03-10T06:59:59Z", 2), order(2, "Unshipped", "2025-03-09T22:59:59Z")],
    "t": [order(3, "Canceled", "2025-03-10T06:59:59Z"), order(4, "Unfulfillable", "2025-03-10T06:59:59Z")],
}


def answer(asked: Asked) -> Told:
    here = asked.parameters.get("NextToken", "")
    return Told({"payload": {"Orders": PAGES[here], **({} if here else {"NextToken": "t"})}})


def test_amazon_orders(calling) -> None:
    """
    The promise ends at midnight of 9 March in Los Angeles as in Berlin. Nobody told why the third order was
    cancelled: of the two others none was by us. What cannot be fulfilled waits.
    """
    with opened(answer) as amazon:
        report = calling.sync(source("amazon_sp_api", amazon.host, "2025-01-01", ACCOUNT))

    assert amazon.asked[0].headers["x-amz-access-token"] == "canary-2718281"
    first = {"MarketplaceIds": "ATVPDKIKX0DER", "MaxResultsPerPage": "100"}
    assert [each.parameters for each in amazon.asked] == [
        {**first, "LastUpdatedAfter": "2025-01-01T00:00:00Z"}, {**first, "NextToken": "t"},
    ]  # fmt: skip
    assert stored(calling, "orders", "order_id", "market", "status", "units", "promised_day") == [
        ("902-1", "US", "shipped", 2, date(2025, 3, 9)), ("902-2", "US", "open", 2, date(2025, 3, 9)),
        ("902-3", "US", "cancelled", 2, date(2025, 3, 9)),
    ]  # fmt: skip
    assert report.counts[0].rejected == 1
    assert "OrderStatus is 'Unfulfillable'" in calling.reasons()[0]
    told = kpi(calling, "seller_cancellation_rate")
    assert (told["numerator"], told["denominator"]) == (0, 2)


def test_the_sandbox_of_amazon(calling, shared) -> None:
    """
    Requests are legal by Amazon's own Swagger; its recorded pair of pages holds one order, pending since 20 January
    2017, on both, and the other pair two unshipped orders of 1970, whose day lies before all days that are read.
    """
    spec = recorded(shared, "amazon_sp_api/ordersV0.json")
    rules = Rules(spec)
    with opened(legal(rules, answer)) as amazon:
        assert (
            calling.sync(source("amazon_sp_api", amazon.host, "2016-01-01", ACCOUNT)).status is RunStatus.OK
        )
    pairs = spec["paths"]["/orders/v0/orders"]["get"]["responses"]["200"]["x-amzn-api-sandbox"]["static"]
    early, first, last = (pair["response"] for pair in pairs)

    def played(asked: Asked) -> Told:
        if "NextToken" not in asked.parameters:
            return Told(first)
        orders = [*last["payload"]["Orders"], *early["payload"]["Orders"]]
        return Told({"payload": {"Orders": orders}})

    with opened(legal(rules, played)) as amazon:
        report = calling.sync(source("amazon_sp_api", amazon.host, "2016-01-01", ACCOUNT), full=True)

    assert amazon.asked[1].parameters["NextToken"] == first["payload"]["NextToken"]
    assert report.counts[0].rejected == 2
    rows = stored(calling, "orders", "order_id", "status", "ordered_day", "units")
    assert ("902-3159896-1390916", "open", date(2017, 1, 20), 0) in rows
