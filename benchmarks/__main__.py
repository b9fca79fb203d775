"""Run the whole benchmark and write docs/benchmarks.md: `python -m benchmarks [--shipments N]`."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import packs, pulls
from benchmarks.plan import Bench
from benchmarks.report import written
from benchmarks.steps import report

DOCUMENT = Path(__file__).parents[1] / "docs" / "benchmarks.md"


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    asked.add_argument("--shipments", type=int, default=10_000_000)
    asked.add_argument("--export", type=int, default=0, help="rows of the CSV export; default: all shipments")
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--folder", type=Path, help="where the lakes are made; default: a temporary folder")
    asked.add_argument("--to", type=Path, default=DOCUMENT, help="the document; '-' prints it")
    asked.add_argument(
        "--steps", type=int, help="only so many runs of a procedure, adherence by step; prints"
    )
    asked.add_argument(
        "--packs", action="store_true", help="only the pack of a meeting of the demo company; prints"
    )
    asked.add_argument("--pulls", type=int, help="only so many tickets over HTTP; prints")
    asked.add_argument("--dlt", type=Path, help="an interpreter that has dlt and pyarrow, to compare with")
    given = asked.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(dir=given.folder, prefix="fairlead-bench-") as folder:
        if given.packs:
            sys.stdout.write(packs.report(Path(folder), given.rounds, say))
            return
        if given.pulls:
            sys.stdout.write(pulls.report(Path(folder), given.pulls, given.rounds, given.dlt, say))
            return
        if given.steps:
            sys.stdout.write(report(Path(folder), given.steps, given.rounds, say))
            return
        bench = Bench(Path(folder), given.shipments, given.export or given.shipments, given.rounds, say)
        text = written(bench.measure(), time.perf_counter() - began)
    if str(given.to) == "-":
        sys.stdout.write(text)
    else:
        given.to.write_text(text, encoding="utf-8")


def say(line: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {line}\n")


if __name__ == "__main__":
    main()
