"""Whatever stands in a link, a page opens: the parameter is left out, and no error reaches the reader."""

from collections.abc import Iterator
from itertools import cycle

import pytest
from hostile import HOSTILE, MARK, hostile_store
from streamlit.testing.v1 import AppTest
from test_pages_open import opened

from pages.parts.viewer import Viewer
from store.home import Store
from store.scope import LOCAL_OWNER

PARAMETERS = (
    "also", "before", "by", "carrier", "compare", "day", "department", "exceptions", "find", "lane", "language",
    "market", "period", "person", "since", "source", "tab", "until", "view", "what", "who",
)  # fmt: skip
OPEN = ("pages.overview", "pages.data", "pages.flow", "pages.department:shipping", "pages.kpi")
MANAGED = ("pages.audit", "pages.people", "pages.targets", "pages.data.source", "pages.bring")
KPI = {"kpi": "on_time_delivery_rate"}
NAMES = (*PARAMETERS, "kpi")
LINKS = 10


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The firm whose data are as hostile as the links."""
    store = hostile_store(tmp_path_factory.mktemp("firm"))
    yield store
    store.close()


def mixed_links() -> Iterator[dict[str, str]]:
    """Links with a string of its own in each parameter, the strings in turn: together they hold each three times."""
    turns = cycle(HOSTILE)
    for _ in range(LINKS):
        yield dict(zip(NAMES, turns, strict=False))


@pytest.mark.parametrize("page", [*OPEN, *MANAGED])
def test_a_page_opens_whatever_its_link_says(firm: Store, page: str) -> None:
    """
    Every string on every page, in one parameter or another: no exception, and no element of it.
    """
    links = list(mixed_links())
    assert {text for link in links for text in link.values()} == set(HOSTILE)
    for link in links:
        check(opened(page, Viewer(firm, LOCAL_OWNER), **link), str(link))


def test_the_page_of_a_kpi_opens_whatever_its_link_says(firm: Store) -> None:
    """
    Each string in all parameters at once, on the page that reads most of them.
    """
    for text in HOSTILE:
        check(opened("pages.kpi", Viewer(firm, LOCAL_OWNER), **dict.fromkeys(NAMES, text) | KPI), text)


def check(told: AppTest, text: str) -> None:
    assert not told.exception, (text, told.exception)
    assert not [each for each in told.html if f"<b {MARK}>" in str(each.value)], text
