"""The pages of a helpdesk over HTTP, against dlt: `python -m benchmarks --pulls 200000 --dlt PYTHON`."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from benchmarks import ticket_pages
from benchmarks.measuring import Run, Series, alternate, run, run_command
from connectors.config import load_config
from connectors.http.source import http_source
from connectors.sync import sync
from store.home import open_store
from store.scope import LOCAL_OWNER

SHARE, MEMORY = 0.25, 1.0
OURS, FLAT, NESTED = (
    "Fairlead, to facts",
    "dlt, nested objects as JSON",
    "dlt, nested lists as tables (as it comes)",
)
SYSTEM = """
limit = { a_minute = 6000000 }
[streams.tickets]
path = "/tickets"
records = "tickets"
pages = { kind = "number" }
since = { parameter = "since", field = "updated_at" }
[tables.tickets]
stream = "tickets"
key = "id"
columns.created_at = "created_at"
columns.channel = "via.channel"
columns.team = "group_id"
columns.first_reply_at = "metric_set.first_reply_at"
columns.resolved_at = "metric_set.solved_at"
columns.reopens = "metric_set.reopens"
[tables.tickets.columns.status]
from = "status"
map = { open = "open", pending = "open", solved = "solved", closed = "closed" }
"""
SOURCE = """
[company]
name = "Helpdesk"
timezone = "UTC"
[sources.desk]
connector = "http"
system = "desk.toml"
host = "{host}"
since = "2024-01-01"
inside = true
"""


def pull(firm: Path) -> int:
    """One pull of everything; how many tickets are new."""
    with closing(open_store(firm / "home")) as store:
        config = load_config(firm / "fairlead.toml")
        builders = {"http": partial(http_source, home=store.home)}
        (report,) = sync(store, config, LOCAL_OWNER, builders=builders)
    return report.counts[0].new


def report(folder: Path, tickets: int, rounds: int, dlt: Path | None, say: Callable[[str], None]) -> str:
    """Pulls in turn from the same pages, and tells what each cost, as Markdown."""
    say("writing the pages")
    size = ticket_pages.write(folder / "pages", tickets)
    with helpdesk(folder / "pages") as host:
        variants: list[tuple[str, Callable[[], Run]]] = [(OURS, lambda: ours(folder / "firm", host, say))]
        if dlt is not None:
            variants += [(FLAT, lambda: theirs(folder / "dlt", host, dlt, say))]
            variants += [(NESTED, lambda: theirs(folder / "dlt", host, dlt, say, "nested"))]
        found = alternate(rounds, variants)
    if {series.told("rows") for series in found.values()} != {tickets}:
        raise ValueError(f"not all of {tickets:,} tickets arrived everywhere")
    return "\n".join(
        [f"{tickets:,} tickets, {size / 1e6:,.0f} MB of JSON.", "", *table(found), *promises(found), ""]
    )


def table(found: dict[str, Series]) -> list[str]:
    rows = [
        f"| {name} | {each.cpu:.1f} | {each.work:.1f} | {each.wall:.1f} | {each.peak_mb:,.0f} |"
        for name, each in found.items()
    ]
    return ["|  | CPU s | of it work | clock s | peak MB |", "|---|---|---|---|---|", *rows, ""]


def promises(found: dict[str, Series]) -> list[str]:
    """What was demanded of CPU and memory, against each way of dlt."""
    mine, lines = found[OURS], ["|  | demanded | measured |  |", "|---|---|---|---|"]
    for name in (FLAT, NESTED):
        if name not in found:
            return []
        for what, limit, share in (
            ("CPU", SHARE, mine.cpu / found[name].cpu),
            ("peak memory", MEMORY, mine.peak_mb / found[name].peak_mb),
        ):
            kept = "kept" if share <= limit else "**missed**"
            lines.append(f"| {what} against {name} | at most {limit:.2f} | {share:.2f} | {kept} |")
    return lines


def ours(firm: Path, host: str, say: Callable[[str], None]) -> Run:
    """Into a fresh home whose state database is there already."""
    say(OURS)
    shutil.rmtree(firm, ignore_errors=True)
    firm.mkdir()
    (firm / "desk.toml").write_text(SYSTEM)
    (firm / "fairlead.toml").write_text(SOURCE.format(host=host))
    open_store(firm / "home").close()
    return run("pull", firm)


def theirs(folder: Path, host: str, python: Path, say: Callable[[str], None], *more: str) -> Run:
    say(" ".join(["dlt", *more]))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    program = Path(__file__).with_name("dlt_pull.py")
    return run_command([str(python), "-W", "ignore", str(program), host, str(folder), *more])


@contextmanager
def helpdesk(pages: Path) -> Iterator[str]:
    """The host as a process of its own, so that its work is nobody else's."""
    command = [sys.executable, "-m", "benchmarks.ticket_pages", str(pages)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{json.loads(process.stdout.readline())}"
        finally:
            process.terminate()
