"""Steps back in quick succession: the page goes where the link went."""

from pathlib import Path

import pytest
from browser_watch import serving, watch
from playwright.sync_api import Browser, expect

pytestmark = pytest.mark.browser

SLOW = (str(Path(__file__).parent / "slow_starts.py"),)


def test_two_steps_back_arrive_on_a_busy_machine(chromium: Browser, company: Path) -> None:
    """
    The second step comes before the run for the first has begun; the page it leads to is drawn, and the link is its.
    """
    with serving(company, by=SLOW) as address:
        for watched in watch(chromium, address):
            page = watched.open("?period=26+weeks")
            page.locator(".wall .card").first.click()
            page.wait_for_url("**/kpi?kpi=*")
            watched.settled()
            page.get_by_role("radio", name="Targets").click()
            page.wait_for_url("**tab=targets*")
            watched.settled()

            page.go_back()
            page.wait_for_url(lambda url: "/kpi?" in url and "tab=" not in url)
            page.go_back()
            expect(page.locator("h1")).to_have_text("Operations overview")
            assert page.url == f"{address}/?period=26+weeks"
            assert watched.complaints == []
