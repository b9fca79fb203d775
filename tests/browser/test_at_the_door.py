"""What people do at the door, in a real browser."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from browser_watch import Watched, free_port, serving, started, watch
from playwright.sync_api import Browser, Page, expect

from store.home import open_store
from store.scope import LOCAL_OWNER
from store.state import Role, User

PASSWORD = "kettle orbit mango"
ANN = User("ann@example.com", "Ann", Role.LEAD, departments=frozenset({"shipping"}))
ADA = User("ada@example.com", "Ada", Role.ADMIN)


@pytest.fixture(scope="module")
def firm(company: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small company, where Ada sees all and Ann sees shipping."""
    home = tmp_path_factory.mktemp("signed") / "home"
    shutil.copytree(company, home)
    store, now = open_store(home), datetime.now(UTC)
    for user in (ADA, ANN):
        store.state.users.save(LOCAL_OWNER, user, seen=0)
        store.state.accounts.accept(store.state.accounts.invite(LOCAL_OWNER, user.email, now), PASSWORD, now)
    store.close()
    return home


@pytest.fixture(scope="module")
def closed(firm: Path) -> Iterator[str]:
    """A server whose people sign in."""
    with serving(firm, sign_in="local") as address:
        yield address


@pytest.fixture
def visitor(chromium: Browser, closed: str) -> Iterator[Watched]:
    yield from watch(chromium, closed)


def fill(page: Page, user: User) -> None:
    """Fill in the form that is there."""
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_a_link_leads_over_the_form_to_its_page_and_out_again(visitor: Watched) -> None:
    """
    Ada opens a KPI's link, signs in, sees that KPI; after signing out the same link asks for the password again.
    """
    page = visitor.page
    page.goto(f"{visitor.address}/kpi?kpi=on_time_delivery_rate")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert visitor.barriers() == []

    fill(page, ADA)
    visitor.settled()
    assert "kpi=on_time_delivery_rate" in page.url
    expect(page.get_by_role("heading", level=1)).to_contain_text("n-time delivery")

    page.get_by_role("link", name="Signed in as Ada").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto(f"{visitor.address}/overview")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert visitor.complaints == []


def test_the_first_page_has_one_address(visitor: Watched) -> None:
    """
    A link to /overview leads to the root, its choices kept, instead of to a page nobody knows.
    """
    page = visitor.page
    page.goto(f"{visitor.address}/overview?market=FR")
    fill(page, ADA)
    visitor.settled()
    expect(page).to_have_url(f"{visitor.address}/?market=FR")
    assert visitor.complaints == []


def test_ann_sees_her_part_only(visitor: Watched) -> None:
    """
    Shipping is there; a link into another department says that it is not for her.
    """
    page = visitor.page
    page.goto(f"{visitor.address}/shipping")
    fill(page, ANN)
    visitor.settled()
    expect(page.get_by_role("heading", level=1)).to_contain_text("hipping")

    visitor.open("service")
    expect(page.get_by_text("You can't see this")).to_be_visible()


def test_an_open_page_shows_nothing_more_once_the_account_is_closed(visitor: Watched, firm: Path) -> None:
    """
    Ann looks at a page when her account is closed: her next click shows no figure. She comes back when it is opened.
    """
    page = visitor.page
    page.goto(f"{visitor.address}/shipping")
    fill(page, ANN)
    visitor.settled()

    store = open_store(firm)
    users = store.state.users
    users.save(LOCAL_OWNER, User(ANN.email, ANN.name, active=False), seen=1)
    page.get_by_text("4 weeks").first.click()
    expect(page.get_by_text("You are signed out")).to_be_visible()
    expect(page.locator("h1")).to_have_count(1)
    page.goto(f"{visitor.address}/shipping")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    users.save(LOCAL_OWNER, ANN, seen=2)
    store.close()


@pytest.fixture
def open_page(chromium: Browser, firm: Path) -> Iterator[Watched]:
    """A visitor of a server that may complain of what it refuses."""
    port = free_port()
    with started(firm, port, log="open.log", sign_in="local"):
        yield from watch(chromium, f"http://127.0.0.1:{port}")


def test_no_file_leaves_a_page_that_was_open_when_its_reader_was_signed_out(
    open_page: Watched, firm: Path
) -> None:
    """
    Ada has the records before her and is signed out everywhere from another place: her download makes no file, and her
    cookie opens nothing.
    """
    page = open_page.page
    page.goto(f"{open_page.address}/kpi?kpi=on_time_delivery_rate&tab=records&side=denominator")
    fill(page, ADA)
    open_page.settled()
    download, came = page.get_by_role("button", name="All 40 rows as CSV"), list[object]()
    download.wait_for()
    page.on("download", lambda each: came.append(each))

    store = open_store(firm)
    store.state.sessions.end_everywhere(LOCAL_OWNER, ADA.email)
    store.close()
    download.click()
    page.get_by_role("radio", name=re.compile("^zh", re.IGNORECASE)).click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.get_by_role("link", name="登录")).to_be_visible()
    assert came == []
    assert page.request.get(f"{open_page.address}/_stcore/host-config").status == 401


def test_an_administrator_lets_somebody_in_and_reads_what_they_did(
    visitor: Watched, chromium: Browser, closed: str
) -> None:
    """
    Ada adds Bea on the people page and hands her the link; Bea chooses a password and finds neither page; the trail
    knows of both. Both pages are without barriers.
    """
    page = visitor.page
    page.goto(f"{visitor.address}/people")
    fill(page, ADA)
    visitor.settled()
    page.get_by_role("button", name="Add a person").click()
    page.get_by_label("Name", exact=True).fill("Bea")
    page.get_by_label("E-mail", exact=True).fill("bea@example.com")
    assert visitor.barriers() == []
    page.get_by_role("button", name="Save").click()
    link = page.get_by_text("/join?token=")
    expect(link).to_be_visible()

    other = chromium.new_context()
    bea = other.new_page()
    bea.goto(f"{closed}/join?{link.inner_text().partition('?')[2]}")
    bea.get_by_label("A new password").fill(PASSWORD)
    bea.get_by_role("button", name="Save and sign in").click()
    expect(bea.get_by_role("link", name="Signed in as Bea")).to_be_visible()
    expect(bea.get_by_role("link", name="Audit trail")).to_have_count(0)
    bea.goto(f"{closed}/audit")
    expect(bea.get_by_role("heading", name="You can't see this")).to_be_visible()
    other.close()

    visitor.open("audit")
    expect(
        page.get_by_role("row").filter(has_text="bea@example.com").filter(has_text="password set")
    ).to_be_visible()
    assert visitor.barriers() == []
    assert visitor.complaints == []
