"""Looking at a file nobody has mapped yet: guesses with their certainty, and questions where it is a guess."""

import tomllib

import openpyxl
import pytest

from connectors.config import read_config
from connectors.errors import SourceError
from connectors.guess import look_at
from connectors.inspect import header_row, inspect
from connectors.plan import DateOrder
from store.contract import Kind


@pytest.mark.parametrize(
    "cells, kind",
    [
        (["2024-03-01", "2024-03-02"], Kind.DAY),
        (["2024-03-01 10:00:00"], Kind.INSTANT),
        (["2-Jun-06", "14-Nov-06"], Kind.DAY),
        (["1", "20", None], Kind.WHOLE),
        (["1.50", "2"], Kind.AMOUNT),
        (["yes", "no"], Kind.FLAG),
        (["00123 a", "b"], Kind.TEXT),
        ([None, ""], Kind.TEXT),
    ],
)
def test_kinds_of_columns(cells: list, kind: Kind) -> None:
    """
    What most cells agree on.
    """
    assert look_at("c", cells).kind is kind


@pytest.mark.parametrize(
    "cells, order",
    [(["25/12/2024", "01/02/2024"], DateOrder.DMY), (["12/25/2024", "01/02/2024"], DateOrder.MDY)],
)
def test_an_order_that_a_cell_proves(cells: list, order: DateOrder) -> None:
    """
    There is no month 25.
    """
    assert look_at("c", cells).order is order


def test_an_order_that_nothing_proves_is_a_question() -> None:
    """
    03/04/2024 alone: the draft asks and does not guess.
    """
    look = look_at("c", ["03/04/2024", "05/06/2024"])

    assert look.order is None
    assert "may be day/month or month/day" in look.note


def test_decimal_commas_and_words_for_nothing() -> None:
    """
    1.234,56 has a decimal comma; n/a stands for nothing.
    """
    look = look_at("c", ["1.234,56", "7,00", "n/a"])

    assert (look.kind, look.decimal, look.thousands, look.empty) == (Kind.AMOUNT, ",", ".", ("n/a",))


def test_the_header_stands_below_a_title() -> None:
    """
    The first row as wide as the table with nothing but different words.
    """
    assert header_row([["March"], [], ["No", "Day", "Net"], ["1", "2024-03-01", "5"]]) == 3
    assert header_row([["No", "Day"], ["1", "2024-03-01"]]) == 1


def test_a_draft_is_a_configuration(firm) -> None:
    """
    Encoding, separator, key, columns and formats are in it; the draft is read and the file syncs as it stands.
    """
    rows = [f"{n};München;25/03/2024;{n},50" for n in range(1, 6)]
    text = "Shipment No;Country;Scheduled Delivery Date;Freight Cost\n" + "\n".join(rows)
    file = firm.write("parcels.csv", text.encode("cp1252"))

    draft = inspect(file).toml

    assert 'encoding = "cp1252"  # 80% sure' in draft
    assert 'separator = ";"' in draft
    assert "[sources.parcels.tables.shipments]" in draft
    assert 'columns.promised_day = { from = "Scheduled Delivery Date", date_order = "dmy" }' in draft
    assert read_config(draft).sources[0].name == "parcels"
    assert firm.sync(draft).counts[0].new == 5
    assert firm.stored()["freight_micros"].sum() == 17_500_000


def test_a_draft_of_several_sheets_maps_one_of_each_kind(firm) -> None:
    """
    The sheet that fits is drafted, with its header row; the other is named for a query.
    """
    book = openpyxl.Workbook()
    book.active.title = "Orders"
    for row in (
        ["Export"],
        ["Order No", "Order Date", "Quantity"],
        ["A", "2024-03-01", 3],
        ["B", "2024-03-02", 4],
    ):
        book.active.append(row)
    book.create_sheet("Legend").append(["Colour", "Meaning of it"])
    firm.folder.mkdir()
    book.save(firm.folder / "book.xlsx")

    draft = inspect(firm.folder / "book.xlsx").toml

    assert tomllib.loads(draft)["sources"]["book"]["tables"]["orders"]["header_row"] == 2
    assert "# sheet 'Legend' is not mapped here, a query can join it: Colour, Meaning of it" in draft


def test_what_cannot_be_read_is_told(firm) -> None:
    """
    As for a sync.
    """
    with pytest.raises(SourceError, match=r"x\.csv is empty"):
        inspect(firm.write("x.csv", b""))
