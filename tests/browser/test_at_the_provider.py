"""People who come by the firm's OpenID provider, a real one, in a real browser."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from browser_watch import Watched, free_port, serving, watch
from firm_provider import FirmProvider, providing, sign_in_there
from playwright.sync_api import Browser, expect

from pages.door import COOKIE
from store.home import Store, open_store
from store.scope import LOCAL_OWNER, Scope
from store.state import Role, User

ADA = User("ada@example.com", "Ada", Role.ADMIN)
ANN = User("ann@example.com", "Ann", Role.LEAD, departments=frozenset({"shipping"}))
PEOPLE = {
    "ada": {"email": "ada@example.com", "email_verified": True, "name": "Ada L."},
    "ann": {"email": "Ann@Example.com", "email_verified": True, "name": "Ann L.", "groups": ["chiefs"]},
    "new": {"email": "new@example.com", "email_verified": True, "name": "Noor", "groups": ["staff", "desk"]},
    "eve": {"email": "eve@example.com", "email_verified": True, "name": "Eve", "groups": ["staff"]},
    "bob": {"email": "ada@example.com", "email_verified": False, "name": "Bob"},
}


@pytest.fixture(scope="module")
def firm(company: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small company, where Ada sees all and Ann sees shipping."""
    home = tmp_path_factory.mktemp("provided") / "home"
    shutil.copytree(company, home)
    store = open_store(home)
    for user in (ADA, ANN):
        store.state.users.save(LOCAL_OWNER, user, seen=0)
    store.close()
    return home


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def provider(port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirmProvider]:
    with providing(
        tmp_path_factory.mktemp("provider"), f"http://127.0.0.1:{port}/ops/sign-in/callback"
    ) as found:
        found.knows(PEOPLE)
        yield found


@pytest.fixture(scope="module")
def closed(firm: Path, port: int, provider: FirmProvider) -> Iterator[str]:
    """A server under /ops whose people sign in at the provider; who is in the group `desk` may join as manager."""
    told = provider.settings(
        public_url=f"http://127.0.0.1:{port}/ops",
        oidc_newcomers="groups",
        oidc_roles="chiefs=admin, desk=manager",
        oidc_parts="chiefs=all, desk=department:shipping, staff=market:DE",
    )
    with serving(firm, port, "/ops", **told) as address:
        yield address


@pytest.fixture
def store(firm: Path) -> Iterator[Store]:
    found = open_store(firm)
    yield found
    found.close()


@pytest.fixture
def visitor(chromium: Browser, closed: str) -> Iterator[Watched]:
    yield from watch(chromium, closed)


def come_in(visitor: Watched, login: str, path: str = "overview") -> None:
    """Ask for a page and go the way over the provider."""
    visitor.page.goto(f"{visitor.address}/{path}")
    visitor.page.get_by_role("link", name="Sign in").click()
    sign_in_there(visitor.page, login)


def users(store: Store) -> dict[str, User]:
    return {each.value.email: each.value for each in store.state.users.rows(LOCAL_OWNER)}


def test_a_link_leads_over_the_provider_to_its_page_and_out_again(visitor: Watched) -> None:
    """
    Ada opens a KPI's link, signs in at the provider, sees that KPI; she signs out, and her stolen cookie opens nothing.
    """
    page = visitor.page
    page.goto(f"{visitor.address}/kpi?kpi=on_time_delivery_rate")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert visitor.barriers() == []
    page.get_by_role("link", name="Sign in").click()
    sign_in_there(page, "ada")
    visitor.settled()
    assert "/ops/kpi?kpi=on_time_delivery_rate" in page.url
    expect(page.get_by_role("heading", level=1)).to_contain_text("n-time delivery")

    stolen = [each for each in page.context.cookies() if each["name"] == COOKIE]
    assert [(each["httpOnly"], each["path"]) for each in stolen] == [(True, "/ops")]
    assert not [each for each in page.context.cookies() if each["name"].startswith("fairlead_away")]
    page.get_by_role("link", name="Signed in as Ada").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    assert visitor.barriers() == []

    page.context.add_cookies(stolen)
    page.goto(f"{visitor.address}/overview")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.request.get(f"{visitor.address}/_stcore/metrics").status == 401
    assert [
        each for each in visitor.complaints if visitor.address in each
    ] == []  # the provider's own pages complain


def test_who_signs_out_at_the_provider_is_out_here(
    visitor: Watched, provider: FirmProvider, store: Store
) -> None:
    """
    Ada signs out on the provider's own page; without another word of her browser Fairlead knows, and her cookie, which
    is still there, opens nothing. It was that session that ended: another one of hers goes on.
    """
    page = visitor.page
    come_in(visitor, "ada")
    visitor.settled()
    other = store.state.sessions.start(ADA.email, datetime.now(UTC))
    page.goto(f"{provider.issuer}/session/end")
    page.get_by_role("button", name="Yes, sign me out").click()
    expect(page.get_by_text("Sign-out Success")).to_be_visible()

    assert [each for each in page.context.cookies() if each["name"] == COOKIE]
    page.goto(f"{visitor.address}/overview")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert store.state.sessions.whose(other, datetime.now(UTC)) == ADA
    entry = store.state.audit.rows(LOCAL_OWNER, limit=1)[0]
    assert (entry.what, entry.subject) == ("signed out by the provider", f"user {ADA.email}")


def test_groups_change_nothing_of_a_person_who_is_there(visitor: Watched, store: Store) -> None:
    """
    Ann's group would make her an administrator who sees all; she stays what the users table says, and sees her part.
    """
    come_in(visitor, "ann", "shipping")
    visitor.settled()
    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("hipping")
    visitor.open("service")
    expect(visitor.page.get_by_text("You can't see this")).to_be_visible()
    assert users(store)[ANN.email] == ANN


def test_a_newcomer_of_two_groups_joins_with_their_role_and_part(visitor: Watched, store: Store) -> None:
    come_in(visitor, "new")
    visitor.settled()

    joined = users(store)["new@example.com"]
    assert (joined.name, joined.role) == ("Noor", Role.MANAGER)
    assert joined.scope == Scope(frozenset({"shipping"}), frozenset({"DE"}))


@pytest.mark.parametrize(
    ("login", "why"),
    [
        ("eve", "eve@example.com has no access yet"),
        ("bob", "does not vouch for your e-mail address"),
    ],
)
def test_who_is_refused_is_told_why_and_may_be_somebody_else(
    visitor: Watched, store: Store, login: str, why: str
) -> None:
    """
    Eve is in no group that may join; Bob claims Ada's address without proof. The second try asks who they are.
    """
    come_in(visitor, login)
    expect(visitor.page.get_by_role("alert")).to_contain_text(why)
    assert "eve@example.com" not in users(store)

    visitor.page.get_by_role("link", name="Sign in").click()
    expect(visitor.page.get_by_placeholder("Enter any login")).to_be_visible()


def test_what_an_administrator_changes_counts_at_the_next_click(visitor: Watched, store: Store) -> None:
    """
    Ann looks at a page while her part shrinks, while she is signed out everywhere, and while her account is closed.
    """
    page, seen = visitor.page, store.state.users.find(LOCAL_OWNER, ANN.email)
    assert seen is not None
    come_in(visitor, "ann", "shipping")
    visitor.settled()
    less = replace(ANN, role=Role.VIEWER, departments=frozenset({"service"}))
    version = store.state.users.save(LOCAL_OWNER, less, seen.version)
    page.get_by_text("4 weeks").first.click()
    expect(page.get_by_text("You can't see this")).to_be_visible()

    version = store.state.users.save(LOCAL_OWNER, ANN, version)
    visitor.open("shipping")
    store.state.sessions.end_everywhere(LOCAL_OWNER, ANN.email)
    page.get_by_text("4 weeks").first.click()
    expect(page.get_by_text("You are signed out")).to_be_visible()

    store.state.users.save(LOCAL_OWNER, replace(ANN, active=False), version)
    page.goto(f"{visitor.address}/shipping")
    page.get_by_role("link", name="Sign in").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("The account ann@example.com is closed")
    store.state.users.save(LOCAL_OWNER, ANN, version + 1)


def test_an_answer_that_was_not_asked_for_lets_nobody_in(visitor: Watched) -> None:
    """
    Another browser's answer, a made-up one, and one that comes twice: each leads to the way in, with a sentence.
    """
    page = visitor.page
    page.goto(f"{visitor.address}/sign-in/callback?code=made-up&state=made-up")
    expect(page.get_by_role("alert")).to_have_text("That took too long. Sign in again.")
    assert not [each for each in page.context.cookies() if each["name"] == COOKIE]
