"""The question for a page: what stands in path, parameters and body, and where the next page begins."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from web_shop import SOURCE, Asked, Shop, Told, opened, parcel

from connectors.errors import ConfigError
from connectors.http.asking import Question, filled, question_of, without_secrets
from connectors.http.declared import Pages, Paging, Since, Stream
from connectors.http.position import Reached
from connectors.http.source import http_source
from store.redaction import learn
from store.scope import LOCAL_OWNER
from store.state.runs import RunStatus

KEY = "canary-2718281"
TABLE = """
[tables.shipments]
stream = "parcels"
key = "id"
columns.market = "to.country"
columns.promised_day = "promised"
columns.delivered_day = "came"
"""


@pytest.fixture
def asking(firm, monkeypatch: pytest.MonkeyPatch):
    firm.builders["http"] = partial(
        http_source, resolve=lambda text: KEY if ":" in text else text, home=firm.store.home
    )
    monkeypatch.setattr("connectors.http.client.BASE_S", 0.0)
    return firm


@contextmanager
def declared(asking: Any, system: str, answer: Any) -> Iterator[tuple[Shop, str]]:
    asking.write("shop.toml", f"limit = {{ a_minute = 600000 }}\n{system}{TABLE}")
    with opened(answer) as shop:
        yield shop, SOURCE.format(host=shop.host)


def ids(firm) -> list[str]:
    return sorted(firm.stored()["shipment_id"])


def test_names_in_a_template_become_what_they_stand_for() -> None:
    """A name alone keeps its kind, in a text it is a text; what there is nothing of is left out; other words stay."""
    told = {"a": "{page}", "b": ["from {since}", "{rows}"], "c": {"d": "{none}", "e": 7}, "f": "{ page }"}
    assert filled(told, {"page": 2, "since": "2025-01-01", "rows": 50, "none": None}) == {
        "a": 2, "b": ["from 2025-01-01", 50], "c": {"e": 7}, "f": "{ page }",
    }  # fmt: skip


def test_what_stands_in_the_body_does_not_stand_in_the_address() -> None:
    """Rows and offset in the body; the account in the path; the days since and until as the system writes days."""
    body = {"limit": "{rows}", "offset": "{offset}", "days": ["{since}", "{until}"]}
    stream = Stream(
        "report", "/v1/{account}:run", (), {}, Pages(Paging.OFFSET, "offset", size="limit", rows=2),
        Since("", "day", "date", 0), body=body,
    ).of("17")  # fmt: skip
    asked = question_of(stream, Reached("2025-01-31T12:00:00Z", "4", until="2025-02-03T01:00:00Z"))
    assert asked == Question("/v1/17:run", {}, b'{"limit":2,"offset":4,"days":["2025-01-31","2025-02-03"]}')


BY_QUERY = """
[streams.parcels]
path = "/graphql"
records = "data.parcels.nodes"
pages = { kind = "token", found = "data.parcels.cursor", end = "data.parcels.hasNextPage" }
since = { field = "changed", lookback_s = 60 }
[streams.parcels.body]
query = "query($after: String, $since: DateTime) { parcels(after: $after, since: $since) { nodes { id } cursor } }"
variables = { after = "{page}", since = "{since}" }
"""


def test_graphql_goes_by_its_variables(asking) -> None:
    """Three pages by a cursor of the body; the second pull asks for what changed since a minute before the latest."""
    pages = {"": ([1, 2], "a"), "a": ([3], "b"), "b": ([4], None)}

    def answer(asked: Asked) -> Told:
        rows, following = pages[json.loads(asked.body)["variables"].get("after", "")]
        return Told(
            {
                "data": {
                    "parcels": {
                        "nodes": [parcel(n) for n in rows],
                        "cursor": following or "z",
                        "hasNextPage": bool(following),
                    }
                }
            }
        )

    with declared(asking, BY_QUERY, answer) as (shop, toml):
        asking.sync(toml)
        asking.sync(toml)

    told = [json.loads(each.body)["variables"] for each in shop.asked]
    assert ids(asking) == ["P1", "P2", "P3", "P4"]
    assert {(each.method, *each.parameters) for each in shop.asked} == {("POST",)}
    assert told[:3] == [
        {"since": "2025-01-01T00:00:00Z"}, {"after": "a", "since": "2025-01-01T00:00:00Z"},
        {"after": "b", "since": "2025-01-01T00:00:00Z"},
    ]  # fmt: skip
    assert told[3] == {"since": "2025-03-05T12:03:00Z"}


def test_an_error_told_under_status_200_moves_nothing(asking) -> None:
    """GraphQL tells of errors beside empty data: the pull says which, hides the key, and keeps no cursor."""
    told = {"errors": [{"message": f"field gone, asked with {KEY}"}], "data": {"parcels": {"nodes": []}}}
    system = 'well = { without = "errors" }\n' + BY_QUERY
    with declared(asking, system, lambda _: Told(told)) as (_, toml):
        report = asking.sync(toml)
    assert "something is wrong: [{" in report.message
    assert "field gone" in report.message
    assert KEY not in report.message
    assert asking.store.state.runs.cursor(LOCAL_OWNER, "shop", "shipments") is None


BY_OFFSET = """
auth = {{ kind = "query", name = "token" }}
[streams.parcels]
path = "/search"
records = "{records}"
optional = true
pages = {{ kind = "offset", size = "limit", rows = 2 }}
"""


def test_an_offset_counts_the_rows_that_were_read(asking) -> None:
    """Two, two and one of five; the host gives one row less than asked for once, and none is lost or read twice."""
    rows = [parcel(n) for n in range(1, 6)]

    def answer(asked: Asked) -> Told:
        begin = int(asked.parameters["offset"])
        return Told({"rows": rows[begin : begin + (1 if begin == 2 else 2)]})

    with declared(asking, BY_OFFSET.format(records="rows"), answer) as (shop, toml):
        report = asking.sync(toml)
    assert [each.parameters["offset"] for each in shop.asked] == ["0", "2", "3", "5"]
    assert (report.counts[0].new, ids(asking)) == (5, ["P1", "P2", "P3", "P4", "P5"])


def test_rows_of_several_inner_lists_are_one_page(asking) -> None:
    """A stream of three chunks, one of them without rows; the second page has none at all."""
    chunks = [{"results": [parcel(1), parcel(2)]}, {"results": []}, {"results": [parcel(3)]}]
    told = {"0": chunks}
    with declared(
        asking,
        BY_OFFSET.format(records="*.results"),
        lambda each: Told(told.get(each.parameters["offset"], [{}])),
    ) as (shop, toml):
        asking.sync(toml)
    assert ids(asking) == ["P1", "P2", "P3"]
    assert [each.parameters["offset"] for each in shop.asked] == ["0", "3"]


def test_cells_of_a_list_are_named_by_their_number(asking) -> None:
    """A report gives its dimensions as a list: the first cell is the key, the second the day, by which it goes on."""
    system = """
[streams.parcels]
path = "/report"
records = "rows"
body = { from = "{since}" }
since = { field = "cells.1.value", written = "date" }
[tables.shipments.worked]
number = { of = "cells.0", field = "value" }
day = { of = "cells.1", field = "value" }
"""
    asking.write(
        "shop.toml",
        system + TABLE.replace('key = "id"', 'key = "number"').replace('"came"', '{ from = "day", format = "%Y%m%d" }')
        .replace('columns.market = "to.country"\n', "").replace('columns.promised_day = "promised"\n', ""),
    )  # fmt: skip
    rows = {"rows": [{"cells": [{"value": "P1"}, {"value": "20250304"}]}]}
    with opened(lambda _: Told(rows)) as shop:
        toml = SOURCE.format(host=shop.host)
        first, again = asking.sync(toml), asking.sync(toml)
    assert (first.message, again.status) == ("", RunStatus.OK)
    assert asking.stored().select("shipment_id", "delivered_day").rows()[0][0] == "P1"
    assert [json.loads(each.body) for each in shop.asked] == [{"from": "2025-01-01"}, {"from": "2025-03-04"}]


def test_a_key_in_the_address_goes_along_and_is_told_nowhere(
    asking, caplog: pytest.LogCaptureFixture
) -> None:
    """Also to where the host sends on to; errors, the log and the kept address of the next page do not hold it."""
    system = """
auth = { kind = "query", name = "token" }
[streams.parcels]
path = "/search"
records = "rows"
pages = { kind = "address", found = "next" }
"""
    caplog.set_level("DEBUG")

    def answer(asked: Asked) -> Told:
        if asked.path == "/search":
            return Told({}, 302, {"Location": f"/moved?token={KEY}"})
        if "page" in asked.parameters:
            return Told({"why": f"/moved?token={KEY}"}, 400 if broken else 200)
        return Told({"rows": [parcel(1)], "next": f"/moved?page=2&token={KEY}"})

    broken = True
    with declared(asking, system, answer) as (shop, toml):
        report = asking.sync(toml)
    cursor = asking.store.state.runs.cursor(LOCAL_OWNER, "shop", "shipments") or ""
    assert "answered with 400" in report.message
    assert json.loads(cursor)["next"] == "/moved?page=2"
    assert {each.parameters["token"] for each in shop.asked} == {KEY}
    assert KEY not in report.message + cursor


def test_an_address_loses_only_what_is_secret() -> None:
    learn("canary-9876543")
    assert without_secrets("https://a.example.com/x?state=any&k=canary-9876543&p=2#y") == (
        "https://a.example.com/x?state=any&p=2#y"
    )
    assert without_secrets("/x?q=a%20b&state=any") == "/x?q=a%20b&state=any"


@pytest.mark.parametrize(
    ("system", "why"),
    [
        ('[streams.parcels]\npath = "/a/{since}"\n', "since is missing"),
        (
            '[streams.parcels]\npath = "/a"\nsince = { field = "b" }\n',
            r"parameter is missing; .*or \{since\}",
        ),
        ('auth = { kind = "oauth" }\n[streams.parcels]\npath = "/a"\n', "token is missing"),
        ('auth = { kind = "oauth", token = "x" }\n[streams.parcels]\npath = "/a"\n', "token is 'x'; write"),
        (
            'auth = { kind = "oauth", token = "/t" }\n[streams.parcels]\npath = "/a"\n',
            'client is missing, .*client = "stored:shop.client"',
        ),
    ],
)
def test_a_declaration_that_cannot_work_says_what_to_write(asking, system: str, why: str) -> None:
    asking.write("shop.toml", system + TABLE)
    with pytest.raises(ConfigError, match=why):
        asking.pull(SOURCE.format(host="https://shop.example.com"))
