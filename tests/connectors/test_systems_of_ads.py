"""Ads and sheets as they are declared: which request is asked, which rows come of the answer, and a KPI of them."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from system_calls import kpi, recorded, source, stored
from token_host import Giver, asking
from web_shop import Asked, Told, opened

from connectors.errors import ConfigError
from store.state.runs import RunStatus


def day(campaign: str, on: str, spend: str, earned: str | None) -> dict[str, Any]:
    """One campaign on one day as Meta tells it: numbers are texts, and what was bought stands in lists."""
    told = {
        "campaign_id": campaign, "campaign_name": f"Campaign {campaign}", "date_start": on, "date_stop": on,
        "account_currency": "USD", "impressions": "4233", "inline_link_clicks": "10", "spend": spend,
    }  # fmt: skip
    if earned is None:
        return told
    actions = [{"action_type": "link_click", "value": "10"}, {"action_type": "purchase", "value": "2"}]
    values = [{"action_type": "view_content", "value": "9.99"}, {"action_type": "purchase", "value": earned}]
    return {**told, "actions": actions, "action_values": values}


def before(days: int, today: date | None = None) -> str:
    return str((today or datetime.now(UTC).date()) - timedelta(days=days))


def test_meta_ads_by_campaign_and_day(calling) -> None:
    """80.00 and 20.00 were spent, 250.00 earned on one of two pages: a return of 2.5, from two purchases."""
    rest = [day("2", "2025-03-03", "20.00", None)]
    path = "/v23.0/act_17/insights"

    def answer(asked: Asked) -> Told:
        if asked.path != path:
            return Told({"error": {"code": 100}}, 400)
        if "after" in asked.parameters:
            return Told({"data": rest, "paging": {"cursors": {"before": "a", "after": "b"}}})
        further = {"cursors": {"after": "b"}, "next": f"{ads.host}{path}?after=b"}
        return Told({"data": [day("1", "2025-03-03", "80.00", "250.00")], "paging": further})

    with opened(answer) as ads:
        report = calling.sync(source("meta_ads", ads.host, before(10), more='account = "17"\n'))

    assert (report.status, report.message) == (RunStatus.OK, "")
    assert ads.asked[0].headers["Authorization"] == "Bearer canary-2718281"
    assert ads.asked[0].parameters["time_increment"] == "1"
    assert stored(calling, "ad_spend", "spend_id", "campaign", "clicks", "conversions", "spend_micros") == [
        ("1|2025-03-03", "Campaign 1", 10, 2, 80_000_000), ("2|2025-03-03", "Campaign 2", 10, 0, 20_000_000),
    ]  # fmt: skip
    assert kpi(calling, "roas")["value"] == pytest.approx(2.5)


def test_meta_ads_are_read_from_the_first_day_on_and_then_90_days_again(calling) -> None:
    """Of 70 days three months are asked for, each until the next; after a day of spend today only 90 days back."""
    today = datetime.now(UTC).date()
    with opened(lambda _: Told({"data": [day("1", str(today), "80.00", None)]})) as ads:
        toml = source("meta_ads", ads.host, before(70, today), more='account = "17"\n')
        calling.sync(toml)
        first = len(ads.asked)
        calling.sync(toml)

    spans = [json.loads(each.parameters["time_range"]) for each in ads.asked]
    assert [each["since"] for each in spans[: first + 1]] == [before(ago, today) for ago in (70, 40, 10, 90)]
    assert [each["until"] for each in spans[: first - 1]] == [before(ago, today) for ago in (40, 10)]


def test_fields_asked_of_meta_are_fields_of_its_insights(calling, shared) -> None:
    """The vendor's list of fields has every one that is asked for."""
    known = {field["name"] for field in recorded(shared, "meta_ads/AdsInsights.json")["fields"]}
    with opened(lambda _: Told({"data": []})) as ads:
        calling.sync(source("meta_ads", ads.host, before(10), more='account = "17"\n'))
    asked = set(ads.asked[0].parameters["fields"].split(","))
    assert "spend" in asked
    assert asked <= known


def test_an_account_is_asked_for_before_anything_else(calling) -> None:
    """Without account the source says so."""
    with pytest.raises(ConfigError, match="account is missing; meta_ads is asked account by account"):
        calling.pull(source("meta_ads", "https://graph.facebook.com"))


RANGE = "1AbC/values/Orders!A:D"
SHEET = """
[sources.it.tables.orders]
stream = "sheet"
key = "No"
decimal = "."
columns.ordered_day = "Day"
columns.market = "Market"
columns.net = "Net"
columns.status = { constant = "delivered" }
columns.currency = { constant = "USD" }
"""


def test_a_google_sheet_is_a_table(signing_in) -> None:
    """
    12.50 and 7.5 are 10.00 an order, under the names of the first row; a row that ends early has no amount. A token
    that Google does not take is got anew.
    """
    values = [
        ["No", "Day", " Market", "Net"], ["A-1", "2025-03-03", "US", 12.50], ["A-2", "2025-03-04", "CA", "7.5"],
        ["A-3", "2025-03-05"], [], ["A-4", "soon", "US", 1],
    ]  # fmt: skip
    giver, told = Giver(), {"range": "Orders!A1:D9", "majorDimension": "ROWS", "values": values}

    def answer(asked: Asked) -> Told:
        is_good = asked.headers["Authorization"] == "Bearer canary-access-2"
        return Told(told) if is_good else Told({"error": {"status": "UNAUTHENTICATED"}}, 401)

    with asking("google_sheets", answer, more=SHEET, account=RANGE, giver=giver) as (sheets, toml):
        report = signing_in.sync(toml)

    assert [each.path for each in giver.asked] == ["/token", "/token"]

    assert sheets.asked[0].path == "/v4/spreadsheets/1AbC/values/Orders!A:D"
    assert stored(signing_in, "orders", "order_id", "market", "net_micros") == [
        ("A-1", "US", 12_500_000), ("A-2", "CA", 7_500_000), ("A-3", None, None),
    ]  # fmt: skip
    assert report.counts[0].rejected == 1
    assert "Day is 'soon'" in signing_in.reasons()[0]
    assert kpi(signing_in, "average_order_value")["value"] == pytest.approx(10)


def test_requests_to_google_sheets_are_legal(signing_in, shared) -> None:
    """The discovery document of the interface knows every parameter and every word that is asked with."""
    methods = recorded(shared, "google_sheets/sheets.v4.json")["resources"]["spreadsheets"]["resources"][
        "values"
    ]
    get = methods["methods"]["get"]
    answer = lambda _: Told({"values": [["No", "Day", "Market", "Net"]]})  # noqa: E731
    with asking("google_sheets", answer, more=SHEET, account=RANGE) as (sheets, toml):
        signing_in.sync(toml)
    (asked,) = sheets.asked
    assert get["httpMethod"] == asked.method
    for name, word in asked.parameters.items():
        assert word in get["parameters"][name]["enum"]
