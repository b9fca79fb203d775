"""The door: nothing is served without a session, and the forms let in whom they should."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from plain_browser import Browser
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from pages.door import COOKIE, Entrance, Guard, routes
from pages.parts.load import opened_store
from store.scope import LOCAL_OWNER
from store.state import Role, State, User, secrets

PASSWORD = "kettle orbit mango"
ANN = User("ann@example.com", "Ann <b>", Role.LEAD)
SECRET = "figures of the firm"


async def _figures(_request: Request) -> PlainTextResponse:
    return PlainTextResponse(SECRET)


async def _live(socket: WebSocket) -> None:
    await socket.accept()
    await socket.close()


def app_of(entrance: Entrance | None) -> Starlette:
    """An app that would tell everything, behind the door."""
    everything = [Route("/{path:path}", _figures), WebSocketRoute("/{path:path}", _live)]
    base = entrance.base if entrance else ""
    guard = Middleware(Guard, entering=lambda: entrance, base=base)
    return Starlette(routes=[*routes(lambda: entrance, base), *everything], middleware=[guard])


@pytest.fixture
def entrance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Entrance:
    """The door of a firm whose people sign in."""
    monkeypatch.setattr(secrets, "N", 16)
    return Entrance(tmp_path / "home", f"sqlite:///{tmp_path / 'state.db'}", signs_in=True)


@pytest.fixture
def state(entrance: Entrance) -> Iterator[State]:
    """Ann has an account and a password."""
    store = opened_store(entrance.home, entrance.database)
    store.state.users.save(LOCAL_OWNER, ANN, seen=0)
    now = datetime.now(UTC)
    store.state.accounts.accept(store.state.accounts.invite(LOCAL_OWNER, ANN.email, now), PASSWORD, now)
    yield store.state
    store.close()
    opened_store.clear()


@pytest.fixture
def browser(entrance: Entrance, state: State) -> Browser:
    return Browser(app_of(entrance))


def signed_in(browser: Browser, **headers: str) -> Browser:
    """The same browser with Ann's session."""
    token = browser.post("/sign-in", {"email": ANN.email, "password": PASSWORD}, **headers).token
    return Browser(browser.app, {"cookie": f"{COOKIE}={token}"})


@pytest.mark.parametrize(
    "path",
    ["/", "/overview", "/shipping?market=DE", "/kpi?kpi=otif_rate", "/flow", "/data", "/media/abc.csv",
     "/_stcore/metrics", "/_stcore/upload_file/x/y", "/_stcore/host-config", "/_stcore/healthy", "/sign-inside",
     "/component/x/index.html", "//overview", "/static/../overview", "/app/overview", "/static"],
)  # fmt: skip
def test_a_stranger_sees_nothing(browser: Browser, path: str) -> None:
    """Pages lead to the form, everything else is refused; nothing of the firm is in either answer."""
    asked, fetched = browser.get(path), browser.get(path, accept="*/*")

    assert {asked.status, fetched.status} <= {303, 401}
    assert SECRET not in asked.body + fetched.body


def test_a_stranger_cannot_connect(browser: Browser) -> None:
    """The live connection of a page is closed before it is accepted; Ann's is accepted."""
    assert browser.connect("/_stcore/stream").kind == "websocket.close"
    assert signed_in(browser).connect("/_stcore/stream").kind == "websocket.accept"


def test_what_is_needed_before_signing_in_is_free(browser: Browser) -> None:
    """Scripts and fonts hold nothing of the firm, and a supervisor asks whether the server lives."""
    for path in ("/static/js/main.js", "/app/static/inter.woff2", "/_stcore/health"):
        assert browser.get(path).status == 200


def test_signing_in_leads_to_the_page_that_was_asked_for(browser: Browser) -> None:
    """The way: a link, the form, the same link; the cookie is out of reach of scripts and other sites."""
    turned_away = browser.get("/kpi?kpi=otif_rate&market=DE")
    form = browser.get(turned_away.headers["location"])
    assert (turned_away.status, form.status) == (303, 200)
    wanted = re.search(r'name="next" value="([^"]+)"', form.body)
    assert wanted is not None

    let_in = browser.post(
        "/sign-in", {"email": ANN.email, "password": PASSWORD, "next": wanted[1].replace("&amp;", "&")}
    )
    assert (let_in.status, let_in.headers["location"]) == (303, "/kpi?kpi=otif_rate&market=DE")
    assert {"HttpOnly", "SameSite=lax"} <= set(let_in.cookie.split("; "))
    assert Browser(browser.app, {"cookie": f"{COOKIE}={let_in.token}"}).get("/kpi").body == SECRET


def test_a_wrong_password_is_told_in_the_readers_language(browser: Browser) -> None:
    said = browser.post(
        "/sign-in", {"email": "<i>@example.com", "password": "wrong"}, accept_language="zh-CN,zh"
    )

    assert (said.status, said.cookie) == (400, "")
    assert "邮箱与密码不匹配" in said.body
    assert "<i>@" not in said.body


@pytest.mark.parametrize(
    "wanted", ["https://evil.example", "//evil.example", "/\\evil.example", "/a\nb", "javascript:x"]
)
def test_nobody_is_led_to_another_site(browser: Browser, wanted: str) -> None:
    let_in = browser.post("/sign-in", {"email": ANN.email, "password": PASSWORD, "next": wanted})

    assert let_in.headers["location"] == "/"


def test_looking_at_a_form_sends_nothing(browser: Browser) -> None:
    """Whoever asks only for the headers is neither signed out nor counted as somebody who guesses."""
    ann = signed_in(browser)

    assert [ann.head(path).status for path in ("/sign-in", "/sign-out", "/join")] == [200, 200, 200]
    assert ann.get("/overview").body == SECRET


def test_a_form_of_another_site_is_refused(browser: Browser) -> None:
    """Neither signed in by a trick, nor signed out."""
    tricked = browser.post(
        "/sign-in", {"email": ANN.email, "password": PASSWORD}, origin="https://evil.example"
    )
    assert (tricked.status, tricked.cookie) == (403, "")

    ann = signed_in(browser)
    assert ann.post("/sign-out", {}, origin="https://evil.example").status == 403
    assert ann.get("/overview").body == SECRET


def test_a_stolen_cookie_opens_nothing_after_signing_out(browser: Browser) -> None:
    """The secret itself is dead, whoever holds it; another device stays signed in."""
    ann, phone = signed_in(browser), signed_in(browser)
    assert "Ann &lt;b&gt;" in ann.get("/sign-out").body
    left = ann.post("/sign-out", {})

    assert (left.status, left.headers["location"]) == (303, "/sign-in")
    assert (ann.get("/overview").status, ann.connect("/_stcore/stream").kind) == (303, "websocket.close")
    assert phone.get("/overview").body == SECRET


def test_signing_out_on_every_device(browser: Browser) -> None:
    ann, phone = signed_in(browser), signed_in(browser)
    ann.post("/sign-out", {"everywhere": "yes"})

    assert [each.get("/overview").status for each in (ann, phone)] == [303, 303]


def test_a_closed_account_is_out_at_once(browser: Browser, state: State) -> None:
    ann = signed_in(browser)
    state.users.save(LOCAL_OWNER, User(ANN.email, ANN.name, active=False), seen=1)

    assert ann.get("/overview").status == 303


def test_the_first_administrator_comes_in_by_the_terminals_link(tmp_path: Path, entrance: Entrance) -> None:
    """The link makes an administrator once; a weak password is refused with the reason, and the link stays good."""
    token = entrance.state.accounts.set_up_token(datetime.now(UTC))
    browser, filled = Browser(app_of(entrance)), {"token": token, "name": "Ada", "email": "ada@example.com"}
    weak = browser.post("/set-up", {**filled, "password": "short"})
    assert (weak.status, "too easy to guess" in weak.body) == (400, True)

    first = browser.post("/set-up", {**filled, "password": PASSWORD})
    assert (first.status, Browser(browser.app, {"cookie": f"{COOKIE}={first.token}"}).get("/").body) == (
        303,
        SECRET,
    )
    assert browser.post("/set-up", {**filled, "password": PASSWORD}).status == 400
    opened_store.clear()


def test_an_invited_person_joins(browser: Browser, state: State) -> None:
    token = state.accounts.invite(LOCAL_OWNER, ANN.email, datetime.now(UTC))
    assert f'value="{token}"' in browser.get(f"/join?token={token}").body

    joined = browser.post("/join", {"token": token, "password": "another long secret"})
    assert Browser(browser.app, {"cookie": f"{COOKIE}={joined.token}"}).get("/").body == SECRET


def test_behind_tls_the_cookie_insists_on_it(entrance: Entrance, state: State) -> None:
    safe = Entrance(entrance.home, entrance.database, signs_in=True, lasts=timedelta(hours=1), safe=True)
    let_in = Browser(app_of(safe)).post("/sign-in", {"email": ANN.email, "password": PASSWORD})

    assert {"Secure", "Max-Age=3600"} <= set(let_in.cookie.split("; "))


def test_the_forms_forbid_scripts_and_frames(browser: Browser) -> None:
    headers = browser.get("/sign-in").headers

    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("open_to_all", [Entrance(Path("nowhere"), ""), None])
def test_without_sign_in_the_door_stands_open(open_to_all: Entrance | None) -> None:
    """Whoever sits at the machine sees the pages, and the forms lead there; so do pages that say what is wrong."""
    browser = Browser(app_of(open_to_all))

    assert browser.get("/overview").body == SECRET
    assert browser.get("/sign-in").headers["location"] == "/"


def test_a_proxy_on_this_machine_is_asked_whom_it_speaks_for(browser: Browser, state: State) -> None:
    """Wrong passwords from one address close the door for it; what others claim to be does not count."""
    for number in range(30):
        filled = {"email": f"user{number}@example.com", "password": "wrong"}
        browser.post("/sign-in", filled, x_forwarded_for=f"198.51.100.{number}")

    refused = browser.post(
        "/sign-in", {"email": ANN.email, "password": PASSWORD}, x_forwarded_for="198.51.100.99"
    )
    assert "Too many wrong passwords" in refused.body
