"""The language of the link in a real browser: it stays when another page is opened, and goes when it is left."""

import re

import pytest
from browser_watch import Watched
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_language_from_the_link_stays_on_the_next_page(watched: Watched) -> None:
    """
    Streamlit forgets a choice that came with a link; ours is put back, and back in English the link is clean.
    """
    page = watched.open("?lang=zh")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.locator("h1")).to_have_text("运营总览")

    page.get_by_test_id("stTopNavSection").filter(has_text="管理").click()
    page.get_by_test_id("stTopNavDropdownLink").filter(has_text=re.compile("数据$")).first.click()
    expect(page.locator("h1")).to_have_text("数据")
    expect(page).to_have_url(f"{watched.address}/data?lang=zh")

    page.get_by_role("radio", name="en", exact=True).click()
    expect(page.locator("h1")).to_have_text("Data")
    expect(page).to_have_url(f"{watched.address}/data")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert watched.complaints == []
