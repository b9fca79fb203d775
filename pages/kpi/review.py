"""The review block of one KPI: the running month, six weeks and twelve months beside the year before."""

from collections.abc import Sequence

import streamlit as st

from kpi.chart import Chart
from kpi.chart.pair import Pairing, pair_rows, pair_spec
from kpi.figures import ABSENT, change, count, day, figure, month, share, words
from kpi.model import Kpi, Unit
from kpi.month import can_be_paced
from kpi.period import Every
from kpi.review import Block, Line
from kpi.score import Status
from kpi.words import say
from kpi.words.days import month_name, short_day
from pages.kpi.load import load_review
from pages.kpi.month import build_month
from pages.kpi.shown import Shown
from pages.parts.charts import axis_writer
from pages.parts.load import load_month
from pages.parts.steady import draw_vega
from pages.parts.tables import Cell, Column, facts, table
from pages.parts.theme import mode, palette


def draw(shown: Shown) -> None:
    """The running month, two small charts, and the table of all of it."""
    until = shown.standing.until
    if until is None or shown.standing.current is None:
        st.text(say("No period is over yet, so there is nothing to review."))
        return
    draw_month(shown)
    found = load_review(shown.viewer, shown.kpi, until, shown.market)
    st.header(say("Six weeks and twelve months"), anchor=False)
    weekly = [] if shown.kpi.monthly else list(found.of(Block.WEEK))
    with st.grid(2, min_column_width=340, gap=12) as grid:
        for title, lines in ((say("Weeks"), weekly), (say("Months"), list(found.of(Block.MONTH)))):
            if lines:
                with grid.cell():
                    _draw_pair(shown, title, lines)
    lines = [*weekly, *found.of(Block.MONTH), *found.of(Block.TO_DATE)]
    st.html(build_review(shown.kpi, lines, shown.currency))
    st.caption(
        say(
            "Pale: the year before. Weeks are compared 364 days back or along with an event that moved, months with "
            "the month of the same name, periods to date with the same dates."
        )
    )


def draw_month(shown: Shown) -> None:
    """The running month, where its days add up to one and there are any."""
    standing = shown.standing
    if standing.every is not Every.WEEK or standing.until is None or not can_be_paced(standing.kpi):
        return
    told = load_month(shown.viewer, standing.kpi, standing.market, standing.until)
    if told.value is None:
        return
    st.header(say("{month} so far", month=month_name(told.whole.start)), anchor=False)
    st.html(facts(build_month(standing.kpi, told, shown.currency)))


def _draw_pair(shown: Shown, title: str, lines: Sequence[Line]) -> None:
    chart = build_pair(shown.kpi, title, lines, shown.currency, mode())
    with st.container(border=True, gap=None, key=f"panel_review_{lines[0].block.name}"):
        st.html(f'<div class="fl-chart-note">{title}</div>')
        draw_vega(chart, f"review_{lines[0].block.name}")


def build_pair(kpi: Kpi, title: str, lines: Sequence[Line], currency: str, theme: str) -> Chart:
    """One block as two lines, and the sentence that says its last point."""
    scale = 100 if kpi.unit is Unit.PERCENT else 1
    pairs = [
        Pairing(
            name=short_name(line),
            value=None if line.value is None else line.value * scale,
            before=None if line.before is None else line.before * scale,
            told=str(figure(kpi, line.value, currency)),
            told_before=str(figure(kpi, line.before, currency)),
            status=line.status.word,
        )
        for line in lines
    ]
    rows, last = pair_rows(pairs), lines[-1]
    alt = say(
        "{kpi}, {title}: latest {value}, a year before {before}.",
        kpi=say(kpi.name), title=title.lower(), value=figure(kpi, last.value, currency),
        before=figure(kpi, last.before, currency),
    )  # fmt: skip
    return Chart(
        rows, pair_spec(rows, palette(theme), axis_writer(kpi, currency)), alt,
        title=f"{say(kpi.name)} — {title.lower()}",
    )  # fmt: skip


def short_name(line: Line) -> str:
    """`9 Nov` for a week, `Nov` for a month."""
    return short_day(line.span.start) if line.block is Block.WEEK else month_name(line.span.start)[:3]


def build_review(kpi: Kpi, lines: Sequence[Line], currency: str) -> str:
    """The latest first within each block: value, status, the year before, the change."""
    columns = (
        Column(say("Period"), "w"), Column(say("Status")), Column(say("Value"), "r"), Column(say("A year before"), "r"),
        Column(say("Change"), "r"), *([Column(say("Relative"), "r")] if _tells_relative(kpi) else []),
        Column(say("Rows"), "r"),
    )  # fmt: skip
    ordered = [
        line
        for block in (Block.TO_DATE, Block.WEEK, Block.MONTH)
        for line in reversed([each for each in lines if each.block is block])
    ]
    label = say("Six weeks and twelve months of {kpi}", kpi=say(kpi.name))
    return table(columns, [_row(kpi, line, currency) for line in ordered], label)


def _row(kpi: Kpi, line: Line, currency: str) -> list[Cell]:
    relative = [ABSENT if line.relative is None else _signed(line.relative)] if _tells_relative(kpi) else []
    return [
        long_name(line), line.status if line.value is not None else Status.NO_DATA,
        str(figure(kpi, line.value, currency)), str(figure(kpi, line.before, currency)),
        change(kpi, line.value, line.before, currency) or ABSENT,
        *relative, count(line.n),
    ]  # fmt: skip


def _tells_relative(kpi: Kpi) -> bool:
    """Between two percentages a change is told in points alone."""
    return kpi.unit is not Unit.PERCENT


def _signed(part: float) -> str:
    return ("+" if part > 0 else "") + share(part, 1)


def long_name(line: Line) -> str:
    """`Week of 9 Nov 2026`, `November 2026`, `Year to date`."""
    if line.block is Block.WEEK:
        return say("Week of {day}", day=day(line.span.start))
    return month(line.span.start) if line.block is Block.MONTH else words(line.name)
