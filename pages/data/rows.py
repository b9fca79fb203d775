"""How fresh a source is, and what its latest run did to each table."""

from collections.abc import Sequence
from datetime import datetime

from kpi.access import sees_table
from kpi.words import marked, say
from pages.parts.format import age, count, words
from pages.parts.tables import Cell, Column, Grid
from store.facts import TABLES
from store.scope import Principal
from store.state import Freshness, RunStatus

COUNTS = (
    Column(marked("Source")),
    Column(marked("Table")),
    Column(marked("Read"), "r"),
    Column(marked("New"), "r"),
    Column(marked("Changed"), "r"),
    Column(marked("Unchanged"), "r"),
    Column(marked("Deleted"), "r"),
    Column(marked("Rejected"), "r"),
    Column(marked("Days touched"), "r"),
)
WORDS = {
    RunStatus.OK: marked("went well"), RunStatus.FAILED: marked("failed"),
    RunStatus.DRIFT: marked("stopped: the source has changed"), RunStatus.RUNNING: marked("is running"),
}  # fmt: skip


def state(each: Freshness, at: datetime) -> str:
    """Fresh, late or failed, with a shape before the word."""
    if each.last_ok_at is None:
        return f"■ {say('Never read')}"
    if each.is_late(at):
        return f"◷ {say('Late, {age} old', age=age(each.last_ok_at, at))}"
    recent = each.latest.status in (RunStatus.FAILED, RunStatus.DRIFT)
    return f"▲ {say('Last attempt failed')}" if recent else f"✓ {say('Fresh')}"


def build_counts(fresh: Sequence[Freshness], principal: Principal) -> Grid:
    """What the latest run of each source did, by table the reader sees all of: most rejected, then most read."""
    told = [
        (each.source, counts)
        for each in fresh
        for counts in each.latest.counts
        if counts.fact not in TABLES or sees_table(principal, counts.fact)
    ]
    told.sort(key=lambda pair: (-pair[1].rejected, -pair[1].read))
    cells: list[list[Cell]] = [
        [
            source, words(each.fact), *(count(number) for number in (
                each.read, each.new, each.changed, each.unchanged, each.deleted, each.rejected, each.days_touched,
            )),
        ]
        for source, each in told
    ]  # fmt: skip
    return Grid(COUNTS, cells, say("Rows of the last sync"))
