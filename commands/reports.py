"""`fairlead report`: the overview or the page of one KPI as PDF or workbook, made from data without a browser."""

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from commands.desk import Desk
from kpi.catalog import KPIS, find
from kpi.exports import one_kpi, one_kpi_sheets, overview, overview_sheets
from kpi.exports.answer import Basis, basis_of
from kpi.exports.gather import one_kpi_of, overview_of
from kpi.exports.label import label_of
from kpi.exports.paper import as_pdf
from kpi.exports.picture import as_png, as_svg
from kpi.exports.workbook import as_workbook
from kpi.results import SliceError
from kpi.words import Language, speaking
from meetings.actions import in_market, most_urgent, open_actions, overdue_since

app = typer.Typer(help="Pages to take along: PDF and workbooks from data.", no_args_is_help=True)


class Paper(StrEnum):
    """How the overview is written."""

    PDF = "pdf"
    XLSX = "xlsx"


class Page(StrEnum):
    """How the page of a KPI is written; SVG and PNG are its chart."""

    PDF = "pdf"
    XLSX = "xlsx"
    SVG = "svg"
    PNG = "png"


To = Annotated[Path, typer.Option("--to", help="File to write.", show_default=False)]
Market = Annotated[str | None, typer.Option(help="One market; default: all.")]
Weeks = Annotated[int, typer.Option(min=4, max=52, help="How many weeks the pictures reach back.")]
Spoken = Annotated[Language, typer.Option("--lang", help="Language of words and numbers.")]


@app.command("overview")
def report_overview(
    context: typer.Context,
    to: To,
    how: Annotated[Paper, typer.Option("--format")] = Paper.PDF,
    market: Market = None,
    weeks: Weeks = 13,
    lang: Spoken = Language.ENGLISH,
) -> None:
    """What needs a decision, then every KPI by department."""
    desk: Desk = context.obj
    basis = _basis(desk)
    actions = most_urgent(in_market(open_actions(desk.store.state, desk.principal), market))
    found = overview_of(
        desk.store, desk.principal, basis, market=_known(basis, market), weeks=weeks, actions=actions,
        overdue=overdue_since(actions.values(), basis.company.today(basis.made_at)),
    )  # fmt: skip
    with speaking(lang):
        if how is Paper.PDF:
            made = as_pdf(overview.document_of(found))
        else:
            made = as_workbook(
                overview_sheets.sheets_of(found), overview_sheets.label_of(found), basis.made_at
            )
    _write(desk, to, made)


@app.command("kpi")
def report_kpi(
    context: typer.Context,
    key: str,
    to: To,
    how: Annotated[Page, typer.Option("--format")] = Page.PDF,
    market: Market = None,
    weeks: Weeks = 13,
    lang: Spoken = Language.ENGLISH,
) -> None:
    """One KPI: chart, values, who drives it, why it moved, definition and trust label; or its chart alone."""
    desk: Desk = context.obj
    basis = _basis(desk)
    found = one_kpi_of(
        desk.store, desk.principal, find(key), basis, market=_known(basis, market), weeks=weeks
    )
    with speaking(lang):
        _write(desk, to, _made(found, how))


def _made(found: one_kpi.OneKpi, how: Page) -> bytes:
    match how:
        case Page.PDF:
            return as_pdf(one_kpi.document_of(found))
        case Page.XLSX:
            return as_workbook(one_kpi_sheets.sheets_of(found), label_of(found.values), found.basis.made_at)
        case Page.SVG:
            return as_svg(one_kpi.picture_of(found))
        case Page.PNG:
            return as_png(one_kpi.picture_of(found))


def _basis(desk: Desk) -> Basis:
    return basis_of(desk.store, desk.principal, list(KPIS.values()), datetime.now(UTC))


def _known(basis: Basis, market: str | None) -> str | None:
    """The market; raises SliceError for one nothing is known of."""
    if market is not None and market not in basis.covered.markets:
        known = ", ".join(basis.covered.markets) or "none"
        raise SliceError(f"--market {market} is not known; known are: {known}.")
    return market


def _write(desk: Desk, to: Path, made: bytes) -> None:
    desk.took(to)
    to.write_bytes(made)
    typer.echo(f"{to} written, {len(made) / 1000:,.0f} kB.")
