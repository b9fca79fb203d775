"""Measure the pages and write docs/benchmarks-pages.md: `python -m benchmarks.pages [--home HOME] [--dash PYTHON]`."""

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measuring import run
from benchmarks.pages.plan import Plan
from benchmarks.pages.report import written

DOCUMENT = Path(__file__).parents[2] / "docs" / "benchmarks-pages.md"


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    asked.add_argument(
        "--home", type=Path, help="a home with the example company; default: one is made, two minutes"
    )
    asked.add_argument("--dash", type=Path, help="an interpreter that has dash, dash-ag-grid and polars")
    asked.add_argument(
        "--shipments", type=int, default=10_000_000, help="of the larger size; 0 leaves sizes out"
    )
    asked.add_argument("--lake", type=Path, help="a computed lake of the larger size; default: one is made")
    asked.add_argument("--folder", type=Path, help="where homes are made; default: a temporary folder")
    asked.add_argument("--to", type=Path, default=DOCUMENT, help="the document; '-' prints it")
    given = asked.parse_args()
    load, began = os.getloadavg()[0], time.perf_counter()
    with tempfile.TemporaryDirectory(dir=given.folder, prefix="fairlead-pages-") as name:
        folder = Path(name)
        home = copied(given.home, folder / "demo") if given.home else made(folder / "demo")
        plan = Plan(home, folder, given.dash, given.shipments, given.lake, say)
        text = written(plan.measure(), time.perf_counter() - began, load)
    if str(given.to) == "-":
        sys.stdout.write(text)
    else:
        given.to.write_text(text, encoding="utf-8")


def copied(home: Path, to: Path) -> Path:
    """A copy, as a server writes to its home."""
    return Path(shutil.copytree(home, to))


def made(home: Path) -> Path:
    """A home with the example company, all components computed."""
    say("loading the example company")
    run("demo", home)
    return home


def say(line: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {line}\n")


if __name__ == "__main__":
    main()
