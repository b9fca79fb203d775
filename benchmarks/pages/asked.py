"""What readers without a browser measure: CPU of the server, bytes, throughput, waiting, memory."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from statistics import median, quantiles

from benchmarks.pages.reader import Answer, Chart, Reader
from benchmarks.pages.serving import Server

PAGES = {
    "overview": ("", ""),
    "shipping": ("shipping", ""),
    "KPI": ("kpi", "kpi=on_time_delivery_rate"),
    "flow": ("flow", ""),
    "adherence": ("adherence", ""),
    "does it help": ("adherence", "part=works"),
}
ADHERENCE = ("adherence", "does it help")
OTHERS = ("service", "manufacturing", "marketing", "planning", "procedures")
TABS = ("why", "breakdown", "distribution", "review", "records", "usual", "targets", "definition")
USUAL, OTHER = "13 weeks", "26 weeks"
BATCHES, NAIVE_BATCHES, BATCH = 7, 3, 8
NEW = (
    {"period": "26 weeks", "market": "DE"}, {"period": "52 weeks", "market": "FR"},
    {"period": "4 weeks", "market": "UK"}, {"period": "52 weeks", "market": "US"},
    {"period": "26 weeks", "market": "JP"},
)  # fmt: skip
USERS, HAMMERING, THINKING, PATIENCE_S = 100, 25, 6.0, 18.0
HAMMER_S = 10.0


@dataclass(frozen=True)
class Page:
    """
    One page: CPU milliseconds when somebody opens it first, of a warm filter change and of combinations nobody asked
    for before, and bytes.
    """

    cold_ms: float
    warm_ms: float
    new_ms: tuple[float, ...]
    first: int
    changed: int
    same: int

    @property
    def new_median_ms(self) -> float:
        return median(self.new_ms)


@dataclass(frozen=True)
class Crowd:
    """Many readers at once; times in milliseconds, memory in MB."""

    runs_a_second: float
    cpu_ms: float
    median_ms: float
    p95_ms: float
    before_mb: float
    with_users_mb: float

    @property
    def a_user_mb(self) -> float:
        return max(0.0, self.with_users_mb - self.before_mb) / USERS


async def cpu_of(server: Server, ask: Callable[[], Awaitable[Answer]]) -> tuple[float, Answer]:
    """CPU milliseconds the server spent on one answer, and what it sends or tidies up right after."""
    before = server.cpu
    answer = await ask()
    await asyncio.sleep(0.05)
    return (server.cpu - before) * 1_000, answer


async def warm_of(server: Server, reader: Reader, rounds: int = BATCHES) -> float:
    """CPU milliseconds of a change between two periods that were both seen: the median of batches."""
    states = (OTHER, USUAL)
    for state in states * 2:
        await reader.choose(period=state)
    batches: list[float] = []
    for _ in range(rounds):
        before = server.cpu
        for number in range(BATCH):
            await reader.choose(period=states[number % 2])
        await asyncio.sleep(0.05)
        batches.append((server.cpu - before) * 1_000 / BATCH)
    return median(batches)


async def measure_page(server: Server, path: str, query: str) -> Page:
    """One page in a session of its own."""
    reader = Reader(server.address, path, query)
    cold, _ = await cpu_of(server, reader.open)
    changed = await reader.choose(period=OTHER)
    await reader.choose(period=USUAL)
    same = await reader.run()
    warm = await warm_of(server, reader)
    new = [(await cpu_of(server, partial(reader.choose, **choices)))[0] for choices in NEW]
    await reader.close()
    again = Reader(server.address, path, query)
    first = await again.open()
    await again.close()
    return Page(cold, warm, tuple(new), first.size, changed.size, same.size)


async def measure_naive(server: Server) -> float:
    """CPU milliseconds of a warm filter change of the naive page."""
    reader = Reader(server.address)
    await reader.open()
    found = await warm_of(server, reader, NAIVE_BATCHES)
    await reader.close()
    return found


async def largest_charts(server: Server) -> dict[str, Chart]:
    """The most rows and layers any one chart of a page is sent, over the longest period."""
    found: dict[str, Chart] = {}
    asked = {**PAGES, **{name: (name, "") for name in OTHERS}}
    for tab in TABS:
        for kpi in ("on_time_delivery_rate", "first_response_time"):
            asked[f"KPI, {tab} of {kpi}"] = ("kpi", f"kpi={kpi}&tab={tab}")
    for name, (path, query) in asked.items():
        reader = Reader(server.address, path, "&".join(filter(None, (query, "period=52+weeks"))))
        charts = (await reader.open()).charts
        await reader.close()
        if charts:
            found[name] = Chart(max(each.rows for each in charts), max(each.layers for each in charts))
    return found


async def crowd_of(server: Server) -> Crowd:
    """25 readers without a pause, then 100 who think for six seconds."""
    before = server.memory_mb
    readers = [Reader(server.address) for _ in range(USERS)]
    for reader in readers:
        await reader.open()
        await reader.choose(period=OTHER)
    runs, cpu, until = 0, server.cpu, time.monotonic() + HAMMER_S

    async def hammer(reader: Reader) -> int:
        done = 0
        while time.monotonic() < until:
            await reader.choose(period=(USUAL, OTHER)[done % 2])
            done += 1
        return done

    began = time.monotonic()
    runs = sum(await asyncio.gather(*(hammer(reader) for reader in readers[:HAMMERING])))
    took, spent = time.monotonic() - began, server.cpu - cpu
    waits = await thinking(readers)
    with_users = server.memory_mb
    for reader in readers:
        await reader.close()
    return Crowd(
        runs / took, spent * 1_000 / runs, median(waits), quantiles(waits, n=20)[-1], before, with_users
    )


async def thinking(readers: list[Reader]) -> list[float]:
    """How long each of many readers waits for an answer, in milliseconds, when all think between their clicks."""
    until, waits = time.monotonic() + PATIENCE_S, list[float]()

    async def read(number: int, reader: Reader) -> None:
        await asyncio.sleep(THINKING * number / len(readers))
        done = 0
        while time.monotonic() < until:
            waits.append((await reader.choose(period=(USUAL, OTHER)[done % 2])).seconds * 1_000)
            done += 1
            await asyncio.sleep(THINKING)

    await asyncio.gather(*(read(number, reader) for number, reader in enumerate(readers)))
    return waits
