"""A fresh server, and a browser whose complaints are kept."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

HOUSE = Path(__file__).parents[2]
FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
STREAMLIT = ("-m", "streamlit")
PATIENCE = 60_000
TRIES = 6
AT_REST = "document.getAnimations().every(each => each.playState !== 'running')"  # what fades has no contrast
THEIR_MENU = {"exclude": [['[data-testid="stSidebarNavItems"]']]}  # docs/accessibility.md
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
        until(self.page, AT_REST)
        found = Axe().run(self.page, THEIR_MENU, options={"runOnly": {"type": "tag", "values": ASKED_OF_AXE}})
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


def until(page: Page, true: str) -> None:
    """Wait for what JavaScript says; Playwright's own way of asking needs eval, which the pages forbid."""
    asked = f"() => {true}"
    deadline = time.monotonic() + PATIENCE / 1000
    while not page.evaluate(asked):
        if time.monotonic() > deadline:
            raise AssertionError(f"Never came true: {true}")
        page.wait_for_timeout(50)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def choose(page: Page, label: str, option: str) -> None:
    """Pick from a list. It closes when the page scrolls or is drawn anew: then open it again, as a person would."""
    picker, wanted = (
        page.get_by_role("combobox", name=label),
        page.get_by_role("option", name=option, exact=True),
    )
    for _ in range(TRIES):
        picker.scroll_into_view_if_needed()
        picker.click()
        try:
            wanted.click(timeout=PATIENCE / TRIES)
            return
        except PlaywrightTimeout:
            page.keyboard.press("Escape")
    raise AssertionError(f"The list {label} never showed {option}.")


@contextmanager
def serving(
    home: Path,
    port: int = 0,
    base: str = "",
    quiet: bool = True,
    by: Sequence[str] = STREAMLIT,
    **settings: str,
) -> Iterator[str]:
    """
    The address of a fresh server with these FAIRLEAD_ settings, under `base`, as soon as it answers at all. In the end
    a `quiet` one has complained of nothing. `by`: what Python runs.
    """
    port = port or free_port()
    with started(home, port, base, by=by, **settings):
        yield f"http://127.0.0.1:{port}{base}"
    assert not (quiet and grumbles(home)), grumbles(home)


@contextmanager
def started(
    home: Path,
    port: int,
    base: str = "",
    log: str = "web.log",
    by: Sequence[str] = STREAMLIT,
    **settings: str,
) -> Iterator[subprocess.Popen[bytes]]:
    """The process of a server on this port, as soon as it answers; what it says is in `log` under its home."""
    command = [
        sys.executable, "-OO", *by, "run", "server.py",
        "--server.address", "127.0.0.1", "--server.port", str(port), "--server.headless", "true",
        "--server.baseUrlPath", base,
    ]  # fmt: skip
    told = {f"FAIRLEAD_{name.upper()}": value for name, value in settings.items()}
    environment = {**os.environ, "FAIRLEAD_HOME": str(home), "PYTHONPATH": str(HOUSE), **told}
    with (home / log).open("w") as said:
        process = subprocess.Popen(command, cwd=HOUSE, env=environment, stdout=said, stderr=said)
        try:
            answer(f"http://127.0.0.1:{port}{base}/_stcore/health", process, home / log)
            yield process
        finally:
            process.terminate()
            process.wait(30)


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


def answer(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server answers there."""
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=60) as reply:
                if reply.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"No answer from {url}: {log.read_text()[-2000:]}")


def watch(
    chromium: Browser, address: str, width: int = 1280, scheme: str = "light", trusting: bool = False
) -> Iterator[Watched]:
    """A fresh profile; a `trusting` one takes certificates nobody vouches for."""
    context = chromium.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
        ignore_https_errors=trusting,
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    seen = Watched(page, address)
    page.on("console", seen.hear)
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on("request", seen.see)
    yield seen
    context.close()
