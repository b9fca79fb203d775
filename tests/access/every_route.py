"""
Asks a web server that never ran for each of its addresses, with and without a session: `python every_route.py HOME`
with the settings of a deployment whose people sign in. Writes one JSON object a request.

In a process of its own, since Streamlit has one runtime a process and tests have theirs.
"""

import json
import re
import sys
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

sys.path += [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from plain_browser import Browser
from starlette.routing import BaseRoute, Mount, WebSocketRoute
from streamlit.starlette import App

import server
from app import PATHS
from pages.door import COOKIE, Entrance
from store.scope import LOCAL_OWNER
from store.state import Role, User

HOLE = re.compile(r"\{(\w+)(:\w+)?\}")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def addresses(routes: list[BaseRoute], before: str = "") -> Iterator[tuple[str, str, str]]:
    """The kind, the address as it is declared and one that fits it, of every route of the app."""
    for route in routes:
        declared = before + str(getattr(route, "path", ""))
        if isinstance(route, Mount):
            inner = list(getattr(route.app, "routes", None) or [])
            yield from addresses(inner, declared)
            yield "http", f"{declared}/{{path}}", f"{declared}/index.html"
        else:
            kind = "websocket" if isinstance(route, WebSocketRoute) else "http"
            yield kind, declared, HOLE.sub("a1", declared) or "/"


def tell(**told: object) -> None:
    sys.stdout.write(json.dumps(told) + "\n")


def ask(browser: Browser, who: str, kind: str, declared: str, path: str) -> None:
    """Every method a browser or a program has, as a page and as a file; or a live connection."""
    if kind == "websocket":
        answer = browser.connect(path)
        tell(who=who, route=declared, asked="CONNECT", status=answer.kind, body="", to="")
        return
    for method, accept in [("GET", "*/*"), *((method, "text/html") for method in METHODS)]:
        answer = browser._ask("http", method, path, b"", {"accept": accept})
        headers = answer.headers
        tell(
            who=who, route=declared, asked=f"{method} {accept}", status=answer.status, body=answer.body[:2000],
            to=headers.get("location", ""), policy="content-security-policy" in headers,
        )  # fmt: skip


def session(entrance: Entrance) -> str:
    """A viewer's cookie, to show that the same addresses answer somebody."""
    entrance.state.users.save(LOCAL_OWNER, User("vic@example.com", "Vic", Role.VIEWER), seen=0)
    return entrance.state.sessions.start("vic@example.com", datetime.now(UTC))


def main() -> None:
    warnings.simplefilter("ignore")
    app: App = server.app
    stack = app._build_starlette_app()
    stranger = Browser(stack, {"host": "localhost"})
    for path in PATHS:  # first of all, while nothing was ever run or asked
        ask(stranger, "stranger", "http", f"/{path}", f"/{path}")
    routes = list(addresses(list(stack.routes)))
    for kind, declared, path in routes:
        ask(stranger, "stranger", kind, declared, path)
    found = server.entrance()
    assert found is not None
    known = Browser(stack, {"host": "localhost", "cookie": f"{COOKIE}={session(found)}"})
    for path in (*PATHS, "_stcore/host-config", "media/0123.csv"):
        answer = known.get(f"/{path}")
        tell(
            who="viewer", route=f"/{path}", asked="GET", status=answer.status, body=answer.body[:2000], to=""
        )
    tell(
        who="",
        route="",
        asked="declared",
        status=0,
        body=sorted({declared for _, declared, _ in routes}),
        to="",
    )


if __name__ == "__main__":
    main()
