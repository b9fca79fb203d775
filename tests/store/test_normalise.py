"""From what a connector gives to what is stored."""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.company import Company, Market
from store.contract import polars_schema
from store.facts import MAPPED, TABLES
from store.money import Rates
from store.normalise import Context, MissingColumns, UnreadColumn, bin_bounds, log_bin, normalise
from store.normalise.identity import hashed

MONDAY = date(2025, 12, 1)
MARKETS = {
    "DE": Market("DE", "Europe/Berlin", "EUR", "DE"),
    "US": Market("US", "America/Los_Angeles", "USD", "US"),
}


@pytest.fixture
def context() -> Context:
    """A firm in Berlin that counts in euro, sells to Germany and California; 1.25 dollars a euro."""
    facts = pl.DataFrame({"base": ["EUR"], "currency": ["USD"], "rate_day": [MONDAY], "rate": ["1.25"]})
    company = Company(currency="EUR", timezone="Europe/Berlin", markets=MARKETS)
    return Context(company, {}, Rates.of(facts, "EUR"), b"secret of this deployment")


def shipments(context: Context, **columns: Any) -> pl.DataFrame:
    rows = pl.DataFrame(
        {"shipment_id": [f"s{n}" for n in range(len(next(iter(columns.values()))))]} | columns
    )
    return normalise(TABLES["shipments"], rows, context, source="test")


def naive(*texts: str | None) -> pl.Series:
    return pl.Series(
        [None if t is None else datetime.fromisoformat(t) for t in texts], dtype=pl.Datetime("us")
    )


def utc(*texts: str | None) -> pl.Series:
    return naive(*texts).dt.replace_time_zone("UTC")


def test_a_day_is_counted_at_its_market(context: Context) -> None:
    """
    23:30 UTC is the next day in Berlin and still afternoon in California; a market nobody set up is Berlin's.
    """
    found = shipments(context, market=["DE", "US", "??", None], delivered_at=utc(*["2025-06-30T23:30"] * 4))

    assert found["delivered_day"].to_list() == [
        date(2025, 7, 1),
        date(2025, 6, 30),
        date(2025, 7, 1),
        date(2025, 7, 1),
    ]
    assert found["market"].to_list() == ["DE", "US", "??", None]


def test_the_zone_of_a_row_wins(context: Context) -> None:
    """
    A parcel of the German market delivered in Tokyo is delivered on Tokyo's day.
    """
    found = shipments(
        context, market=["DE", "DE"], zone=["Asia/Tokyo", None], delivered_at=utc(*["2025-06-30T16:00"] * 2)
    )

    assert found["delivered_day"].to_list() == [date(2025, 7, 1), date(2025, 6, 30)]


def test_a_given_day_wins(context: Context) -> None:
    """
    The source says 5 July; the instant alone would say 1 July.
    """
    found = shipments(
        context, delivered_day=[date(2025, 7, 5), None], delivered_at=utc(*["2025-06-30T23:30"] * 2)
    )

    assert found["delivered_day"].to_list() == [date(2025, 7, 5), date(2025, 7, 1)]


def test_times_without_offset_are_local(context: Context) -> None:
    """
    Noon in Berlin is 10:00 UTC in summer, noon in Los Angeles 19:00.
    """
    found = shipments(context, market=["DE", "US"], shipped_at=naive(*["2025-07-01T12:00"] * 2))

    assert found["shipped_at"].to_list() == [
        datetime(2025, 7, 1, 10, tzinfo=UTC),
        datetime(2025, 7, 1, 19, tzinfo=UTC),
    ]
    assert found["shipped_day"].to_list() == [date(2025, 7, 1)] * 2


def test_an_hour_that_comes_twice_is_the_first(context: Context) -> None:
    """
    02:30 on 26 October is 00:30 UTC; 02:30 on 30 March was skipped and is 03:30, which is 01:30 UTC.
    """
    found = shipments(context, shipped_at=naive("2025-10-26T02:30", "2025-03-30T02:30", None))

    assert found["shipped_at"].to_list() == [
        datetime(2025, 10, 26, 0, 30, tzinfo=UTC),
        datetime(2025, 3, 30, 1, 30, tzinfo=UTC),
        None,
    ]


def test_money_keeps_its_rate_and_the_day_of_the_rate(context: Context) -> None:
    """
    100 dollars sent on Thursday are 80 euro by Monday's rate; ten days later there is no rate, so no amount.
    """
    found = shipments(
        context,
        shipped_day=[date(2025, 12, 4), date(2025, 12, 14), date(2025, 12, 4)],
        currency=["usd ", "USD", "EUR"],
        freight_micros=[100_000_000] * 3,
    ).select("currency", "freight_company_micros", "fx_rate", "fx_rate_day")

    assert found.rows() == [
        ("USD", 80_000_000, 0.8, MONDAY),
        ("USD", None, None, None),
        ("EUR", 100_000_000, 1.0, date(2025, 12, 4)),
    ]


def test_amounts_without_a_currency_column_are_the_companys(context: Context) -> None:
    """
    Nobody mapped a currency: euro. Mapped but empty in a row: unknown, and never one to one.
    """
    days = {"shipped_day": [MONDAY], "freight_micros": [7]}

    assert shipments(context, **days)["freight_company_micros"].to_list() == [7]
    assert shipments(context, **days, currency=[None])["freight_company_micros"].to_list() == [None]


def test_worked_columns_follow_from_given_ones(context: Context) -> None:
    """
    20 dm3 are charged as 4 kg, which is more than the 3 kg on the scale; the month is that of dispatch.
    """
    found = shipments(
        context, shipped_day=[MONDAY, None], promised_day=[date(2025, 12, 3), None],
        weight_g=[3_000, 3_000], volume_cm3=[20_000, None],
    ).select("sent_day", "due_day", "chargeable_g", "month", "status", "source", "deleted")  # fmt: skip

    assert found.rows() == [
        (MONDAY, date(2025, 12, 3), 4_000, "2025-12", "in_transit", "test", False),
        (None, None, 3_000, "none", "in_transit", "test", False),
    ]


def test_durations_of_a_ticket(context: Context) -> None:
    """
    Friday 16:30 to Monday 10:00 in Berlin: 65.5 hours around the clock, 1.5 hours of office time.
    """
    rows = pl.DataFrame(
        {"ticket_id": ["t"], "created_at": utc("2025-11-28T15:30"), "first_reply_at": utc("2025-12-01T09:00")}
    )
    found = normalise(TABLES["tickets"], rows, context).row(0, named=True)

    assert (found["first_response_s"], found["first_response_working_s"]) == (235_800, 5_400)
    low, high = bin_bounds(found["first_response_working_bin"])
    assert low <= 5_400 < high
    assert (found["resolution_s"], found["resolution_bin"]) == (None, None)
    assert (found["created_day"], found["response_day"]) == (date(2025, 11, 28), MONDAY)


def test_each_market_has_its_own_office_hours(context: Context) -> None:
    """
    09:00 to 10:00 UTC on a Monday is office time in Berlin and night in California.
    """
    rows = pl.DataFrame(
        {
            "ticket_id": ["a", "b", "c"],
            "market": ["DE", "US", None],
            "created_at": utc(*["2025-12-01T09:00"] * 3),
            "first_reply_at": utc(*["2025-12-01T10:00"] * 3),
        }
    )

    assert normalise(TABLES["tickets"], rows, context)["first_response_working_s"].to_list() == [
        3600,
        0,
        3600,
    ]


def test_customers_are_hashed(context: Context) -> None:
    """
    The same id gives the same 32 hex digits, another secret gives others; empty stays empty.
    """
    rows = pl.DataFrame(
        {
            "order_id": ["1", "2", "3", "4"],
            "customer_id": ["ann", "bob", "ann", None],
            "ordered_day": [MONDAY] * 4,
        }
    )
    ids = normalise(TABLES["orders"], rows, context)["customer_id"].to_list()

    assert ids[0] == ids[2] == "b44a3fd29257aa60ac4d58f34d6fff44"
    assert len(set(ids)) == 3
    assert ids[3] is None
    assert len(ids[0]) == 32
    assert hashed(pl.Series(["ann", ""]), b"another")[0] != ids[0]
    assert hashed(pl.Series(["ann", ""]), b"another")[1] == ""


def test_a_hash_needs_a_secret() -> None:
    """
    Without a secret anybody could hash a list of names and compare.
    """
    with pytest.raises(ValueError, match="secret"):
        hashed(pl.Series(["ann"]), b"")


def test_a_missing_column_stops_the_table(context: Context) -> None:
    """
    Orders need a number and a day; the message names what is missing and what there is.
    """
    with pytest.raises(MissingColumns, match=r"'orders' needs \['order_id', 'ordered_day'\].*'market'"):
        normalise(TABLES["orders"], pl.DataFrame({"market": ["DE"]}), context)


def test_an_instant_stands_in_for_its_day(context: Context) -> None:
    """
    A required day need not be mapped where its instant is.
    """
    rows = pl.DataFrame({"order_id": ["1"], "ordered_at": utc("2025-12-01T12:00")})

    assert normalise(TABLES["orders"], rows, context)["ordered_day"].to_list() == [MONDAY]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 3.5])
def test_no_float_enters(context: Context, value: float) -> None:
    """
    Measures are whole numbers; a connector that hands over floats, NaN or infinity is told so.
    """
    with pytest.raises(UnreadColumn, match="'weight_g' of 'shipments' arrives as Float64; give it as Int64"):
        shipments(context, weight_g=[value])


@pytest.mark.parametrize("table", MAPPED, ids=lambda table: table.name)
def test_every_table_normalises(context: Context, table: Any) -> None:
    """
    Given only its columns without a value, each table gets all columns of its contract in their types.
    """
    empty = pl.DataFrame(schema=polars_schema(table)).select(pl.exclude("fx_rate", "fx_rate_day"))
    nothing = empty.clear(n=1)

    for rows in (empty, nothing):
        found = normalise(table, rows, context)
        assert found.schema == polars_schema(table)
        assert found.height == rows.height


@given(seconds=st.integers(1, 10**10))
def test_a_bin_holds_its_seconds(seconds: int) -> None:
    """
    Every duration lies between the bounds of its bin, which are one per cent apart.
    """
    number = pl.DataFrame({"s": [seconds]}).select(log_bin("s")).item()
    low, high = bin_bounds(number)

    assert low * (1 - 1e-12) <= seconds < high * (1 + 1e-12)
    assert high == pytest.approx(low * 1.01)


def test_bins_at_the_edge() -> None:
    """
    Zero has a bin of its own, one second is in bin 1, null and negative have none.
    """
    assert pl.DataFrame({"s": [0, 1, 2, None, -5]}).select(log_bin("s")).to_series().to_list() == [
        0,
        1,
        70,
        None,
        None,
    ]
    assert bin_bounds(0) == (0.0, 0.0)
    with pytest.raises(ValueError, match="no bin -1"):
        bin_bounds(-1)
