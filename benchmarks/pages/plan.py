"""What is measured of the pages, in which order, on which servers."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.pages import asked, sizes
from benchmarks.pages.browsing import Drawn, Traffic, Visit, chromium, playing, visiting
from benchmarks.pages.content import Content, write_content
from benchmarks.pages.reader import Chart
from benchmarks.pages.serving import Server, dash, fairlead, naive

ROUNDS, CHANGES = 2, 4
SHIPPING = "Shipping"


@dataclass(frozen=True)
class Browsed:
    """Rounds of one page in the browser: opened cold, another period, another page."""

    cold: list[Drawn] = field(default_factory=list)
    changes: list[Drawn] = field(default_factory=list)
    switches: list[Drawn] = field(default_factory=list)
    traffic: list[Traffic] = field(default_factory=list)


@dataclass(frozen=True)
class Results:
    """Everything of one run; `browsed` by page, empty without a browser, without Dash where it is not installed."""

    pages: dict[str, asked.Page]
    naive_ms: float
    charts: dict[str, Chart]
    crowd: asked.Crowd
    content: Content
    browsed: dict[str, Browsed]
    sized: list[sizes.Sized]


@dataclass(frozen=True)
class Plan:
    """One run: on a home with the example company, with an interpreter that has Dash, on lakes of two sizes."""

    home: Path
    folder: Path
    dash_python: Path | None
    shipments: int
    lake: Path | None
    say: Callable[[str], None]

    def measure(self) -> Results:
        """All of it; takes five minutes."""
        self.say("what the comparison pages show")
        content = write_content(self.home, self.folder)
        pages, charts, crowd, naive_ms = self._without_browser()
        browsed = self._in_the_browser() if chromium() else {}
        return Results(pages, naive_ms, charts, crowd, content, browsed, self._sizes())

    def _without_browser(self) -> tuple[dict[str, asked.Page], dict[str, Chart], asked.Crowd, float]:
        with fairlead(self.home, self.folder / "web.log") as server:
            pages = {}
            for name, (path, query) in asked.PAGES.items():
                self.say(f"{name}: CPU and bytes")
                pages[name] = asyncio.run(asked.measure_page(server, path, query))
            self.say("rows and layers of charts")
            charts = asyncio.run(asked.largest_charts(server))
        with fairlead(self.home, self.folder / "crowd.log") as server:  # a fresh one, for its memory
            self.say("many readers")
            crowd = asyncio.run(asked.crowd_of(server))
        self.say("the naive page")
        with naive(self.folder, self.folder / "naive.log") as server:
            naive_ms = asyncio.run(asked.measure_naive(server))
        return pages, charts, crowd, naive_ms

    def _in_the_browser(self) -> dict[str, Browsed]:
        found = {"overview": Browsed(), "shipping": Browsed(), "naive": Browsed()}
        with (
            fairlead(self.home, self.folder / "browsed.log") as ours,
            naive(self.folder, self.folder / "naive.log") as theirs,
        ):
            visits: dict[str, Callable[[Browsed], None]] = {
                "overview": lambda told: self._ours(ours, "", told),
                "shipping": lambda told: self._ours(ours, "shipping", told),
                "naive": lambda told: self._other(theirs, told),
            }
            if self.dash_python is None:
                self._rounds(found, visits)
                return found
            with dash(self.dash_python, self.folder, self.folder / "dash.log") as plotly:
                found["Dash"] = Browsed()
                visits["Dash"] = lambda told: self._other(plotly, told)
                self._rounds(found, visits)
        return found

    def _rounds(self, found: dict[str, Browsed], visits: dict[str, Callable[[Browsed], None]]) -> None:
        for number in range(ROUNDS):
            for name, visit in visits.items():
                self.say(f"browser, round {number + 1}: {name}")
                visit(found[name])

    def _ours(self, server: Server, path: str, told: Browsed) -> None:
        with playing() as playwright, visiting(playwright, server.address) as visit:
            told.cold.append(visit.open(path))
            told.traffic.append(visit.weigh())
            _change(visit, told, '[data-testid="stButtonGroup"]')
            for name in (("Overview", SHIPPING) if path else (SHIPPING, "Overview")) * 2:
                link = visit.page.get_by_test_id("stTopNav").get_by_role("link", name=name)
                moved = visit.act(lambda _, link=link: link.click(), '[data-testid="stTopNav"]')  # type: ignore[misc]
                told.switches.append(moved)

    def _other(self, server: Server, told: Browsed) -> None:
        with playing() as playwright, visiting(playwright, server.address) as visit:
            told.cold.append(visit.open())
            told.traffic.append(visit.weigh())
            _change(visit, told, '[data-testid="stButtonGroup"], #period')

    def _sizes(self) -> list[sizes.Sized]:
        if not self.shipments:
            return []
        homes = []
        for shipments, lake in ((self.shipments // 10, None), (self.shipments, self.lake)):
            self.say(f"{shipments:,} shipments")
            sizes.make_home(self.folder / str(shipments), shipments, lake)
            homes.append((shipments, self.folder / str(shipments)))
        self.say("pages over both sizes")
        return sizes.measure_sizes(homes, self.folder)


def _change(visit: Visit, told: Browsed, skip: str) -> None:
    """To another period and back; the first two make its caches."""
    for number in range(CHANGES + 2):
        text = ("26 weeks", "13 weeks")[number % 2]
        drawn = visit.act(lambda page, text=text: page.get_by_text(text, exact=True).first.click(), skip)  # type: ignore[misc]
        if number > 1:
            told.changes.append(drawn)


def middle(drawn: list[Drawn], name: str) -> float:
    """The median of one figure."""
    return float(median(getattr(each, name) for each in drawn))
