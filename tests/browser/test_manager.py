"""The manager's journey through the demo company: what needs a decision, why, and back again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_watch import Watched, serving, watch
from playwright.sync_api import Browser, Locator, Page, expect

pytestmark = pytest.mark.browser

LINK = "?market=DE&period=26+weeks"
ASKED = ["What is off", "Value", "Since", "Why", "Owner", "Action"]
DEMO = (
    "", "flow", "shipping", "service", "manufacturing", "marketing", "planning", "procedures", "data",
    "?lang=zh&exceptions=true", "kpi?kpi=scrap_rate&tab=why", "kpi?kpi=oee&tab=breakdown",
    "kpi?kpi=first_response_time&tab=distribution", "kpi?kpi=scrap_rate&tab=review",
    "kpi?kpi=on_time_delivery_rate&tab=records", "kpi?kpi=stockout_rate&tab=usual",
    "kpi?kpi=sop_adherence_rate&tab=targets", "kpi?kpi=net_sales&tab=definition",
)  # fmt: skip


@pytest.fixture(scope="module")
def restarted(demo: Path) -> Iterator[str]:
    """A server that has answered nobody yet."""
    with serving(demo) as address:
        yield address


@pytest.fixture(params=[(1280, "light"), (1280, "dark"), (390, "light")], ids=["wide", "dark", "narrow"])
def manager(chromium: Browser, restarted: str, request: pytest.FixtureRequest) -> Iterator[Watched]:
    yield from watch(chromium, restarted, *request.param)


@pytest.fixture(scope="module")
def quiet(chromium: Browser, restarted: str) -> Iterator[Watched]:
    yield from watch(chromium, restarted)


def told(line: Locator, part: str) -> str:
    """What a line of the list says in one of its columns, at first."""
    return line.locator(f".{part} .first").inner_text()


def view(watched: Watched) -> tuple[str, str, str]:
    """The link, the list of decisions and the cards: what a former view is known by."""
    watched.settled()
    page = watched.page
    page.locator(".wall .card").first.wait_for()
    return page.url, page.locator(".decisions").inner_text(), page.locator(".wall").inner_text()


def explained(page: Page) -> Locator:
    """The first line that names a slice."""
    lines = page.locator(".decisions tbody tr")
    return lines.filter(has_not_text="no slice stands out").filter(has_text="Off target").first


def test_a_manager_sees_decides_and_comes_back(manager: Watched) -> None:
    """
    The first link into a fresh server shows each decision with since when, why, who and what is being done; one click
    leads to the slice behind the worst, with the same figure; back and forward restore link and content.
    """
    page = manager.open(LINK)
    before = view(manager)
    assert before[0] == f"{manager.address}/{LINK}"
    expect(page.locator(".fl-head")).to_contain_text("DE")
    for line in page.locator(".decisions tbody tr").all():
        assert all(told(line, part) for part in ("since", "why", "owner", "action"))
    busy = page.locator(".decisions tbody tr", has_text="due ").first
    assert told(busy, "action") not in ("", "No action yet")

    worst = explained(page)
    why, now = told(worst, "why"), told(worst, "value")
    worst.get_by_role("link").first.click()
    page.wait_for_url("**/kpi?kpi=*")
    manager.settled()
    expect(page.locator(".st-key-tab_why tbody tr").first).to_be_visible()
    slices = [row.locator("td").all_inner_texts() for row in page.locator(".st-key-tab_why tbody tr").all()]
    assert [cells for cells in slices if cells[0] in why and cells[2] in why], (why, slices)
    assert now in page.locator("[data-testid=stMain]").inner_text()

    opened = page.url
    page.go_back()
    expect(page.locator("h1")).to_have_text("Operations overview")
    assert view(manager) == before
    page.go_forward()
    page.wait_for_url(opened)
    assert manager.complaints == []


def test_all_decisions_stand_on_one_screen(manager: Watched) -> None:
    """
    On a desk without scrolling; on a phone nothing sticks out, and every column keeps its name.
    """
    page = manager.open("")
    page.locator(".wall .card").first.wait_for()
    box = page.locator(".decisions").bounding_box()
    assert box is not None
    width = page.viewport_size["width"]
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    if width > 1000:
        assert box["y"] + box["height"] <= page.viewport_size["height"]
        assert page.locator(".decisions thead th").all_inner_texts() == ASKED
    assert page.locator("[data-testid=stMain]").evaluate("each => each.scrollWidth") <= width
    assert manager.complaints == []


def test_a_choice_is_a_step_back(manager: Watched) -> None:
    """
    What was chosen last is undone first, on the page and in the link, and a page opened from another is one step.
    """
    page = manager.open(LINK)
    page.get_by_role("radio", name="52 weeks").click()
    page.wait_for_url("**period=52*")
    manager.settled()
    page.locator(".wall .card").first.click()
    page.wait_for_url("**/kpi?kpi=*")
    manager.settled()
    page.get_by_role("radio", name="Targets").click()
    page.wait_for_url("**tab=targets*")

    page.go_back()
    page.wait_for_url(lambda url: "/kpi?" in url and "tab=" not in url)
    page.go_back()
    expect(page.locator("h1")).to_have_text("Operations overview")
    expect(page.get_by_role("radio", name="52 weeks")).to_be_checked()
    page.go_back()
    expect(page.get_by_role("radio", name="26 weeks")).to_be_checked()
    assert page.url == f"{manager.address}/{LINK}"
    assert manager.complaints == []


@pytest.mark.parametrize("path", DEMO)
def test_no_page_of_the_demo_complains(quiet: Watched, path: str) -> None:
    """
    With every department, stories and actions: no message in the console, nothing failed, no barrier, all at home.
    """
    page = quiet.open(path)

    expect(page.locator("h1")).to_have_count(1)
    expect(page.locator('[role="alert"], [data-testid="stException"]')).to_have_count(0)
    assert quiet.barriers() == []
    assert quiet.complaints == []
    assert quiet.strangers == []
