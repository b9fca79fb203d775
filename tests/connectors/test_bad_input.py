"""Every kind of bad file gets a clear message or a rejected row with a reason: nothing silent, nobody dies."""

import math
import zipfile
from datetime import date

import pytest
import xlsxwriter
from conftest import HEADER

from store.state.runs import RunStatus

GOOD = "P1,DE,2024-03-01,2024-03-01\n"
MANY = "".join(f"G{n},DE,2024-03-01,2024-03-01\n" for n in range(30))


def csv(*rows: str) -> str:
    return HEADER + "\n" + "".join(row + "\n" for row in rows)


def failing(firm, toml: str) -> str:
    """The message of a sync that stops, and proof that nothing was taken in."""
    report = firm.sync(toml)
    assert report.status is RunStatus.FAILED
    assert "\n" not in report.message
    assert firm.store.lake.version("shipments") < 0
    return report.message


def test_wrong_encoding_is_named_with_its_byte(firm) -> None:
    """
    The file is Latin-1: byte 0xFC stands at position 39, and the message says which encodings to try.
    """
    firm.write("p.csv", (HEADER + "\nP1,München").encode("latin-1") + b",2024-03-01,\n")

    message = failing(firm, firm.shipments("p.csv"))

    assert message.startswith("p.csv is not UTF-8: byte 0xFC at position 38.")
    assert "cp1252" in message


def test_utf8_declared_as_latin1_is_refused(firm) -> None:
    """
    Read as Latin-1 the word München would become MÃ¼nchen without an error.
    """
    firm.write("p.csv", HEADER + "\nP1,München,2024-03-01,\n")

    message = failing(firm, firm.shipments("p.csv", source='encoding = "latin-1"'))

    assert "it is UTF-8" in message


def test_a_second_header_in_the_middle_is_rejected(firm) -> None:
    """
    Three files put one behind the other: two rows arrive, the header in between is set aside.
    """
    firm.write("p.csv", csv("P1,DE,2024-03-01,2024-03-01", HEADER, "P2,DE,2024-03-02,2024-03-02"))

    report = firm.sync(firm.shipments("p.csv"))

    assert (report.counts[0].read, report.counts[0].new, report.counts[0].rejected) == (3, 2, 1)
    assert firm.reasons() == ["row 3: the header again, not a row"]


def test_shifted_rows_are_rejected(firm) -> None:
    """
    One row has a field too many, one a field too few; the row with an empty last field is fine.
    """
    firm.write(
        "p.csv", csv("P1,DE,2024-03-01,", "P2,DE,AT,2024-03-02,2024-03-02", "P3,2024-03-03,2024-03-03")
    )

    assert firm.refused(firm.shipments("p.csv")) == [
        "row 3: more than the 4 fields of the header",
        "row 4: 3 fields where the header has 4",
    ]
    assert firm.rows(firm.shipments("p.csv"))["shipment_id"].to_list() == ["P1"]


def test_shifted_rows_are_found_among_quoted_ones(firm) -> None:
    """
    A separator inside quotes is no field of its own, so the short row beside it is still found.
    """
    firm.write("p.csv", csv('P1,"Korea, South",2024-03-01,', "P2,2024-03-02,"))

    assert firm.refused(firm.shipments("p.csv")) == ["row 3: 3 fields where the header has 4"]
    assert firm.rows(firm.shipments("p.csv"))["market"].to_list() == ["Korea, South"]


def test_an_order_of_dates_that_nobody_declared_is_asked_for(firm) -> None:
    """
    03/04/2024 is the third of April or the fourth of March: the sync stops and asks.
    """
    firm.write("p.csv", csv("P1,DE,03/04/2024,", "P2,DE,05/04/2024,"))

    message = failing(firm, firm.shipments("p.csv"))

    assert "Column 'Promised' holds dates such as '03/04/2024'" in message
    assert "date_order = 'dmy', 'mdy' or 'ymd'" in message


def test_a_second_order_within_a_declared_column_is_rejected(firm) -> None:
    """
    Day first is declared: 03/04 is the third of April, 04/25 and an ISO date are rows for a person to look at.
    """
    firm.write("p.csv", csv("P1,DE,03/04/2024,", "P2,DE,04/25/2024,", "P3,DE,2024-04-05,"))
    toml = firm.shipments("p.csv", source='date_order = "dmy"')

    assert firm.rows(toml)["promised_day"].to_list() == [date(2024, 4, 3)]
    assert firm.refused(toml) == [
        "row 3: Promised is '04/25/2024': is not a date or does not exist, read as date_order dmy",
        "row 4: Promised is '2024-04-05': is not a date or does not exist, read as date_order dmy",
    ]


@pytest.mark.parametrize(
    "word", ["n.v.", "NaN", "inf", "-Infinity", "1e999", "0x1F", "1_000", "١٢", "--5", "1.2.3"]
)
def test_text_in_a_number_column_is_rejected(firm, word: str) -> None:
    """
    Words, NaN and infinities are no freight; the row says so with its value.
    """
    firm.write("p.csv", "Parcel,Promised,Freight\nP1,2024-03-01,12.50\n" + f"P2,2024-03-01,{word}\n")
    toml = '[sources.s]\nconnector="file"\npath="p.csv"\n[sources.s.tables.shipments]\nkey="Parcel"\n'
    toml += 'columns.promised_day="Promised"\ncolumns.freight="Freight"\n'

    assert firm.rows(toml)["freight_micros"].to_list() == [12_500_000]
    assert firm.refused(toml) == [
        f"row 3: Freight is '{word}': is not a number (decimal mark '.', no thousands mark)"
    ]


def test_negative_and_huge_quantities_are_rejected(firm) -> None:
    """
    Pieces cannot be negative, and 10^30 of them is no number we keep.
    """
    firm.write("o.csv", f"Order,Day,Pieces\nA,2024-03-01,3\nB,2024-03-01,-3\nC,2024-03-01,1{'0' * 24}\n")
    toml = '[sources.s]\nconnector="file"\npath="o.csv"\n[sources.s.tables.orders]\nkey="Order"\n'
    toml += 'columns.ordered_day="Day"\ncolumns.units="Pieces"\n'

    assert firm.rows(toml)["units"].to_list() == [3]
    assert firm.refused(toml) == [
        "row 3: Pieces is '-3': is too small; it may not be negative",
        f"row 4: Pieces is '1{'0' * 24}': is too large a number",
    ]


@pytest.mark.parametrize("day", ["1900-01-01", "2999-12-31", "0001-01-01", "1970-01-01"])
def test_days_of_other_centuries_are_rejected(firm, day: str) -> None:
    """
    Year 1900 or 2999 stands for "no date" in many systems; nobody delivers then.
    """
    firm.write("p.csv", csv("P1,DE,2024-03-01,2024-03-01", f"P2,DE,{day},2024-03-01"))

    assert firm.refused(firm.shipments("p.csv")) == [
        f"row 3: Promised is '{day}': is outside 1980 to 2100; if it stands for no date, add it to empty"
    ]


def test_a_day_that_stands_for_none_can_be_declared(firm) -> None:
    """
    With the year 2999 declared as empty the row arrives without a promise.
    """
    firm.write("p.csv", csv("P1,DE,2999-12-31,2024-03-01"))

    rows = firm.rows(firm.shipments("p.csv", source='null_values = ["2999-12-31"]'))

    assert rows.select("promised_day", "delivered_day").rows() == [(None, date(2024, 3, 1))]


def test_a_missing_column_stops_the_table_and_names_those_there_are(firm) -> None:
    """
    The export calls it Promise: the message offers the nearest name.
    """
    firm.write("p.csv", "Parcel,Country,Promise,Delivered\n" + GOOD)

    message = failing(firm, firm.shipments("p.csv"))

    assert "p.csv has no column 'Promised', which the mapping needs." in message
    assert "Did you mean 'Promise'?" in message


def test_a_missing_column_of_one_table_does_not_stop_the_other(firm) -> None:
    """
    The surveys lack their score; the shipments of the same source arrive all the same.
    """
    firm.write("p.csv", csv("P1,DE,2024-03-01,2024-03-01"))
    toml = (
        firm.shipments("p.csv")
        + '[sources.parcels.tables.surveys]\nkey="Parcel"\ncolumns.sent_day="Promised"\n'
    )

    report = firm.sync(toml + 'columns.score="Score"\n')

    assert report.status is RunStatus.FAILED
    assert "'Score'" in report.message
    assert firm.stored().height == 1


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"   \r\n"])
def test_an_empty_file_is_named(firm, content: bytes) -> None:
    """
    Nothing, or nothing but line ends and marks, is an export that failed.
    """
    firm.write("p.csv", content)

    assert "p.csv is empty" in failing(firm, firm.shipments("p.csv"))


def test_a_file_with_a_header_and_nothing_else_is_read(firm) -> None:
    """
    No rows is a fact, not a fault: where rows are only added, nothing is new.
    """
    firm.write("p.csv", HEADER + "\n")

    assert firm.sync(firm.shipments("p.csv", source='mode = "append"')).status is RunStatus.OK


def test_a_folder_in_place_of_a_file_is_named(firm) -> None:
    """
    The path means a folder: the message says how to name the files in it.
    """
    firm.write("p.csv/inner.csv", HEADER)

    assert "p.csv is a folder. Name the files in it" in failing(firm, firm.shipments("p.csv"))


def test_a_file_that_is_not_there_is_named(firm) -> None:
    """
    A pattern nothing fits says so with the whole path.
    """
    assert "No file fits" in failing(firm, firm.shipments("p-*.csv"))


@pytest.mark.parametrize("broken", [b"PK\x03\x04 nothing more", b"not a zip at all"])
def test_an_unreadable_zip_is_named(firm, broken: bytes) -> None:
    """
    Half a download is no zip.
    """
    firm.write("p.zip", broken)

    assert "p.zip is not a readable zip" in failing(firm, firm.shipments("p.zip"))


def test_a_cut_gzip_is_named(firm) -> None:
    """
    The stream ends before it is whole.
    """
    import gzip

    firm.write(
        "p.csv.gz", gzip.compress(csv(*[f"P{n},DE,2024-03-01," for n in range(5_000)]).encode())[:-100]
    )

    assert "p.csv.gz cannot be unpacked" in failing(firm, firm.shipments("p.csv.gz"))


def test_a_zip_that_reaches_outside_itself_is_refused(firm) -> None:
    """
    A member called ../../evil.csv is not read.
    """
    firm.folder.mkdir()
    with zipfile.ZipFile(firm.folder / "p.zip", "w") as archive:
        archive.writestr("../../evil.csv", csv(GOOD.strip()))

    assert "outside itself" in failing(firm, firm.shipments("p.zip"))


def test_a_bomb_is_not_unpacked(firm) -> None:
    """
    One megabyte of zeros in a few kilobytes: beyond the limit of the source the reading ends.
    """
    import gzip

    firm.write("p.csv.gz", gzip.compress(HEADER.encode() + b"\n" + b"x" * 3_000_000))

    assert "unpacks to more than 1 MB" in failing(firm, firm.shipments("p.csv.gz", source="unpacked_mb = 1"))


def test_a_repeated_key_is_rejected(firm) -> None:
    """
    P1 stands twice: the first counts, the second waits for somebody to say which is right.
    """
    firm.write("p.csv", csv("P1,DE,2024-03-01,2024-03-01", "P1,DE,2024-03-01,2024-03-09"))

    report = firm.sync(firm.shipments("p.csv"))

    assert (report.counts[0].new, report.counts[0].rejected) == (1, 1)
    assert firm.stored()["delivered_day"].to_list() == [date(2024, 3, 1)]
    assert firm.reasons() == ["row 3: key 'P1' was there before; say which row counts with duplicates = ..."]


def test_an_empty_key_is_rejected(firm) -> None:
    """
    A row that nobody can name cannot be kept.
    """
    firm.write("p.csv", csv("P1,DE,2024-03-01,", " ,DE,2024-03-01,"))

    assert firm.refused(firm.shipments("p.csv")) == ["row 3: the key (Parcel) is empty"]


def test_ten_thousand_columns_are_too_many(firm) -> None:
    """
    A table on its side: the message tells how many columns and what to check.
    """
    firm.write("p.csv", ",".join(f"c{n}" for n in range(10_000)) + "\n" + ",".join("1" * 10_000) + "\n")

    assert "p.csv has 10,000 columns; at most 2,000 are read" in failing(firm, firm.shipments("p.csv"))


def test_a_workbook_whose_only_cell_is_the_last_one_is_read_or_refused(firm) -> None:
    """
    The cell XFD1048576 alone: it is the header of a table without rows and without the columns that are mapped.
    """
    firm.folder.mkdir()
    with xlsxwriter.Workbook(str(firm.folder / "p.xlsx")) as workbook:
        workbook.add_worksheet("far").write(1_048_575, 16_383, "x")

    assert "p.xlsx has no column 'Parcel'" in failing(firm, firm.shipments("p.xlsx"))


def test_a_workbook_with_a_far_cell_ends_its_reader_only(firm) -> None:
    """
    From A1 to XFD1048576 a dense sheet needs 17 billion cells; the child dies, and this process tells why.
    """
    firm.folder.mkdir()
    with xlsxwriter.Workbook(str(firm.folder / "p.xlsx")) as workbook:
        sheet = workbook.add_worksheet("far")
        sheet.write(0, 0, "Parcel")
        sheet.write(1_048_575, 16_383, "x")

    message = failing(firm, firm.shipments("p.xlsx"))

    assert "p.xlsx: reading needed more memory than allowed" in message
    assert "a single cell far away" in message


def test_a_workbook_that_is_none_is_named(firm) -> None:
    """
    A web page saved as .xlsx, as some systems do.
    """
    firm.write("p.xlsx", "<html><table></table></html>")

    assert "p.xlsx is not a readable workbook" in failing(firm, firm.shipments("p.xlsx"))


def test_a_quote_that_never_ends_is_named(firm) -> None:
    """
    Half the file would be one field: the message says in which row it begins and how to switch quotes off.
    """
    rows = "".join(f"G{n},DE,2024-03-01,2024-03-01\n" for n in range(400_000))
    firm.write("p.csv", HEADER + '\nP1,"DE,2024-03-01,2024-03-01\n' + rows)

    message = failing(firm, firm.shipments("p.csv"))

    assert "the record at row 2 does not end" in message
    assert "quote = ''" in message


def test_a_quote_inside_a_field_is_a_letter(firm) -> None:
    """
    Inches are written with a quote: 5" pipe is a text like any other.
    """
    firm.write("p.csv", csv('P1,5" pipe,2024-03-01,2024-03-01', "P2,DE,2024-03-01,2024-03-02"))

    assert firm.rows(firm.shipments("p.csv"))["market"].to_list() == ['5" pipe', "DE"]


def test_too_many_bad_rows_stop_the_source_as_drift(firm) -> None:
    """
    10 of 40 rows are bad, more than a fifth: nothing is taken in, and the report says what happens most.
    """
    bad = "".join(f"B{n},DE,soon,2024-03-01\n" for n in range(10))
    firm.write("p.csv", HEADER + "\n" + MANY + bad)

    report = firm.sync(firm.shipments("p.csv"))

    assert report.status is RunStatus.DRIFT
    assert "10 of 40 rows are bad" in report.message
    assert firm.store.lake.version("shipments") < 0


def test_an_empty_snapshot_does_not_delete_everything(firm) -> None:
    """
    Yesterday 30 parcels, today a header alone: the sync stops until somebody says --full.
    """
    firm.write("p.csv", HEADER + "\n" + MANY)
    toml = firm.shipments("p.csv", source='mode = "snapshot"')
    firm.sync(toml)
    firm.write("p.csv", HEADER + "\n")

    stopped = firm.sync(toml)
    kept = firm.stored().height
    confirmed = firm.sync(toml, full=True)

    assert stopped.status is RunStatus.FAILED
    assert "no rows" in stopped.message
    assert kept == 30
    assert confirmed.counts[0].deleted == 30


def test_numbers_never_become_infinite(firm) -> None:
    """
    The sum of what arrives is the sum of the cells that are numbers, to the cent.
    """
    cells = ["0.10", "0.20", "NaN", "inf", "1e5"]
    firm.write(
        "p.csv", "Parcel,Promised,Freight\n" + "".join(f"P{n},2024-03-01,{c}\n" for n, c in enumerate(cells))
    )
    toml = '[sources.s]\nconnector="file"\npath="p.csv"\n[sources.s.tables.shipments]\nkey="Parcel"\n'
    rows = firm.rows(
        toml + 'columns.promised_day="Promised"\ncolumns.freight={from="Freight", numbers_only=true}\n'
    )

    assert rows["freight_micros"].to_list() == [100_000, 200_000, None, None, 100_000_000_000]
    assert math.isfinite(rows["freight_micros"].sum())
