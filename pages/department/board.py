"""A department's main KPIs side by side for every carrier, team, line or campaign: where it goes wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

import polars as pl
import streamlit as st

from kpi.headline import headline
from kpi.model import Department, Distinct, Kpi
from kpi.period import Span
from kpi.score import Status
from kpi.standing import Standing
from kpi.vocabulary import named
from kpi.words import listed, marked, say, say_many
from pages.parts.cards import period_words
from pages.parts.filters import choose
from pages.parts.format import ABSENT, figure, words
from pages.parts.load import load_values_of
from pages.parts.tables import Cell, Column, Marked, table
from pages.parts.viewer import Viewer

COMPARED = {
    Department.SHIPPING: ("carrier", "mode", "market", "channel"),
    Department.SERVICE: ("channel", "team", "market"),
    Department.MANUFACTURING: ("line", "product", "shift"),
    Department.MARKETING: ("channel", "campaign", "market", "device"),
    Department.PLANNING: ("location", "category", "market", "supplier"),
    Department.PROCEDURES: ("sop", "team", "owner"),
}
MOST_ROWS, MOST_COLUMNS = 24, 6
ALARM = {Status.OFF_TARGET: 2, Status.AT_RISK: 1}
ORDER = marked(
    "Slices off target first, then by rows. Each figure is of the KPI's last settled period: {periods}."
)


@dataclass(frozen=True)
class Slice:
    """One KPI in one slice."""

    value: float | None
    status: Status
    n: int


@dataclass(frozen=True)
class Board:
    """The KPIs that are kept by a dimension, and what each slice of it has, the most serious first."""

    dimension: str
    standings: tuple[Standing, ...]
    rows: tuple[tuple[str, Mapping[str, Slice]], ...]


def dimensions_of(department: Department, found: Mapping[str, Standing], market: str | None) -> list[str]:
    """By what the department's figures can be compared; the market only where all of them are shown."""
    known = [each for each in COMPARED[department] if columns(department, found, each)]
    return [each for each in known if not (market and each == "market")]


def columns(department: Department, found: Mapping[str, Standing], dimension: str) -> list[Standing]:
    """The KPIs that speak for the department and are kept by the dimension."""
    kpis = [each.kpi for each in found.values() if _asked(each, department, dimension)]
    return [found[kpi.key] for kpi in headline(kpis, MOST_COLUMNS)]


def _asked(standing: Standing, department: Department, dimension: str) -> bool:
    kpi = standing.kpi
    kept = dimension in kpi.dimensions and not isinstance(kpi, Distinct)
    return kpi.department is department and kept and standing.current is not None


def build_board(
    dimension: str, standings: Sequence[Standing], slices: Mapping[str, Mapping[str, Slice]]
) -> Board:
    """The board from the slices of each KPI, by its key and their name."""
    names = dict.fromkeys(name for each in slices.values() for name in each)
    rows = [(name, {key: each[name] for key, each in slices.items() if name in each}) for name in names]
    return Board(dimension, tuple(standings), tuple(sorted(rows, key=lambda row: (*_rank(row[1]), row[0]))))


def _rank(row: Mapping[str, Slice]) -> tuple[int, int]:
    return -sum(ALARM.get(each.status, 0) for each in row.values()), -max(each.n for each in row.values())


def board_html(board: Board, currency: str) -> str:
    """The table: a row a slice, a column a KPI; what is off target by shape and colour."""
    heads = [Column(words(board.dimension)), *(Column(each.kpi.name, "r") for each in board.standings)]
    rows: list[list[Cell]] = [
        [
            named(name, board.dimension),
            *(_cell(each.kpi, cells.get(each.kpi.key), currency) for each in board.standings),
        ]
        for name, cells in board.rows[:MOST_ROWS]
    ]
    return table(
        heads, rows, say("Main figures by {dimension}", dimension=say(words(board.dimension)).lower())
    )


def _cell(kpi: Kpi, cell: Slice | None, currency: str) -> Cell:
    if cell is None or cell.value is None:
        return ABSENT
    return Marked(str(figure(kpi, cell.value, currency)), cell.status)


def draw_board(
    viewer: Viewer,
    department: Department,
    found: Mapping[str, Standing],
    market: str | None,
    currency: str,
    today: date,
) -> None:
    """The chosen dimension lives in the link; nothing is drawn where no main KPI is kept by one."""
    options = {words(each): each for each in dimensions_of(department, found, market)}
    if not options:
        return
    st.header(say("Where"), anchor=False)
    dimension = options[choose(say("Compared by"), list(options), "by")]
    standings = columns(department, found, dimension)
    board = build_board(dimension, standings, load_slices(viewer, standings, dimension))
    if not board.rows:
        st.text(say("No rows in this period."))
        return
    st.html(board_html(board, currency))
    st.html(f'<div class="fl-told">{escape(told(board, today))}</div>')


def told(board: Board, today: date) -> str:
    """How the rows are ordered, which periods they show, and how many are left out."""
    periods = dict.fromkeys(
        period_words(each, each.current, today) for each in board.standings if each.current is not None
    )
    left = len(board.rows) - MOST_ROWS
    more = (
        say_many("{n} more slice is on the KPI's page.", "{n} more slices are on the KPIs' pages.", left)
        if left > 0
        else ""
    )
    return f"{say(ORDER, periods=listed(periods))} {more}".strip()


def load_slices(viewer: Viewer, standings: Sequence[Standing], dimension: str) -> dict[str, dict[str, Slice]]:
    """The slices of each KPI's current period, by its key and their name."""
    together: dict[tuple[Span, str | None], list[Kpi]] = {}
    for each in standings:
        if each.current is not None:
            span = Span(each.current.start, each.current.end)
            together.setdefault((span, each.market), []).append(each.kpi)
    found: dict[str, pl.DataFrame] = {}
    for (span, market), kpis in together.items():
        found |= load_values_of(viewer, kpis, span, dimension, market)
    return {each.kpi.key: _slices(found[each.kpi.key], dimension) for each in standings if each.current}


def _slices(rows: pl.DataFrame, dimension: str) -> dict[str, Slice]:
    return {
        str(row[dimension]): Slice(row["value"], Status(row["status"]), int(row["n"]))
        for row in rows.rows(named=True)
    }
