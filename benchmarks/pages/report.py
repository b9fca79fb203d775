"""The document: every budget of the pages, what was measured, and whether it was kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from benchmarks.measured import MEASURED
from benchmarks.pages.asked import ADHERENCE, HAMMERING, NEW, THINKING, USERS, Page
from benchmarks.pages.browsing import Drawn
from benchmarks.pages.colours import least_separation
from benchmarks.pages.plan import CHANGES, ROUNDS, Browsed, Results, middle
from benchmarks.pages.sizes import A_RUN, Cost
from benchmarks.report import machine, table

LAYERS, MOST_LAYERS, ROWS = 8, 14, 400
GROWTH = 1.3
NO_DASH = "Dash was not installed: `--dash PYTHON` names an interpreter that has it."


@dataclass(frozen=True)
class Budget:
    """One budget of the pages: what is asked, at most or at least, and what was found."""

    what: str
    limit: float
    found: float
    unit: str = ""
    least: bool = False
    timed: bool = False

    @property
    def kept(self) -> bool:
        return self.found >= self.limit if self.least else self.found <= self.limit

    def row(self, shared: bool) -> list[str]:
        """As a row of the table; times on the clock say so where other work ran beside."""
        bound = "at least" if self.least else "at most"
        note = ", on a machine shared with other work" if self.timed and shared else ""
        verdict = "kept" if self.kept else "**missed**"
        found = f"{_told(self.found)} {self.unit}".strip() + note
        return [self.what, f"{bound} {_told(self.limit)} {self.unit}".strip(), found, verdict]


def _told(number: float) -> str:
    if number == int(number) or number >= 100:
        return f"{number:,.0f}"
    return f"{number:.1f}" if number >= 10 else f"{number:.2f}"


def budgets(found: Results) -> list[Budget]:
    """All budgets that were measured in this run."""
    first, crowd = found.pages["overview"], found.crowd
    rows = max(each.rows for each in found.charts.values())
    layers = max(each.layers for each in found.charts.values())
    told = [
        Budget("server CPU, warm filter change, overview", 30, first.warm_ms, "ms"),
        Budget("server CPU, combination not asked for before, overview", 150, first.new_median_ms, "ms"),
        *(budget for name in ADHERENCE for budget in _of_adherence(name, found.pages[name])),
        Budget("server CPU, warm filter change, against the naive page of the shipping department", 0.1,
               found.pages["shipping"].warm_ms / found.naive_ms),
        Budget(f"answers a second of one process, {HAMMERING} readers without a pause", 25, crowd.runs_a_second,
               least=True, timed=True),
        Budget(f"95 % of answers to {USERS} readers who think {THINKING:.0f} s", 300, crowd.p95_ms, "ms", timed=True),
        Budget("memory for each connected reader", 0.5, crowd.a_user_mb, "MB"),
        Budget(f"memory of the process with {USERS} readers", 350, crowd.with_users_mb, "MB"),
        Budget("overview on the wire, first load", 100, first.first / 1_000, "kB"),
        Budget("overview on the wire, filter change", 90, first.changed / 1_000, "kB"),
        Budget("overview on the wire, nothing changed", 10, first.same / 1_000, "kB"),
        Budget("rows sent to any one chart", ROWS, rows),
        Budget("layers of any one chart", MOST_LAYERS, layers),
        *(Budget(f"distance of any two marks under three kinds of colour blindness, {mode}", 25, each, least=True)
          for mode, each in least_separation().items()),
    ]  # fmt: skip
    return [*told, *_browser_budgets(found.browsed), *_growth_budgets(found)]


def _of_adherence(name: str, page: Page) -> list[Budget]:
    return [
        Budget(f"server CPU, opened first, {name}", 150, page.cold_ms, "ms"),
        Budget(f"server CPU, warm filter change, {name}", 50, page.warm_ms, "ms"),
        Budget(f"server CPU, combination not asked for before, {name}", 150, page.new_median_ms, "ms"),
    ]


def _browser_budgets(found: dict[str, Browsed]) -> list[Budget]:
    if not found:
        return []
    ours, page = found["overview"], found["shipping"]
    switches = [*ours.switches, *page.switches]
    traffic = [each for told in (ours, page) for each in told.traffic]
    told = [
        Budget("filter change in the browser, first reaction", 150, middle(ours.changes, "first_ms"), "ms", timed=True),
        Budget("filter change in the browser, all drawn", 500, middle(ours.changes, "last_ms"), "ms", timed=True),
        Budget("another page, first reaction", 100, middle(switches, "first_ms"), "ms", timed=True),
        Budget("another page, all drawn", 800, middle(switches, "last_ms"), "ms", timed=True),
        Budget("filter change of the shipping page, all drawn, against the naive page", 0.5,
               _ratio(page.changes, found["naive"].changes)),
        Budget("browser CPU, overview opened cold", 5, middle(ours.cold, "cpu_s"), "s"),
        Budget("browser CPU, filter change of the overview", 0.8, middle(ours.changes, "cpu_s"), "s"),
        Budget("all a cold overview fetches, compressed by gzip", 2.0, ours.traffic[0].compressed / 1e6, "MB"),
        Budget("requests to other hosts", 0, len([url for each in traffic for url in each.strangers])),
        Budget("errors and warnings in the console", 0, len([text for each in traffic for text in each.complaints])),
    ]  # fmt: skip
    if "Dash" in found:
        told += [
            Budget("shipping page opened cold, against the same page in Dash", 1.1,
                   _ratio(page.cold, found["Dash"].cold)),
            Budget("filter change of the shipping page, all drawn, against Dash", 0.9,
                   _ratio(page.changes, found["Dash"].changes)),
        ]  # fmt: skip
    return told


def _ratio(ours: list[Drawn], theirs: list[Drawn]) -> float:
    return middle(ours, "last_ms") / middle(theirs, "last_ms")


def _growth_budgets(found: Results) -> list[Budget]:
    if not found.sized:
        return []
    small, large = found.sized
    names = {"first_ms": "opened first", "warm_ms": "warm filter change", "new_ms": "new combinations"}
    return [
        Budget(f"{page}, {words}, server CPU against a tenth of the shipments", GROWTH,
               getattr(cost, name) / getattr(small.pages[page], name))
        for page, cost in large.pages.items()
        for name, words in names.items()
    ]  # fmt: skip


def written(found: Results, seconds: float, load: float) -> str:
    """The whole document."""
    shared = load > 1.5
    told = budgets(found)
    beside = (
        f"Other work ran on the machine at the start (load {load:.1f})."
        if shared
        else "The machine was idle at the start."
    )
    parts = [
        "# Benchmarks of the pages",
        f"Written by `make bench-pages` on {datetime.now(UTC):%-d %B %Y}. The real server on the example company, "
        "asked by readers without a browser and by Chromium. CPU is of the server's process, medians of batches; "
        "times in the browser are from a fresh profile, or the press of the button, to the last change of the "
        "document. " + beside,
        machine(seconds),
        "## Budgets",
        table(
            ["", "demand", "measured", ""],
            (each.row(shared) for each in told if "against a tenth" not in each.what),
        ),
        *_pages(found),
        *_browser(found),
        *_growth(found),
        *_unmeasured(),
    ]
    return "\n\n".join(parts) + "\n"


def _pages(found: Results) -> list[str]:
    rows = [
        [
            name, f"{each.cold_ms:.0f}", f"{each.warm_ms:.0f}",
            f"{each.new_median_ms:.0f} ({min(each.new_ms):.0f}–{max(each.new_ms):.0f})",
            *(f"{size / 1000:.0f}" for size in (each.first, each.changed, each.same)),
        ]
        for name, each in found.pages.items()
    ]  # fmt: skip
    crowd = found.crowd
    charts = sorted(found.charts.items(), key=lambda each: -each[1].rows)
    return [
        "## The server, page by page",
        table(
            ["", "opened first, CPU ms", "warm change, CPU ms", f"new combination, CPU ms, {len(NEW)} of them",
             "first load, kB", "change, kB", "nothing changed, kB"],
            rows,
        ),
        "The naive page (cached frame, Altair charts made in every run, stock settings) shows what the shipping page "
        f"shows: {found.content.charts} charts of {LAYERS - 2} layers, {found.content.slices} carriers, "
        f"{found.content.rows} KPIs. Its warm filter change takes {found.naive_ms:.0f} ms of CPU.",
        f"{HAMMERING} readers without a pause: {crowd.runs_a_second:.0f} answers a second at {crowd.cpu_ms:.0f} ms of "
        f"CPU each. {USERS} who think: median {crowd.median_ms:.0f} ms, 95 % {crowd.p95_ms:.0f} ms. Memory "
        f"{crowd.before_mb:.0f} MB with warm caches, {crowd.with_users_mb:.0f} MB with {USERS} readers.",
        table(
            ["the largest chart of", "rows", "layers"],
            ([name, str(each.rows), str(each.layers)] for name, each in charts),
        ),
    ]  # fmt: skip


def _browser(found: Results) -> list[str]:
    if not found.browsed:
        return ["## The browser", "Not measured: no Chromium on this machine."]
    figures: Sequence[Callable[[Browsed], str]] = (
        lambda told: f"{middle(told.cold, 'last_ms'):,.0f}",
        lambda told: f"{middle(told.cold, 'cpu_s'):.1f}",
        lambda told: f"{middle(told.changes, 'first_ms'):,.0f}",
        lambda told: f"{middle(told.changes, 'last_ms'):,.0f}",
        lambda told: f"{middle(told.changes, 'cpu_s'):.2f}",
        lambda told: f"{told.traffic[0].compressed / 1e6:.2f} ({told.traffic[0].raw / 1e6:.1f})",
    )
    heads = ["", "cold, all drawn, ms", "its CPU, s", "change, first reaction, ms", "change, all drawn, ms",
             "its CPU, s", "fetched, MB gzip (raw)"]  # fmt: skip
    dash = "Dash" in found.browsed
    return [
        "## The browser",
        f"{ROUNDS} rounds, the pages in turn, a browser started for each; {CHANGES} changes of the period a round. "
        + ("Shipping, naive and Dash show the same." if dash else NO_DASH),
        table(heads, ([name, *(figure(told) for figure in figures)] for name, told in found.browsed.items())),
    ]  # fmt: skip


def _growth(found: Results) -> list[str]:
    if not found.sized:
        return []
    small, large = found.sized

    def cells(one: Cost, other: Cost) -> list[str]:
        pairs = [(one.first_ms, other.first_ms), (one.warm_ms, other.warm_ms), (one.new_ms, other.new_ms)]
        return [f"{a:.0f} → {b:.0f} ({b / a:.2f})" for a, b in pairs]

    rows = [[name, *cells(small.pages[name], each)] for name, each in large.pages.items()]
    return [
        "## Ten times the shipments",
        f"Server CPU in ms over {small.shipments:,} and {large.shipments:,} shipments (ratio), the components of "
        f"{len(MEASURED)} KPIs computed; the smaller of two runs each. Starting and filling the caches took "
        f"{small.warming_s:.1f} → {large.warming_s:.1f} s of CPU. The flow page has nothing to show here: these facts "
        "have no orders behind them. The adherence page shows one run of twelve steps for every "
        f"{A_RUN} shipments.",
        table(["", "opened first", "warm filter change", f"{len(NEW)} new combinations"], rows),
    ]


def _unmeasured() -> list[str]:
    return [
        "## Not measured here",
        "Superset (measured once for the reference: ours took 0.45 to 0.76 of its cold load); the proxy of "
        "deploy/nginx.conf (compressed sizes are what gzip makes of the answers); failover, which "
        "tests/browser/test_two_replicas.py tries without a clock.",
        "Lighthouse 12.8.2 gave 100 for accessibility and 100 for best practices on each of ten pages of the example "
        "company (overview, shipping, service, a KPI, flow, data, people, audit, targets, bring) on 22 November 2026: "
        "`npx lighthouse ADDRESS --preset=desktop --only-categories=accessibility,best-practices`.",
    ]
