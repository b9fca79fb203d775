"""Sixty strings that somebody may type or a source may send, and a firm whose data are full of them.

None may run, ask another host, break a query or a page, or be lost. `MARK` is what a script would set, and what an
element that was made of a string carries.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from small_company import COMPANY, LAST, WEEKS, frame, known, runs, shipments, surveys

from kpi.compute import refresh
from kpi.engine import AsOf
from kpi.flow.job import compute_flow
from store.company import Company, Market
from store.company_file import save_company
from store.contract import Table
from store.facts import ProductionRuns, Shipments, Surveys
from store.home import Store, open_store
from store.scope import LOCAL_OWNER
from store.state import Action, Note, View

MARK = "hostile"
HIT = f"window.{MARK}=1"
ELSEWHERE = "evil.example"
SCRIPTS = (
    f"<script>{HIT}</script>", f"<img src=x onerror={HIT}>", f"<svg onload={HIT}>", f"'><b {MARK}>bold</b>",
    f'"><b {MARK}>bold</b>', f'" {MARK}="1" onmouseover="{HIT}', f"' {MARK}='1' onfocus='{HIT}' autofocus='",
    f"</style><b {MARK}>", f"</script><script>{HIT}</script>", f"</title><b {MARK}>", f"--><b {MARK}><!--",
    f"<a href=javascript:{HIT}>x</a>", f"[x](javascript:{HIT})", f"![x](http://{ELSEWHERE}/a.png)",
    f"<iframe srcdoc='<script>parent.{MARK}=1</script>'>", f"<math><mtext><b {MARK}>", f"<details open ontoggle={HIT}>",
    f"javascript:{HIT}", f"data:text/html,<script>{HIT}</script>", f"{{{{constructor.constructor('{HIT}')()}}}}",
    f"${{{HIT}}}", f"`<b {MARK}>`", f"&lt;b {MARK}&gt;", f"&#60;b {MARK}&#62;", f"<b {MARK}", f"\\u003cb {MARK}\\u003e",
)  # fmt: skip
MARKDOWN = (
    ":red[red]",
    ":material/delete: x",
    "$\\frac{1}{2}$",
    "# heading",
    "**bold** _it_",
    "| a | b |\n|---|---|",
)
FORMULAS = (
    "=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", "=HYPERLINK(\"http://evil.example\",\"x\")",
    "=cmd|'/c calc'!A0", "＝1+1",
)  # fmt: skip
QUERIES = (
    "' OR '1'='1",
    "'; DROP TABLE targets; --",
    '" OR ""="',
    "1; SELECT pg_sleep(9)",
    "%' ESCAPE '\\",
    "\\'; --",
    "a' UNION SELECT name FROM users --",
)
PATHS = ("../../etc/passwd", "..\\..\\windows", "/etc/passwd", "file:///etc/passwd", "a/b?c=d&e#f")
UNICODE = (
    "\u202egnp.exe", "Zo\u0308e \u00e9\u0301", "İstanbul ıI", "𝕏 👩‍👩‍👧 العربية 中文", "a\u200bb\ufeff", "x" * 300,
)  # fmt: skip
ADDRESSES = (
    f"http://{ELSEWHERE}/",
    "http://169.254.169.254/latest/meta-data/",
    "http://127.0.0.1:1/",
    "gopher://x",
)
HOSTILE = (*SCRIPTS, *MARKDOWN, *FORMULAS, *QUERIES, *PATHS, *UNICODE, *ADDRESSES)


def given(number: int) -> str:
    """One of the strings, in turn."""
    return HOSTILE[number % len(HOSTILE)]


def _dressed(rows: Sequence[Mapping[str, Any]], *columns: str) -> list[dict[str, Any]]:
    """The rows with another string in each of these columns, all of them in turn."""
    return [
        {**row, **{name: given(number * len(columns) + place) for place, name in enumerate(columns)}}
        for number, row in enumerate(rows)
    ]


MARKETS = {code: Market(code, "Europe/Berlin", "EUR", code) for code in ("DE", "FR", *HOSTILE[:8])}
FIRM = Company(f"<b {MARK}>Firm</b>", COMPANY.currency, COMPANY.timezone, MARKETS, made_up=True)
TABLES: Mapping[type[Table], list[dict[str, Any]]] = {
    Shipments: _dressed(shipments(), "carrier", "mode"),
    Surveys: _dressed(surveys(), "channel", "team"),
    ProductionRuns: _dressed(runs(), "line", "product", "shift"),
}


def hostile_store(home: Path) -> Store:
    """The small firm, with a string in every text by which numbers are cut, and in all that people write."""
    store = open_store(home)
    save_company(home, FIRM)
    for table, rows in TABLES.items():
        for number, row in enumerate(rows):
            row["market"] = list(MARKETS)[number % len(MARKETS)]
            row["source_id"] = given(number)
        store.lake.append(table.name, frame(table, known(table, rows)), marks={"files": 1})
    refresh(store.lake, AsOf.end_of(LAST))
    compute_flow(store.lake, AsOf.end_of(LAST), FIRM)
    people_write(store, LAST)
    return store


def people_write(store: Store, day: date) -> None:
    """An action, a note on a week and a view for each string that fits into one line."""
    kpi, department = "on_time_delivery_rate", "shipping"
    for number, text in enumerate(HOSTILE):
        line = text[:60]
        store.state.actions.add(LOCAL_OWNER, Action(kpi, department, line, line, day + timedelta(days=7)))
        on = WEEKS[number % len(WEEKS)]
        store.state.annotations.add(LOCAL_OWNER, Note(on, on, line, department))
        store.state.views.add(LOCAL_OWNER, View(line, "kpi", f"kpi={kpi}", shared=True))
