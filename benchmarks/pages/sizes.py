"""The same pages over ten times the facts: homes of 1 and 10 million shipments, computed, and what each page costs."""

import asyncio
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.measuring import run
from benchmarks.moment import DAY_BEFORE
from benchmarks.pages.asked import NEW, USUAL, cpu_of, warm_of
from benchmarks.pages.reader import Reader
from benchmarks.pages.serving import Server, fairlead

PAGES = {
    "overview": ("", ""), "shipping": ("shipping", ""), "KPI": ("kpi", "kpi=on_time_delivery_rate"),
    "KPI, review": ("kpi", "kpi=on_time_delivery_rate&tab=review"), "flow": ("flow", ""),
    "adherence": ("adherence", ""), "does it help": ("adherence", "part=works"),
}  # fmt: skip
ROUNDS = 2
A_RUN = 50  # shipments a run


@dataclass(frozen=True)
class Cost:
    """CPU milliseconds of the server: the page for the first time, a warm change, all new combinations on average."""

    first_ms: float
    warm_ms: float
    new_ms: float


@dataclass(frozen=True)
class Sized:
    """What each page costs over so many shipments, and until when the caches of the server were warm."""

    shipments: int
    warming_s: float
    pages: dict[str, Cost]


def make_home(home: Path, shipments: int, lake: Path | None = None) -> None:
    """A home whose components are computed from facts of this size; an existing `lake` is taken instead, by links.

    Its files of data are never written to again, so they are linked; logs and marks are copied.
    """
    home.mkdir(parents=True)
    if lake is not None:
        shutil.copytree(lake, home / "lake", copy_function=_link_data)
    else:
        (home / "lake").mkdir()
        run("settle", home / "lake", shipments)
        run("compute", home / "lake", DAY_BEFORE)
    run("follow", home, shipments // A_RUN)


def _link_data(source: str, target: str) -> None:
    if source.endswith(".parquet") and "_delta_log" not in source:
        Path(target).hardlink_to(source)
    else:
        shutil.copy2(source, target)


def measure_sizes(homes: Sequence[tuple[int, Path]], logs: Path) -> list[Sized]:
    """Each size in turn, twice; of both times the smaller figure counts, as other work can only add."""
    found: dict[int, Sized] = {}
    for _ in range(ROUNDS):
        for shipments, home in homes:
            with fairlead(home, logs / f"size-{shipments}.log") as server:
                warming = server.cpu
                mine = Sized(shipments, warming, asyncio.run(_pages(server)))
            found[shipments] = _smaller(found[shipments], mine) if shipments in found else mine
    return list(found.values())


def _smaller(one: Sized, other: Sized) -> Sized:
    pages = {
        name: Cost(
            min(each.first_ms, other.pages[name].first_ms),
            min(each.warm_ms, other.pages[name].warm_ms),
            min(each.new_ms, other.pages[name].new_ms),
        )
        for name, each in one.pages.items()
    }
    return Sized(one.shipments, min(one.warming_s, other.warming_s), pages)


async def _pages(server: Server) -> dict[str, Cost]:
    found: dict[str, Cost] = {}
    for name, (path, query) in PAGES.items():
        reader = Reader(server.address, path, query)
        first, _ = await cpu_of(server, reader.open)
        if "period" not in reader.widgets:  # nothing to show: this size has no such facts
            await reader.close()
            continue
        new: list[float] = []
        for choices in NEW:
            here = {key: text for key, text in choices.items() if key in reader.widgets}
            spent, _ = await cpu_of(server, partial(reader.choose, **here))
            new.append(spent)
        await reader.choose(period=USUAL)
        found[name] = Cost(first, await warm_of(server, reader), sum(new) / len(new))
        await reader.close()
    return found
