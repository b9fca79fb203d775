"""Reports of the small company: what stands on paper and in the workbook, for whom, and where nothing is known."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import fastexcel
import polars as pl
import pytest
from pypdf import PdfReader
from small_company import empty_store, small_store

import cli
from kpi.access import NotAllowed
from kpi.catalog import KPIS
from kpi.exports import one_kpi, one_kpi_sheets, overview, overview_sheets
from kpi.exports.answer import basis_of
from kpi.exports.gather import one_kpi_of, overview_of
from kpi.exports.marks import SHAPES
from kpi.exports.paper import as_pdf
from kpi.exports.picture import LIGHT, as_svg
from kpi.exports.workbook import as_workbook
from kpi.model import Department
from kpi.words import Language, speaking
from pages.parts import theme
from pages.parts.exports import Export, Kind, kpi_exports, leaving, overview_exports
from pages.parts.viewer import Viewer
from store.home import Store
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import Action, Note

NOON = datetime(2025, 4, 28, 12, tzinfo=UTC)
ON_TIME = KPIS["on_time_delivery_rate"]
SHIPPER = Principal("Shipper", Scope(frozenset({"shipping"}), frozenset({"DE"})))
STARTS = {Kind.PDF: b"%PDF", Kind.XLSX: b"PK", Kind.PNG: b"\x89PNG", Kind.SVG: b"<svg", Kind.CSV: b""}


def words(printed: bytes) -> str:
    """The text of all pages, with plain spaces."""
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(printed)).pages)
    return " ".join(text.split())


def overview_by(
    store: Store, principal: Principal = LOCAL_OWNER, market: str | None = None
) -> overview.Overview:
    basis = basis_of(store, principal, list(KPIS.values()), NOON)
    return overview_of(store, principal, basis, market=market)


def one_by(
    store: Store, key: str, principal: Principal = LOCAL_OWNER, market: str | None = None
) -> one_kpi.OneKpi:
    basis = basis_of(store, principal, list(KPIS.values()), NOON)
    return one_kpi_of(store, principal, KPIS[key], basis, market=market)


def test_what_happened_stands_on_the_chart_and_on_paper(tmp_path: Path) -> None:
    """
    A note of 8 April: its first words on the chart, the whole of it under the chart of the PDF.
    """
    store = small_store(tmp_path)
    strike = Note(date(2025, 4, 8), date(2025, 4, 10), "Strike at UPS in Lyon", "shipping", ON_TIME.key)
    store.state.annotations.add(LOCAL_OWNER, strike, "one")
    one = one_by(store, ON_TIME.key)
    store.close()

    assert "Strike at UPS …" in as_svg(one_kpi.picture_of(one)).decode()
    assert "8 Apr – 10 Apr Strike at UPS in Lyon" in words(as_pdf(one_kpi.document_of(one), accessible=True))


def test_the_overview_on_paper_says_what_is_off_since_when_and_who_does_what(small: Store) -> None:
    """
    30 of 40 on time against 95 %: off target since 7 April; the promise stands beside it.
    """
    action = Action(ON_TIME.key, "shipping", "Call UPS", "Ana", NOON.date())
    text = words(
        as_pdf(
            overview.document_of(replace(overview_by(small), actions={ON_TIME.key: action})), accessible=True
        )
    )

    assert "On-time delivery ■ Off target 75.0 %" in text.replace("; also On time in full", "")
    assert "Call UPS (Ana, due 28 Apr)" in text
    assert "Small & <b>Sons</b>" in text
    assert "7 Apr" in text


def test_the_overview_as_workbook_holds_typed_values(small: Store) -> None:
    """
    A share is a number, a period has its days, and rows, definition and data time stand in the same row.
    """
    found = overview_by(small)
    book = as_workbook(overview_sheets.sheets_of(found), overview_sheets.label_of(found), NOON)
    sheet = fastexcel.read_excel(book).load_sheet("Scorecard").to_polars()
    row = sheet.row(by_predicate=pl.col("Key") == ON_TIME.key, named=True)

    assert (row["Value"], row["Rows counted"], row["Status"]) == (0.75, 40, "off_target")
    assert str(row["Period from"])[:10] == "2025-04-21"
    assert row["Definition version"] == 1


def test_a_kpi_on_paper_has_its_chart_values_slices_reasons_and_label(small: Store) -> None:
    """
    The chart's words are text, slices of 20 rows are not sure, and the label closes the page.
    """
    text = words(as_pdf(one_kpi.document_of(one_by(small, ON_TIME.key)), accessible=True))

    assert "On-time delivery" in text
    assert "Target" in text
    assert "21 Apr 2025 75.0 %" in text
    assert "FR ? Not sure 50.0 %" in text
    assert "DE ? Not sure 100.0 %" in text
    assert "version 1, answered for by Shipping lead" in text


def test_a_kpi_as_workbook_has_a_sheet_for_each_table(small: Store) -> None:
    """
    Values, a sheet a dimension, and the label.
    """
    one = one_by(small, ON_TIME.key)
    names = fastexcel.read_excel(as_workbook(one_kpi_sheets.sheets_of(one), [], NOON)).sheet_names

    assert names[0] == "Values"
    assert {"By market", "By carrier", "Trust label"} <= set(names)


@pytest.mark.parametrize(
    "key", ["marketing_roi", "active_customers", "sop_adherence_rate", "customer_lifetime_value"]
)
def test_a_kpi_nothing_is_known_of_is_printed_too(small: Store, key: str) -> None:
    """
    No data is said, not drawn.
    """
    one = one_by(small, key)

    assert (
        "No period is over yet." in words(as_pdf(one_kpi.document_of(one)))
        or one.standing.current is not None
    )


def test_an_empty_store_is_printed(tmp_path: Path) -> None:
    """
    Nothing needs a decision where nothing is known.
    """
    store = empty_store(tmp_path)
    text = words(as_pdf(overview.document_of(overview_by(store))))
    store.close()

    assert "No KPI needs a decision." in text


def test_reports_show_what_the_reader_may_see(small: Store) -> None:
    """
    Somebody of shipping in DE gets 20 rows of 40, no other department, and no other KPI.
    """
    found = overview_by(small, SHIPPER)
    on_time = next(each for each in found.standings if each.kpi is ON_TIME)

    assert {each.kpi.department for each in found.standings} == {Department.SHIPPING}
    assert on_time.current is not None
    assert on_time.current.n == 20
    with pytest.raises(NotAllowed):
        one_by(small, "csat_score", SHIPPER)


def test_reports_speak_the_language_of_the_reader(small: Store) -> None:
    """
    In Chinese, words and days are Chinese, and so is the document.
    """
    with speaking(Language.CHINESE):
        document = overview.document_of(overview_by(small))

    assert document.language == "zh"
    assert "未达标" in words(as_pdf(document))


def test_every_file_of_the_menu_can_be_made(small: Store) -> None:
    """
    Each is what its ending says, and its name tells KPI, market and day.
    """
    viewer = Viewer(small, LOCAL_OWNER)
    exports = [
        *kpi_exports(viewer, ON_TIME, "FR", 13),
        *overview_exports(viewer, None, 13, Department.SHIPPING),
    ]

    made = [(each, leaving(viewer, each)()) for each in exports]

    assert [each.file_name for each, _ in made if not file_starts(each, _)] == []
    assert {each.file_name for each in exports} == {
        *(f"on_time_delivery_rate-FR-2025-04-27.{ending}" for ending in ("pdf", "xlsx", "csv", "png", "svg")),
        "on_time_delivery_rate-FR-2025-04-27-excel.csv",
        *(f"shipping-2025-04-27.{ending}" for ending in ("pdf", "xlsx", "csv")),
    }


def file_starts(export: Export, made: bytes) -> bool:
    """Whether the bytes are of the kind."""
    return made.startswith(STARTS[export.kind]) and len(made) > 500


def test_all_files_leave_by_one_way_that_knows_who_took_what(
    small: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """
    What was taken is noted, and what could not be made, too.
    """
    viewer = Viewer(small, LOCAL_OWNER)
    caplog.set_level(logging.INFO)

    leaving(viewer, Export("x", Kind.CSV, "some", lambda: b"a,b"))()
    with pytest.raises(ZeroDivisionError):
        leaving(viewer, Export("x", Kind.CSV, "none", lambda: bytes(1 // 0)))()

    assert f"{LOCAL_OWNER.name} took some.csv, 3 bytes" in caplog.text
    assert "none.csv could not be made" in caplog.text


def test_no_page_has_another_way_out(house: Path) -> None:
    """
    Only the menu's module offers files.
    """
    pages = [
        file for file in (house / "pages").rglob("*.py") if "st.download_button(" in file.read_text("utf-8")
    ]

    assert [file.name for file in pages] == ["exports.py"]


def test_paper_has_the_colours_and_shapes_of_the_pages() -> None:
    """
    A status looks the same wherever it is read.
    """
    assert theme.LIGHT == LIGHT
    assert {status: glyph for status, (glyph, _) in theme.MARKS.items()} == SHAPES


@pytest.fixture
def typed(
    small: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """What `fairlead` says, going well or not."""

    def run(*words: str) -> str:
        monkeypatch.setattr("sys.argv", ["fairlead", "--home", str(small.home), *words])
        with pytest.raises(SystemExit):
            cli.main()
        said = capsys.readouterr()
        return said.out + said.err

    return run


@pytest.mark.parametrize("kind", ["pdf", "xlsx", "png", "svg"])
def test_the_command_line_writes_reports(typed: Callable[..., str], tmp_path: Path, kind: str) -> None:
    """
    A clock can make what a person can download.
    """
    file = tmp_path / f"on_time.{kind}"
    typed("report", "kpi", ON_TIME.key, "--format", kind, "--to", str(file))

    assert file.read_bytes().startswith(STARTS[Kind(kind)])


def test_the_command_line_writes_the_overview(typed: Callable[..., str], tmp_path: Path) -> None:
    """
    For one market, in Chinese; a market nobody knows is refused with the known ones.
    """
    file = tmp_path / "overview.pdf"

    assert "written" in typed("report", "overview", "--market", "FR", "--lang", "zh", "--to", str(file))
    assert "known are: DE, FR" in typed("report", "overview", "--market", "XX", "--to", str(file))
    assert "FR" in words(file.read_bytes())
