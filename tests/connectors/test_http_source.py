"""A system that is asked over HTTP: all of its rows, none twice, and a cursor that only whole pages move."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from web_shop import BY_NUMBER, BY_TOKEN, DECLARED, SOURCE, Asked, Shop, Told, numbered, opened, page, parcel

from connectors.errors import ConfigError
from connectors.http.source import http_source
from store.scope import LOCAL_OWNER
from store.state.runs import RunStatus

THREE = {"1": page(parcel(1), parcel(2)), "2": page(parcel(3), parcel(4)), "3": page(parcel(5))}
KEY = "canary-2718281"


@pytest.fixture
def asking(firm, monkeypatch: pytest.MonkeyPatch):
    """The firm with the kind of source, a key, and no patience with hosts that fail."""
    firm.builders["http"] = partial(http_source, resolve=lambda _: KEY, home=firm.store.home)
    monkeypatch.setattr("connectors.http.client.BASE_S", 0.0)
    firm.write("shop.toml", DECLARED.format(pages=BY_NUMBER, clock="seconds"))
    return firm


@contextmanager
def shop_of(answer: Any) -> Iterator[tuple[Shop, str]]:
    with opened(answer) as shop:
        yield shop, SOURCE.format(host=shop.host)


def ids(firm) -> list[str]:
    return sorted(firm.stored()["shipment_id"])


def test_all_pages_are_read_and_then_only_what_changed(asking) -> None:
    """
    Five parcels on three pages; afterwards the host is asked for changes since a minute before the latest, 12:05.
    """
    with shop_of(numbered(THREE)) as (shop, toml):
        report = asking.sync(toml)
        shop.answer = numbered({"1": page(parcel(5, came="2025-03-06"))})
        again = asking.sync(toml)

    assert (report.status, report.counts[0].new) == (RunStatus.OK, 5)
    assert (again.counts[0].new, again.counts[0].changed) == (0, 1)
    assert ids(asking) == ["P1", "P2", "P3", "P4", "P5"]
    assert [each.parameters for each in shop.asked] == [
        {"rows": "2", "page": "1", "from": "2025-01-01T00:00:00Z"},
        {"rows": "2", "page": "2", "from": "2025-01-01T00:00:00Z"},
        {"rows": "2", "page": "3", "from": "2025-01-01T00:00:00Z"},
        {"rows": "2", "page": "4", "from": "2025-01-01T00:00:00Z"},
        {"rows": "2", "page": "1", "from": "2025-03-05T12:04:00Z"},
        {"rows": "2", "page": "2", "from": "2025-03-05T12:04:00Z"},
    ]
    assert {each.headers["Authorization"] for each in shop.asked} == {f"Bearer {KEY}"}


def test_a_pull_goes_on_where_it_stopped(asking) -> None:
    """
    The third page fails for good: two pages are kept and the run says why; the next asks for the third alone.
    """
    with shop_of(numbered({**THREE, "3": Told({}, 500)})) as (shop, toml):
        failed = asking.sync(toml)
        kept, shop.asked[:], shop.answer = ids(asking), [], numbered(THREE)
        done = asking.sync(toml)

    assert (failed.status, kept) == (RunStatus.FAILED, ["P1", "P2", "P3", "P4"])
    assert "127.0.0.1 answered with 500, 6 times in a row" in failed.message
    assert KEY not in failed.message
    assert (done.status, shop.pages(), ids(asking)) == (
        RunStatus.OK,
        ["3", "4"],
        ["P1", "P2", "P3", "P4", "P5"],
    )


def test_a_token_leads_from_page_to_page(asking) -> None:
    """Three pages behind tokens; the last one says that it is done, whatever token it has."""
    asking.write("shop.toml", DECLARED.format(pages=BY_TOKEN, clock="seconds"))
    pages = {
        "": page(parcel(1), next="a", done=False), "a": page(parcel(2), next="b", done=False),
        "b": page(parcel(3), next="b", done=True),
    }  # fmt: skip

    with shop_of(lambda asked: pages[asked.parameters.get("cursor", "")]) as (shop, toml):
        asking.sync(toml)

    assert ids(asking) == ["P1", "P2", "P3"]
    assert [each.parameters.get("cursor") for each in shop.asked] == [None, "a", "b"]


def test_a_link_header_leads_to_the_next_page(asking) -> None:
    """The second page is at the address that the first one names."""
    asking.write("shop.toml", DECLARED.format(pages='kind = "link"', clock="seconds"))

    def answer(asked: Asked) -> Told:
        if asked.parameters.get("after") == "1":
            return page(parcel(2))
        told = page(parcel(1))
        return Told(told.body, 200, {"Link": '</parcels?after=1>; rel="next", </parcels>; rel="first"'})

    with shop_of(answer) as (_, toml):
        asking.sync(toml)
    assert ids(asking) == ["P1", "P2"]


@pytest.mark.parametrize(
    ("pages", "answer", "why"),
    [
        (BY_NUMBER, lambda _: page(parcel(1), parcel(2)), "sends a page that was read again"),
        (BY_TOKEN, lambda each: page(parcel("cursor" in each.parameters), next="a", done=False), "leads back"),
        (BY_NUMBER, lambda _: Told({"data": {"items": []}}), "has no list 'data.rows'; it has ['data']"),
        (BY_NUMBER, lambda _: Told([]), "has no list 'data.rows'; it has list"),
        (BY_TOKEN, lambda _: page(parcel(1), next="a"), "'done' is missing"),
        (BY_TOKEN, lambda _: page(parcel(1), done=False), "has no 'next', which leads to the next page"),
        (BY_TOKEN, lambda _: page(parcel(1), next=None, done=False), "has no 'next'"),
    ],
)  # fmt: skip
def test_a_host_that_makes_no_sense_stops_its_table(asking, pages: str, answer: Any, why: str) -> None:
    """One line says why; what was read before stays."""
    asking.write("shop.toml", DECLARED.format(pages=pages, clock="seconds"))
    with shop_of(answer) as (_, toml):
        report = asking.sync(toml)
    assert report.status is RunStatus.FAILED
    assert why in report.message


def test_a_host_that_gives_fewer_rows_than_asked_for_loses_none(asking) -> None:
    """It gives one a page instead of two; the end is the page without any."""
    with shop_of(numbered({str(n): page(parcel(n)) for n in range(1, 4)})) as (_, toml):
        asking.sync(toml)
    assert ids(asking) == ["P1", "P2", "P3"]


def test_a_day_in_the_future_does_not_move_the_cursor_there(asking) -> None:
    """One row changed in 2099, one 'soon': what changes from now on is asked for all the same."""
    rows = page(parcel(1, changed="2099-01-01T00:00:00Z"), parcel(2, changed="soon"))
    with shop_of(numbered({"1": rows})) as (shop, toml):
        asking.sync(toml)
        asking.sync(toml)
    assert ids(asking) == ["P1", "P2"]
    assert shop.asked[-1].parameters["from"] < "2099"
    assert shop.asked[-1].parameters["from"] > "2025-01-01T00:00:00Z"


def test_a_page_the_host_no_longer_knows_is_no_dead_end(asking) -> None:
    """The third page failed; the next day its token is refused, and the stream is read from its start again."""
    asking.write("shop.toml", DECLARED.format(pages=BY_TOKEN, clock="seconds"))
    whole = {"": page(parcel(1), next="a", done=False), "a": page(parcel(2), done=True)}

    def answer(asked: Asked) -> Told:
        token = asked.parameters.get("cursor", "")
        return Told({}, status) if token else whole[""]

    status = 500
    with shop_of(answer) as (shop, toml):
        assert asking.sync(toml).status is RunStatus.FAILED
        status = 410
        shop.answer = lambda asked: (
            Told({}, 410) if len(shop.asked) == refused_at else whole[asked.parameters.get("cursor", "")]
        )
        refused_at = len(shop.asked) + 1
        done = asking.sync(toml)
    assert (done.message, ids(asking)) == ("", ["P1", "P2"])


def test_a_failure_told_under_status_200_is_one(asking) -> None:
    """The body says 401 where the declaration wants 200: no empty page, and the cursor stays."""
    told = DECLARED.format(pages=BY_NUMBER, clock="seconds")
    asking.write(
        "shop.toml", told.replace("[streams", 'well = { at = "meta.code", is = "200" }\n[streams', 1)
    )
    with shop_of(lambda _: page(meta={"code": 401})) as (_, toml):
        report = asking.sync(toml)
    assert "meta.code is 401" in report.message
    assert asking.store.state.runs.cursor(LOCAL_OWNER, "shop", "shipments") is None


def test_rows_that_do_not_fit_wait_with_their_reason(asking) -> None:
    """
    Of ten parcels one is a number, one has no day that exists; eight count, and the two can be looked at and replayed.
    """
    odd = [7, parcel(9, promised="2025-02-30")]
    with shop_of(numbered({"1": page(*[parcel(n) for n in range(1, 9)], *odd)})) as (_, toml):
        report = asking.sync(toml)

    assert (report.status, report.counts[0].new, report.counts[0].rejected) == (RunStatus.OK, 8, 2)
    assert any("not a JSON object" in reason for reason in asking.reasons())
    assert any("2025-02-30" in reason for reason in asking.reasons())


def test_a_field_that_is_gone_stops_the_table(asking) -> None:
    """Without their numbers all rows would be refused: the table keeps what it has, the cursor stays."""
    rows = [{name: value for name, value in parcel(n).items() if name != "id"} for n in range(40)]
    with shop_of(numbered({"1": page(*rows)})) as (_, toml):
        report = asking.sync(toml)

    assert report.status in (RunStatus.DRIFT, RunStatus.FAILED)
    assert asking.store.state.runs.cursor(LOCAL_OWNER, "shop", "shipments") is None


def test_the_later_of_two_rows_of_one_parcel_counts(asking) -> None:
    """It comes again on the second page, delivered later."""
    pages = {"1": page(parcel(1), parcel(2)), "2": page(parcel(1, came="2025-03-09"))}
    with shop_of(numbered(pages)) as (_, toml):
        asking.sync(toml)
    assert {row["shipment_id"]: str(row["delivered_day"]) for row in asking.stored().iter_rows(named=True)} == {
        "P1": "2025-03-09", "P2": "2025-03-04",
    }  # fmt: skip


def test_the_key_is_told_nowhere(asking, caplog: pytest.LogCaptureFixture) -> None:
    """Not in the log, not in the run, not beside a refused row that repeats it."""
    with shop_of(numbered({"1": page(parcel(1, promised=KEY), parcel(2))})) as (_, toml):
        report = asking.sync(toml)
    assert KEY not in caplog.text + report.message


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ('"shop.toml"', '"zendsk"', "There is no system 'zendsk'"),
        ('since = "2025-01-01"\n', "", "since is missing"),
        ('"2025-01-01"', '"soon"', "write the first day wanted"),
        ('"env:SHOP"', '"abc"', "holds a secret in the open"),
        ("inside = true\n", "speed = 3\n", "speed is not known here"),
    ],
)  # fmt: skip
def test_a_wrong_source_says_what_to_write(asking, before: str, after: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        asking.pull(SOURCE.format(host="https://shop.example.com").replace(before, after))


def test_recorded_tickets_of_zendesk(asking, shared: Any) -> None:
    """
    The recording holds one whole export by cursor: each ticket of it is a ticket but the one that was deleted, and the
    token is kept.
    """
    exchanges = json.loads(
        (shared / "apis/zendesk/TicketsIncrementalTest.test_get_values.json").read_text(encoding="utf-8")
    )
    body = next(
        each["response"]["body"] for each in exchanges if "cursor.json?start_time" in each["request"]["uri"]
    )
    toml = (
        '[sources.desk]\nconnector = "http"\nsystem = "zendesk"\nhost = "{host}"\nkey = "env:DESK"\n'
        'user = "ann@example.com"\nsince = "1970-01-01"\ninside = true\nwithout = ["surveys"]\n'
    )
    with opened(lambda _: Told(body)) as shop:
        report = asking.sync(toml.format(host=shop.host))

    known = {str(each["id"]): each for each in body["tickets"]}
    stored = {row["ticket_id"]: row for row in asking.stored("tickets").iter_rows(named=True)}
    cursor = asking.store.state.runs.cursor(LOCAL_OWNER, "desk", "tickets") or ""
    assert (report.status, report.counts[0].read, stored.keys()) == (
        RunStatus.OK,
        len(known),
        known.keys() - {"4034"},
    )
    assert [key for key, each in known.items() if each["status"] == "deleted"] == ["4034"]
    assert (shop.asked[0].path, shop.asked[0].parameters["start_time"]) == (
        "/api/v2/incremental/tickets/cursor.json",
        "0",
    )
    assert json.loads(cursor)["next"] == body["after_cursor"]
    assert stored["28"]["channel"] == "api"
    assert str(stored["28"]["created_at"]) == "2023-09-18 15:57:42+00:00"


def test_recorded_trackings_of_aftership(asking, shared: Any) -> None:
    """
    The recorded tracking HH19260817 has no day yet and waits with that reason; with a pick-up day it
    is a parcel. Of its three checkpoints two say what happened without doubt.
    """
    (exchange, _) = json.loads(
        (shared / "apis/aftership/TrackingTestCase.test_list_trackings.json").read_text(encoding="utf-8")
    )
    body = exchange["response"]["body"]
    picked = {
        **body["data"]["trackings"][0],
        "id": "picked",
        "shipment_pickup_date": "2020-02-27T09:00:00",
    }
    body["data"]["trackings"].append(picked)
    toml = (
        '[sources.tracking]\nconnector = "http"\nsystem = "aftership"\nhost = "{host}"\nkey = "env:AFTERSHIP"\n'
        'since = "2020-01-01"\ninside = true\n'
    )
    picked["checkpoints"] = [
        {"tag": tag, "checkpoint_time": f"2020-03-0{day}T10:00:00", "location": "Leeds"}
        for day, tag in enumerate(("InTransit", "OutForDelivery", "Delivered"), 1)
    ]
    empty = {"meta": {"code": 200}, "data": {"trackings": []}}
    with opened(lambda each: Told(body if each.parameters["page"] == "1" else empty)) as shop:
        report = asking.sync(toml.format(host=shop.host))

    events = asking.stored("tracking_events").sort("occurred_at")
    assert events.select("shipment_id", "event", "place").rows() == [
        ("picked", "EMG", "Leeds"),
        ("picked", "EMI", "Leeds"),
    ]
    assert shop.asked[0].headers["aftership-api-key"] == KEY
    assert (report.counts[0].new, report.counts[0].rejected) == (1, 1)
    (row,) = asking.stored().iter_rows(named=True)
    assert (row["shipment_id"], row["carrier"], row["status"]) == ("picked", "4px", "open")
