"""The adherence page as files: on paper, and its steps as CSV."""

from collections.abc import Sequence

import polars as pl

from kpi.chart import Chart
from kpi.exports.answer import Basis
from kpi.exports.document import Block, Document, Figure, Head, Heading, Table, Words
from kpi.exports.label import MADE_UP, instant
from kpi.exports.paper import as_pdf
from kpi.exports.picture import as_svg, standalone
from kpi.exports.sheet import as_csv
from kpi.words import say, spoken
from pages.adherence import build, load
from pages.adherence.chart import month_chart
from pages.adherence.shown import Shown
from pages.parts.exports import Export, Kind, basis_now
from pages.parts.format import day, weekday
from pages.parts.tables import Bar, Grid, Link, Marked
from pages.parts.theme import palette
from sop.adherence import Followed, Measured

SCHEMA = {
    "sop": pl.String, "title": pl.String, "step": pl.String, "step_title": pl.String, "told_by": pl.String,
    "earned": pl.Float64, "possible": pl.Float64, "rows": pl.Int64, "value": pl.Float64, "low": pl.Float64,
    "high": pl.Float64, "missing": pl.Int64,
}  # fmt: skip


def exports_of(shown: Shown) -> list[Export]:
    """What is shown as PDF, and all of its steps as CSV."""
    part = "-".join(each for each in ("adherence", shown.sop, shown.step, shown.asked.market or "") if each)
    stem = "".join(
        letter if letter.isalnum() or letter in "-_" else "_" for letter in f"{part}-{shown.today}"
    )
    return [
        Export(say("This page as PDF"), Kind.PDF, stem, lambda: as_pdf(document_of(shown, basis_now(shown.viewer)))),
        Export(say("Steps as CSV"), Kind.CSV, stem, lambda: as_csv(rows_of(shown))),
    ]  # fmt: skip


def rows_of(shown: Shown) -> pl.DataFrame:
    """One row a step and account, with its bounds."""
    return frame_of(shown.followed(steps=True), shown.title)


def frame_of(found: Sequence[Followed], titles: build.Titles) -> pl.DataFrame:
    """The columns of `SCHEMA`, one row a step (or procedure) and account."""
    rows = [
        (each.sop, titles(each.sop, ""), each.step, titles(each.sop, each.step) if each.step else "", name,
         *_told(told))
        for each in found
        for name, told in (("systems", each.systems), ("done", each.done), ("checklists", each.checked))
        if told is not None
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _told(found: Measured) -> tuple[object, ...]:
    return (found.earned, found.possible, found.n, found.value, found.low, found.high, found.missing)


def document_of(shown: Shown, basis: Basis) -> Document:
    """The tables of the page with the months as a picture."""
    steps = shown.followed(steps=True)
    mine = tuple(each for each in steps if shown.step in ("", each.step))
    title = shown.title(shown.sop, shown.step) if shown.sop else say("Adherence")
    blocks: list[Block] = [Words(build.headline(mine)), *_months(shown, title, basis)]
    for grid in _grids(shown, mine):
        blocks += [Heading(grid.label), _table(grid)]
    where = shown.asked.market or say("all markets")
    span = shown.asked.span
    days = say("since the first case") if shown.ever else f"{day(span.start)} – {day(span.end)}"
    return Document(
        title=title, about=basis.company.name, blocks=tuple(blocks), made_at=basis.made_at,
        period=" · ".join([say("as of {day}", day=weekday(shown.today)), days, where]),
        foot=say("Made with Fairlead, {moment}", moment=instant(basis.made_at)),
        notice=say(MADE_UP) if basis.company.made_up else "", language=spoken().language.value,
    )  # fmt: skip


def _grids(shown: Shown, mine: Sequence[Followed]) -> list[Grid]:
    name = shown.title
    if shown.sop:
        told = build.both(say("Step"), say("Steps"), mine, lambda each: name(each.sop, each.step), {})
        return [told]
    whole = build.both(
        say("SOP"), say("Procedures"), shown.followed(), lambda each: name(each.sop), shown.before()
    )
    broken = build.broken(mine, name, lambda each: "")
    apart = build.demands(load.load_demands(shown.viewer, shown.today), name)
    return [each for each in (whole, broken, apart) if each.rows]


def _months(shown: Shown, title: str, basis: Basis) -> list[Block]:
    found = load.load_months(shown.viewer, shown.asked.span, shown.asked.market, shown.sop, shown.step)
    if not found:
        return []
    marks = load.versions_of(shown.viewer, shown.sop) if shown.sop else ()
    chart = month_chart(found, marks, palette("light"), title)
    source = f"{basis.company.name} · {say('made with Fairlead, {moment}', moment=instant(basis.made_at))}"
    whole = Chart(chart.rows, chart.spec, chart.alt, title=say("Steps followed by month"), caption=title)
    return [Figure(as_svg(standalone(whole, source)).decode(), chart.alt)]


def _table(grid: Grid) -> Table:
    drawn = {place for row in grid.rows for place, cell in enumerate(row) if isinstance(cell, Bar)}
    columns = [each for place, each in enumerate(grid.columns) if place not in drawn]
    heads = tuple(Head(each.title, right=each.side == "r", wide=each.side == "") for each in columns)
    rows = [[_text(cell) for place, cell in enumerate(row) if place not in drawn] for row in grid.rows]
    return Table(grid.label, heads, tuple(map(tuple, rows)))


def _text(cell: object) -> str:
    return cell.text if isinstance(cell, Link | Marked) else str(cell)
