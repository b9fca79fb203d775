"""What only a browser can tell of the KPI page: tabs in the link, the back button, a note on the chart."""

import pytest
from browser_watch import Watched
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

HOME = "kpi?kpi=on_time_delivery_rate"


def test_a_tab_is_a_step_back_and_forward(watched: Watched) -> None:
    """
    A tab and a choice in it stand in the link; the back button undoes them one by one, and forward brings them back.
    """
    page = watched.open(HOME)
    page.get_by_role("radio", name="Breakdown").click()
    page.wait_for_url("**tab=breakdown*")
    expect(page.get_by_text("Broken down by")).to_be_visible()

    page.get_by_role("radio", name="Records").click()
    page.wait_for_url("**tab=records*")
    expect(page.get_by_text("10 records of 40.")).to_be_visible()

    page.go_back()
    expect(page.get_by_text("Broken down by")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("Divided by")).to_be_visible()
    page.go_forward()
    expect(page.get_by_text("Broken down by")).to_be_visible()
    assert watched.complaints == []


@pytest.mark.parametrize(
    "watched",
    [(1280, "light"), (1280, "dark"), (390, "light")],
    indirect=True,
    ids=["wide", "dark", "narrow"],
)
def test_every_tab_fits_and_is_quiet(watched: Watched) -> None:
    """
    No complaint in the console, nothing sticks out to the right, and the menu of files covers nothing.
    """
    for tab in ("why", "breakdown", "distribution", "review", "records", "usual", "targets", "definition"):
        page = watched.open(f"{HOME}&tab={tab}")
        expect(page.locator('[data-testid="stVegaLiteChart"] svg').first).to_be_visible()
        width = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
        assert width <= page.viewport_size["width"], tab
        assert watched.barriers() == [], tab
        menu, below = page.locator('[class*="st-key-exports_"]'), page.locator('[class*="st-key-list_note"]')
        assert menu.bounding_box()["y"] + menu.bounding_box()["height"] <= below.bounding_box()["y"], tab
    assert watched.complaints == []
    assert watched.strangers == []
