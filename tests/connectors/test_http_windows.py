"""What one stream may say of itself: windows of its time, how many rows there are, and several tables of its pages."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from web_shop import DECLARED, SOURCE, Asked, Told, opened, page, parcel

from connectors.config import read_config
from connectors.errors import ConfigError
from connectors.http.source import http_source
from connectors.sync import sync
from store.scope import LOCAL_OWNER
from store.state.runs import RunStatus

BY_NUMBER = 'kind = "number", size = "rows", rows = 2'
ORDERS = """
[tables.orders]
stream = "parcels"
key = "id"
columns.market = "to.country"
columns.ordered_day = "promised"
"""


@pytest.fixture
def asking(firm: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    firm.builders["http"] = partial(http_source, resolve=lambda _: "canary-2718281", home=firm.store.home)
    monkeypatch.setattr("connectors.http.client.BASE_S", 0.0)
    monkeypatch.setattr("connectors.http.pace.Pace.wait", lambda _: None)
    return firm


def declare(asking: Any, pages: str = BY_NUMBER, since: str = "", more: str = "") -> None:
    told = DECLARED.format(pages=pages, clock="seconds") + more
    asking.write("shop.toml", told.replace("lookback_s = 60", f"lookback_s = 60{since}"))


def cursor(asking: Any, table: str = "shipments") -> Any:
    return json.loads(asking.store.state.runs.cursor(LOCAL_OWNER, "shop", table) or "{}")


def ids(asking: Any, table: str = "shipments", key: str = "shipment_id") -> list[str]:
    return sorted(asking.stored(table)[key])


def in_windows(rows: list[dict[str, Any]]) -> Any:
    """The rows that changed in the window, one a page."""

    def answer(asked: Asked) -> Told:
        told = asked.parameters
        known = [row for row in rows if told["from"] <= row["changed"] < told["to"]]
        at = int(told["page"]) - 1
        return page(*known[at : at + 1])

    return answer


def test_the_past_is_read_window_by_window(asking: Any) -> None:
    """
    Of 25 days ten are asked for at once: three windows, each from where the one before ended. The second one fails: the
    run says up to which day it came, and the next pull asks for that window and the last one only.
    """
    declare(asking, since=', until = "to", window_days = 10')
    now = datetime.now(UTC).replace(microsecond=0)
    start = (now - timedelta(days=25)).replace(hour=0, minute=0, second=0)
    changes = [f"{start + timedelta(days=day):%Y-%m-%dT%H:%M:%SZ}" for day in (1, 2, 11, 21)]
    rows = [parcel(at, changed=changed) for at, changed in enumerate(changes)]
    ends = [f"{start + timedelta(days=days):%Y-%m-%d}" for days in (0, 10, 20)]
    told: list[str] = []

    with opened(in_windows(rows)) as shop:
        toml = SOURCE.format(host=shop.host).replace("2025-01-01", ends[0])
        good = shop.answer
        shop.answer = lambda each: Told({}, 500) if each.parameters["from"][:10] == ends[1] else good(each)
        config = read_config(toml, folder=asking.folder)
        (failed,) = sync(asking.store, config, LOCAL_OWNER, builders=asking.builders, progress=told.append)
        kept, shop.answer = ids(asking), good
        windows = {(each.parameters["from"][:10], each.parameters["to"][:10]) for each in shop.asked}
        shop.asked.clear()
        done = asking.sync(toml)

    assert (failed.status, kept) == (RunStatus.FAILED, ["P0", "P1"])
    assert failed.message.endswith(f"shipments was read until {ends[1]}.")
    assert told[-1] == f"shop: shipments 2 rows until {ends[1]}"
    assert windows == {(ends[0], ends[1]), (ends[1], ends[2])}
    assert [each.parameters["from"][:10] for each in shop.asked] == [ends[1]] * 2 + [ends[2]] * 2
    assert (done.status, ids(asking)) == (RunStatus.OK, ["P0", "P1", "P2", "P3"])
    assert (
        cursor(asking)["since"][:16] == f"{start + timedelta(days=20, hours=23, minutes=59):%Y-%m-%dT%H:%M}"
    )


def test_a_window_without_rows_is_not_asked_for_again(asking: Any) -> None:
    """Nothing came in 25 days: the next pull begins with the last window."""
    declare(asking, since=', until = "to", window_days = 10')
    start = datetime.now(UTC) - timedelta(days=25)
    with opened(in_windows([])) as shop:
        toml = SOURCE.format(host=shop.host).replace("2025-01-01", f"{start:%Y-%m-%d}")
        asking.sync(toml)
        asked = len(shop.asked)
        asking.sync(toml)
    assert (asked, len(shop.asked)) == (3, 4)
    assert shop.asked[2].parameters["from"] == shop.asked[3].parameters["from"]


def test_a_window_says_where_it_ends(asking: Any) -> None:
    declare(asking, since=", window_days = 10")
    with pytest.raises(ConfigError, match=r"until is missing, where a window ends"):
        asking.pull(SOURCE.format(host="https://shop.example.com"))


@pytest.mark.parametrize("where", ["total", "total_header"])
def test_a_shortfall_of_what_was_announced_moves_no_cursor(asking: Any, where: str) -> None:
    """
    Five are announced and four come: the run says so, and the reading begins anew. When the fifth comes, all is well.
    """
    declare(asking, f'{BY_NUMBER}, {where} = "{"count" if where == "total" else "X-Total"}"')
    pages = {"1": [parcel(1), parcel(2)], "2": [parcel(3), parcel(4)]}

    def answer(asked: Asked) -> Told:
        told = page(*pages.get(asked.parameters["page"], []), count=5)
        return Told(told.body, 200, {"X-Total": "5"})

    with opened(answer) as shop:
        toml = SOURCE.format(host=shop.host)
        first = asking.sync(toml)
        again = asking.sync(toml)
        short = cursor(asking)
        pages["3"] = [parcel(5)]
        done = asking.sync(toml)

    assert (first.status, again.status, done.status) == (RunStatus.FAILED, RunStatus.FAILED, RunStatus.OK)
    assert "parcels announces 5 rows and gave 4" in first.message
    assert "announces 5 rows and gave 4" in again.message
    assert (short, len(shop.asked)) == ({"since": "2025-01-01"}, 3 + 3 + 4)
    assert ids(asking) == ["P1", "P2", "P3", "P4", "P5"]


def test_what_was_read_before_a_stop_counts_for_what_was_announced(asking: Any) -> None:
    """Three are announced; the second page fails once, and the next pull reads one row and knows of the two before."""
    declare(asking, f'{BY_NUMBER}, total = "count"')
    pages = {"1": page(parcel(1), parcel(2), count=3), "2": Told({}, 500), "3": page(count=3)}
    with opened(lambda each: pages[each.parameters["page"]]) as shop:
        toml = SOURCE.format(host=shop.host)
        asking.sync(toml)
        pages["2"] = page(parcel(3), count=3)
        done = asking.sync(toml)
    assert (done.status, shop.pages()) == (RunStatus.OK, ["1", *["2"] * 7, "3"])


def test_a_number_that_is_none_is_said(asking: Any) -> None:
    declare(asking, f'{BY_NUMBER}, total = "count"')
    with opened(lambda _: page(count="many")) as shop:
        report = asking.sync(SOURCE.format(host=shop.host))
    assert "announces 'many' rows, which is no number" in report.message


TWO = {"1": page(parcel(1), parcel(2)), "2": page(parcel(3))}


def two(asked: Asked) -> Told:
    return TWO.get(asked.parameters["page"], page())


def test_two_tables_of_a_stream_ask_for_its_pages_once(asking: Any) -> None:
    """Two pages and the empty one, for parcels and orders together; the next pull asks once, too."""
    declare(asking, more=ORDERS)
    with opened(two) as shop:
        toml = SOURCE.format(host=shop.host)
        report = asking.sync(toml)
        assert shop.pages() == ["1", "2", "3"]
        asking.sync(toml)
    assert [(each.fact, each.new) for each in report.counts] == [("shipments", 3), ("orders", 3)]
    assert len(shop.asked) == 6
    assert cursor(asking) == cursor(asking, "orders")
    assert ids(asking, "orders", "order_id") == ids(asking) == ["P1", "P2", "P3"]


def test_what_is_wrong_with_one_table_does_not_stop_the_other(asking: Any) -> None:
    """All orders want a day that no parcel has: they stop and keep nothing, the parcels come in and go on."""
    declare(asking, more=ORDERS.replace('"promised"', '{ from = "id", format = "%Y-%m-%d" }'))
    many = page(*[parcel(n) for n in range(40)])
    with opened(lambda each: many if each.parameters["page"] == "1" else page()) as shop:
        report = asking.sync(SOURCE.format(host=shop.host))
    assert report.status in (RunStatus.DRIFT, RunStatus.FAILED)
    assert len(ids(asking)) == 40
    assert cursor(asking)["since"] == "2025-03-05T12:38:00+00:00"
    assert cursor(asking, "orders") == {}


def move(asking: Any, to: dict[str, str]) -> None:
    runs = asking.store.state.runs
    before = runs.cursor(LOCAL_OWNER, "shop", "orders")
    runs.move_cursor(LOCAL_OWNER, "shop", "orders", json.dumps(to), expected=before, run=None)


@pytest.mark.parametrize("left", [{"next": "1", "rows": "0", "mark": ""}, {"next": "", "began": ""}])
def test_tables_that_were_stopped_between_two_commits_go_on_together(
    asking: Any, left: dict[str, str]
) -> None:
    """
    The parcels of the first page were kept, its orders not: both are read from the first page on, and each page once.
    """
    declare(asking, more=ORDERS)
    with opened(lambda each: Told({}, 500) if each.parameters["page"] == "2" else two(each)) as shop:
        toml = SOURCE.format(host=shop.host)
        asking.sync(toml)
        move(asking, cursor(asking) | left)
        shop.asked.clear()
        shop.answer = two
        done = asking.sync(toml)
    assert (done.status, shop.pages()) == (RunStatus.OK, ["1", "2", "3"])
    assert ids(asking, "orders", "order_id") == ids(asking) == ["P1", "P2", "P3"]
