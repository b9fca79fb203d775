"""A fresh server, and a browser whose complaints are kept."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

HOUSE = Path(__file__).parents[2]
FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE = 60_000
AT_REST = "document.getAnimations().every(each => each.playState !== 'running')"  # what fades has no contrast
ASKED_OF_AXE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

expect.set_options(timeout=PATIENCE)  # a busy machine is slow, not wrong


@dataclass
class Watched:
    """A page with what its browser complained about and whom it asked."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def open(self, path: str = "") -> Page:
        """Go there and wait until the script has ended."""
        self.page.goto(f"{self.address}/{path}")
        self.settled()
        return self.page

    def settled(self) -> None:
        """The page's script is through and its heading is there."""
        self.page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
        self.page.locator("h1").first.wait_for()

    def barriers(self) -> list[str]:
        """What axe-core finds against WCAG 2.2 AA and best practice: the rule and the first place it is broken."""
        self.page.wait_for_function(AT_REST)
        found = Axe().run(self.page, options={"runOnly": {"type": "tag", "values": ASKED_OF_AXE}})
        return [
            f"{each['id']} ({each['impact']}) {len(each['nodes'])} times, as at {each['nodes'][0]['html'][:200]}"
            for each in found.response["violations"]
        ]

    def hear(self, message: ConsoleMessage) -> None:
        """Every warning and error, with where it came from."""
        url = str(message.location.get("url", ""))
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} ({url})")

    def see(self, request: Request) -> None:
        if not request.url.startswith((self.address, self.address.replace("http", "ws"), "data:", "blob:")):
            self.strangers.append(request.url)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(home: Path, port: int = 0, base: str = "", **settings: str) -> Iterator[str]:
    """The address of a fresh server with these FAIRLEAD_ settings, under `base`, as soon as it answers at all."""
    port = port or free_port()
    command = [
        sys.executable, "-m", "streamlit", "run", "server.py",
        "--server.address", "127.0.0.1", "--server.port", str(port), "--server.headless", "true",
        "--server.baseUrlPath", base,
    ]  # fmt: skip
    told = {f"FAIRLEAD_{name.upper()}": value for name, value in settings.items()}
    environment = {**os.environ, "FAIRLEAD_HOME": str(home), "PYTHONPATH": str(HOUSE), **told}
    log = (home / "web.log").open("w")
    process = subprocess.Popen(command, cwd=HOUSE, env=environment, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}{base}"
        answer(f"{address}/_stcore/health", process, home)
        yield address
    finally:
        process.terminate()
        process.wait(30)
        log.close()
    assert grumbles(home) == []


@contextmanager
def working(home: Path) -> Iterator[None]:
    """A worker on this home for as long as it is needed; it reads no configuration but the home's own."""
    environment = {**os.environ, "FAIRLEAD_HOME": str(home), "PYTHONPATH": str(HOUSE)}
    with (home / "worker.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", "worker"], cwd=home, env=environment, stdout=log, stderr=log
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(60)


def grumbles(home: Path) -> list[str]:
    """Lines of the server's log that tell of a failure."""
    lines = (home / "web.log").read_text(encoding="utf-8").splitlines()
    return [
        line for line in lines if any(word in line for word in ("Traceback", "Error", "ERROR", "WARNING"))
    ]


def answer(url: str, process: subprocess.Popen[bytes], home: Path) -> None:
    """Wait until the server answers there."""
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=30) as reply:
                if reply.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"No answer from {url}: {(home / 'web.log').read_text()[-2000:]}")


def watch(chromium: Browser, address: str, width: int = 1280, scheme: str = "light") -> Iterator[Watched]:
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    seen = Watched(page, address)
    page.on("console", seen.hear)
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on("request", seen.see)
    yield seen
    context.close()
