"""Amazon's orders as they are declared: legal requests, and the rows and pages of its own sandbox."""

from datetime import date
from functools import partial
from typing import Any

from openapi_rules import Rules, legal
from system_calls import kpi, recorded, stored
from token_host import Giver, asking
from web_shop import Asked, Told

from store.state.runs import RunStatus

asking_amazon = partial(asking, "amazon_sp_api", account="ATVPDKIKX0DER")


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


def test_amazon_orders(signing_in) -> None:
    """
    The promise ends at midnight of 9 March in Los Angeles as in Berlin. Nobody told why the third order was
    cancelled: of the two others none was by us. What cannot be fulfilled waits.
    """
    with asking_amazon(answer, "2025-01-01") as (amazon, toml):
        report = signing_in.sync(toml)

    assert {each.headers["x-amz-access-token"] for each in amazon.asked} == {"canary-access"}
    assert not any("Authorization" in each.headers for each in amazon.asked)
    first = {"MarketplaceIds": "ATVPDKIKX0DER", "MaxResultsPerPage": "100"}
    assert [each.parameters for each in amazon.asked] == [
        {**first, "LastUpdatedAfter": "2025-01-01T00:00:00Z"}, {**first, "NextToken": "t"},
    ]  # fmt: skip
    assert stored(signing_in, "orders", "order_id", "market", "status", "units", "promised_day") == [
        ("902-1", "US", "shipped", 2, date(2025, 3, 9)), ("902-2", "US", "open", 2, date(2025, 3, 9)),
        ("902-3", "US", "cancelled", 2, date(2025, 3, 9)),
    ]  # fmt: skip
    assert report.counts[0].rejected == 1
    assert "OrderStatus is 'Unfulfillable'" in signing_in.reasons()[0]
    told = kpi(signing_in, "seller_cancellation_rate")
    assert (told["numerator"], told["denominator"]) == (0, 2)


def test_the_sandbox_of_amazon(signing_in, shared) -> None:
    """
    Requests are legal by Amazon's own Swagger; its recorded pair of pages holds one order, pending since 20 January
    2017, on both, and the other pair two unshipped orders of 1970, whose day lies before all days that are read.
    """
    spec = recorded(shared, "amazon_sp_api/ordersV0.json")
    rules = Rules(spec)
    with asking_amazon(legal(rules, answer), "2016-01-01") as (_, toml):
        assert signing_in.sync(toml).status is RunStatus.OK
    pairs = spec["paths"]["/orders/v0/orders"]["get"]["responses"]["200"]["x-amzn-api-sandbox"]["static"]
    early, first, last = (pair["response"] for pair in pairs)

    def played(asked: Asked) -> Told:
        if "NextToken" not in asked.parameters:
            return Told(first)
        orders = [*last["payload"]["Orders"], *early["payload"]["Orders"]]
        return Told({"payload": {"Orders": orders}})

    with asking_amazon(legal(rules, played), "2016-01-01") as (amazon, toml):
        report = signing_in.sync(toml, full=True)

    assert amazon.asked[1].parameters["NextToken"] == first["payload"]["NextToken"]
    assert report.counts[0].rejected == 2
    rows = stored(signing_in, "orders", "order_id", "status", "ordered_day", "units")
    assert ("902-3159896-1390916", "open", date(2017, 1, 20), 0) in rows


def test_a_token_amazon_no_longer_takes_is_got_anew(signing_in, caplog) -> None:
    """
    Amazon refuses a token that has ended with status 403: one more is got for the same refresh token, no page is
    lost, and none of the secrets stands in a log.
    """
    giver = Giver()

    def refusing(asked: Asked) -> Told:
        ended = "NextToken" in asked.parameters and asked.headers["x-amz-access-token"] == "canary-access"
        told = {"errors": [{"code": "Unauthorized", "details": "The access token you provided has expired."}]}
        return Told(told, 403) if ended else answer(asked)

    caplog.set_level("DEBUG")
    with asking_amazon(refusing, "2025-01-01", giver=giver) as (amazon, toml):
        report = signing_in.sync(toml)

    tokens = [each.headers["x-amz-access-token"] for each in amazon.asked]
    assert tokens == ["canary-access", "canary-access", "canary-access-2"]
    assert [each.path for each in giver.asked] == ["/auth/o2/token"] * 2
    assert (report.status, report.counts[0].rejected) == (RunStatus.OK, 1)
    assert len(stored(signing_in, "orders", "order_id")) == 3
    assert "canary" not in caplog.text
