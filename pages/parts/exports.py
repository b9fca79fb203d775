"""Files to take along: one menu; nothing is made before it is asked for, and everything leaves by one way."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import partial

import streamlit as st

from kpi.chart.told import Beside
from kpi.exports import one_kpi, one_kpi_sheets, overview, overview_sheets
from kpi.exports.answer import Basis, labelled
from kpi.exports.gather import USUAL, one_kpi_of, overview_of, periods_of
from kpi.exports.label import label_of
from kpi.exports.paper import as_pdf
from kpi.exports.picture import as_png, as_svg
from kpi.exports.sheet import as_csv
from kpi.exports.workbook import as_workbook
from kpi.model import Department, Kpi
from kpi.words import keeping, say
from pages.parts.actions import load_actions, load_overdue
from pages.parts.load import load_company_of, load_coverage, load_freshness, now
from pages.parts.viewer import Viewer
from store.permits import Permit
from store.state.edits import require

log = logging.getLogger(__name__)


class Kind(StrEnum):
    """A kind of file; the value is its ending."""

    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"
    PNG = "png"
    SVG = "svg"
    TOML = "toml"
    JSON = "json"
    MD = "md"
    HTML = "html"
    PPTX = "pptx"
    ZIP = "zip"

    @property
    def mime(self) -> str:
        """What browsers call it."""
        office = "application/vnd.openxmlformats-officedocument"
        return {
            Kind.CSV: "text/csv", Kind.XLSX: f"{office}.spreadsheetml.sheet", Kind.PDF: "application/pdf",
            Kind.PNG: "image/png", Kind.SVG: "image/svg+xml", Kind.TOML: "application/toml",
            Kind.JSON: "application/json", Kind.MD: "text/markdown", Kind.HTML: "text/html",
            Kind.PPTX: f"{office}.presentationml.presentation", Kind.ZIP: "application/zip",
        }[self]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Export:
    """A file somebody may take along; `make` is called when they do, in a thread of its own."""

    label: str
    kind: Kind
    stem: str
    make: Callable[[], bytes]

    @property
    def file_name(self) -> str:
        return f"{self.stem}.{self.kind}"


def draw_exports(viewer: Viewer, exports: Sequence[Export], key: str) -> None:
    """The menu of files; nothing where there are none."""
    if not exports:
        return
    with st.popover(say("Download"), icon=":material/download:", type="tertiary", key=f"exports_{key}"):
        for number, each in enumerate(exports):
            draw_download(viewer, each, f"export_{key}_{number}", width="stretch")


def draw_download(viewer: Viewer, export: Export, key: str, width: str = "content") -> None:
    """One button for one file; taking it runs nothing of the page again."""
    st.download_button(
        export.label, keeping(leaving(viewer, export)), export.file_name, export.kind.mime, on_click="ignore", key=key,
        width="stretch" if width == "stretch" else "content",
    )  # fmt: skip


def leaving(viewer: Viewer, export: Export) -> Callable[[], bytes]:
    """What makes a file when it is asked for: the only way by which data leaves a page as a file."""

    def make() -> bytes:
        require(viewer.acting(), Permit.EXPORT)
        try:
            made = export.make()
        except Exception:
            log.exception("%s could not be made", export.file_name)
            raise
        viewer.store.state.audit.took(viewer.principal, export.file_name, len(made))
        log.info("%s took %s, %d bytes", viewer.principal.name, export.file_name, len(made))
        return made

    return make


def kpi_exports(
    viewer: Viewer, kpi: Kpi, market: str | None, weeks: int, beside: Beside = USUAL
) -> list[Export]:
    """The page of a KPI as PDF and workbook, its values as CSV, its chart as pictures."""
    gather = partial(_one, viewer, kpi, market, weeks, beside)
    stem = _stem(kpi.key, market, load_coverage(viewer).as_of)

    def values(for_excel: bool) -> bytes:
        answer = periods_of(
            viewer.store, viewer.principal, kpi, basis_now(viewer), market=market, weeks=weeks
        )
        return as_csv(labelled(answer), for_excel=for_excel)

    return [
        Export(say("This page as PDF"), Kind.PDF, stem, lambda: as_pdf(one_kpi.document_of(gather()))),
        Export(say("All tables as Excel workbook"), Kind.XLSX, stem, lambda: _workbook(gather())),
        Export(say("Values as CSV"), Kind.CSV, stem, lambda: values(for_excel=False)),
        Export(say("Values as CSV for Excel"), Kind.CSV, f"{stem}-excel", lambda: values(for_excel=True)),
        Export(say("Chart as PNG"), Kind.PNG, stem, lambda: as_png(one_kpi.picture_of(gather()))),
        Export(say("Chart as SVG"), Kind.SVG, stem, lambda: as_svg(one_kpi.picture_of(gather()))),
    ]


def overview_exports(
    viewer: Viewer, market: str | None, weeks: int, department: Department | None = None
) -> list[Export]:
    """Decisions and scorecard of all departments, or of one, as PDF, workbook and CSV."""
    name = department.value if department else "overview"
    stem = _stem(name, market, load_coverage(viewer).as_of)
    gather = partial(_overview, viewer, market, weeks, department)

    def book() -> bytes:
        found = gather()
        sheets, label = overview_sheets.sheets_of(found), overview_sheets.label_of(found)
        return as_workbook(sheets, label, found.basis.made_at)

    return [
        Export(say("This page as PDF"), Kind.PDF, stem, lambda: as_pdf(overview.document_of(gather()))),
        Export(say("All tables as Excel workbook"), Kind.XLSX, stem, book),
        Export(say("Scorecard as CSV"), Kind.CSV, stem, lambda: as_csv(overview_sheets.scorecard(gather()))),
    ]


def basis_now(viewer: Viewer) -> Basis:
    """What an export of this reader rests on, read when it is made: the page may be older."""
    viewer = replace(viewer, seen={})
    return Basis(load_company_of(viewer), load_coverage(viewer), now(), load_freshness(viewer))


def _one(viewer: Viewer, kpi: Kpi, market: str | None, weeks: int, beside: Beside) -> one_kpi.OneKpi:
    return one_kpi_of(
        viewer.store, viewer.principal, kpi, basis_now(viewer), market=market, weeks=weeks, beside=beside
    )


def _overview(
    viewer: Viewer, market: str | None, weeks: int, department: Department | None
) -> overview.Overview:
    return overview_of(
        viewer.store, viewer.principal, basis_now(viewer), market=market, weeks=weeks, department=department,
        actions=load_actions(replace(viewer, seen={}), market),
        overdue=load_overdue(replace(viewer, seen={}), market),
    )  # fmt: skip


def _workbook(one: one_kpi.OneKpi) -> bytes:
    return as_workbook(one_kpi_sheets.sheets_of(one), label_of(one.values), one.basis.made_at)


def _stem(name: str, market: str | None, as_of: date | None) -> str:
    """`on_time_delivery_rate-DE-2026-11-21`."""
    told = [name, *([market] if market else []), *([as_of.isoformat()] if as_of else [])]
    return "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in "-".join(told))
