"""A lead draws ten tickets, looks at each, loses nothing by a reload, and sees the result with n and interval."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from browser_people import signed_in, with_people
from browser_watch import Watched, serving, watch, working
from made_audits import fill, tickets
from playwright.sync_api import Browser, Page, expect
from small_company import frame

from store.facts import Tickets
from store.home import open_store
from store.scope import LOCAL_OWNER
from store.state import Role, User

pytestmark = pytest.mark.browser

WEEK = date(2025, 4, 14)
LEA = User("lea@example.com", "Lea", Role.LEAD)
WEIGHT = "Measured (0.1 to 30 kg)"


@pytest.fixture(scope="module")
def firm(company: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    The small company with a procedure, a lead, and forty tickets in the four weeks that are offered: those before the
    last day that was worked out, and, once the worker has worked out all days until today, those before today.
    """
    home = with_people(company, tmp_path_factory.mktemp("audits") / "home", (LEA,))
    store = open_store(home)
    fill(store, WEEK)
    lately = date.today() - timedelta(days=date.today().weekday() + 14)
    rows = [each | {"ticket_id": f"N{each['ticket_id']}"} for each in tickets(lately)]
    store.lake.append("tickets", frame(Tickets, rows), marks={"files": 2})
    store.close()
    return home


@pytest.fixture(scope="module")
def served(firm: Path) -> Iterator[str]:
    with working(firm), serving(firm, sign_in="local") as address:
        yield address


def look_at(page: Page, record: int) -> None:
    """Answer both steps of a record and finish it by keyboard."""
    expect(page.get_by_text(f"Record {record} of 10")).to_be_visible()
    page.get_by_text("Failed" if record == 3 else "Passed", exact=True).first.click()
    expect(page.get_by_text("1 of 2 answered and saved")).to_be_visible()
    page.get_by_label(WEIGHT).fill("2.5")
    page.get_by_label(WEIGHT).press("Enter")
    expect(page.get_by_text("Everything is answered and saved.")).to_be_visible()
    page.keyboard.press("Control+Enter")


def plan(lead: Page) -> None:
    """Ten tickets of the week, none looked at twice."""
    lead.get_by_role("button", name="Plan an audit").click()
    expect(lead.get_by_text("At most 97 records")).to_be_visible()
    lead.get_by_text("A fixed number", exact=True).click()
    expect(lead.get_by_text("10 records, as agreed.")).to_be_visible()
    second = lead.get_by_label("Checked by a second auditor, in percent")
    second.fill("0")
    second.press("Enter")
    lead.get_by_role("button", name="Draw the records").click()


def test_a_lead_audits_ten_tickets(chromium: Browser, served: str, firm: Path) -> None:
    """
    The worker draws; after the fourth record the page is loaded anew in the middle of the fifth, whose first answer is
    there; on a phone the rest is done; nine of ten passed, between 60 % and 98 % with the population of 40 in it.
    """
    watched: Watched
    for watched in watch(chromium, served):
        lead = signed_in(watched, LEA, "checks")
        assert watched.barriers() == []
        plan(lead)
        expect(lead.get_by_text("10 of 40 records, as agreed.")).to_be_visible()
        lead.get_by_role("button", name="Check the next record").click()
        for record in range(1, 5):
            look_at(lead, record)
        expect(lead.get_by_text("Record 5 of 10")).to_be_visible()
        lead.get_by_text("Passed", exact=True).first.click()
        expect(lead.get_by_text("1 of 2 answered and saved")).to_be_visible()

        lead.set_viewport_size({"width": 390, "height": 844})
        lead.reload()
        watched.settled()
        expect(lead.get_by_text("Record 5 of 10")).to_be_visible()
        expect(lead.get_by_text("1 of 2 answered and saved")).to_be_visible()
        assert watched.barriers() == []
        assert lead.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        for record in range(5, 11):
            look_at(lead, record)

        expect(lead.get_by_text("9 of 10, 90%").first).to_be_visible()
        expect(lead.get_by_text("19 times of 20", exact=False).first).to_be_visible()
        assert watched.barriers() == []
        assert lead.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        lead.get_by_role("button", name="Close the audit").click()
        expect(lead.get_by_role("button", name="Cancel")).to_be_visible()
        lead.get_by_role("button", name="Close the audit").click()
        expect(lead.get_by_text("10 of 10 records checked")).to_have_count(0)
        assert (watched.complaints, watched.strangers) == ([], [])

    store = open_store(firm)
    (audit,) = store.state.audits.rows(LOCAL_OWNER)
    checks = store.state.checks.of(LOCAL_OWNER, audit.id)
    store.close()
    assert (audit.state, len(checks)) == ("done", 10)
    assert sum(each.found["print_label"].score == 0 for each in checks) == 1
