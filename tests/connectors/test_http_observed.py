"""What a pull notices beside its rows: requests that are left, and fields that are new or gone."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from web_shop import BY_NUMBER, DECLARED, SOURCE, Told, numbered, opened, page, parcel

from connectors.fields import Tree, note, paths
from connectors.http.observed import quota_in
from connectors.http.source import http_source
from store.observed import NEW_FOR, Observed, Quota, StreamFields, observed_of
from store.scope import LOCAL_OWNER
from store.state.runs import RunStatus

NOON = datetime(2025, 3, 5, 12, tzinfo=UTC)
RECORDED = Path(__file__).parents[3] / "shared" / "apis"
LATER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def asking(firm, monkeypatch: pytest.MonkeyPatch):
    """The firm with the kind of source, a key, and no patience with hosts that fail."""
    firm.builders["http"] = partial(http_source, resolve=lambda _: "canary-2718281", home=firm.store.home)
    monkeypatch.setattr("connectors.http.client.BASE_S", 0.0)
    firm.write("shop.toml", DECLARED.format(pages=BY_NUMBER, clock="seconds"))
    return firm


def pulled(firm, answer: Any) -> tuple[RunStatus, Observed]:
    with opened(answer) as shop:
        report = firm.sync(SOURCE.format(host=shop.host))
    return report.status, observed_of(firm.store.state, LOCAL_OWNER, "shop")


def parcels(count: int, without: str = "", **more: Any) -> Told:
    rows = [parcel(n, **more) for n in range(count)]
    return page(*[{name: value for name, value in each.items() if name != without} for each in rows])


def of_stream(observed: Observed) -> StreamFields:
    (found,) = observed.streams.values()
    return found


@pytest.mark.parametrize(
    ("header", "headers", "left", "of"),
    [
        ("", {"x-rate-limit": "700", "x-rate-limit-remaining": "676", "ratelimit-reset": "41"}, 676, 700),
        ("", {"x-ratelimit-limit": "10000", "x-ratelimit-remaining": "9994"}, 9994, 10_000),
        ("", {"x-ratelimit-total": "50", "x-ratelimit-remaining": "0"}, 0, 50),
        ("", {"x-shopify-shop-api-call-limit": "32/40"}, 8, 40),
        ("X-Calls", {"x-calls": "total=100; remaining=99; resets=43", "ratelimit-remaining": "5"}, 99, 100),
        ("", {"ratelimit-remaining": "12"}, 12, None),
    ],
)
def test_what_is_left_is_read_in_the_ways_hosts_write_it(
    header: str, headers: Mapping[str, str], left: int, of: int | None
) -> None:
    """Zendesk, AfterShip, Freshdesk, Shopify (32 of 40 used), a header of the declaration, one without the whole."""
    assert quota_in(header, headers, NOON) == Quota(NOON, left, of)


@pytest.mark.parametrize("told", ["", "-5", "many", "1e9", "9" * 13, "٣", "1/x", "nan"])
def test_what_is_no_number_tells_nothing(told: str) -> None:
    """Whatever a host writes there, it is no quota, and no fault of the pull."""
    assert quota_in("", {"x-ratelimit-remaining": told, "x-amzn-ratelimit-limit": told}, NOON) is None


def test_a_host_that_tells_a_rate_is_taken_by_the_minute() -> None:
    """Amazon allows half a request a second: thirty a minute."""
    assert quota_in("", {"x-amzn-ratelimit-limit": "0.5"}, NOON) == Quota(NOON, a_minute=30.0)


def test_recorded_answers_tell_what_is_left() -> None:
    """Headers that Zendesk and AfterShip sent, as they were recorded."""
    if not RECORDED.exists():
        pytest.skip("the recordings are not here")
    told = [
        found
        for folder in ("zendesk", "aftership")
        for file in sorted((RECORDED / folder).rglob("*.json"))
        for headers in _headers(json.loads(file.read_bytes()))
        if (found := quota_in("", headers, NOON)) is not None
    ]
    assert {each.of for each in told} >= {700}
    assert all(each.left is not None and each.of is not None and each.left <= each.of for each in told)


def _headers(body: object) -> list[Mapping[str, str]]:
    """Every object that holds a remaining number of requests, with small letters."""
    if isinstance(body, list):
        return [found for each in body for found in _headers(each)]
    if not isinstance(body, dict):
        return []
    inner = [found for each in body.values() for found in _headers(each)]
    low = {str(name).lower(): value for name, value in body.items() if isinstance(value, str)}
    return [low, *inner] if any(name.endswith("remaining") for name in low) else inner


def test_the_last_word_of_the_host_is_kept_also_of_a_pull_that_failed(asking) -> None:
    """One page with 7 of 40 left, then 429 with none left for good: the pull fails, and none is what is known."""
    first = Told(
        {"data": {"rows": [parcel(1)]}}, headers={"X-RateLimit-Remaining": "7", "X-RateLimit-Limit": "40"}
    )
    busy = Told({}, 429, {"X-RateLimit-Remaining": "0", "X-RateLimit-Limit": "40"})

    before = datetime.now(UTC)
    status, observed = pulled(asking, numbered({"1": first, "2": busy}))

    assert status is RunStatus.FAILED
    assert observed.quota is not None
    assert (observed.quota.left, observed.quota.of) == (0, 40)
    assert before <= observed.quota.told_at <= datetime.now(UTC)


def test_a_field_that_comes_later_is_new(asking, monkeypatch: pytest.MonkeyPatch) -> None:
    """`gift` with a `note` in it came with the second pull: the object is listed, once, for ninety days."""
    _, observed = pulled(asking, numbered({"1": parcels(2)}))
    assert of_stream(observed).new(LATER) == []
    monkeypatch.setattr("connectors.observed.datetime", _Tomorrow)

    _, observed = pulled(
        asking, numbered({"1": parcels(2, gift={"note": "For Ann", "wraps": [{"paper": 1}]})})
    )

    fields = of_stream(observed)
    tomorrow = fields.fields["gift"].first
    assert fields.new(tomorrow) == ["gift"]
    assert fields.new(tomorrow + NEW_FOR + timedelta(days=1)) == []
    assert {"gift.note", "gift.wraps[].paper"} <= fields.fields.keys()
    assert "For Ann" not in str(observed)
    assert fields.tables == ("shipments",)


class _Tomorrow(datetime):
    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        return datetime.now(tz) + timedelta(days=1)


def test_a_mapped_field_that_comes_no_more_is_gone(asking) -> None:
    """`came` is missing in 20 parcels, after which it is gone; in 19 it might be chance. `note`, unmapped, is not."""
    pulled(asking, numbered({"1": parcels(2, note="x")}))
    _, observed = pulled(asking, numbered({"1": parcels(19, without="came")}))
    assert of_stream(observed).gone() == []

    _, observed = pulled(asking, numbered({"1": parcels(1, without="came")}))
    assert of_stream(observed).gone() == ["came"]

    _, observed = pulled(asking, numbered({"1": parcels(1)}))
    assert of_stream(observed).gone() == []


def test_a_field_of_an_object_that_is_empty_is_not_gone(asking) -> None:
    """The address of 20 parcels is null: nobody knows of its country; without the address itself it is gone."""
    pulled(asking, numbered({"1": parcels(2)}))
    _, observed = pulled(asking, numbered({"1": parcels(20, to=None)}))
    assert of_stream(observed).gone() == []

    _, observed = pulled(asking, numbered({"1": parcels(20, without="to")}))
    assert of_stream(observed).gone() == ["to.country"]


def test_a_pull_without_records_changes_nothing(asking) -> None:
    """Nothing was seen, so nothing is gone, and nothing is written."""
    _, before = pulled(asking, numbered({"1": parcels(2)}))
    _, after = pulled(asking, numbered({}))

    assert after == before


def noted(*records: object) -> list[str]:
    tree: Tree = {}
    for each in records:
        note(each, tree)
    return sorted(paths(tree))


def test_names_that_are_data_are_not_kept() -> None:
    """Numbers, addresses, ids and long texts as keys stand for each other: one `*`; so do more than 200 names."""
    keys = (
        "4711",
        "ann@example.com",
        "0b9e2c1e-5a53-4c59-9d0c-2f9b1f6d2a11",
        "order100234",
        "https://x",
        "w" * 61,
    )
    assert noted({"by": {key: {"n": 1} for key in keys}}) == ["by", "by.*", "by.*.n"]
    assert noted({"by": {f"Person {chr(97 + n // 20)}{chr(97 + n % 20)}": 1 for n in range(201)}}) == [
        "by",
        "by.*",
    ]
    assert noted(*({"by": {f"{chr(97 + n // 20)}{chr(97 + n % 20)}": 1}} for n in range(201))) == [
        "by",
        "by.*",
    ]


def test_lists_and_depth_are_told_by_name() -> None:
    """Lists are `[]`, lists of lists `[][]`; what is no object has no names, and nothing is looked at deeper than 8."""
    assert noted({"a": [{"b": [1]}, {"c": None}], "d": [[{"e": 1}]]}, "text", 7, None) == [
        "a[]", "a[].b[]", "a[].c", "d[][]", "d[][].e",
    ]  # fmt: skip
    deep: dict[str, Any] = {}
    inner = deep
    for _ in range(500):
        inner["x"] = inner = {}
    assert len(noted(deep)) == 8
