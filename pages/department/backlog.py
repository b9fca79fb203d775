"""What waits in customer service: how many tickets are open, how many nobody answered, and the oldest of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import polars as pl
import streamlit as st

from kpi.catalog import KPIS
from kpi.period import Span
from kpi.vocabulary import named
from kpi.words import marked, say
from pages.parts.filters import choose
from pages.parts.format import ABSENT, age, count, words
from pages.parts.load import load_values
from pages.parts.tables import Cell, Column, table
from pages.parts.viewer import Viewer

REACH = timedelta(days=370)
EPOCH, DAY = datetime(2000, 1, 1, tzinfo=UTC), 86_400
CUTS = ("team", "channel", "market")
OPEN, UNANSWERED = "resolution_time", "first_response_time"
COLUMNS = (
    Column(marked("Open"), "r"), Column(marked("Oldest"), "r"), Column(marked("Not answered yet"), "r"),
    Column(marked("Oldest"), "r"),
)  # fmt: skip


@dataclass(frozen=True)
class Waiting:
    """How many wait in a slice, and how many days the oldest has."""

    count: int
    days: float | None


Backlog = Mapping[str, tuple[Waiting, Waiting]]
NOBODY = Waiting(0, None)


def build_backlog(open_: Mapping[str, Waiting], unanswered: Mapping[str, Waiting]) -> Backlog:
    """Slices where anybody waits, the longest queue first."""
    names = dict.fromkeys([*open_, *unanswered])
    found = {name: (open_.get(name, NOBODY), unanswered.get(name, NOBODY)) for name in names}
    kept = {name: each for name, each in found.items() if each[0].count or each[1].count}
    return dict(sorted(kept.items(), key=lambda each: (-each[1][0].count, each[0])))


def together(each: Mapping[str, Waiting]) -> Waiting:
    """All slices as one."""
    ages = [waiting.days for waiting in each.values() if waiting.days is not None]
    return Waiting(sum(waiting.count for waiting in each.values()), max(ages, default=None))


def backlog_html(backlog: Backlog, by: str) -> str:
    """The table, and all slices together in the last row."""
    rows = [[named(name), *_cells(each)] for name, each in backlog.items()]
    whole = [together({name: each[side] for name, each in backlog.items()}) for side in (0, 1)]
    rows.append([say("Together"), *_cells((whole[0], whole[1]))])
    return table((Column(words(by)), *COLUMNS), rows, say("Open tickets by {by}", by=say(words(by)).lower()))


def _cells(pair: tuple[Waiting, Waiting]) -> Sequence[Cell]:
    return [cell for each in pair for cell in (count(each.count), _age(each))]


def _age(each: Waiting) -> str:
    return ABSENT if each.days is None else age(EPOCH, EPOCH + timedelta(days=each.days))


def waiting(rows: pl.DataFrame, by: str, seconds: int) -> dict[str, Waiting]:
    """The open ones of each slice from scored rows (`open`, `oldest_age` in a unit of so many seconds)."""
    return {
        str(row[by]): Waiting(
            int(row["open"]), None if row["oldest_age"] is None else row["oldest_age"] * seconds / DAY
        )
        for row in rows.rows(named=True)
        if row["open"]
    }


def draw_backlog(viewer: Viewer, market: str | None, as_of: date) -> None:
    """Open and oldest, by team, channel or market, of tickets opened in the last 370 days."""
    st.header(say("Open and oldest"), anchor=False)
    cuts = {words(each): each for each in CUTS if not (market and each == "market")}
    by = cuts[choose(say("Waiting by"), list(cuts), "waiting")]
    span = Span(as_of - REACH, as_of)
    found = [
        waiting(load_values(viewer, KPIS[key], span, by, market), by, KPIS[key].unit.divisor)
        for key in (OPEN, UNANSWERED)
    ]
    backlog = build_backlog(*found)
    if not backlog:
        st.text(say("No ticket of the last {n} days is open.", n=REACH.days))
        return
    st.html(backlog_html(backlog, by))
