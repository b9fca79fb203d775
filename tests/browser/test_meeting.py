"""A lead's Monday: from sign-in to a closed meeting with a decision and two actions, which the manager then sees."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from browser_people import signed_in, with_people
from browser_watch import Watched, serving, watch
from playwright.sync_api import Browser, Locator, expect
from sqlalchemy import text

from meetings.promises import Kept, kept
from store.home import open_store
from store.scope import LOCAL_OWNER
from store.state import Action, Corrective, Role, User
from store.state.meeting_records import Verdict

pytestmark = pytest.mark.browser

LEA = User("lea@example.com", "Lea", Role.LEAD, True, frozenset({"shipping"}))
MAX = User("max@example.com", "Max", Role.MANAGER)
KPI = "on_time_delivery_rate"
MOST_CLICKS = 10


@pytest.fixture(scope="module")
def firm(company: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    The small company, three weeks off target, where Lea promised ten days ago to call the carrier within a week.
    """
    home = with_people(company, tmp_path_factory.mktemp("meeting") / "home", (LEA, MAX))
    store = open_store(home)
    due = date.today() - timedelta(days=3)
    store.state.actions.add(LOCAL_OWNER, Action(KPI, "shipping", "Call the carrier", LEA.email, due))
    with store.state.engines.write.begin() as connection:
        earlier = datetime.now(UTC) - timedelta(days=10)
        connection.execute(text("UPDATE actions SET opened_at = :at"), {"at": earlier.isoformat(" ")})
    store.close()
    return home


@pytest.fixture(scope="module")
def served(firm: Path) -> Iterator[str]:
    with serving(firm, sign_in="local") as address:
        yield address


def test_a_meeting_takes_ten_clicks_at_most(chromium: Browser, served: str, firm: Path) -> None:
    """
    The broken promise stands first, the KPI off target with its three weeks after it; the comment, a decision with an
    action, a second action, closed: nine clicks after the one that signs in. The manager's overview counts them.
    """
    clicks = ["Sign in"]

    def click(where: Locator) -> None:
        where.click()
        clicks.append(str(where))

    watched: Watched
    for watched in watch(chromium, served):
        lead = signed_in(watched, LEA, "meeting")
        click(lead.get_by_role("button", name="Open this week's meeting"))
        expect(lead.get_by_text("Not kept")).to_be_visible()
        expect(lead.get_by_text("Call the carrier")).to_be_visible()
        panel = lead.locator(f".st-key-item_{KPI}")
        expect(panel.get_by_text("since Apr 7", exact=False)).to_be_visible()
        expect(panel.get_by_text("Was the SOP followed?", exact=False)).to_be_visible()
        assert watched.barriers() == []
        expect(panel.get_by_text("No comment yet on what happened", exact=False)).to_be_visible()
        click(panel.get_by_role("button", name="Comment"))
        lead.get_by_label("What happened").fill("Ten of forty to France came late")
        lead.get_by_label("Why").fill("UPS has one lorry a day")
        lead.get_by_label("What is next").fill("Ask for a second one")
        assert watched.barriers() == []
        click(lead.get_by_role("button", name="Save"))
        expect(panel.get_by_text("UPS has one lorry a day")).to_be_visible()
        click(panel.get_by_role("button", name="Decide"))
        lead.get_by_label("What was decided, and why").fill("Peak volume without a second pick-up")
        lead.get_by_label("What will be done").fill("Book a second pick-up in France")
        click(lead.get_by_role("button", name="Save"))
        expect(panel.get_by_text("Peak volume without a second pick-up")).to_be_visible()
        click(panel.get_by_role("button", name="Add an action"))
        lead.get_by_label("What will be done").fill("Tell UPS what it costs")
        click(lead.get_by_role("button", name="Save"))
        expect(lead.get_by_text("Tell UPS what it costs")).to_be_visible()
        assert watched.barriers() == []
        click(lead.get_by_role("button", name="Close the meeting"))
        click(lead.get_by_role("button", name="Close it"))
        expect(lead.get_by_text("unchanged since", exact=False)).to_be_visible()
        expect(lead.get_by_role("button", name="Decide")).to_have_count(0)
        assert len(clicks) <= MOST_CLICKS, clicks
        assert (watched.complaints, watched.strangers) == ([], [])
    for watched in watch(chromium, served, 390):
        manager = signed_in(watched, MAX, "overview")
        expect(manager.get_by_text("1 decision · 2 actions · closed by lea@example.com")).to_be_visible()
        manager.get_by_role("link", name="Shipping and cross-border · Week of", exact=False).click()
        expect(manager.get_by_text("Book a second pick-up in France").first).to_be_visible()
        assert watched.barriers() == []
        assert manager.evaluate("document.scrollingElement.scrollWidth <= innerWidth")

    store = open_store(firm)
    (meeting,) = store.state.meetings.rows(LOCAL_OWNER)
    (decision,) = store.state.meetings.decisions(LOCAL_OWNER, meeting.id)
    pack = store.state.meetings.pack(LOCAL_OWNER, meeting.id)
    actions = [each for each in store.state.actions.rows(LOCAL_OWNER) if each.meeting == meeting.id]
    store.close()
    assert (decision.kpi, decision.verdict, meeting.closed_by) == (KPI, Verdict.WATCH, LEA.email)
    assert pack is not None
    assert pack.is_genuine
    assert [isinstance(each, Corrective) for each in actions] == [True, True]
    assert {kept(each, date.today()) for each in actions} == {Kept.OPEN}
