"""The scorecard: every KPI as a row that can be searched, sorted and opened, with the same figures as its card."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

import polars as pl
import streamlit as st

from kpi.model import Better
from kpi.score import Status
from kpi.standing import Standing
from kpi.words import marked, say, say_many
from pages.parts.format import ABSENT, day, figure, goal
from pages.parts.theme import MARKS, PILLS, SIGNAL, mode, palette
from pages.parts.viewer import Viewer

SEVERITY = (
    Status.OFF_TARGET, Status.AT_RISK, Status.INCOMPLETE, Status.PROVISIONAL, Status.SMALL_SAMPLE, Status.ON_TARGET,
    Status.OK, Status.NO_DATA,
)  # fmt: skip
ROW, HEAD, MOST_ROWS, POINTS = 34, 38, 18, 53
FEW = 8
NARROW, NUMBER = 110, 96
ORDER = marked(
    "Off target first, then by the gap to the target. A heading sorts, a name opens; a search gives links, too."
)


@dataclass(frozen=True)
class Row:
    """One KPI as the table shows it; `gap` is relative to the target in per cent, plus is always better."""

    key: str
    name: str
    status: Status
    signal: bool
    department: str
    value: str
    target: str
    gap: float | None
    since: str
    owner: str
    trend: tuple[float, ...]


def build_rows(standings: Iterable[Standing], currency: str, today: date, find: str = "") -> list[Row]:
    """The rows whose name, department, owner or status holds every word that was looked for, the most serious first."""
    rows = [_row(each, currency, today) for each in standings]
    wanted = find.casefold().split()
    found = [row for row in rows if all(word in _text(row) for word in wanted)]
    return sorted(found, key=_rank)


def gap(standing: Standing) -> float | None:
    """How far the value is beyond its target, in per cent of it; None without both, or from a target of zero."""
    current = standing.current
    if current is None or current.value is None or not current.target:
        return None
    away = (current.value - current.target) / abs(current.target) * 100
    return round(away if standing.kpi.better is Better.HIGHER else -away, 1) + 0.0


def _row(standing: Standing, currency: str, today: date) -> Row:
    kpi, current = standing.kpi, standing.current
    return Row(
        key=kpi.key, name=say(kpi.name), status=current.status if current else Status.NO_DATA,
        signal=standing.signal is not None, department=say(kpi.department.short),
        value=str(figure(kpi, current.value if current else None, currency)),
        target=ABSENT if current is None or current.target is None else goal(kpi, current.target, currency),
        gap=gap(standing), since=day(standing.since, today) if standing.since else "", owner=say(kpi.owner),
        trend=tuple(each.value for each in standing.shown(POINTS) if each.value is not None),
    )  # fmt: skip


def _text(row: Row) -> str:
    told = (
        row.name,
        row.key,
        row.department,
        row.owner,
        say(row.status.word),
        say("Signal") if row.signal else "",
    )
    return " ".join(told).casefold()


def _rank(row: Row) -> tuple[int, bool, float, str]:
    return SEVERITY.index(row.status), not row.signal, row.gap if row.gap is not None else 1e9, row.name


def pill(status: Status) -> str:
    """Shape and word."""
    return f"{MARKS[status][0]} {say(status.word)}"


def frame(rows: Sequence[Row]) -> pl.DataFrame:
    """One row a KPI: `name`, `status` and `signal` as pills, `department`, `value`, `target`, `gap`, `trend`, `since`,
    `owner`."""
    beyond = f"{SIGNAL[0]} {say('Signal')}"
    return pl.DataFrame(
        {
            "name": [row.name for row in rows],
            "status": [[pill(row.status), *([beyond] if row.signal else [])] for row in rows],
            "value": [row.value for row in rows],
            "target": [row.target for row in rows],
            "gap": pl.Series([row.gap for row in rows], dtype=pl.Float64),
            "trend": pl.Series([list(row.trend) for row in rows], dtype=pl.List(pl.Float64)),
            "since": [row.since for row in rows],
            "department": [row.department for row in rows],
            "owner": [row.owner for row in rows],
        }
    )


def height(rows: int) -> int:
    """Pixels for so many rows, up to the most that are shown without scrolling."""
    return HEAD + ROW * max(1, min(rows, MOST_ROWS))


def draw_scorecard(viewer: Viewer, standings: Sequence[Standing], currency: str, today: date) -> str | None:
    """Draw search and table; the key of the KPI whose name was just clicked.

    The names that a search finds are links, too: the grid's own cells cannot be opened with the keyboard.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="scorehead"):
        st.header(say("Scorecard"), anchor=False)
        find = st.text_input(
            say("Find a KPI"), key="find", bind="query-params", width=260, max_chars=60,
            placeholder=say("Name, department, owner or status"), label_visibility="collapsed",
        )  # fmt: skip
    rows = build_rows(standings, currency, today, find or "")
    told = say_many("{n} KPI.", "{n} KPIs.", len(rows))
    if not rows:
        st.text(say("No KPI matches '{find}'. Clear the search to see all {n}.", find=find, n=len(standings)))
        return None
    st.html(f'<div class="fl-told">{escape(f"{told} {say(ORDER)}")}</div>')
    if find and len(rows) <= FEW:
        draw_links(viewer, rows)
    st.dataframe(
        frame(rows), key="scorecard", hide_index=True, row_height=ROW, height=height(len(rows)), placeholder="",
        column_config=_columns(), alt=say("Scorecard of {n} KPIs, the most serious first.", n=len(rows)),
    )  # fmt: skip
    clicked = st.session_state.get("scorecard_open")
    return rows[clicked.row].key if clicked and clicked.row < len(rows) else None


def draw_links(viewer: Viewer, rows: Sequence[Row]) -> None:
    """A link to each KPI that was found."""
    page = viewer.pages.get("kpi")
    if page is None:
        return
    with st.container(horizontal=True, gap="small", key="scorelinks"):
        for row in rows:
            st.page_link(page, label=row.name, query_params={"kpi": row.key}, width="content")


def _columns() -> dict[str, Any]:
    config, grounds = st.column_config, PILLS[mode()]
    pills = {Status.OFF_TARGET: grounds.off, Status.AT_RISK: grounds.watch}
    signal = f"{SIGNAL[0]} {say('Signal')}"
    options = [*(pill(each) for each in SEVERITY), signal]
    shades = [*(pills.get(each, grounds.quiet) for each in SEVERITY), grounds.off]
    return {
        "name": config.ButtonColumn(
            say("KPI"), pinned=True, width=208, alignment="left", type="tertiary", key="scorecard_open"
        ),
        "status": config.MultiselectColumn(say("Status"), options=options, color=shades, width=176),
        "value": config.TextColumn(say("Value"), alignment="right", width=NARROW),
        "target": config.TextColumn(say("Target"), alignment="right", width=NUMBER),
        "gap": config.NumberColumn(
            say("Gap to target"),
            format="%+.1f %%",
            width=NARROW,
            help=say("Relative; plus is always better."),
        ),
        "trend": config.LineChartColumn(say("53 weeks"), width=150, color=palette(mode()).ink),
        "since": config.TextColumn(say("Off since"), width=NUMBER),
        "department": config.TextColumn(say("Department"), width=130),
        "owner": config.TextColumn(say("Owner"), width=150),
    }
