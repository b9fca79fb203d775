"""
Every address of the web, gathered from the app that is served: strangers get the door's forms and nothing else.

A new route, of ours or of another Streamlit, is red until it has a row here.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from app import PATHS

HERE = Path(__file__).parent
FREE = {
    "/healthz": "says that the process lives", "/readyz": "says that figures are prepared",
    "/_stcore/health": "Streamlit's own", "/app/static/{path:path}": "our font and icon, Streamlit's scripts",
    "/sign-in": "form", "/sign-in/provider": "leads away", "/sign-in/callback": "asks for a cookie of its own",
    "/sign-in/ended": "asks for the provider's signature", "/sign-out": "leads to the form without a session",
    "/set-up": "form, asks for the terminal's link", "/join": "form, asks for an invitation",
}  # fmt: skip
CLOSED = {
    "/_stcore/stream", "/_stcore/metrics", "/_stcore/host-config", "/_stcore/script-health-check",
    "/_stcore/agent/interact", "/_stcore/agent/mcp", "/_stcore/agent/openapi.json",
    "/_stcore/bidi-components/{path:path}", "/_stcore/upload_file/{session_id}/{file_id}", "/media/{file_id:path}",
    "/runs/{run:int}", "/runs/{run:int}/answers", "/runs/{run:int}/end", "/runs/{run:int}/flags",
    "/runs/{run:int}/evidence", "/runs/{run:int}/evidence/{file:int}",
    "/component/{path:path}", "/auth/login", "/auth/logout", "/oauth2callback", "/{path}",
}  # fmt: skip
Row = dict[str, Any]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    """What a server that never ran answers to a stranger and to a viewer, pages first."""
    home = tmp_path_factory.mktemp("routes") / "home"
    settings = {"FAIRLEAD_HOME": str(home), "FAIRLEAD_SIGN_IN": "local"}
    done = subprocess.run(
        [sys.executable, str(HERE / "every_route.py")], capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, **settings},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_route_of_the_app_has_a_row(told: list[Row]) -> None:
    assert set(told[-1]["body"]) == FREE.keys() | CLOSED


def test_a_stranger_is_stopped_before_every_page_and_route(told: list[Row]) -> None:
    """
    By whatever method, as a page, as a file and as a live connection: the way to the form, or a number. Media, uploads,
    metrics and components are such routes. Every answer carries the policy.
    """
    closed = [row for row in told if row["who"] == "stranger" and row["route"] not in FREE]
    assert {row["route"] for row in closed} == {*CLOSED, *(f"/{path}" for path in PATHS)}
    for row in closed:
        stopped = {401: "401", 303: "", "websocket.close": ""}
        assert row["body"] == stopped.get(row["status"], "let through") or row["asked"].startswith("HEAD"), (
            row
        )
        assert row["status"] in stopped
        assert row.get("policy", True), row
        if row["status"] == 303:
            assert row["to"].startswith("/sign-in?next=")
    for path in PATHS:
        page = next(row for row in closed if row["route"] == f"/{path}" and row["asked"] == "GET text/html")
        assert (page["status"], page["to"]) == (303, f"/sign-in?next={quote(f'/{path}', safe='')}")


def test_what_is_free_tells_nothing_but_forms(told: list[Row]) -> None:
    """No frame of the pages, no file of the program: a form, a word, or that this is not how to ask."""
    for row in told:
        if row["route"] in FREE and row["who"] == "stranger":
            assert row["status"] in (200, 204, 303, 400, 404, 405, 503), row
            assert "<script" not in row["body"], row
            assert "import " not in row["body"], row


def test_a_session_opens_the_same_addresses(told: list[Row]) -> None:
    """Else all of the above would only say that the app was broken."""
    found = {row["route"]: row["status"] for row in told if row["who"] == "viewer"}
    assert {found[f"/{path}"] for path in PATHS if path != "overview"} == {200}
    assert (found["/overview"], found["/_stcore/host-config"], found["/media/0123.csv"]) == (307, 200, 404)
