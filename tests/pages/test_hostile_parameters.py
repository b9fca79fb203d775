"""Whatever stands in a link, a page opens: the parameter is left out, and no error reaches the reader."""

from collections.abc import Iterator

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
OPEN = ("pages.overview", "pages.data", "pages.flow", "pages.department:shipping")
MANAGED = ("pages.audit", "pages.people", "pages.targets", "pages.data.source", "pages.bring")
KPI = {"kpi": "on_time_delivery_rate"}


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The firm whose data are as hostile as the links."""
    store = hostile_store(tmp_path_factory.mktemp("firm"))
    yield store
    store.close()


@pytest.mark.parametrize("page", [*OPEN, *MANAGED])
def test_a_page_opens_whatever_its_link_says(firm: Store, page: str) -> None:
    """
    Each string in every parameter at once: no exception, and no element of it.
    """
    for text in HOSTILE:
        check(opened(page, Viewer(firm, LOCAL_OWNER), **dict.fromkeys((*PARAMETERS, "kpi"), text)), text)


@pytest.mark.parametrize("kpi", [KPI, {}], ids=["known", "hostile"])
def test_the_page_of_a_kpi_opens_whatever_its_link_says(firm: Store, kpi: dict[str, str]) -> None:
    """
    The same for the page of a KPI: of one that exists, and of none.
    """
    for text in HOSTILE:
        link = dict.fromkeys((*PARAMETERS, "kpi"), text) | kpi
        check(opened("pages.kpi", Viewer(firm, LOCAL_OWNER), **link), text)


def check(told: AppTest, text: str) -> None:
    assert not told.exception, (text, told.exception)
    assert not [each for each in told.html if f"<b {MARK}>" in str(each.value)], text
