"""Tables as CSV and workbooks: equal numbers, no formulas, and the label that goes with them."""

from datetime import UTC, date, datetime
from io import BytesIO

import fastexcel
import openpyxl
import polars as pl
import pytest

from kpi.exports.harmless import RISKY
from kpi.exports.sheet import Column, Look, Sheet, as_csv
from kpi.exports.workbook import as_workbook

NOON = datetime(2025, 4, 28, 12, tzinfo=UTC)
ROWS = pl.DataFrame(
    {
        "day": [date(2025, 4, 21), date(2025, 4, 27)],
        "name": ['=HYPERLINK("http://x")', "plain"],
        "share": [0.25, None],
        "rows": [-7, 1_200],
    }
)
SHEET = Sheet(
    "Shipments: [by] day?",
    (Column("day", "Day", Look.DAY), Column("name", "Name"), Column("share", "Share", Look.SHARE),
     Column("rows", "Rows", Look.WHOLE)),
    ROWS,
)  # fmt: skip


@pytest.mark.parametrize("sign", RISKY)
def test_a_spreadsheet_runs_nothing_from_a_csv(sign: str) -> None:
    """
    A text that begins like a formula gets an apostrophe; numbers, days and other texts stay what they are.
    """
    rows = pl.DataFrame({f"{sign}head": [f"{sign}1", "plain", None], "n": [-1, 2, 3]})

    told = pl.read_csv(as_csv(rows))

    assert told.columns == [f"'{sign}head", "n"]
    assert told.rows() == [(f"'{sign}1", -1), ("plain", 2), (None, 3)]


def test_excel_is_told_that_a_csv_is_utf8() -> None:
    """
    The mark stands before the first heading, and only when it is asked for.
    """
    rows = pl.DataFrame({"市场": ["上海"]})

    assert as_csv(rows, for_excel=True) == b"\xef\xbb\xbf" + as_csv(rows)
    assert as_csv(rows).decode() == "市场\n上海\n"


def test_a_workbook_holds_numbers_days_and_inert_texts() -> None:
    """
    Days are days, shares are numbers written in percent, and what looks like a formula is a quoted text.
    """
    book = openpyxl.load_workbook(BytesIO(as_workbook([SHEET], [("KPI", "=1+1")], NOON)))
    page = book["Shipments   by  day"]

    assert [cell.value for cell in page[1]] == ["Day", "Name", "Share", "Rows"]
    assert page["A2"].value == datetime(2025, 4, 21)
    assert page["A2"].is_date
    assert (page["B2"].data_type, page["B2"].value) == ("s", '=HYPERLINK("http://x")')
    assert page["B2"].quotePrefix
    assert (page["C2"].value, page["C2"].number_format) == (0.25, "0.00%")
    assert (page["C3"].value, page["D2"].value, page["D3"].value) == (None, -7, 1200)
    assert (page.freeze_panes, page.auto_filter.ref) == ("A2", "A1:D3")
    label = book["Trust label"]
    assert (label["A1"].value, label["B1"].value, label["B1"].data_type) == ("KPI", "=1+1", "s")


def test_a_workbook_is_read_back_by_other_libraries() -> None:
    """
    What polars reads from the sheet is what went in.
    """
    sheet = fastexcel.read_excel(as_workbook([SHEET], [], NOON)).load_sheet(0).to_polars()

    assert sheet["Share"].to_list() == [0.25, None]
    assert sheet["Rows"].to_list() == [-7, 1200]


def test_equal_tables_make_equal_workbooks() -> None:
    """
    A workbook holds nothing that is not in its sheets, its label and its moment.
    """
    assert as_workbook([SHEET], [("KPI", "x")], NOON) == as_workbook([SHEET], [("KPI", "x")], NOON)


def test_what_a_cell_cannot_hold_does_not_break_a_workbook() -> None:
    """
    Numbers that are none, days before 1900 and endless texts are written as text that fits.
    """
    rows = pl.DataFrame(
        {"x": [float("nan"), float("inf")], "d": [date(1, 1, 1)] * 2, "t": ["a" * 40_000] * 2}
    )
    sheet = Sheet("Odd", tuple(Column(name, name) for name in rows.columns), rows)

    told = openpyxl.load_workbook(BytesIO(as_workbook([sheet], [], NOON)))["Odd"]

    assert (told["A2"].value, told["B2"].value, len(told["C2"].value)) == ("nan", "0001-01-01", 32_767)


def test_sheets_of_one_name_are_told_apart() -> None:
    """
    Excel refuses two sheets of one name and names of more than 31 characters.
    """
    long = Sheet("A name that is longer than thirty-one characters", SHEET.columns, ROWS)
    names = openpyxl.load_workbook(BytesIO(as_workbook([long, long], [], NOON))).sheetnames

    assert names == ["A name that is longer than thir", "A name that is longer than th 2", "Trust label"]
