"""Keys of HTTP sources in every kind of place, told back by hosts that fail: no byte of them is left anywhere."""

import io
import json
import logging
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from keyring import get_keyring, set_keyring
from keyring.backend import KeyringBackend
from streamlit.testing.v1 import AppTest
from web_shop import Asked, Told, opened, parcel

import cli
from pages.parts.viewer import Viewer
from store import redaction
from store.home import open_store
from store.redaction import guard_output
from store.scope import LOCAL_OWNER

BIRD = "Canary9"
SYSTEM = """
auth = {auth}
limit = {{ a_minute = 600000 }}
[streams.parcels]
path = "/{name}"
records = "rows"
pages = {{ kind = "address", found = "next", silent = true }}
[tables.shipments]
stream = "parcels"
key = "id"
columns.promised_day = "promised"
"""
SOURCE = """
[sources.{name}]
connector = "http"
system = "{name}.toml"
host = "{host}"
{secrets}
user = "ann@example.com"
since = "2025-01-01"
inside = true
"""
OAUTH = '{ kind = "oauth", token = "{host}/token", rotates = true }'
WAYS = {
    "denied": ('{ kind = "bearer" }', 'key = "env:DENIED"'),
    "broken": ('{ kind = "header", name = "X-Key" }', 'key = "stored:shop"'),
    "sent": ('{ kind = "query", name = "api_key" }', 'key = "keyring:shop"'),
    "half": ('{ kind = "basic" }', 'key = "file:{folder}/half"'),
    "asked": ('{ kind = "query", name = "secret" }', 'key = "env:ASKED"'),
    "rows": ('{ kind = "bearer" }', 'key = "env:ROWS"'),
    "renewed": (OAUTH, 'client = "shop"\nsecret = "env:CLIENT"\nrefresh = "env:REFRESH"'),
    "withdrawn": (OAUTH, 'client = "shop"\nsecret = "env:CLIENT"\nrefresh = "env:WITHDRAWN"'),
}


def bird(kind: str) -> str:
    """A key with signs that are written differently in addresses and in JSON."""
    return f'{BIRD}-{kind}/7+"Zq'


class Held(KeyringBackend):
    priority = 1  # type: ignore[assignment]

    def get_password(self, service: str, username: str) -> str | None:
        return bird("Keyring")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError


def told_back(asked: Asked) -> str:
    """All that a host hears, as it may stand in its answer."""
    return json.dumps([asked.parameters, asked.headers, asked.body])


def answer(asked: Asked) -> Told:
    """Each path fails in its own way and says what it heard."""
    heard, known = told_back(asked), quote(bird("Keyring"), safe="")
    match asked.path:
        case "/denied":
            return Told(heard.encode(), 401)
        case "/broken":
            return Told(heard.encode(), 500)
        case "/sent":
            return Told(
                heard.encode(), 302, {"Location": f"https://ann:{known}@other.example.com/?k={known}"}
            )
        case "/half":
            return Told(heard.encode()[:-1])
        case "/asked":
            return Told(heard.encode(), 400)
        case "/token" if "WITHDRAWN" in asked.body.upper():
            return Told(heard.encode(), 400)
        case "/token":
            return Told({"access_token": bird("Token"), "refresh_token": bird("Next"), "expires_in": 3600})
    if asked.path not in ("/rows", "/renewed"):
        return Told({"why": asked.headers["Authorization"]}, 400)
    rows = [*(parcel(n) for n in range(9)), parcel(9, promised=asked.headers["Authorization"])]
    return Told({"rows": rows, "next": f"/next?k={quote(asked.headers['Authorization'][7:])}"})


HEARD = ("DENIED", "Stored", "Keyring", "ASKED", "ROWS", "Token", "CLIENT", "REFRESH", "WITHDRAWN")
WHY = {
    "denied": "refused the key (401)", "broken": "answered with 500", "sent": "sends on to", "half": "not whole JSON",
    "asked": "answered with 400", "rows": "answered with 400", "renewed": "answered with 400",
    "withdrawn": "sign in to the system anew",
}  # fmt: skip


@dataclass
class Firm:
    folder: Path
    said: list[str] = field(default_factory=list)

    def left(self) -> dict[str, bytes]:
        """Everything that was said and written, by where; the members of the backup one by one."""
        found = {"said": "\n".join(self.said).encode()}
        for file in [*(self.folder / "home").rglob("*"), self.folder / "all.log"]:
            if file.is_file():
                found[str(file)] = file.read_bytes()
        with zipfile.ZipFile(self.folder / "b.zip") as archive:
            return found | {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def firm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Firm]:
    factory, hooks, ring = (
        logging.getLogRecordFactory(),
        (sys.excepthook, threading.excepthook),
        get_keyring(),
    )
    known, live = set(redaction._known), list(redaction._live)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("connectors.http.client.BASE_S", 0.0)
    monkeypatch.setenv("FAIRLEAD_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FAIRLEAD_KEY_FILE", str(tmp_path / "keys" / "a.key"))
    for name in ("DENIED", "ASKED", "ROWS", "CLIENT", "REFRESH", "WITHDRAWN"):
        monkeypatch.setenv(name, bird(name))
    (tmp_path / "half").write_text(bird("Half"), encoding="utf-8")
    (tmp_path / "half").chmod(0o600)
    set_keyring(Held())
    log = logging.FileHandler(tmp_path / "all.log", encoding="utf-8")
    logging.getLogger().addHandler(log)
    monkeypatch.setattr(logging.getLogger("httpx2"), "level", logging.DEBUG)
    yield Firm(tmp_path)
    logging.getLogger().removeHandler(log)
    log.close()
    set_keyring(ring)
    logging.setLogRecordFactory(factory)
    sys.excepthook, threading.excepthook = hooks
    redaction._known.clear()
    redaction._known.update(known)
    redaction._live[:] = live


@pytest.fixture
def run(
    firm: Firm, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    def typed(*words: str, given: str = "") -> str:
        monkeypatch.setattr("sys.argv", ["fairlead", *words])
        monkeypatch.setattr("sys.stdin", io.StringIO(given))
        with suppress(SystemExit):
            cli.main()
        said = capsys.readouterr()
        firm.said += [said.out, said.err]
        return said.out + said.err

    return typed


def declare(firm: Firm, host: str) -> None:
    blocks = []
    for name, (auth, secrets) in WAYS.items():
        (firm.folder / f"{name}.toml").write_text(
            SYSTEM.format(name=name, auth=auth.replace("{{", "{").replace("}}", "}").replace("{host}", host))
        )
        told = SOURCE.format(name=name, host=host, secrets=secrets.replace("{folder}", str(firm.folder)))
        blocks.append(told)
    (firm.folder / "fairlead.toml").write_text("\n".join(blocks))


def show(*args: Any) -> None:
    """Runs inside the page's script."""
    import app

    viewer, path = args
    app.pages_of(viewer)[path]._page()  # type: ignore[arg-type, operator]


def the_pages(firm: Firm) -> None:
    """What people see of all sources and of two of them."""
    store = open_store(firm.folder / "home")
    for path, source in (("data", ""), ("source", "asked"), ("source", "rows")):
        page = AppTest.from_function(show, args=(Viewer(store, LOCAL_OWNER), path), default_timeout=60)
        page.query_params["source"] = source
        page.run()
        firm.said += [str(page.main), *(str(each.value) for each in (*page.html, *page.text, *page.markdown))]
        firm.said += [each.proto.mixed.json for each in page.get("bidi_component")]
    store.close()


def test_no_key_that_a_host_tells_back_is_left_anywhere(firm: Firm, run: Callable[..., str]) -> None:
    """
    401, 500, a redirect, half a JSON, 400, a row that does not fit and a token that is withdrawn, each with the key in
    it; keys of the environment, a file, the stored secrets and the keyring, and a refresh token that rotates.
    """
    guard_output()
    with opened(answer) as shop:
        declare(firm, shop.host)
        run("secret", "set", "shop", given=f"{bird('Stored')}\n")
        said = run("sync")
        run("sync", "rows", "--format", "json")
        for words in (
            ("source", "list"),
            ("rejected", "list"),
            ("check",),
            ("secret", "list"),
            ("backup", "b.zip"),
        ):
            run(*words)
    the_pages(firm)

    heard = "".join(told_back(each) for each in shop.asked)
    assert [kind for kind in HEARD if f"{BIRD}-{kind}" not in heard] == []
    for name, why in WHY.items():
        assert f"Source '{name}': " in said, said
        assert why in said.partition(f"Source '{name}': ")[2].partition("Source '")[0], said
    assert [each for each in firm.said if BIRD in each] == []
    assert [place for place, content in firm.left().items() if BIRD.encode() in content] == []
    store = open_store(firm.folder / "home")
    assert "rows" in {each.source for each in store.state.runs.freshness(LOCAL_OWNER)}
    store.close()
