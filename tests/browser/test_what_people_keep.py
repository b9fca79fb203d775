"""A kept view and a note in a real browser: widgets bound to the link can only be set through themselves."""

import pytest
from browser_watch import Watched
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_kept_view_opens_over_other_choices(watched: Watched) -> None:
    """
    Germany over 26 weeks is kept; from France it opens as it was, link and all, and the menu is for everybody.
    """
    page = watched.open("?market=DE&period=26+weeks")
    page.get_by_role("button", name="Views").click()
    page.get_by_role("button", name="Keep this view").click()
    page.get_by_label("Name", exact=True).fill("Germany, half a year")
    watched.settled()
    assert watched.barriers() == []
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".st-key-view_pick")).to_be_attached()

    page = watched.open("?market=FR")
    page.get_by_role("button", name="Views").click()
    page.locator(".st-key-view_pick input").click()
    page.get_by_role("option", name="Germany, half a year").click()
    watched.settled()
    page.get_by_role("button", name="Open this view").click()
    expect(page.locator(".fl-head")).to_contain_text("DE")
    expect(page.get_by_role("radio", name="26 weeks")).to_be_checked()
    assert "market=DE" in page.url
    assert "period=26+weeks" in page.url
    assert watched.complaints == []


def test_a_note_is_written_and_stays(watched: Watched) -> None:
    """
    Folded away below the chart; the list stays open while its form is filled in, and tells of the note afterwards.
    """
    page = watched.open("kpi?kpi=on_time_delivery_rate")
    page.get_by_text("What happened on these days").click()
    page.get_by_role("button", name="Add a note").click()
    page.get_by_label("What happened", exact=True).fill("Strike at UPS")
    assert watched.barriers() == []
    page.get_by_role("button", name="Save").last.click()
    watched.settled()

    expect(page.get_by_text("Strike at UPS").first).to_be_visible()
    assert watched.complaints == []
