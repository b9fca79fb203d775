"""Google Analytics 4 and Google Ads as they are declared: legal requests, rows of the answers, and a KPI of them."""

import json
import re
from datetime import date
from typing import Any

import pytest
from discovery_rules import Discovered, legal
from system_calls import kpi, recorded, source, stored
from token_host import asking
from web_shop import Asked, Told

from connectors.errors import ConfigError
from store.state.runs import RunStatus


def visits(day: str, channel: str, country: str, sessions: int, share: str, bought: str) -> dict[str, Any]:
    dimensions = [{"value": each} for each in (day, channel, "mobile", country)]
    return {
        "dimensionValues": dimensions,
        "metricValues": [{"value": str(sessions)}, {"value": share}, {"value": bought}],
    }


REPORT = [
    visits("20250303", "Organic Search", "DE", 400, "0.05", "0.025"),
    visits("20250303", "Paid Search", "(not set)", 100, "0.3333", "0.1"),
    visits("20250304", "Email", "DE", 500, "0", "0"),
]


def reported(asked: Asked) -> Told:
    """The rows behind the offset, two a page; an empty report has no rows."""
    body = json.loads(asked.body)
    rows = REPORT[int(body["offset"]) :][:2]
    headers = {
        "dimensionHeaders": [{"name": each["name"]} for each in body["dimensions"]],
        "metricHeaders": [{"name": each["name"], "type": "TYPE_FLOAT"} for each in body["metrics"]],
        "rowCount": len(REPORT), "kind": "analyticsData#runReport",
    }  # fmt: skip
    return Told({**headers, "rows": rows} if rows else headers)


def test_sessions_of_google_analytics(signing_in, shared) -> None:
    """
    Of 400, 100 and 500 sessions 10, 10 and none bought: 2 % of a thousand. Every request is legal by the discovery
    document of the interface, and the three days before the last one are asked for again.
    """
    document = recorded(shared, "google_analytics4/analyticsdata.v1beta.json")
    rules = Discovered(document, document["resources"]["properties"]["methods"]["runReport"])
    with asking("google_analytics4", legal(rules, reported)) as (host, toml):
        report = signing_in.sync(toml)
        first = len(host.asked)
        signing_in.sync(toml)
        bodies = [json.loads(each.body) for each in host.asked]

    assert (report.status, report.message) == (RunStatus.OK, "")
    assert {each.path for each in host.asked} == {"/v1beta/properties/17:runReport"}
    tokens = [each.headers["Authorization"] for each in host.asked]
    assert tokens == ["Bearer canary-access"] * first + ["Bearer canary-access-2"] * first
    assert [int(each["offset"]) for each in bodies] == [0, 2, 3, 0, 2, 3]
    assert bodies[0]["dateRanges"][0]["startDate"] == "2025-03-01"
    assert bodies[first]["dateRanges"][0]["startDate"] == "2025-03-01"  # three days before 4 March
    columns = ("session_id", "market", "session_day", "sessions", "purchase_sessions", "key_event_sessions")
    assert stored(signing_in, "web_sessions", *columns) == [
        ("20250303|Organic Search|mobile|DE", "DE", date(2025, 3, 3), 400, 10, 20),
        ("20250303|Paid Search|mobile|(not set)", None, date(2025, 3, 3), 100, 10, 33),
        ("20250304|Email|mobile|DE", "DE", date(2025, 3, 4), 500, 0, 0),
    ]
    assert kpi(signing_in, "conversion_rate")["value"] == pytest.approx(0.02)


def test_the_judge_of_google_finds_what_is_illegal(shared) -> None:
    """A wrong path, no token, a parameter, a field and a type nobody knows are told one by one."""
    document = recorded(shared, "google_analytics4/analyticsdata.v1beta.json")
    rules = Discovered(document, document["resources"]["properties"]["methods"]["runReport"])
    bad = Asked(
        "/v1/reports", {"page": "2"}, {}, "POST", json.dumps({"metric": [], "dimensions": [{"name": 7}]})
    )
    told = " ".join(rules.wrong(bad))
    for part in (
        "no POST /v1/reports",
        "not signed in",
        "unknown parameter page",
        "'metric' was unexpected",
        "7 is not",
    ):
        assert part in told
    assert rules.answered_wrong({"rows": [{"values": []}]})


def spent(
    campaign: str, on: str, micros: str, bought: float, earned: float, kind: str = "SEARCH"
) -> dict[str, Any]:
    """One campaign on one day as the interface writes it: long numbers as texts, zeros left out."""
    metrics = {
        "clicks": "10",
        "costMicros": micros,
        "impressions": "400",
        "conversions": bought,
        "conversionsValue": earned,
    }
    return {
        "customer": {"resourceName": "customers/17", "currencyCode": "USD"},
        "campaign": {
            "resourceName": f"customers/17/campaigns/{campaign}", "id": campaign, "name": f"Campaign {campaign}",
            "advertisingChannelType": kind,
        },
        "segments": {"date": on},
        "metrics": {name: value for name, value in metrics.items() if value},
    }  # fmt: skip


def test_campaigns_of_google_ads(signing_in) -> None:
    """
    36.15 and 13.85 were spent and 125.00 earned: a return of 2.5. The stream answers in two parts; 1.6 conversions are
    two, and what is zero is left out of an answer.
    """
    parts = [
        {
            "results": [spent("7", "2025-03-03", "36150000", 1.6, 125.0)],
            "fieldMask": "campaign.id",
            "requestId": "a",
        },
        {"results": [spent("8", "2025-03-03", "13850000", 0, 0, "PERFORMANCE_MAX")], "requestId": "a"},
    ]
    with asking("google_ads", lambda _: Told(parts), more='user = "99"\n') as (host, toml):
        report = signing_in.sync(toml.replace('user = "ann@example.com"\n', ""))
        (asked,) = host.asked

    assert (report.status, report.message) == (RunStatus.OK, "")
    assert (asked.method, asked.path) == ("POST", "/v24/customers/17/googleAds:searchStream")
    headers = {name.lower(): value for name, value in asked.headers.items()}
    assert headers["developer-token"] == "canary-2718281"
    assert headers["login-customer-id"] == "99"
    columns = ("spend_id", "channel", "campaign", "clicks", "conversions", "spend_micros", "revenue_micros")
    assert stored(signing_in, "ad_spend", *columns) == [
        ("7|2025-03-03", "search", "Campaign 7", 10, 2, 36_150_000, 125_000_000),
        ("8|2025-03-03", "other", "Campaign 8", 10, 0, 13_850_000, 0),
    ]
    assert kpi(signing_in, "roas")["value"] == pytest.approx(2.5)


def test_fields_asked_of_google_ads_are_fields_of_its_reports(signing_in, shared) -> None:
    """
    The query is one SELECT of fields that the interface has, from the first day wanted on; where nothing was spent the
    answer is an empty list, and without a manager account no header names one.
    """
    with asking("google_ads", lambda _: Told([])) as (host, toml):
        report = signing_in.sync(toml.replace('user = "ann@example.com"\n', ""))
        (asked,) = host.asked
    assert report.status is RunStatus.OK
    assert "login-customer-id" not in {name.lower() for name in asked.headers}
    query = json.loads(asked.body)["query"].strip()
    found = re.fullmatch(
        r"SELECT ([\w., \n]+) FROM campaign WHERE segments\.date BETWEEN '2025-03-01' AND '\d{4}-\d{2}-\d{2}'", query
        .replace("\nFROM", " FROM"),
    )  # fmt: skip
    assert found, query
    wanted = {name.strip() for name in found[1].split(",")}
    reports = recorded(shared, "google_ads/discovered_schemas.json")
    known = {name for each in reports for name in each["documentSchema"]["properties"]}
    assert "metrics.cost_micros" in wanted
    assert wanted <= known


def test_a_token_is_needed_for_google(calling) -> None:
    """Without client, secret and refresh token the source says which is missing."""
    with pytest.raises(ConfigError, match="client is missing, with which tokens are got"):
        calling.pull(source("google_ads", "https://googleads.googleapis.com", more='account = "17"\n'))
