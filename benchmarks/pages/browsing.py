"""What a real browser measures: until when a page is drawn, its CPU, its traffic, its complaints."""

import gzip
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright, Request, Response, sync_playwright

FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
QUIET_MS, LONGEST_S = 1_000, 60.0
HARMLESS = "Infinite extent"  # Vega says so when data arrives after the specification
# Notes when a button goes down, and the first and last change of the document, shadow roots included.
WATCH = """
window.__seen = {start: 0, first: 0, last: 0, skip: ''};
addEventListener('pointerdown', () => { window.__seen.start ??= performance.now() }, true);
const note = records => {
  const now = performance.now(), seen = window.__seen;
  if (seen.start === null) return;
  for (const each of records) {
    const at = each.target.nodeType === 1 ? each.target : each.target.parentElement;
    if (seen.skip && at && at.closest && at.closest(seen.skip)) continue;
    if (!seen.first) seen.first = now;
    seen.last = now;
  }
};
const watch = root => new MutationObserver(note).observe(root, {
  subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ['d', 'class', 'transform'],
});
watch(document);
const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (options) {
  const root = attach.call(this, options);
  watch(root);
  return root;
};
"""


@dataclass(frozen=True)
class Drawn:
    """Milliseconds from the start to the first and the last change, and browser CPU seconds meanwhile."""

    first_ms: float
    last_ms: float
    cpu_s: float


@dataclass
class Traffic:
    """What was fetched: bytes as sent, bytes when text is compressed, requests to others, and complaints."""

    raw: int = 0
    compressed: int = 0
    responses: list[Response] = field(default_factory=list, repr=False)
    strangers: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def hear(self, response: Response) -> None:
        """Remember an answer, to be weighed later."""
        self.responses.append(response)


@dataclass
class Visit:
    """A fresh browser with one tab."""

    browser: Browser
    page: Page
    address: str
    traffic: Traffic

    def open(self, path: str = "") -> Drawn:
        """Open a page and wait until it has stopped changing."""
        before = browser_cpu()
        self.page.goto(f"{self.address}/{path}")
        return self._settled(before)

    def act(self, click: Callable[[Page], None], skip: str = "") -> Drawn:
        """Click and wait; what changes inside `skip`, the thing that was clicked, is no reaction.

        Times count from the press of the button: looking for it in a large page takes 50 ms of our own.
        """
        before = browser_cpu()
        self.page.evaluate(f"window.__seen = {{start: null, first: 0, last: 0, skip: '{skip}'}}")
        click(self.page)
        return self._settled(before)

    def weigh(self) -> Traffic:
        """The traffic until now, with its sizes."""
        for each in self.traffic.responses:
            _weigh(each, self.traffic)
        self.traffic.responses.clear()
        return self.traffic

    def _settled(self, cpu: float) -> Drawn:
        until = time.monotonic() + LONGEST_S
        while time.monotonic() < until:
            self.page.wait_for_timeout(100)
            now, start, first, last = self.page.evaluate(
                "(seen => [performance.now(), seen.start, seen.first, seen.last])(window.__seen)"
            )
            busy = self.page.locator('[data-test-script-state="running"]').count()
            if last and not busy and now - last > QUIET_MS:
                break
        return Drawn(first - start, last - start, browser_cpu() - cpu)


def chromium() -> str | None:
    """The browser of this machine, if there is one."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@contextmanager
def playing() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@contextmanager
def visiting(playwright: Playwright, address: str) -> Iterator[Visit]:
    """A browser started for this visit, with an empty cache."""
    browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
    page = browser.new_context(viewport={"width": 1360, "height": 900}).new_page()
    page.add_init_script(WATCH)
    traffic = Traffic()
    page.on("response", traffic.hear)
    page.on("request", lambda request: _strange(request, address, traffic))
    page.on("console", lambda told: _complain(told.type, told.text, traffic))
    page.on("pageerror", lambda error: traffic.complaints.append(str(error)))
    page.goto("about:blank")
    yield Visit(browser, page, address, traffic)
    browser.close()


def _weigh(response: Response, traffic: Traffic) -> None:
    try:
        body = response.body()
    except Exception:  # noqa: BLE001 - a redirect or an answer that was given up has no body
        return
    kind = response.headers.get("content-type", "")
    text = any(each in kind for each in ("javascript", "css", "html", "json", "svg", "text", "wasm"))
    traffic.raw += len(body)
    traffic.compressed += len(gzip.compress(body, 6)) if text else len(body)


def _strange(request: Request, address: str, traffic: Traffic) -> None:
    if not request.url.startswith((address, address.replace("http", "ws"), "data:", "blob:", "about:")):
        traffic.strangers.append(request.url)


def _complain(kind: str, text: str, traffic: Traffic) -> None:
    if kind in ("error", "warning") and HARMLESS not in text:
        traffic.complaints.append(text)


def browser_cpu() -> float:
    """CPU seconds of all processes below this one but the servers: the browser's."""
    parents: dict[int, int] = {}
    used: dict[int, float] = {}
    names: dict[int, str] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                told = (entry / "stat").read_text()
            except OSError:  # it has ended
                continue
            fields = told[told.rindex(")") + 2 :].split()
            names[int(entry.name)] = told[told.index("(") + 1 : told.rindex(")")]
            parents[int(entry.name)] = int(fields[1])
            used[int(entry.name)] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return sum(
        seconds for process, seconds in used.items() if "chrom" in names[process] and _ours(process, parents)
    )


def _ours(process: int, parents: dict[int, int]) -> bool:
    while process in parents:
        process = parents[process]
        if process == os.getpid():
            return True
    return False
