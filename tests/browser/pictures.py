"""`python tests/browser/pictures.py` (`make tour`): the pictures of docs/tour.md and README, of the demo company."""

import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from pathlib import Path

from browser_watch import FLAGS, HOUSE, PATIENCE, serving, until
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

sys.path[:0] = [str(HOUSE), str(HOUSE / "tests")]

from small_company import empty_store  # noqa: E402 (of the tests, which are no package)

PICTURES = HOUSE / "docs" / "pictures"
TALLEST, QUALITY = 2600, 72
MEASURE = """Math.max(document.body.scrollHeight, ...[...document.querySelectorAll(
  'section,[data-testid=stMain],[data-testid=stAppViewContainer]')].map(each => each.scrollHeight))"""
DRAWN = """!document.querySelector('[data-testid=stSkeleton]') &&
  [...document.querySelectorAll('[data-testid=stVegaLiteChart]')].every(each => each.querySelector('svg,canvas'))"""


class Look(StrEnum):
    """How a page is looked at; the value ends the picture's name."""

    LIGHT = "light"
    DARK = "dark"
    PHONE = "phone"
    PRINT = "print"

    @property
    def width(self) -> int:
        """In CSS pixels; that of A4 landscape without its margins for print."""
        return {Look.PHONE: 390, Look.PRINT: 1047}.get(self, 1440)


class Firm(StrEnum):
    """Whose pages are taken."""

    DEMO = "demo"
    LATE = "late"  # the same, but its source was last read ten days ago
    EMPTY = "empty"  # nothing was ever read


@dataclass(frozen=True)
class Shot:
    """A page, whose it is, and how it is looked at; `tallest` is what is kept of its height."""

    name: str
    path: str
    looks: tuple[Look, ...] = (Look.LIGHT,)
    tallest: int = TALLEST
    firm: Firm = Firm.DEMO


EVERY = tuple(Look)
ON_TIME = "kpi?kpi=on_time_delivery_rate"
SHOTS = (
    Shot("overview", "", EVERY, 2200),
    Shot("overview-chinese", "?lang=zh", tallest=1500),
    Shot("exceptions", "?exceptions=true", tallest=1700),
    Shot("shipping", "shipping", EVERY),
    Shot("service", "service", tallest=2000),
    Shot("manufacturing", "manufacturing", tallest=2300),
    Shot("marketing", "marketing", tallest=2300),
    Shot("planning", "planning", tallest=1800),
    Shot("procedures", "procedures", tallest=1800),
    Shot("kpi", ON_TIME, EVERY),
    Shot("kpi-duration", "kpi?kpi=first_response_time&tab=distribution"),
    Shot("kpi-money", "kpi?kpi=customer_acquisition_cost&compare=Year+before"),
    Shot("kpi-stock", "kpi?kpi=inventory_value&tab=breakdown"),
    *(Shot(f"tab-{name}", f"{ON_TIME}&tab={name}")
      for name in ("breakdown", "review", "records", "usual", "targets", "definition")),
    Shot("flow", "flow", EVERY, 3000),
    Shot("data", "data", EVERY, 1500),
    Shot("source", "source?source=demo", (Look.LIGHT, Look.PHONE), 1500),
    Shot("targets", "targets", (Look.LIGHT, Look.DARK, Look.PHONE), 1500),
    Shot("bring", "bring", tallest=700),
    Shot("sops", "sops", (Look.LIGHT, Look.PHONE), 1100),
    Shot("sop", "sop?sop=customs_paperwork", (Look.LIGHT, Look.DARK, Look.PHONE), 1500),
    Shot("runs", "run", tallest=1300),
    Shot("run", "run?run=1", (Look.LIGHT, Look.PHONE), 1100),
    Shot("checks", "checks", (Look.LIGHT, Look.PHONE), 1300),
    Shot("check", "checks?audit=1", tallest=1300),
    Shot("reviews", "reviews", (Look.LIGHT, Look.PHONE), 1100),
    Shot("flags", "reviews?part=flags", tallest=900),
    Shot("adherence", "adherence?sop=customs_paperwork", (Look.LIGHT, Look.DARK, Look.PHONE), 1500),
    Shot("adherence-help", "adherence?part=works", tallest=1500),
    Shot("alerts", "alerts", tallest=820),
    Shot("meeting", "meeting?meeting=2", tallest=1500),  # the first was held last week
    Shot("peaks", "peaks?peak=1", (Look.LIGHT, Look.PHONE), 1100),
    Shot("actions", "actions", tallest=640),
    Shot("training", "training", (Look.LIGHT, Look.PHONE), 1300),
    Shot("teams", "training?part=teams", tallest=700),
    Shot("people", "people", (Look.LIGHT, Look.PHONE), 1500),
    Shot("audit", "audit", (Look.LIGHT, Look.PHONE), 1100),
    Shot("state-small", "?market=SG", tallest=1500),
    Shot("state-error", "kpi?kpi=on_time_delivry", tallest=500),
    Shot("state-late", "", tallest=1300, firm=Firm.LATE),
    Shot("state-empty", "", tallest=950, firm=Firm.EMPTY),
)  # fmt: skip


def take(browser: Browser, address: str, shots: Iterable[Shot], to: Path, only: Sequence[str] = ()) -> None:
    """Every shot as WebP in the folder; `only` names some of them."""
    for shot in shots:
        for look in shot.looks:
            name = f"{shot.name}-{look}"
            if only and not {shot.name, name} & set(only):
                continue
            page = opened(browser, f"{address}/{shot.path}", look)
            picture = Image.open(BytesIO(page.screenshot()))
            cropped = picture.crop((0, 0, picture.width, min(picture.height, shot.tallest)))
            cropped.convert("RGB").save(to / f"{name}.webp", quality=QUALITY, method=6)
            page.context.close()
            sys.stdout.write(f"{name}: {picture.width} × {cropped.height} of {picture.height}\n")


def opened(browser: Browser, url: str, look: Look) -> Page:
    """The page as a fresh reader sees it, drawn to the end, in a window as high as itself."""
    scheme = "dark" if look is Look.DARK else "light"
    context = browser.new_context(
        viewport={"width": look.width, "height": 900}, color_scheme=scheme, locale="en-GB"
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    if look is Look.PRINT:
        page.emulate_media(media="print", color_scheme="light")
    page.goto(url)
    settle(page)
    for _ in range(2):
        page.set_viewport_size({"width": look.width, "height": min(int(page.evaluate(MEASURE)), 12_000)})
        settle(page)
    return page


def settle(page: Page) -> None:
    """Until the script has ended and every chart is drawn."""
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    page.locator("h1").first.wait_for(state="attached")
    until(page, DRAWN)
    page.wait_for_timeout(900)


def demo(home: Path) -> Path:
    """Generate and load the demo company, compute it, and open the week's meeting of one department."""
    for asked in (["demo"], ["evaluate"], ["meeting", "open", "shipping"]):
        command = [sys.executable, "-m", "cli", "--home", str(home), *asked]
        subprocess.run(command, cwd=HOUSE, check=True, env={**os.environ, "PYTHONPATH": str(HOUSE)})
    return home


def late(of: Path, home: Path) -> Path:
    """The home of a firm as it would be if its sources had last been read ten days earlier."""
    shutil.copytree(of, home, ignore=shutil.ignore_patterns("lake", "*.log"))
    (home / "lake").symlink_to(of.resolve() / "lake")
    with closing(sqlite3.connect(home / "state.db")) as state, state:
        for column in ("started_at", "finished_at", "data_time"):
            state.execute(f"UPDATE sync_runs SET {column} = datetime({column}, '-10 days') || '.000000'")
    return home


def empty(home: Path) -> Path:
    """A home nothing was ever read into."""
    empty_store(home).close()
    return home


def main() -> None:
    """Load the demo company, serve it and take the pictures."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--home", type=Path, help="a loaded home folder; default: a fresh demo company")
    given.add_argument("--to", type=Path, default=PICTURES)
    given.add_argument("only", nargs="*", help="names of shots, such as overview or overview-dark")
    asked = given.parse_args()
    asked.to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as fresh, sync_playwright() as playwright:
        names = ("chromium", "chromium-browser", "google-chrome")
        path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        loaded: Path | None = asked.home
        for firm in Firm:
            shots = [shot for shot in SHOTS if shot.firm is firm and wanted(shot, asked.only)]
            if not shots:
                continue
            if firm is Firm.EMPTY:
                home = empty(Path(fresh) / firm)
            else:
                loaded = loaded or demo(Path(fresh) / Firm.DEMO)
                home = late(loaded, Path(fresh) / firm) if firm is Firm.LATE else loaded
            with serving(home) as address:
                take(browser, address, shots, asked.to, asked.only)
        browser.close()


def wanted(shot: Shot, only: Sequence[str]) -> bool:
    """Whether any of its pictures was asked for; all are where none is named."""
    names = {shot.name, *(f"{shot.name}-{look}" for look in shot.looks)}
    return not only or bool(names & set(only))


if __name__ == "__main__":
    main()
