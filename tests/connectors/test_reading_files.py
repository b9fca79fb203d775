"""The same four parcels out of every kind of file, encoding and layout."""

import gzip
import io
import json
import zipfile
from datetime import date, datetime

import openpyxl
import polars as pl
import pytest
import zstandard
from conftest import HEADER

from connectors.file.delimited import read_delimited
from connectors.layout import Layout

PARCELS = [
    ("P1", "Österreich", "2024-03-01", "2024-03-01"),
    ("P2", "Perú", "2024-03-02", None),
    ("00123", "Côte d'Ivoire", "2024-03-03", "2024-03-05"),
    ("1E5", "DE", "2024-03-04", "2024-03-04"),
]
FOUND = [
    ("P1", "Österreich", date(2024, 3, 1), date(2024, 3, 1)),
    ("P2", "Perú", date(2024, 3, 2), None),
    ("00123", "Côte d'Ivoire", date(2024, 3, 3), date(2024, 3, 5)),
    ("1E5", "DE", date(2024, 3, 4), date(2024, 3, 4)),
]


def text(separator: str = ",", end: str = "\n") -> str:
    rows = [HEADER.split(","), *([cell or "" for cell in parcel] for parcel in PARCELS)]
    return end.join(separator.join(row) for row in rows) + end


def found(firm, toml: str) -> list[tuple]:
    rows = firm.rows(toml)
    assert firm.refused(toml) == []
    return rows.select("shipment_id", "market", "promised_day", "delivered_day").rows()


@pytest.mark.parametrize(
    "encoding, declared",
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-16", None),
        ("utf-16-le", None),
        ("utf-16-be", None),
        ("utf-32", None),
        ("latin-1", "latin-1"),
        ("cp1252", "cp1252"),
        ("cp850", "cp850"),
        ("gb18030", "gb18030"),
        ("utf-8", "utf-8-sig"),
        ("utf-8-sig", "latin-1"),
    ],
)
def test_encodings(firm, encoding: str, declared: str | None) -> None:
    """
    A mark in the file or the pattern of UTF-16 is enough; every other encoding is declared. A mark wins.
    """
    firm.write("p.csv", text().encode(encoding))
    source = f'encoding = "{declared}"' if declared else ""

    assert found(firm, firm.shipments("p.csv", source=source)) == FOUND


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(firm, separator: str, end: str) -> None:
    """
    The separator of the header is seen, and the line ends of every system of the last fifty years.
    """
    firm.write("p.txt", text(separator, end))

    assert found(firm, firm.shipments("p.txt")) == FOUND


def test_any_separator_can_be_declared(firm) -> None:
    """
    Even a hash.
    """
    firm.write("p.txt", text("#"))

    assert found(firm, firm.shipments("p.txt", source="separator = '#'")) == FOUND


def test_a_separator_line_as_spreadsheets_write_it(firm) -> None:
    """
    `sep=;` stands before the header; rows are counted from the top of the file.
    """
    firm.write("p.csv", "sep=;\n" + text(";"))

    assert found(firm, firm.shipments("p.csv")) == FOUND
    assert firm.rows(firm.shipments("p.csv"))["source_id"][0] == "p.csv:3"


@pytest.mark.parametrize("how", ["header_row = 4", "skip_rows = 3"])
def test_a_title_above_the_header(firm, how: str) -> None:
    """
    Three rows stand above the header; the first parcel is row 5 of the file.
    """
    firm.write("p.csv", "Parcels of March\n\nprinted on,2024-04-01\n" + text())

    assert found(firm, firm.shipments("p.csv", source=how)) == FOUND
    assert firm.rows(firm.shipments("p.csv", source=how))["source_id"][0] == "p.csv:5"


def test_blank_lines_are_no_rows_and_keep_their_number(firm) -> None:
    """
    A blank line in the middle is not read, and the row behind it is still row 4.
    """
    firm.write("p.csv", HEADER + "\nP1,DE,2024-03-01,\n\nP2,DE,2024-03-02,\n\n")
    (batch,) = firm.pull(firm.shipments("p.csv"))

    assert batch.read == 2
    assert batch.rows["source_id"].to_list() == ["p.csv:2", "p.csv:4"]


def test_a_file_without_header(firm) -> None:
    """
    header_row = 0: the columns are called column_1, column_2 and so on.
    """
    firm.write("p.csv", text().split("\n", 1)[1])
    toml = firm.shipments("p.csv", source="header_row = 0")
    for at, name in enumerate(HEADER.split(","), 1):
        toml = toml.replace(f'"{name}"', f'"column_{at}"')

    assert found(firm, toml) == FOUND


def test_line_breaks_and_separators_inside_quotes(firm) -> None:
    """
    A record goes on over its line break; the next record is the third one.
    """
    firm.write("p.csv", HEADER + '\nP1,"Korea, ""South""\nSeoul",2024-03-01,\nP2,DE,2024-03-02,\n')
    rows = firm.rows(firm.shipments("p.csv"))

    assert rows["market"].to_list() == ['Korea, "South"\nSeoul', "DE"]
    assert rows["source_id"].to_list() == ["p.csv:2", "p.csv:3"]


def test_doubled_and_empty_column_names_are_numbered(firm) -> None:
    """
    A mapping says `Cost (2)`; the plain name is refused with the names there are.
    """
    firm.write("p.csv", "Parcel,Promised,Cost,Cost,\nP1,2024-03-01,1,2,3\n")
    start = '[sources.s]\nconnector="file"\npath="p.csv"\n[sources.s.tables.shipments]\nkey="Parcel"\n'
    start += 'columns.promised_day="Promised"\ncolumns.freight='

    assert firm.rows(start + '"Cost (2)"')["freight_micros"].to_list() == [2_000_000]
    assert firm.rows(start + '"column_5"')["freight_micros"].to_list() == [3_000_000]
    assert "Cost (1), Cost (2)" in firm.sync(start + '"Cost"').message


def test_rows_that_end_early_can_be_accepted(firm) -> None:
    """
    Some spreadsheets leave empty cells at the end of a row out.
    """
    firm.write("p.csv", HEADER + "\nP1,DE,2024-03-01\n")

    assert firm.refused(firm.shipments("p.csv")) == ["row 2: 3 fields where the header has 4"]
    assert firm.rows(firm.shipments("p.csv", source='short_rows = "fill"')).height == 1


def packed(how: str) -> bytes:
    plain = text().encode()
    match how:
        case "gz":
            return gzip.compress(plain)
        case "zst":
            return zstandard.compress(plain)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner/p.csv", plain)
    return buffer.getvalue()


@pytest.mark.parametrize("how", ["gz", "zst", "zip"])
@pytest.mark.parametrize("named", [True, False])
def test_packed_files(firm, how: str, named: bool) -> None:
    """
    gzip, zstd and zip are known by their first bytes, whatever the file is called.
    """
    name = f"p.csv.{how}" if named else "p.csv"
    firm.write(name, packed(how))

    assert found(firm, firm.shipments(name)) == FOUND


def test_several_files_in_a_zip(firm) -> None:
    """
    Two halves of the parcels in one archive are four parcels.
    """
    lines = text().splitlines()
    firm.folder.mkdir()
    with zipfile.ZipFile(firm.folder / "p.zip", "w") as archive:
        archive.writestr("a.csv", "\n".join(lines[:3]))
        archive.writestr("b.csv", "\n".join([lines[0], *lines[3:]]))
        archive.writestr("__MACOSX/._a.csv", b"\0\1")

    assert found(firm, firm.shipments("p.zip")) == FOUND


def test_patterns_and_braces(firm) -> None:
    """
    exports/{a,b}-*.csv means three of the four files, in the order of their names.
    """
    rows = text().splitlines()
    for name, row in zip(("a-1", "a-2", "b-1", "c-1"), rows[1:], strict=True):
        firm.write(f"sub/{name}.csv", f"{rows[0]}\n{row}\n")

    assert found(firm, firm.shipments("sub/{a,b}-*.csv")) == FOUND[:3]


def workbook(firm, name: str = "p.xlsx") -> None:
    """Typed cells: texts, real dates, an empty row; a title above the header; a second sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Parcels"
    sheet.append(["March"])
    sheet.append(HEADER.split(","))
    for at, (parcel, market, promised, delivered) in enumerate(PARCELS):
        cells = [datetime.fromisoformat(promised), delivered and datetime.fromisoformat(delivered)]
        sheet.append([parcel, market, *cells])
        if at == 1:
            sheet.append([])
    book.create_sheet("Notes").append(["nothing", "here"])
    firm.folder.mkdir(exist_ok=True)
    book.save(firm.folder / name)


def test_a_sheet_of_a_workbook(firm) -> None:
    """
    Real date cells need no declared order; source rows are those a person sees in the sheet.
    """
    workbook(firm)
    toml = firm.shipments("p.xlsx", table='sheet = "Parcels"\nheader_row = 2')

    assert found(firm, toml) == FOUND
    assert firm.rows(toml)["source_id"].to_list() == [f"p.xlsx[Parcels]:{row}" for row in (3, 4, 6, 7)]


def test_text_dates_beside_date_cells_follow_the_declared_order(firm) -> None:
    """
    One cell is a date, one the text 03/04/2024, declared as day first.
    """
    book = openpyxl.Workbook()
    book.active.append(["Parcel", "Country", "Promised", "Delivered"])
    book.active.append(["P1", "DE", datetime(2024, 3, 1), None])
    book.active.append(["P2", "DE", "03/04/2024", None])
    firm.folder.mkdir()
    book.save(firm.folder / "p.xlsx")

    rows = firm.rows(firm.shipments("p.xlsx", source='date_order = "dmy"'))

    assert rows["promised_day"].to_list() == [date(2024, 3, 1), date(2024, 4, 3)]


def test_a_sheet_has_to_be_named_where_there_are_several(firm) -> None:
    """
    The message lists the sheets; a name that is wrong as well.
    """
    workbook(firm)

    assert "has the sheets ['Parcels', 'Notes']; say which one" in firm.sync(firm.shipments("p.xlsx")).message
    wrong = firm.sync(firm.shipments("p.xlsx", table='sheet = "Parcel"'))
    assert "has no sheet 'Parcel'; it has ['Parcels', 'Notes']" in wrong.message


def test_an_ods_workbook(firm) -> None:
    """
    A sheet of a free office suite, written by hand as its XML.
    """
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>'
            for c in row
        )
        + "</table:table-row>"
        for row in (["Parcel", "Country", "Promised", "Delivered"], ["P1", "DE", "2024-03-01", "2024-03-02"])
    )
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    body = f'<office:body><office:spreadsheet><table:table table:name="S">{cells}</table:table></office:spreadsheet>'
    content = f"<office:document-content {spaces}>{body}</office:body></office:document-content>"
    firm.folder.mkdir()
    with zipfile.ZipFile(firm.folder / "p.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)

    assert firm.rows(firm.shipments("p.ods"))["delivered_day"].to_list() == [date(2024, 3, 2)]


def test_parquet(firm) -> None:
    """
    Typed columns arrive as what they are, whatever order is declared for texts.
    """
    firm.folder.mkdir()
    frame = pl.DataFrame(FOUND, schema=HEADER.split(","), orient="row")
    frame.write_parquet(firm.folder / "p.parquet")

    assert found(firm, firm.shipments("p.parquet", source='date_order = "dmy"')) == FOUND


def test_json_and_json_lines(firm) -> None:
    """
    A list, a list inside an object, one object a line; inner fields are named with a point.
    """
    rows = [dict(zip(HEADER.split(","), parcel, strict=True)) for parcel in PARCELS]
    nested = [{"Parcel": row.pop("Parcel"), "to": row} for row in [dict(row) for row in rows]]
    toml = firm.shipments("n.json")
    for name in HEADER.split(",")[1:]:
        toml = toml.replace(f'"{name}"', f'"to.{name}"')
    firm.write("p.json", json.dumps(rows))
    firm.write("q.json", json.dumps({"page": 1, "items": rows}))
    firm.write("p.jsonl", "\n".join(json.dumps(row) for row in rows))
    firm.write("n.json", json.dumps(nested))

    assert found(firm, firm.shipments("p.json")) == FOUND
    assert found(firm, firm.shipments("q.json")) == FOUND
    assert found(firm, firm.shipments("p.jsonl")) == FOUND
    assert found(firm, toml) == FOUND


def test_a_broken_json_line_is_a_rejected_row(firm) -> None:
    """
    Half a line is set aside; the lines around it are read. A number keeps its digits.
    """
    firm.write(
        "p.jsonl", '{"Parcel": 9007199254740993, "Promised": "2024-03-01"}\n{"Parcel": "P2", "Prom\n[1]\n'
    )
    toml = '[sources.s]\nconnector="file"\npath="p.jsonl"\n[sources.s.tables.shipments]\nkey="Parcel"\n'
    toml += 'columns.promised_day="Promised"\n'

    assert firm.rows(toml)["shipment_id"].to_list() == ["9007199254740993"]
    assert firm.refused(toml) == ["row 2: is not a JSON object", "row 3: is not a JSON object"]


@pytest.mark.parametrize("broken", ["{", "[1, 2", '{"a": 1}', "7", "[" * 100_000])
def test_broken_json_is_named(firm, broken: str) -> None:
    """
    Half a document, an object without rows, a nest of brackets.
    """
    firm.write("p.json", broken)

    assert "p.json" in firm.sync(firm.shipments("p.json")).message


@pytest.mark.parametrize("block_bytes", [64, 1_000, 65_536])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
def test_blocks_join_without_a_seam(block_bytes: int, encoding: str) -> None:
    """
    3,000 records over many small blocks, some with line breaks and quotes inside: all there, once, in order.
    """
    said = {0: '"a\n""b"""', 3: "Köln"}
    rows = [f"P{n},{said.get(n % 7, 'DE')},2024-03-01," for n in range(3_000)]
    data = (HEADER + "\n" + "\n".join(rows)).encode(encoding)
    declared = None if encoding == "utf-16" else encoding

    frames = list(read_delimited(io.BytesIO(data), Layout(encoding=declared), "p.csv", None, block_bytes))
    whole = pl.concat(frames)

    assert whole["Parcel"].to_list() == [f"P{n}" for n in range(3_000)]
    assert whole["_row"].to_list() == list(range(2, 3_002))
    assert whole["_fault"].null_count() == 3_000
    assert whole["Country"].head(4).to_list() == ['a\n"b"', "DE", "DE", "Köln"]


def test_a_stray_quote_changes_the_pace_and_not_the_rows() -> None:
    """
    From the block with 5" pipe on, records are read one by one; every record arrives once.
    """
    rows = [f"P{n},{'5' + chr(34) + ' pipe' if n == 1_500 else 'DE'},2024-03-01," for n in range(3_000)]
    data = (HEADER + "\n" + "\n".join(rows)).encode()

    whole = pl.concat(read_delimited(io.BytesIO(data), Layout(), "p.csv", None, 4_096))

    assert whole["_row"].to_list() == list(range(2, 3_002))
    assert whole["Country"].value_counts(sort=True).rows() == [("DE", 2_999), ('5" pipe', 1)]
