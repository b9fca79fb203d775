"""Files of a firm whose data are hostile: spreadsheets run nothing, pictures hold no script, PDFs no link."""

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO

import openpyxl
import pytest
from hostile import ELSEWHERE, MARK, hostile_store

from kpi.catalog import KPIS
from kpi.exports.harmless import is_risky
from kpi.model import Department
from pages.parts.exports import Export, Kind, kpi_exports, overview_exports
from pages.parts.viewer import Viewer
from store.scope import LOCAL_OWNER

WEEKS = 13


@pytest.fixture(scope="module")
def viewer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Viewer]:
    store = hostile_store(tmp_path_factory.mktemp("files"))
    yield Viewer(store, LOCAL_OWNER, {})
    store.close()


def exports(viewer: Viewer, *kinds: Kind) -> list[Export]:
    found = overview_exports(viewer, None, WEEKS, Department.SHIPPING)
    for key in ("on_time_delivery_rate", "oee", "csat_score"):
        found += kpi_exports(viewer, KPIS[key], None, WEEKS)
    return [each for each in found if each.kind in kinds]


def is_number(text: str) -> bool:
    try:
        return bool(float(text) or True)
    except ValueError:
        return False


def test_no_cell_of_a_csv_begins_a_formula(viewer: Viewer) -> None:
    """
    Every cell is a number, or a text a spreadsheet takes for one.
    """
    for export in exports(viewer, Kind.CSV):
        cells = [cell for row in csv.reader(StringIO(export.make().decode("utf-8-sig"))) for cell in row]

        assert cells
        assert [cell for cell in cells if is_risky(cell) and not is_number(cell)] == [], export.file_name


def test_no_cell_of_a_workbook_is_a_formula_or_a_link(viewer: Viewer) -> None:
    """
    The strings stand there as texts, the formulas among them, too.
    """
    seen: set[str] = set()
    for export in exports(viewer, Kind.XLSX):
        book = openpyxl.load_workbook(BytesIO(export.make()))
        cells = [
            cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None
        ]
        seen |= {str(cell.value) for cell in cells}

        assert [cell.value for cell in cells if cell.data_type == "f" or cell.hyperlink] == []

    assert any(f"<b {MARK}>" in text for text in seen)


def test_a_picture_holds_words_and_no_script(viewer: Viewer) -> None:
    """
    An SVG of a chart with hostile notes on it has neither script nor handler nor address of its own.
    """
    for export in exports(viewer, Kind.SVG):
        told = export.make().decode()

        found = [each for each in ("<script", f"<b {MARK}", f'href="http://{ELSEWHERE}') if each in told]
        assert found == []


def test_a_document_is_made_and_leads_nowhere(viewer: Viewer) -> None:
    """
    Typst takes none of the strings for its own markup, and the PDF holds no address to click.
    """
    for export in exports(viewer, Kind.PDF):
        made = export.make()

        assert made.startswith(b"%PDF")
        assert [each for each in (b"/URI", b"/JavaScript") if each in made] == []
