"""From the words of a source to the columns of a fact table, exactly."""

from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.cast import cast
from connectors.config import read_config
from connectors.errors import SourceError
from connectors.mapping import Texts, shape
from connectors.plan import ColumnMapping, Hand, TableMapping
from connectors.repeated import SeenKeys
from connectors.units import factor


def table(name: str, body: str) -> TableMapping:
    """The mapping of one table with a body of TOML."""
    toml = f'[sources.s]\nconnector = "file"\npath = "x.csv"\n[sources.s.tables.{name}]\n{body}\n'
    return read_config(toml).sources[0].tables[0]


def column(body: str, name: str = "orders") -> ColumnMapping:
    """The mapping of one column, with what the table needs besides."""
    needed = '\ncolumns.ordered_day = "Day"' if name == "orders" and "ordered" not in body else ""
    return table(name, f'key = "Key"{needed}\n{body}').columns[-1]


def read(body: str, *cells: str | None, name: str = "orders", hand: Hand = Hand.PERSON) -> list:
    """The values of one mapped column `C`; a cell with a complaint reads as the complaint."""
    mapped = column(body, name)
    found = cast(mapped, pl.DataFrame({"C": cells}, schema={"C": pl.String}), hand)
    values = found.values.to_list()
    for complaint in found.complaints:
        values = [
            complaint.what if bad else value for value, bad in zip(values, complaint.where, strict=True)
        ]
    return values


NET = 'columns.net = { from = "C" %s }'
UNITS = 'columns.units = { from = "C" %s }'


def test_amounts_are_exact_micros() -> None:
    """
    0.1 is 100,000 micros; the seventh place is rounded to the even sixth.
    """
    cells = ["0.1", "-12.345678", "1e3", " 7 ", "+.5", "0.0000005", "0.0000015", "9007199254.740993"]

    assert read(NET % "", *cells) == [
        100_000, -12_345_678, 1_000_000_000, 7_000_000, 500_000, 0, 2, 9_007_199_254_740_993,
    ]  # fmt: skip


@given(st.decimals(min_value=-(10**11), max_value=10**11, places=9))
def test_any_amount_is_rounded_half_even_once(amount: Decimal) -> None:
    """
    Text with nine places becomes the same micros as decimal arithmetic gives.
    """
    micros = int((amount * 1_000_000).quantize(Decimal(1), ROUND_HALF_EVEN))

    assert read(NET % "", f"{amount:f}") == [micros]


@pytest.mark.parametrize(
    "marks, cell, micros",
    [
        (', decimal = ","', "12,5", 12_500_000),
        (', decimal = ",", thousands = "."', "1.234.567,5", 1_234_567_500_000),
        (', thousands = ","', "1,234.5", 1_234_500_000),
        (', thousands = " "', "1 234.5", 1_234_500_000),
        (', thousands = ",", remove = ["$", "USD"]', "$ 1,050.00", 1_050_000_000),
        (', thousands = ","', "12,34,567.5", 1_234_567_500_000),
    ],
)
def test_marks_are_declared(marks: str, cell: str, micros: int) -> None:
    """
    Decimal comma, thousands marks of several countries, and words that stand beside the number.
    """
    assert read(NET % marks, cell) == [micros]


@pytest.mark.parametrize(
    "marks, cell",
    [
        (', decimal = ","', "1.5"),
        (', decimal = ",", thousands = "."', "1.5"),
        (', thousands = ","', "1,5"),
        ("", "1,5"),
    ],
)
def test_a_mark_in_the_wrong_place_is_no_number(marks: str, cell: str) -> None:
    """
    1.5 with a thousands point would silently become 15.
    """
    (complaint,) = read(NET % marks, cell)

    assert complaint.startswith("is not a number")


def test_a_point_before_three_digits_is_asked_about() -> None:
    """
    1.234 and 12.500 may be thousands; with 0.250 beside them the point is a decimal mark.
    """
    with pytest.raises(SourceError, match=r"'1\.234': thousands or decimals"):
        read(NET % "", "1.234", "12.500", "7")

    assert read(NET % "", "1.234", "0.250") == [1_234_000, 250_000]
    assert read(NET % ', decimal = "."', "1.234") == [1_234_000]


def test_what_a_machine_wrote_is_not_asked_about() -> None:
    """
    A database writes 1.234 when it means it.
    """
    assert read(NET % "", "1.234", hand=Hand.MACHINE) == [1_234_000]


def test_whole_numbers() -> None:
    """
    3.0 is three, 3.5 pieces do not exist.
    """
    assert read(UNITS % "", "3", "3.0", "-0", None, "3.5") == [3, 3, 0, None, "is not a whole number"]


def test_numbers_only_makes_words_nothing() -> None:
    """
    "Freight included" is no freight, and no bad row either.
    """
    assert read(NET % ", numbers_only = true", "12.5", "Freight included", "NaN") == [12_500_000, None, None]


@pytest.mark.parametrize(
    "name, body, cell, value",
    [
        ("production_runs", 'columns.planned_busy_s = {from="C", unit="min"}', "1.5", 90),
        ("production_runs", 'columns.planned_busy_s = {from="C", unit="h"}', "0.25", 900),
        ("production_runs", 'columns.planned_busy_s = {from="C", unit="ms"}', "1500", 2),
        ("production_runs", 'columns.planned_busy_s = {from="C", unit="ms"}', "2500", 2),
        ("production_runs", 'columns.ideal_us = {from="C", unit="s"}', "0.000001", 1),
        ("shipments", 'columns.weight_g = {from="C", unit="kg"}', "0.5", 500),
        ("shipments", 'columns.weight_g = {from="C", unit="lb"}', "2", 907),
        ("shipments", 'columns.volume_cm3 = {from="C", unit="m3"}', "0.03", 30_000),
        ("shipments", 'columns.volume_cm3 = {from="C", unit="l"}', "1.5", 1_500),
    ],
)
def test_units_are_converted_exactly(name: str, body: str, cell: str, value: int) -> None:
    """
    1.5 minutes are 90 seconds; two pounds are 907.18 grams, stored as 907; a half goes to the even side.
    """
    extra = {"production_runs": 'columns.produced_day="D"\ncolumns.run_s="R"\ncolumns.produced="P"\n'}.get(
        name, ""
    )
    extra += 'columns.planned_busy_s = "B"\n' if name == "production_runs" and "planned" not in body else ""
    mapped = table(name, f'key = "Key"\n{extra}{body}').columns[-1]

    assert cast(mapped, pl.DataFrame({"C": [cell]})).values.to_list() == [value]


@given(st.integers(0, 10**9), st.sampled_from(["min", "h", "ms", "us", "days", "weeks"]))
def test_any_duration_is_rounded_half_even_once(number: int, unit: str) -> None:
    """
    The same as with fractions.
    """
    body = f'columns.fulfilment_limit_s = {{ from = "C", unit = "{unit}" }}'

    assert read(body, str(number)) == [round(number * factor(unit, "s"))]


def test_units_compare_within_their_dimension_only() -> None:
    """
    A pound is 453.59237 g, and no length of time.
    """
    assert factor("lb", "g") == Fraction("453.59237")
    with pytest.raises(KeyError):
        factor("lb", "s")


DAY = 'columns.promised_day = { from = "C" %s }'


@pytest.mark.parametrize(
    "how, cell, day",
    [
        ("", "2024-03-05", date(2024, 3, 5)),
        ("", "2024-03-05 23:59:59", date(2024, 3, 5)),
        ("", "2024-03-05T23:30:00-05:00", date(2024, 3, 5)),
        (', format = "%d-%b-%y"', "2-Jun-06", date(2006, 6, 2)),
        (', format = "%Y-%m-%d %H:%M:%S"', "2017-08-01 00:00:00", date(2017, 8, 1)),
        (', format = "excel"', "45738", date(2025, 3, 22)),
        (', format = "unix"', "1709596800", date(2024, 3, 5)),
        (', date_order = "dmy"', "5.3.2024", date(2024, 3, 5)),
        (', date_order = "dmy"', "05/03/24", date(2024, 3, 5)),
        (', date_order = "mdy"', "3-5-2024 14:00", date(2024, 3, 5)),
        (', date_order = "ymd"', "2024/3/5", date(2024, 3, 5)),
        (', map = { "Feb" = "2017-02-01" }', "Feb", date(2017, 2, 1)),
    ],
)
def test_days(how: str, cell: str, day: date) -> None:
    """
    The day that is written counts, by format, by order, or as ISO.
    """
    assert read(DAY % how, cell) == [day]


AT = 'columns.ordered_at = { from = "C" %s }'


@pytest.mark.parametrize(
    "how, cell, moment",
    [
        ("", "2024-03-05 14:30:15", datetime(2024, 3, 5, 14, 30, 15)),
        ("", "2024-03-05T14:30", datetime(2024, 3, 5, 14, 30)),
        ("", "2024-03-05", datetime(2024, 3, 5)),
        ("", "2024-03-05T14:30:15.25Z", datetime(2024, 3, 5, 14, 30, 15, 250_000, UTC)),
        ("", "2024-03-05 14:30:15+01:00", datetime(2024, 3, 5, 13, 30, 15, tzinfo=UTC)),
        ("", "2024-03-05 14:30:15+00", datetime(2024, 3, 5, 14, 30, 15, tzinfo=UTC)),
        (', timezone = "Europe/Berlin"', "2024-07-05 14:00:00", datetime(2024, 7, 5, 12, tzinfo=UTC)),
        (', timezone = "Europe/Berlin"', "2024-07-05T14:00:00Z", datetime(2024, 7, 5, 14, tzinfo=UTC)),
        (', format = "%d/%m/%Y %H:%M"', "29/2/2016 01:16", datetime(2016, 2, 29, 1, 16)),
        (', date_order = "mdy"', "2/29/2016 1:16 PM", datetime(2016, 2, 29, 13, 16)),
        (', format = "unix_ms"', "1709596800500", datetime(2024, 3, 5, 0, 0, 0, 500_000, UTC)),
    ],
)
def test_moments(how: str, cell: str, moment: datetime) -> None:
    """
    With an offset or a declared zone the moment is UTC; without, intake reads it in the zone of the row.
    """
    assert read(AT % how, cell) == [moment]


def test_an_hour_the_clocks_skipped_is_refused_and_a_doubled_one_is_the_first() -> None:
    """
    On 2024-03-31 Berlin has no 02:30; on 2024-10-27 it has two, and the first is 00:30 UTC.
    """
    found = read(AT % ', timezone = "Europe/Berlin"', "2024-03-31 02:30:00", "2024-10-27 02:30:00")

    assert found == [
        "did not exist in Europe/Berlin: the clocks went forward",
        datetime(2024, 10, 27, 0, 30, tzinfo=UTC),
    ]


def test_a_column_with_and_without_offsets_is_not_mixed() -> None:
    """
    Beside moments with an offset one without could be anywhere.
    """
    with_offset, without = read(AT % "", "2024-03-05T14:30:15Z", "2024-03-05T14:30:15")

    assert with_offset == datetime(2024, 3, 5, 14, 30, 15, tzinfo=UTC)
    assert without.startswith("is not a date")


def test_date_and_time_from_two_columns() -> None:
    """
    As texts, with noon of twelve hours, and as a sheet writes times; where one is empty there is no moment.
    """
    mapped = table("orders", 'key = "Key"\ncolumns.ordered_at = { date = "D", time = "T" }').columns[0]
    days = ["2024-03-05", "2024-03-05", "2024-03-05 00:00:00", "2024-03-05", "2024-03-05"]
    times = ["14:05", "2:05 pm", "1899-12-31 14:05:00", None, "late"]

    found = cast(mapped, pl.DataFrame({"D": days, "T": times}), Hand.SHEET)

    moment = datetime(2024, 3, 5, 14, 5)
    assert found.values.to_list() == [moment, moment, moment, None, None]
    assert [each.what for each in found.complaints if each.where.to_list()[4]] == [
        "is not a time of day; write hours and minutes, such as 14:05"
    ]


def test_flags() -> None:
    """
    Yes and no in the usual words, or in those that are named.
    """
    spam, outbound = (
        'columns.spam = { from = "C" }',
        'columns.outbound = { from = "C", true = ["Ausgang"], false = ["Eingang"] }',
    )
    start = 'columns.created_at = "At"\n'

    assert read(start + spam, "TRUE", "no", "1", None, name="tickets") == [True, False, True, None]
    assert read(start + outbound, "Ausgang", "Eingang", name="tickets") == [True, False]
    assert "neither" in read(start + spam, "maybe", name="tickets")[0]


CARRIER = 'columns.mode = { from = "C", map = { "Air" = "air", "" = "unstated" } %s }'


def test_words_are_translated() -> None:
    """
    A word without entry rejects its row, unless there is an `otherwise`; the empty word can have an entry.
    """
    complaint = "has no mapping; add it to map, or write otherwise = ..."

    assert read(CARRIER % "", "Air", None, " Air ", "Boat", name="shipments") == [
        "air",
        "unstated",
        "air",
        complaint,
    ]
    assert read(CARRIER % ', otherwise = "other"', "Boat", name="shipments") == ["other"]


def test_defaults_and_words_for_nothing() -> None:
    """
    N/A counts as empty, and what is empty becomes the default.
    """
    body = 'columns.market = { from = "C", empty = ["N/A"], default = "DE" }'

    assert read(body, "N/A", "", None, "FR") == ["DE", "DE", "DE", "FR"]


def test_a_constant_fills_every_row() -> None:
    """
    A currency that stands nowhere in the file.
    """
    assert read('columns.currency = { constant = "EUR" }', "x", "y") == ["EUR", "EUR"]
    assert read("columns.units = { constant = 1 }", "x", "y") == [1, 1]


def test_a_rate_with_a_decimal_comma() -> None:
    """
    Exchange rates stay text, with a point.
    """
    body = 'columns.base = "B"\ncolumns.currency = "X"\ncolumns.rate_day = "D"\n'
    body += 'columns.rate = { from = "C", decimal = "," }'

    assert read(body, "1,0845", name="fx_rates") == ["1.0845"]


ORDERS = 'columns.ordered_day = "Day"\ncolumns.status = "State"'


def shaped(body: str, *pieces: list[tuple]) -> list:
    """The batches of pieces with the columns Key, Version, Day and State."""
    mapping, seen, row = table("orders", body), SeenKeys(), 1
    batches = []
    for piece in pieces:
        frame = pl.DataFrame(piece, schema=["Key", "Version", "Day", "State"], orient="row").cast(pl.String)
        numbered = frame.with_row_index("_row", row + 1).with_columns(pl.col("_row").cast(pl.Int64))
        batches.append(shape(mapping, Texts(numbered, "o.csv"), seen))
        row += frame.height
    return batches


A, B, C = ("A", 9, "2024-03-01", "open"), ("A", 10, "2024-03-01", "completed"), ("B", 1, "2024-03-02", "open")


def test_the_last_row_of_a_key_by_a_column() -> None:
    """
    Version 10 is later than version 9, although it is smaller as text.
    """
    (batch,) = shaped(f'key = "Key"\nduplicates = "last by Version"\n{ORDERS}', [B, A, C])

    assert batch.rows.select("order_id", "status").rows() == [("A", "completed"), ("B", "open")]
    assert (batch.read, batch.left_out, batch.refused.height) == (3, 1, 0)


@pytest.mark.parametrize("rule, status", [("first", "completed"), ("last", "open")])
def test_the_first_and_the_last_row_of_a_key(rule: str, status: str) -> None:
    """
    In the order of the file.
    """
    (batch,) = shaped(f'key = "Key"\nduplicates = "{rule}"\n{ORDERS}', [B, A, C])

    assert dict(batch.rows.select("order_id", "status").rows())["A"] == status
    assert batch.left_out == 1


def test_an_order_that_is_no_order_is_refused() -> None:
    """
    "open" and "completed" have no last one.
    """
    with pytest.raises(SourceError, match="needs numbers or dates in 'State'"):
        shaped(f'key = "Key"\nduplicates = "last by State"\n{ORDERS}', [A, B])


def test_a_key_of_an_earlier_piece_is_met_again() -> None:
    """
    The third piece repeats A of the first: rejected, whatever lies between them.
    """
    batches = shaped(f'key = "Key"\n{ORDERS}', [A], [C], [B])

    assert [batch.rows.height for batch in batches] == [1, 1, 0]
    assert batches[2].refused["source_id"].to_list() == ["o.csv:4"]


@given(st.lists(st.lists(st.text("ab1", min_size=1, max_size=3), max_size=20), max_size=6))
def test_first_times_are_the_same_in_pieces_as_in_one(pieces: list[list[str]]) -> None:
    """
    However a file is cut, the same rows are met for the first time.
    """
    seen = SeenKeys()
    cut = [each for piece in pieces for each in seen.first_time(pl.Series(piece, dtype=pl.String))]
    whole = [key for piece in pieces for key in piece]

    assert cut == [key not in whole[:at] for at, key in enumerate(whole)]


def test_a_key_of_several_columns() -> None:
    """
    Joined with | between them; a | inside a part does not make two keys one.
    """
    rows = [("a|b", "c", "2024-03-01", "open"), ("a", "b|c", "2024-03-01", "open")]
    (batch,) = shaped(f'key = ["Key", "Version"]\n{ORDERS}', rows)

    assert batch.rows["order_id"].to_list() == [r"a\|b|c", r"a|b\|c"]


def test_filters() -> None:
    """
    Rows that are cancelled, or have no day, are left out and counted; they are not bad.
    """
    body = 'key = "Key"\nkeep = [{ column = "State", not_in = ["cancelled"] }, { column = "Day", not_empty = true }]'
    rows = [A, ("X", 1, "2024-03-01", "cancelled"), ("Y", 1, None, "open")]
    (batch,) = shaped(f"{body}\n{ORDERS}", rows)
    (only,) = shaped(f'key = "Key"\nkeep = [{{ column = "State", in = ["cancelled"] }}]\n{ORDERS}', rows)

    assert (batch.rows["order_id"].to_list(), batch.left_out, batch.refused.height) == (["A"], 2, 0)
    assert only.rows["order_id"].to_list() == ["X"]


def test_a_bad_row_says_everything_that_is_wrong_with_it() -> None:
    """
    Row, column and value of each bad cell, and the raw values of the mapped columns only.
    """
    body = 'key = "Key"\ncolumns.ordered_day = "Day"\ncolumns.units = "Version"'
    (batch,) = shaped(body, [A, ("Z", "many", "soon", "open")])

    assert batch.refused["reason"].to_list() == [
        "row 3: Day is 'soon': is not a date or does not exist, read as ISO 8601; "
        "Version is 'many': is not a number (decimal mark '.', no thousands mark)"
    ]
    assert batch.refused["raw"].to_list() == ['{"Key":"Z","Day":"soon","Version":"many"}']
