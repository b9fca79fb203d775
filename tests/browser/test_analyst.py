"""The analyst's journey: narrow, open, take apart, take along, keep, and pass on; two sessions at once stay apart."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_watch import Watched, choose, watch
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

RATE = "On-time delivery"
KEPT = "Late to France"


@pytest.fixture
def colleague(chromium: Browser, address: str) -> Iterator[Watched]:
    """Another browser profile on the same server."""
    yield from watch(chromium, address)


def taken(page: Page, name: str) -> bytes:
    """What a button of the Download menu hands out."""
    with page.expect_download() as coming:
        page.get_by_role("button", name=name, exact=True).click()
    return Path(coming.value.path()).read_bytes()


def test_an_analyst_takes_a_figure_apart_and_passes_it_on(watched: Watched, colleague: Watched) -> None:
    """
    From the department to the ten late parcels of the twenty to FR, in files as on the page, and to a colleague.
    """
    page = watched.open("shipping")
    choose(page, "Market", "FR")
    page.wait_for_url("**market=FR*")
    page.get_by_role("radio", name="26 weeks").click()
    page.wait_for_url("**period=26*")
    watched.settled()
    expect(page.locator(".score tbody tr", has_text=RATE)).to_contain_text("50.0 %")

    page.locator(".score").get_by_role("link", name=RATE, exact=True).click()
    expect(page.locator("h1")).to_have_text(RATE)
    page.wait_for_url(
        lambda url: "kpi=on_time_delivery_rate" in url and "market=FR" in url and "period=26" in url
    )
    watched.settled()
    expect(page.locator(".fl-value").first).to_contain_text("50.0")
    expect(page.locator(".st-key-tab_why")).to_contain_text("50.0 %")
    page.get_by_role("radio", name="Breakdown").click()
    choose(page, "Broken down by", "Carrier")
    expect(page.locator(".st-key-tab_breakdown tbody tr").first).to_contain_text("UPS")
    page.get_by_role("radio", name="Records").click()
    expect(page.get_by_text("10 records of 20.")).to_be_visible()

    page.get_by_role("button", name="Download", exact=True).click()
    assert b"0.5" in taken(page, "Values as CSV")
    assert taken(page, "All tables as Excel workbook").startswith(b"PK")
    assert taken(page, "This page as PDF").startswith(b"%PDF")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Values as CSV", exact=True)).to_be_hidden()

    choose(page, "Compared with", "Year before")
    page.wait_for_url("**compare=Year+before*")
    watched.settled()
    link = page.url
    keep(page)

    theirs = colleague.open()
    theirs.get_by_role("button", name="Views").click()
    theirs.locator(".st-key-view_pick input").click()
    theirs.get_by_role("option", name=KEPT).click()
    colleague.settled()
    theirs.get_by_role("button", name="Open this view").click()
    expect(theirs.locator("h1")).to_have_text(RATE)
    expect(theirs.get_by_text("10 records of 20.")).to_be_visible()
    assert sorted(theirs.url.partition("?")[2].split("&")) == sorted(link.partition("?")[2].split("&"))
    assert watched.complaints == colleague.complaints == []


def keep(page: Page) -> None:
    """Keep what is shown under a name."""
    page.get_by_role("button", name="Views").click()
    page.get_by_role("button", name="Keep this view").click()
    page.get_by_label("Name", exact=True).fill(KEPT)
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".st-key-view_pick")).to_be_attached()


def test_two_sessions_never_see_each_other_s_figures(watched: Watched, colleague: Watched) -> None:
    """
    DE keeps every promise and FR half of them: each session sees its own, also while the other one chooses.
    """
    mine, theirs = (
        watched.open("kpi?kpi=on_time_delivery_rate&market=DE"),
        colleague.open("shipping?market=FR"),
    )
    seen = mine.locator(".fl-value").first
    for period in ("4 weeks", "52 weeks"):
        theirs.get_by_role("radio", name=period).click()
        mine.get_by_role("radio", name=period).click()
        theirs.wait_for_url(f"**period={period.partition(' ')[0]}*")
        mine.wait_for_url(f"**period={period.partition(' ')[0]}*")
        watched.settled()
        colleague.settled()

        expect(seen).to_contain_text("100.0")
        expect(mine.locator(".fl-head")).to_contain_text("DE")
        expect(theirs.locator(".fl-head")).to_contain_text("FR")
        expect(theirs.locator(".score tbody tr", has_text=RATE)).to_contain_text("50.0 %")
        assert "market=DE" in mine.url
        assert "market=FR" in theirs.url
    assert watched.complaints == colleague.complaints == []
