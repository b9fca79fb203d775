"""A canary in every kind of secret, then everything fails: its bytes are nowhere in what is left behind."""

import io
import logging
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest
from plain_browser import Browser
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from streamlit.testing.v1 import AppTest

import cli
from app import entrance_of
from pages.door import COOKIE, failed
from pages.parts.viewer import Viewer
from settings import SettingError, read_settings
from store import redaction
from store.database import StateError
from store.home import open_store
from store.permits import Permit
from store.redaction import guard_output
from store.scope import LOCAL_OWNER
from store.state import ErrandKind, RunStatus

HOUSE = Path(__file__).parents[2]
TABLE = (
    '[sources.{0}.tables.shipments]\nkey = "id"\ntable = "parcels"\ncolumns.market = {{ constant = "DE" }}\n'
)
SOURCES = {
    "by_environment": 'url = "env:WMS_URL"',
    "by_file": 'url = "file:{folder}/shop-url"',
    "by_name": 'url = "postgresql://robot@127.0.0.1:1/erp"\npassword = "stored:erp"',
    "lost": 'url = "postgresql://robot@127.0.0.1:1/erp"\npassword = "stored:other"',
    "open": 'url = "postgresql://robot:{literal}@127.0.0.1:1/crm"',
    "open_too": 'url = "postgresql://robot@127.0.0.1:1/crm"\npassword = "{literal}"',
}


def bird(kind: str) -> str:
    """A secret with signs that are written differently in addresses, JSON and Python; all begin alike."""
    return f"Canary9{kind}/7é'@+\" Zq"


@dataclass
class Firm:
    """A deployment of its own, and all that was said in it."""

    folder: Path
    said: list[str] = field(default_factory=list)

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def left(self) -> dict[str, bytes]:
        """Everything it said and wrote, by where; the members of backups one by one."""
        found = {"said": "\n".join(self.said).encode()}
        for file in [*self.home.rglob("*"), *self.folder.glob("*.log")]:
            if file.is_file():
                found[str(file)] = file.read_bytes()
        for backup in self.folder.glob("*.zip"):
            with zipfile.ZipFile(backup) as archive:
                found |= {f"{backup}:{name}": archive.read(name) for name in archive.namelist()}
        return found


@pytest.fixture
def firm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Firm]:
    factory, hooks = logging.getLogRecordFactory(), (sys.excepthook, threading.excepthook)
    known, live = set(redaction._known), list(redaction._live)
    firm = Firm(tmp_path)
    monkeypatch.chdir(tmp_path)
    for name, value in (
        ("HOME", str(firm.home)), ("KEY_FILE", str(tmp_path / "keys" / "a.key")), ("SIGN_IN", "oidc"),
        ("OIDC_ISSUER", "https://login.example.com"), ("OIDC_CLIENT_ID", "fairlead"),
        ("OIDC_CLIENT_SECRET", "env:CLIENT_SECRET"),
    ):  # fmt: skip
        monkeypatch.setenv(f"FAIRLEAD_{name}", value)
    monkeypatch.setenv("CLIENT_SECRET", bird("Client"))
    monkeypatch.setenv("WMS_URL", f"postgresql://robot:{quote(bird('Env'), safe='')}@127.0.0.1:1/wms")
    (tmp_path / "shop-url").write_text(f"postgres//robot:{bird('File')}@127.0.0.1:1/shop", encoding="utf-8")
    (tmp_path / "shop-url").chmod(0o600)
    literal = "Canary9Literal7Zq"
    blocks = [
        f'[sources.{name}]\nconnector = "sql"\n{told.format(folder=tmp_path, literal=literal)}\n{TABLE.format(name)}'
        for name, told in SOURCES.items()
    ]
    (tmp_path / "fairlead.toml").write_text("\n".join(blocks), encoding="utf-8")
    log = logging.FileHandler(tmp_path / "all.log", encoding="utf-8")
    logging.getLogger().addHandler(log)
    yield firm
    logging.getLogger().removeHandler(log)
    log.close()
    logging.setLogRecordFactory(factory)
    sys.excepthook, threading.excepthook = hooks
    redaction._known.clear()
    redaction._known.update(known)
    redaction._live[:] = live


Run = Callable[..., str]


@pytest.fixture
def run(firm: Firm, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def typed(*words: str, given: str = "") -> str:
        monkeypatch.setattr("sys.argv", ["fairlead", *words])
        monkeypatch.setattr("sys.stdin", io.StringIO(given))
        with suppress(SystemExit):
            cli.main()
        said = capsys.readouterr()
        firm.said += [said.out, said.err]
        return said.out + said.err

    return typed


def all_commands(firm: Firm, run: Run) -> None:
    """Every command that comes near a secret, most of them failing."""
    assert "erp is kept" in run("secret", "set", "erp", given=f"{bird('Stored')}\n")
    assert "never an argument" in run("secret", "set", "erp", bird("Argument"))
    assert "by_name" in run("secret", "list")
    said = run("sync")
    for name, why in (
        ("by_environment", "refused"), ("by_file", "is not an address"), ("by_name", "refused"),
        ("lost", "fairlead secret set other"), ("open", "holds a secret in the open"), ("open_too", "in the open"),
    ):  # fmt: skip
        assert f"Source '{name}': " in said, said
        assert why in said.partition(f"Source '{name}': ")[2], name
    assert "1 secrets are encrypted with a new key" in run("secret", "rotate")
    assert "all of them open" in run("secret", "test")
    for words in (
        ("source", "list"),
        ("check",),
        ("backup", "b.zip"),
        ("sync", "by_name", "--format", "json"),
    ):
        run(*words)
    run("secret", "remove", "erp")


def a_real_process(firm: Firm) -> None:
    """The same sync as a program of its own, with its traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "cli", "sync", "by_environment", "--debug"], capture_output=True, text=True, check=False,
        cwd=firm.folder, env={**os.environ, "PYTHONPATH": str(HOUSE)},
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    firm.said += [done.stdout, done.stderr]


def the_state(firm: Firm) -> None:
    """What is stored of failures, whoever writes it down; and a state database that does not answer."""
    store = open_store(firm.home)
    address = os.environ["WMS_URL"]
    run = store.state.runs.start_run(LOCAL_OWNER, "told")
    store.state.runs.finish_run(
        LOCAL_OWNER, run, RunStatus.FAILED, f"no answer from {address}, {bird('Env')}"
    )
    errand = store.state.errands.ask(LOCAL_OWNER, ErrandKind.REPLAY, {})
    store.state.errands.tell(errand, f"asking {address}")
    store.state.errands.fail(errand, f"{address} says no to {bird('Stored')}")
    told = {"url": address, "more": [bird("Client")]}
    store.state.audit.add(LOCAL_OWNER, Permit.OPERATE, "backup made", f"backup to {address}", told)
    store.close()
    database = f"postgresql://robot:{quote(bird('Database'), safe='')}@127.0.0.1:1/state"
    with pytest.raises(StateError) as wrong:
        open_store(firm.folder / "home" / "second", database)
    firm.said.append(str(wrong.value))
    firm.said.append(repr(read_settings(database_url=database)))
    with pytest.raises(SettingError) as refused:
        read_settings(public_url=f"ftp://robot:{quote(bird('Env'), safe='')}@a")
    firm.said.append(str(refused.value))


def show(*args: object) -> None:
    """Runs inside the page's script: a page of the app, or one that breaks with a secret at hand."""
    import app
    from pages.parts.trouble import guarded

    viewer, path, secret = args

    @guarded
    def broken(_: object) -> None:
        held = secret
        raise RuntimeError(f"the provider says no to {held}")

    if path == "broken":
        broken(viewer)  # type: ignore[arg-type]
    else:
        app.pages_of(viewer)[path]._page()  # type: ignore[arg-type, index, operator]


def the_pages(firm: Firm) -> None:
    """What people see of sources, runs and the trail, and of a page that breaks."""
    store = open_store(firm.home)
    for path in ("data", "source", "audit", "broken"):
        page = AppTest.from_function(
            show, args=(Viewer(store, LOCAL_OWNER), path, bird("Client")), default_timeout=60
        )
        page.query_params["source"] = "told"
        page.run()
        firm.said += [str(page.main), *(str(each.value) for each in (*page.html, *page.text, *page.markdown))]
        firm.said += [each.proto.mixed.json for each in page.get("bidi_component")]
    store.close()


async def _broken(request: Request) -> Response:
    raise RuntimeError(f"{request.headers['cookie']} and {bird('Client')}")


def the_door(firm: Firm) -> None:
    """An address before the pages that breaks while it holds the session and the provider's secret."""
    entrance = entrance_of(read_settings())
    assert entrance.provider is not None
    assert entrance.provider.client_secret == bird("Client")
    firm.said.append(repr(entrance))
    app = Starlette(routes=[Route("/broken", _broken)], exception_handlers={Exception: failed})

    async def server(*given: object) -> None:
        with suppress(RuntimeError):
            await app(*given)  # type: ignore[arg-type]

    answer = Browser(server).get("/broken", cookie=f"{COOKIE}=Canary9Session7Zq")  # type: ignore[arg-type]
    assert answer.status == 500
    firm.said += [answer.body, str(answer.headers)]


def test_no_canary_is_found_anywhere(firm: Firm, run: Run) -> None:
    """
    Bad connections, bad addresses, a lost name, secrets in the open, a page and a route that break, a database that
    does not answer: outputs, logs, state, lake, backups and pages hold no byte of a secret; all of it is there though.
    """
    guard_output()
    all_commands(firm, run)
    a_real_process(firm)
    the_door(firm)
    the_state(firm)
    the_pages(firm)

    left = firm.left()
    assert [each for each in firm.said if "Canary9" in each] == []
    assert [place for place, bytes_ in left.items() if b"Canary9" in bytes_] == []
    said, log = left["said"].decode(), left[str(firm.folder / "all.log")].decode()
    assert [word for word in ("***", "Reference", "could not be built") if word not in said + log] == []
    assert "RuntimeError: the provider says no to ***" in log
    assert any(place.endswith("state.db") for place in left)
    assert any("b.zip:state/stored_secrets" in place for place in left)
