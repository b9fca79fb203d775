"""What stands around every answer: the server's names, headers, probes, and failures without details."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from plain_browser import Browser
from small_company import empty_store, frame, known, shipments, small_store
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from pages.door import Entrance, Headers, Hosts, failed, health_routes
from pages.door.headers import pages_policy
from pages.door.hosts import host_of
from pages.parts.load import opened_store
from pages.parts.shell import frame as html_frame
from store.facts import Shipments

KNOWN = ("kpi.example.com", "localhost", "::1")


async def _figures(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("figures")


async def _live(socket: WebSocket) -> None:
    await socket.accept()
    await socket.close()


async def _broken(_request: Request) -> PlainTextResponse:
    raise RuntimeError("the vault opens at nine")


def app_of(*middleware: Middleware) -> Starlette:
    methods = ["GET", "POST", "PUT"]
    return Starlette(
        routes=[
            Route("/broken", _broken),
            Route("/{path:path}", _figures, methods=methods),
            WebSocketRoute("/{path:path}", _live),
        ],
        middleware=middleware,
        exception_handlers={Exception: failed},
    )


@pytest.fixture
def named() -> Browser:
    return Browser(app_of(Middleware(Headers), Middleware(Hosts, known=KNOWN, free=["/healthz"])))


@pytest.mark.parametrize(
    "host", ["kpi.example.com", "KPI.example.com:8501", "localhost:8501", "[::1]:8501", "localhost."]
)
def test_known_names_are_answered(named: Browser, host: str) -> None:
    """In any case, with any port."""
    named.headers = {"host": host}
    assert named.get("/overview").body == "figures"
    assert named.connect("/_stcore/stream").kind == "websocket.accept"


@pytest.mark.parametrize(
    "host",
    ["evil.example", "kpi.example.com.evil.example", "127.0.0.1", "", "kpi.example.com@evil.example", "localhost/a",
     "kpi.example.com:x", "kpi.example.com?a", "[::1"],
)  # fmt: skip
def test_other_names_are_refused(named: Browser, host: str) -> None:
    """A name that leads here without our doing is how a site of somebody else gets hold of figures."""
    named.headers = {"host": host}
    refused = named.get("/overview")
    assert (refused.status, refused.body) == (421, "421")
    assert "content-security-policy" in refused.headers
    assert named.connect("/_stcore/stream").kind == "websocket.close"


def test_probes_ask_by_any_name(named: Browser) -> None:
    """They come by an address that changes, and learn nothing."""
    assert named.get("/healthz", host="10.0.0.7:8501").status == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:1234"])
def test_what_another_site_begins_is_refused(named: Browser, origin: str) -> None:
    """Live connections and changes; looking is for browsers to forbid. The server asks nobody else about it."""
    named.headers = {"host": "localhost:8501", "origin": origin}
    assert named.post("/sign-in", {}, origin=origin).status == 403
    assert named.connect("/_stcore/stream").kind == "websocket.close"
    assert named.get("/overview").status == 200


def test_two_names_at_once_are_none() -> None:
    assert host_of("a, b") not in KNOWN


def test_every_answer_carries_the_headers(named: Browser) -> None:
    """Nobody frames us, nobody guesses types, and without TLS nobody is told to insist on it."""
    headers = named.get("/overview", host="localhost").headers

    assert headers["content-security-policy"] == pages_policy("")
    assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")
    assert "camera=()" in headers["permissions-policy"]
    assert "strict-transport-security" not in headers


def test_behind_tls_browsers_come_back_over_tls() -> None:
    headers = Browser(app_of(Middleware(Headers, safe=True))).get("/overview").headers
    assert headers["strict-transport-security"] == "max-age=31536000"


def test_a_file_that_is_opened_by_itself_may_do_nothing() -> None:
    """What people export or bring is data, whatever is written in it."""
    browser = Browser(app_of(Middleware(Headers, base="/ops")))
    assert "sandbox" in browser.get("/ops/media/abc.svg").headers["content-security-policy"]
    assert "sandbox" not in browser.get("/media/abc.svg").headers["content-security-policy"]


def test_an_answers_own_policy_stays() -> None:
    async def strict(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("", headers={"Content-Security-Policy": "sandbox"})(scope, receive, send)

    app: ASGIApp = Headers(strict)
    assert Browser(app).get("/").headers["content-security-policy"] == "sandbox"


def test_the_policy_allows_no_script_but_those_of_the_frame() -> None:
    """No eval of scripts, none inline but two, no host but ours; one more in the frame gets its hash by itself."""
    policy = pages_policy("ops")
    scripts = next(each for each in policy.split("; ") if each.startswith("script-src"))

    assert scripts.count("'sha256-") == html_frame("ops").count("<script>") == 2
    assert "unsafe" not in scripts.replace("'wasm-unsafe-eval'", "")
    assert not re.search(r"https?:|\*", policy)
    assert {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"} <= set(policy.split("; "))


def test_a_failure_tells_a_number_that_the_log_knows_more_of(caplog: pytest.LogCaptureFixture) -> None:
    """Nothing of what broke is in the answer; the log has all of it, under the number."""
    app = app_of(Middleware(Headers))

    async def server(scope: Scope, receive: Receive, send: Send) -> None:
        with suppress(RuntimeError):  # handed on to the server, which logs it, after the answer
            await app(scope, receive, send)

    answer = Browser(server).get("/broken")
    number = re.search(r"reference ([0-9a-f]{6})", answer.body)
    assert (answer.status, "vault" in answer.body, "RuntimeError" in answer.body) == (500, False, False)
    assert {"content-security-policy", "x-frame-options"} <= set(answer.headers)
    assert number is not None
    assert f"Reference {number[1]}" in caplog.text
    assert "vault" in caplog.text


def entrance_to(home: Path, database: str = "") -> Entrance:
    return Entrance(home, database or f"sqlite:///{home / 'state.db'}")


@pytest.fixture
def reopened() -> Iterator[None]:
    yield
    opened_store.clear()


def asked(entrance: Entrance | None, path: str = "/readyz") -> tuple[int, str]:
    answer = Browser(Starlette(routes=health_routes(lambda: entrance))).get(path)
    return answer.status, answer.body


def test_ready_with_figures_or_with_nothing_to_prepare(tmp_path: Path, reopened: None) -> None:
    """A firm whose figures are computed, and one that has still to bring its first file."""
    small_store(tmp_path / "small").close()
    empty_store(tmp_path / "empty").close()

    for home in ("small", "empty"):
        assert asked(entrance_to(tmp_path / home)) == (200, '{"ready":true}')


def test_not_ready_without_what_pages_need(tmp_path: Path, reopened: None) -> None:
    """Wrong settings, a database that does not answer, facts nothing was computed of; the process lives all along."""
    nobody = "postgresql://robot:hunter2@127.0.0.1:1/fairlead"
    assert asked(None) == (503, '{"ready":false,"missing":"settings"}')
    assert asked(entrance_to(tmp_path, nobody)) == (503, '{"ready":false,"missing":"state_database"}')

    store = empty_store(tmp_path / "read")
    store.lake.append(Shipments.name, frame(Shipments, known(Shipments, shipments()[:1])), marks={})
    store.close()
    assert asked(entrance_to(tmp_path / "read")) == (503, '{"ready":false,"missing":"prepared_data"}')
    assert asked(None, "/healthz") == (200, '{"alive":true}')


def test_not_ready_while_the_worker_stands_still(tmp_path: Path, reopened: None) -> None:
    """Its last sign was given six minutes ago; a firm without any worker yet is ready."""
    store = empty_store(tmp_path)
    assert asked(entrance_to(tmp_path)) == (200, '{"ready":true}')
    replace(store.state.jobs, clock=lambda _session: datetime.now(UTC) - timedelta(minutes=6)).plan([])
    store.close()

    assert asked(entrance_to(tmp_path)) == (503, '{"ready":false,"missing":"worker"}')


def test_not_ready_while_the_database_is_newer_or_older(
    tmp_path: Path, reopened: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two replicas the one with yesterday's program gets no more readers; so does one that waits for its tables."""
    empty_store(tmp_path).close()
    entrance = entrance_to(tmp_path)
    assert asked(entrance)[0] == 200
    monkeypatch.setattr("store.state.open.pending", lambda _engine: ["9999"])
    assert asked(entrance) == (503, '{"ready":false,"missing":"migrations"}')
