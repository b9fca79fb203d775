"""A server nobody has opened yet, before strangers, wrong names and broken data."""

import base64
import http.client
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from browser_watch import grumbles, serving, watch
from playwright.sync_api import Browser, expect

from app import PATHS
from store.home import open_store
from store.scope import LOCAL_OWNER
from store.state import Role, User

pytestmark = pytest.mark.browser

ADA = User("ada@example.com", "Ada", Role.ADMIN)
STREAMLITS = (
    "_stcore/stream", "_stcore/metrics", "_stcore/host-config", "_stcore/script-health-check",
    "_stcore/agent/openapi.json", "_stcore/agent/interact", "_stcore/agent/mcp", "_stcore/upload_file/a/b",
    "_stcore/bidi-components/a/b.js", "media/0123.csv", "component/a/index.html", "auth/login", "auth/logout",
    "oauth2callback", "fairlead.toml",
)  # fmt: skip
OF_THE_FIRM = re.compile("Small|Sons|DHL|otif|on.time|%", re.IGNORECASE)


@pytest.fixture(scope="module")
def firm(company: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("fresh") / "home"
    shutil.copytree(company, home)
    store = open_store(home)
    store.state.users.save(LOCAL_OWNER, ADA, seen=0)
    store.close()
    return home


def asked(address: str, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    """What a program gets that has no session: status, headers, text."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    told = {"Accept": "text/html", **{name.replace("_", "-"): value for name, value in headers.items()}}
    connection.request("GET", f"{parts.path}/{path}", headers=told)
    answer = connection.getresponse()
    found = {name.lower(): value for name, value in answer.getheaders()}
    text = answer.read().decode()
    connection.close()
    return answer.status, found, text


def upgrade() -> dict[str, str]:
    """What a browser asks for a live connection with."""
    key = base64.b64encode(os.urandom(16)).decode()
    return {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec_WebSocket_Version": "13",
        "Sec_WebSocket_Key": key,
    }


@pytest.mark.parametrize("first", PATHS[::4])
def test_a_page_asked_for_first_sends_nothing_to_a_stranger(firm: Path, first: str) -> None:
    """
    Every fourth page is the first thing a new server is asked for, as a page, as a file and as a live connection: the
    answer is the way to the form, or none. All of them are asked for below, of one server.
    """
    with serving(firm, sign_in="local") as address:
        status, headers, text = asked(address, first)
        assert (status, text) == (303, "")
        assert headers["location"] == f"/sign-in?next=%2F{first}"
        assert asked(address, first, Accept="*/*")[::2] == (401, "401")
        assert asked(address, "_stcore/stream", **upgrade())[0] == 403


@pytest.fixture(scope="module")
def closed(firm: Path) -> Iterator[str]:
    with serving(firm, base="/ops", sign_in="local", hosts="kpi.intern") as address:
        yield address


@pytest.mark.parametrize(
    "path", [*PATHS, *STREAMLITS, "", "static/../overview", "%2e%2e/overview", "app/static/../../app.py"]
)
@pytest.mark.parametrize("accept", ["text/html", "*/*"])
def test_no_address_of_the_server_tells_a_stranger_anything(closed: str, path: str, accept: str) -> None:
    """
    Streamlit's own addresses among them; under a base path as well. Every answer carries the headers.
    """
    status, headers, text = asked(closed, path, Accept=accept)

    assert status in (303, 400, 401, 404)
    assert not OF_THE_FIRM.search(text)
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("healthz", 200),
        ("readyz", 200),
        ("_stcore/health", 200),
        ("sign-in", 200),
        ("app/static/inter.woff2", 200),
    ],
)
def test_what_strangers_need_is_there(closed: str, path: str, status: int) -> None:
    """
    Under the base path, with the headers; nothing lies beside it.
    """
    parts = urlsplit(closed)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    for base, expected in ((parts.path, {status}), ("", {401, 404})):
        connection.request("GET", f"{base}/{path}")
        answer = connection.getresponse()
        answer.read()
        assert answer.status in expected
        assert answer.getheader("X-Frame-Options") == "DENY"
    connection.close()


def test_only_names_that_were_told_are_answered(closed: str) -> None:
    """
    The page of another site whose name leads here is refused before anything is looked up; so is its live connection.
    """
    assert asked(closed, "sign-in", Host="kpi.intern")[0] == 200
    assert asked(closed, "sign-in", Host="evil.example")[0] == 421
    assert asked(closed, "_stcore/stream", Host="evil.example", **upgrade())[0] == 403
    assert asked(closed, "readyz", Host="10.0.0.7")[0] == 200


def test_what_breaks_is_told_by_a_number(company: Path, tmp_path: Path, chromium: Browser) -> None:
    """
    The prepared figures of a firm are damaged: the reader sees a sentence and a number, the log has the story under it.
    """
    home = tmp_path / "home"
    shutil.copytree(company, home)
    for each in (home / "lake" / "computed" / "_delta_log").glob("*.json"):
        each.write_text("{damaged", encoding="utf-8")

    with serving(home, quiet=False) as address:
        for watched in watch(chromium, address):
            page = watched.page
            page.goto(f"{address}/overview")
            alert = page.get_by_role("alert")
            expect(alert).to_contain_text("reference")
            number = re.search(r"[Rr]eference ([0-9a-f]{6})", alert.inner_text())
            assert number is not None
            assert not re.search(r"Traceback|File |damaged", page.locator("body").inner_text())
        assert asked(address, "readyz")[::2] == (503, '{"ready":false,"missing":"prepared_data"}')
    assert f"Reference {number[1]}" in (home / "web.log").read_text(encoding="utf-8")
    assert grumbles(home)


def test_a_secret_that_everybody_reads_keeps_the_pages_closed(company: Path, tmp_path: Path) -> None:
    """
    The server ends at once and says how to mend it.
    """
    home = tmp_path / "home"
    shutil.copytree(company, home)
    (home / "secret").chmod(0o644)

    with pytest.raises(RuntimeError, match="run: chmod o="), serving(home, quiet=False):
        pass
