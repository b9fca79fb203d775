"""One SELECT over the files of a source: joins, totals and unpivots without code, and without access to the rest."""

from datetime import date

import openpyxl
import pytest

from store.state.runs import RunStatus

ORDERS = "No,Day,Kind\nA,2024-03-01,x\nB,2024-03-02,y\n"
ITEMS = "No,Price\nA,1.10\nA,2.20\nB,0.05\n"


def source(path: str, query: str, key: str = "No", more: str = "") -> str:
    return (
        f'[sources.s]\nconnector="file"\npath="{path}"\n[sources.s.tables.orders]\nkey="{key}"\n'
        f"query = '''{query}'''\ncolumns.ordered_day = \"Day\"\n{more}\n"
    )


def test_a_join_of_two_files(firm) -> None:
    """
    A has 3.30 of items and B 0.05; the sum of decimals is exact.
    """
    firm.write("orders.csv", ORDERS)
    firm.write("order items.csv", ITEMS)
    total = "sum(CAST(i.Price AS DECIMAL(18,6))) AS net"
    query = f"SELECT o.No, o.Day, {total} FROM orders o JOIN order_items i USING (No) GROUP BY ALL"

    rows = firm.rows(source("{orders,order items}.csv", query, more='columns.net = "net"')).sort("order_id")

    assert rows.select("order_id", "ordered_day", "net_micros").rows() == [
        ("A", date(2024, 3, 1), 3_300_000),
        ("B", date(2024, 3, 2), 50_000),
    ]


def test_all_files_of_one_shape_are_data(firm) -> None:
    """
    Two months, one table; each row still knows its own file and row.
    """
    firm.write("m-1.csv", "No,Day\nA,2024-01-01\n")
    firm.write("m-2.csv", "No,Day\nB,2024-02-01\n")

    rows = firm.rows(source("m-*.csv", "SELECT No || ' ' || _file || ' ' || _row AS No, Day FROM data"))

    assert rows["order_id"].to_list() == ["A m-1.csv 2", "B m-2.csv 2"]


def test_sheets_are_tables(firm) -> None:
    """
    A wide sheet with a header of two rows is unpivoted, and joined to the dates on another sheet.
    """
    book = openpyxl.Workbook()
    book.active.title = "Downtime"
    for row in ([None, "Minutes by cause"], ["Batch", "1", "2"], ["A", 5, None], ["B", 7, 8]):
        book.active.append(row)
    days = book.create_sheet("Batch Days")
    for row in (["Batch", "Day"], ["A", date(2024, 3, 1)], ["B", date(2024, 3, 2)]):
        days.append(row)
    firm.folder.mkdir()
    book.save(firm.folder / "b.xlsx")
    query = """SELECT Batch, cause, left(Day, 10) AS Day, minutes FROM
        (UNPIVOT "Downtime" ON "1", "2" INTO NAME cause VALUE minutes) JOIN batch_days USING (Batch)"""
    toml = source("b.xlsx", query, more='columns.units = "minutes"').replace(
        'key="No"', 'key=["Batch", "cause"]'
    )
    toml = toml.replace("[sources.s.tables", 'sheets."Downtime" = { header_row = 2 }\n[sources.s.tables')

    rows = firm.rows(toml).sort("order_id")

    assert rows.select("order_id", "units").rows() == [("A|1", 5), ("B|1", 7), ("B|2", 8)]


def test_the_result_row_is_a_key_where_there_is_none(firm) -> None:
    """
    `_row` of the file goes through a query, so the key is the row of the file.
    """
    firm.write("o.csv", ORDERS)

    rows = firm.rows(source("o.csv", "SELECT * FROM data WHERE Kind = 'y'", key="_row"))

    assert rows["order_id"].to_list() == ["3"]


def test_typed_results_need_no_declared_order(firm) -> None:
    """
    A DATE out of the query is a date, whatever order the texts of the file have.
    """
    firm.write("o.csv", "No,Day\nA,03/04/2024\n")
    query = "SELECT No, strptime(Day, '%d/%m/%Y')::DATE AS Day FROM data"

    assert firm.rows(source("o.csv", query, more='date_order = "mdy"'))["ordered_day"].to_list() == [
        date(2024, 4, 3)
    ]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('{secret}')",
        "SELECT * FROM '{secret}'",
        "SELECT content AS No, content AS Day FROM read_text('{secret}')",
        "COPY (SELECT 1) TO '{secret}.out'",
        "ATTACH '{secret}.db'",
        "SELECT 1 AS No; SELECT 2 AS No",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "PRAGMA version",
        "DROP TABLE data",
        "SELECT * FROM glob('/*')",
        "SELEC * FROM data",
        "SELECT Nr FROM data",
        "SELECT * FROM dta",
        "SELECT CAST(No AS INTEGER) AS No, Day FROM data",
    ],
)
def test_a_query_reads_its_own_files_and_nothing_else(firm, query: str) -> None:
    """
    Other files, other statements, settings and mistakes: a message of one line, and nothing was written.
    """
    firm.write("o.csv", ORDERS)
    secret = firm.write("secret.csv", "No,Day\nS,2024-01-01\n")

    report = firm.sync(source("o.csv", query.format(secret=secret)))

    assert report.status is RunStatus.FAILED
    assert "\n" not in report.message
    assert sorted(file.name for file in firm.folder.iterdir()) == ["o.csv", "secret.csv"]


def test_a_wrong_name_is_told_with_those_there_are(firm) -> None:
    """
    The tables of the source, or the columns of its tables.
    """
    firm.write("o.csv", ORDERS)

    assert (
        "The tables of this source are ['o', 'data']"
        in firm.sync(source("o.csv", "SELECT * FROM dta")).message
    )
    assert "('No', 'Day', 'Kind')" in firm.sync(source("o.csv", "SELECT Nr FROM data")).message


def test_a_query_gets_no_shifted_rows(firm) -> None:
    """
    A query cannot set a row aside, so a broken one stops it with its place.
    """
    firm.write("o.csv", ORDERS + "C,2024-03-03,z,too much\n")

    assert "o.csv, row 4: more than the 3 fields" in firm.sync(source("o.csv", "SELECT * FROM data")).message
