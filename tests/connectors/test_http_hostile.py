"""Whole pulls from a host that fails in every way: no row is lost or invented, and each fault is one clear line."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from typing import Any

import httpx2
import pytest
from web_shop import BY_NUMBER, BY_TOKEN, DECLARED, SOURCE, Asked, Told, opened, page, parcel

from connectors.http.source import http_source
from store.scope import LOCAL_OWNER
from store.state.runs import RunStatus

LATER = {"Retry-After": format_datetime(datetime.now(UTC) + timedelta(days=30), usegmt=True)}
HTML = {"Content-Type": "text/html"}
NUMBERED = {"1": page(parcel(1), parcel(2)), "2": page(parcel(3), parcel(4)), "3": page(parcel(5))}
TOKENS = {
    "": page(parcel(1), parcel(2), next="a", done=False), "a": page(parcel(3), parcel(4), next="b", done=False),
    "b": page(parcel(5), next="b", done=True),
}  # fmt: skip
ALL = [f"P{number}" for number in range(1, 6)]
PAGE_2 = NUMBERED["2"].body


@dataclass(frozen=True)
class Fault:
    """What the second page is instead, the line a person reads, and how many answers an attempt takes."""

    told: Told
    line: str
    tries: int = 6
    pages: str = BY_NUMBER


FAULTS = {
    "429 with seconds": Fault(Told({}, 429, {"Retry-After": "0.01"}), "answered with 429, 6 times in a row"),
    "429 with a moment": Fault(Told({}, 429, LATER), "and wants to be left alone for 2,", 1),
    "429 for an hour": Fault(Told({}, 429, {"Retry-After": "3600"}), "wants to be left alone for 3,600 s", 1),
    "429 without a word": Fault(Told({}, 429), "answered with 429, 6 times in a row"),
    "a storm of 500": Fault(Told({}, 500), "answered with 500, 6 times in a row"),
    "503 for a while": Fault(Told({}, 503, {"Retry-After": "0.02"}), "answered with 503, 6 times in a row"),
    "a slow drip": Fault(Told(PAGE_2, how="drip"), "took longer than 0 s for one answer, 6 times in a row"),
    "a reset": Fault(Told(PAGE_2, how="reset"), "cannot be read (ReadError), 6 times in a row"),
    "a body cut short": Fault(
        Told(json.dumps(PAGE_2).encode(), 200, {"Content-Length": "9999"}), "cannot be read (RemoteProtocolError)"
    ),
    "half a JSON with 200": Fault(Told(json.dumps(PAGE_2).encode()[:-9]), "not whole JSON (application/json, "),
    "HTML with 200": Fault(Told(b"<html>Maintenance</html>", 200, HTML), "not whole JSON (text/html, 24 bytes)"),
    "nothing with 200": Fault(Told(b""), "not whole JSON (application/json, 0 bytes), 6 times"),
    "a token that ended": Fault(Told({}, 401), "refused the key (401). Look at the key", 1),
    "a bad request": Fault(Told({"why": "page"}, 400), "answered with 400", 1),
    "another host": Fault(Told({}, 302, {"Location": "https://cdn.example.com/x"}), "sends on to https://cdn", 1),
    "no list": Fault(Told({"data": {}}), "parcels has no list 'data.rows'; it has ['data']. The system may", 1),
    "null for a list": Fault(Told({"data": {"rows": None}}), "has no list 'data.rows'", 1),
    "the first page again": Fault(NUMBERED["1"], "sends a page that was read again", 1),
    "a token that leads back": Fault(page(parcel(3), next="a", done=False), "leads back to a page", 1, BY_TOKEN),
    "no word of the end": Fault(page(parcel(3), next="b"), "'done' is missing", 1, BY_TOKEN),
    "no token": Fault(page(parcel(3), done=False), "has no 'next', which leads to the next page", 1, BY_TOKEN),
    "a huge page": Fault(Told({"data": {"rows": ["x" * 1_100_000]}}), "sent more than 1 MB in one answer", 1),
}  # fmt: skip
PASS_BY_THEMSELVES = [name for name, fault in FAULTS.items() if fault.tries == 6]


@pytest.fixture
def asking(firm: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    firm.builders["http"] = partial(http_source, resolve=lambda _: "canary-2718281", home=firm.store.home)
    for name, value in (("BASE_S", 0.0), ("MOST_MB", 1)):
        monkeypatch.setattr(f"connectors.http.client.{name}", value)
    monkeypatch.setattr("connectors.http.client.TIMEOUT", httpx2.Timeout(5.0))
    monkeypatch.setattr("connectors.http.pace.Pace.wait", lambda _: None)
    return firm


@pytest.fixture
def quick(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A third of a second for one answer, where the fault is a slow one."""
    if FAULTS[request.getfixturevalue("name")].told.how == "drip":
        monkeypatch.setattr("connectors.http.client.WHOLE_S", 0.3)


def host(pages: str, second: Callable[[], Told | None]) -> Callable[[Asked], Told]:
    """Three pages, of which the second is what `second` says, if anything."""
    good, name, other = (NUMBERED, "page", "2") if pages is BY_NUMBER else (TOKENS, "cursor", "a")

    def answer(asked: Asked) -> Told:
        at = asked.parameters.get(name, "1" if pages is BY_NUMBER else "")
        return (second() if at == other else None) or good.get(at, page())

    return answer


def rows(firm: Any) -> list[tuple[object, ...]]:
    return sorted(firm.stored().select("shipment_id", "delivered_day").rows())


def cursor(firm: Any) -> Any:
    return json.loads(firm.store.state.runs.cursor(LOCAL_OWNER, "shop", "shipments") or "{}")


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_that_stays_is_one_line_and_moves_nothing(asking: Any, name: str) -> None:
    """
    Two parcels of the first page are kept; a second pull says the same and changes nothing; once the host is well
    again, the third brings the rest: all five, each once, as if nothing had been.
    """
    fault = FAULTS[name]
    asking.write("shop.toml", DECLARED.format(pages=fault.pages, clock="seconds"))
    wrong = True
    with opened(host(fault.pages, lambda: fault.told if wrong else None)) as shop:
        toml = SOURCE.format(host=shop.host)
        first = asking.sync(toml)
        kept, before, asked = rows(asking), cursor(asking), len(shop.asked)
        second = asking.sync(toml)
        again, after = rows(asking), cursor(asking)
        wrong = False
        done = asking.sync(toml)

    assert (first.status, second.status, done.status) == (RunStatus.FAILED, RunStatus.FAILED, RunStatus.OK)
    assert fault.line in first.message
    assert "\n" not in first.message
    assert first.message.startswith("Source 'shop': ")
    assert [name for name, _ in kept] == [name for name, _ in again] == ["P1", "P2"]
    assert before["since"] == after["since"] == "2025-01-01"
    assert asked == 1 + fault.tries or fault.told.how == "drip"  # which makes a good answer late, too
    assert [name for name, _ in rows(asking)] == ALL
    assert cursor(asking)["since"].startswith("2025-03-05T12:04:00")


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("name", PASS_BY_THEMSELVES)
def test_a_fault_that_passes_is_not_noticed(asking: Any, name: str) -> None:
    """Five times wrong, then right: one pull that is well, all five parcels, and each page that was good asked once."""
    asking.write("shop.toml", DECLARED.format(pages=BY_NUMBER, clock="seconds"))
    left = 5

    def second() -> Told | None:
        nonlocal left
        left -= 1
        return FAULTS[name].told if left >= 0 else None

    with opened(host(BY_NUMBER, second)) as shop:
        report = asking.sync(SOURCE.format(host=shop.host))
    assert (report.status, report.message, report.counts[0].read) == (RunStatus.OK, "", 5)
    assert shop.pages() == ["1", *["2"] * 6, "3", "4"] or FAULTS[name].told.how == "drip"
    assert [name for name, _ in rows(asking)] == ALL


@pytest.mark.parametrize(
    "told",
    [
        Told(PAGE_2, 200, {"Content-Type": "text/html"}),
        Told(PAGE_2, 200, {"Content-Type": "text/plain; x=1"}),
    ],
)
def test_a_wrong_content_type_of_a_good_body_loses_nothing(asking: Any, told: Told) -> None:
    asking.write("shop.toml", DECLARED.format(pages=BY_NUMBER, clock="seconds"))
    with opened(host(BY_NUMBER, lambda: told)) as shop:
        assert asking.sync(SOURCE.format(host=shop.host)).status is RunStatus.OK
    assert [name for name, _ in rows(asking)] == ALL


def test_pages_without_an_end_end(asking: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each page has another parcel: after five pages the pull says so, and the next one goes on behind them."""
    monkeypatch.setattr("connectors.http.walk.MOST_PAGES", 5)
    asking.write("shop.toml", DECLARED.format(pages=BY_NUMBER, clock="seconds"))
    with opened(lambda asked: page(parcel(int(asked.parameters["page"])))) as shop:
        first = asking.sync(SOURCE.format(host=shop.host))
        asking.sync(SOURCE.format(host=shop.host))
    assert "has more than 5 pages" in first.message
    assert shop.pages() == [*"123456", *"6789", "10", "11"]
    assert cursor(asking)["since"] == "2025-01-01"


def test_a_host_that_forgets_pages_is_read_from_the_start(asking: Any) -> None:
    """
    It gives the first page for every number, the way a shop does whose plugin ignores it; the position goes back to the
    beginning of the reading, as nobody knows which pages were right. Well again, it gives all five.
    """
    asking.write("shop.toml", DECLARED.format(pages=BY_NUMBER, clock="seconds"))
    with opened(lambda asked: NUMBERED.get(asked.parameters["page"], page())) as shop:
        toml, good = SOURCE.format(host=shop.host), shop.answer
        shop.answer = lambda asked: Told({}, 500) if asked.parameters["page"] == "3" else good(asked)
        asking.sync(toml)
        shop.answer = lambda _: NUMBERED["1"]
        assert "sends a page that was read again" in asking.sync(toml).message
        assert cursor(asking) == {"since": "2025-01-01"}
        shop.answer = good
        assert asking.sync(toml).status is RunStatus.OK
    assert [name for name, _ in rows(asking)] == ALL


def test_rows_in_any_order_twice_and_late_are_all_there_once(asking: Any) -> None:
    """
    Five parcels in disorder, two of them twice, the later word last; the next day a change that is thirty seconds older
    than the latest one comes after all, as a minute is looked back.
    """
    asking.write("shop.toml", DECLARED.format(pages=BY_NUMBER, clock="seconds"))
    pages = {
        "1": page(parcel(4), parcel(2), parcel(4)), "2": page(parcel(5), parcel(1), parcel(3)),
        "3": page(parcel(2, came="2025-03-09")),
    }  # fmt: skip
    late = parcel(1, came="2025-03-08", changed="2025-03-05T12:04:30Z")

    def since(asked: Asked) -> Told:
        known = [late] if late["changed"] >= asked.parameters["from"] else []
        return page(*known) if asked.parameters["page"] == "1" else page()

    with opened(lambda asked: pages.get(asked.parameters["page"], page())) as shop:
        toml = SOURCE.format(host=shop.host)
        asking.sync(toml)
        shop.answer = since
        asking.sync(toml)
    assert [(name, str(day)) for name, day in rows(asking)] == [
        ("P1", "2025-03-08"), ("P2", "2025-03-09"), ("P3", "2025-03-04"), ("P4", "2025-03-04"), ("P5", "2025-03-04"),
    ]  # fmt: skip


@pytest.mark.parametrize("ahead_h", [-3, 0, 3])
def test_a_clock_that_goes_wrong_loses_no_change(asking: Any, ahead_h: int) -> None:
    """
    The host's clock is three hours slow, right, or fast. While the second page is read, a parcel of the first changes,
    then one of the second: the next pull asks from the beginning of this one by the host's clock, and hears of both.
    """
    asking.write("shop.toml", DECLARED.format(pages=BY_NUMBER, clock="seconds"))
    begin = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=ahead_h)
    changes = [(begin + timedelta(seconds=n)).isoformat() for n in (1, 2)]

    def first(asked: Asked) -> Told:
        told = {"1": page(parcel(1)), "2": page(parcel(2, changed=changes[1]))}.get(
            asked.parameters["page"], page()
        )
        return Told(told.body, 200, {"Date": format_datetime(begin, usegmt=True)})

    def second(asked: Asked) -> Told:
        changed = parcel(1, came="2025-03-10", changed=changes[0])
        known = [changed] if datetime.fromisoformat(asked.parameters["from"]) <= begin else []
        return page(*known) if asked.parameters["page"] == "1" else page()

    with opened(first) as shop:
        toml = SOURCE.format(host=shop.host)
        asking.sync(toml)
        shop.answer = second
        asking.sync(toml)
    assert [(name, str(day)) for name, day in rows(asking)] == [("P1", "2025-03-10"), ("P2", "2025-03-04")]
