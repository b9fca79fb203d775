"""What a page may send, counted by a reader without a browser: rows and layers of charts, and bytes."""

import asyncio
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest
from browser_watch import serving

from benchmarks.pages.reader import Answer, Reader
from kpi.model import Department
from pages.kpi import TABS

MOST_ROWS, MOST_LAYERS = 400, 14
FIRST_KB, CHANGE_KB, SAME_KB = 100, 90, 10
T = TypeVar("T")
LONGEST = "period=52+weeks"
PLACES = [
    ("", LONGEST),
    ("flow", LONGEST),
    *((department.value, LONGEST) for department in Department),
    *(("kpi", f"kpi=on_time_delivery_rate&tab={tab}&{LONGEST}") for tab in TABS),
    ("kpi", f"kpi=first_response_time&tab=distribution&{LONGEST}"),
    ("kpi", f"kpi=net_sales&tab=usual&{LONGEST}&compare=The+year+before"),
]


@pytest.fixture(scope="module")
def demo_address(demo: Path) -> Iterator[str]:
    """The demo company, served."""
    with serving(demo) as address:
        yield address


def told(work: Coroutine[None, None, T]) -> T:
    """What a reader finds, in a thread of its own: a browser's tests may hold the loop of this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


async def opened(address: str, path: str, query: str) -> Answer:
    """One page as its reader gets it."""
    reader = Reader(address, path, query)
    try:
        return await reader.open()
    finally:
        await reader.close()


@pytest.mark.parametrize(("path", "query"), PLACES)
def test_no_chart_is_sent_more_than_it_can_show(demo_address: str, path: str, query: str) -> None:
    """
    Over a whole year: at most 400 rows and 14 layers each, however many facts there are.
    """
    charts = told(opened(demo_address, path, query)).charts

    assert [each for each in charts if each.rows > MOST_ROWS or each.layers > MOST_LAYERS] == []


def test_the_overview_is_light(demo_address: str) -> None:
    """
    All KPIs of the demo company: first 100 kB, for another period or market 90, and 10 where nothing has changed.
    """

    async def visit() -> list[Answer]:
        reader = Reader(demo_address)
        answers = [await reader.open()]
        answers += [
            await reader.choose(period="26 weeks"),
            await reader.choose(market="DE"),
            await reader.run(),
        ]
        await reader.close()
        return answers

    first, period, market, same = (answer.size / 1_000 for answer in told(visit()))

    assert first <= FIRST_KB
    assert period <= CHANGE_KB
    assert market <= CHANGE_KB
    assert same <= SAME_KB


@pytest.mark.parametrize(
    ("path", "query"), [("flow", ""), ("shipping", ""), ("kpi", "kpi=on_time_delivery_rate"), ("data", "")]
)
def test_what_has_not_changed_is_not_sent_again(demo_address: str, path: str, query: str) -> None:
    """
    Asked twice in a row: charts, lists and tables are named, not repeated.
    """

    async def visit() -> tuple[Answer, Answer]:
        reader = Reader(demo_address, path, query)
        answers = await reader.open(), await reader.run()
        await reader.close()
        return answers

    first, same = told(visit())

    assert same.charts == ()
    assert same.size < first.size / 2
