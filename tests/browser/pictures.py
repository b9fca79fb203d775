"""`python tests/browser/pictures.py` (`make tour`): the pictures of docs/tour.md and README, of the demo company."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from pathlib import Path

from browser_watch import FLAGS, HOUSE, PATIENCE, serving
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

PICTURES = HOUSE / "docs" / "pictures"
TALLEST, QUALITY = 2600, 82
MEASURE = """Math.max(document.body.scrollHeight, ...[...document.querySelectorAll(
  'section,[data-testid=stMain],[data-testid=stAppViewContainer]')].map(each => each.scrollHeight))"""
DRAWN = """() => !document.querySelector('[data-testid=stSkeleton]') &&
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


@dataclass(frozen=True)
class Shot:
    """A page and how it is looked at; `top` to `tallest` is what is kept of its height."""

    name: str
    path: str
    looks: tuple[Look, ...] = (Look.LIGHT,)
    tallest: int = TALLEST


EVERY = tuple(Look)
SHOTS = (
    Shot("overview", "", EVERY),
    Shot("overview-chinese", "?lang=zh"),
    Shot("shipping", "shipping", (Look.LIGHT, Look.DARK, Look.PHONE, Look.PRINT)),
    Shot("service", "service"),
    Shot("manufacturing", "manufacturing"),
    Shot("marketing", "marketing"),
    Shot("planning", "planning", tallest=1700),
    Shot("procedures", "procedures", tallest=1700),
    Shot("kpi", "kpi?kpi=on_time_delivery_rate", EVERY),
    Shot("flow", "flow", EVERY, tallest=3400),
    Shot("data", "data", EVERY, tallest=1500),
)


def take(browser: Browser, address: str, shots: Iterable[Shot], to: Path, only: Sequence[str] = ()) -> None:
    """Every shot as WebP in the folder; `only` names some of them."""
    for shot in shots:
        for look in shot.looks:
            name = f"{shot.name}-{look}"
            if only and not any(each in (shot.name, name) for each in only):
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
    page.wait_for_function(DRAWN)
    page.wait_for_timeout(900)


def demo(home: Path) -> None:
    """Generate and load the demo company, and compute it."""
    command = [sys.executable, "-m", "cli", "--home", str(home), "demo"]
    subprocess.run(command, cwd=HOUSE, check=True, env={**os.environ, "PYTHONPATH": str(HOUSE)})


def main() -> None:
    """Load the demo company, serve it and take the pictures."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--home", type=Path, help="a loaded home folder; default: a fresh demo company")
    given.add_argument("--to", type=Path, default=PICTURES)
    given.add_argument("only", nargs="*", help="names of shots, such as overview or overview-dark")
    asked = given.parse_args()
    asked.to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as fresh, sync_playwright() as playwright:
        home = asked.home or Path(fresh) / "home"
        if asked.home is None:
            demo(home)
        names = ("chromium", "chromium-browser", "google-chrome")
        path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        with serving(home) as address:
            take(browser, address, SHOTS, asked.to, asked.only)
        browser.close()


if __name__ == "__main__":
    main()
