"""Conversion of money into the company currency."""

import json
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.money import Rates, converted

GOLDEN = Path(__file__).parent.parent / "golden" / "golden.json"
CASES = {case["id"]: case for case in json.loads(GOLDEN.read_text(encoding="utf-8"))}
MONDAY = date(2025, 12, 1)


def rates(*rows: tuple[str, str, date, str], company: str = "EUR") -> Rates:
    facts = pl.DataFrame(rows, schema=["base", "currency", "rate_day", "rate"], orient="row")
    return Rates.of(
        facts.cast({"base": pl.String, "currency": pl.String, "rate_day": pl.Date, "rate": pl.String}),
        company,
    )


def of_golden(rows: list[dict[str, Any]]) -> Rates:
    return rates(*(("EUR", r["currency"], date.fromisoformat(r["date"]), str(r["per_eur"])) for r in rows))


def company_micros(rates: Rates, rows: list[tuple[str | None, date | None, int | None]]) -> list[int | None]:
    amounts = pl.DataFrame(
        rows, schema={"currency": pl.String, "day": pl.Date, "micros": pl.Int64}, orient="row"
    )
    priced = amounts.join(rates.on(amounts), on=["currency", "day"], how="left", maintain_order="left")
    return priced.select(converted("micros")).to_series().to_list()


def used(rates: Rates, currency: str, day: date) -> tuple[float, date] | None:
    found = rates.on(pl.DataFrame({"currency": [currency], "day": [day]})).select("fx_rate", "fx_rate_day")
    return found.row(0) if found.height else None


def test_golden_weekend_uses_the_last_published_rate() -> None:
    """
    Sunday's order is converted at Friday's rate; a currency without rates is null, never one to one.
    """
    case = CASES["mk_aov_mixed_currency_weekend"]
    orders = [
        (each["currency"], date.fromisoformat(each["date"]), round(each["net"] * 1_000_000))
        for each in case["inputs"]["orders"]
    ]
    found = company_micros(of_golden(case["inputs"]["fx"]), orders)

    assert [None if each is None else each / 1e6 for each in found] == case["expected"]["eur_values"]


def test_golden_charges_in_company_currency() -> None:
    """
    58.50 USD at 1.17 are 50 EUR, which is what shipments s1 and s2 share.
    """
    case = CASES["sh_transport_cost_allocation"]
    charge = case["inputs"]["invoices"][0]
    allocated = case["expected"]["allocated"]

    assert company_micros(of_golden(case["inputs"]["fx"]), [(charge["currency"], MONDAY, 58_500_000)]) == [
        (allocated["s1"] + allocated["s2"]) * 1_000_000
    ]


def test_a_rate_is_carried_seven_days_and_no_longer() -> None:
    """
    The rate of the 1st still counts on the 8th; on the 9th there is none. Later rates never count.
    """
    eur = rates(("EUR", "USD", MONDAY, "1.25"))
    days = [MONDAY + timedelta(days=n) for n in (-1, 0, 7, 8)]

    assert company_micros(eur, [("USD", day, 5_000_000) for day in days]) == [
        None,
        4_000_000,
        4_000_000,
        None,
    ]


def test_tells_the_rate_and_its_day() -> None:
    """
    One dollar is 0.8 euro by Monday's rate; a euro is one euro on the day itself.
    """
    eur = rates(("EUR", "USD", MONDAY, "1.25"))

    assert used(eur, "USD", date(2025, 12, 3)) == (0.8, MONDAY)
    assert used(eur, "EUR", date(2025, 12, 3)) == (1.0, date(2025, 12, 3))
    assert used(eur, "JPY", date(2025, 12, 3)) is None


def test_crosses_over_the_base() -> None:
    """
    200 yen a euro and 1.25 dollars a euro: 1,000 yen are 6.25 dollars, as of the older of the two rates.
    """
    usd = rates(
        ("EUR", "USD", MONDAY, "1.25"), ("EUR", "JPY", MONDAY - timedelta(days=3), "200"), company="USD"
    )

    assert company_micros(usd, [("JPY", MONDAY, 1_000_000_000), ("EUR", MONDAY, 1_000_000)]) == [
        6_250_000,
        1_250_000,
    ]
    assert used(usd, "JPY", MONDAY) == (0.00625, MONDAY - timedelta(days=3))


def test_a_direct_rate_beats_a_cross_rate() -> None:
    """
    Both dollar and euro tables know the yen; the company counts in dollars, so the dollar table wins.
    """
    usd = rates(
        ("EUR", "USD", MONDAY, "1.25"),
        ("EUR", "JPY", MONDAY, "200"),
        ("USD", "JPY", MONDAY, "100"),
        company="USD",
    )

    assert company_micros(usd, [("JPY", MONDAY, 1_000_000_000)]) == [10_000_000]


def test_rounds_half_to_even_once() -> None:
    """
    At two to one, 1, 3 and 5 micros are 0.5, 1.5 and 2.5: rounded 0, 2 and 2; below zero alike.
    """
    eur = rates(("EUR", "USD", MONDAY, "2"))

    assert company_micros(eur, [("USD", MONDAY, micros) for micros in (1, 3, 5, -1, -3, -5)]) == [
        0,
        2,
        2,
        0,
        -2,
        -2,
    ]


def test_nothing_is_guessed() -> None:
    """
    No currency, no day, no amount, a rate of zero or an absurd one: null.
    """
    eur = rates(
        ("EUR", "USD", MONDAY, "2"), ("EUR", "XXX", MONDAY, "0.0"), ("EUR", "ZWL", MONDAY, "99999999999")
    )
    rows = [
        (None, MONDAY, 1),
        ("USD", None, 1),
        ("USD", MONDAY, None),
        ("XXX", MONDAY, 1),
        ("ZWL", MONDAY, 1),
    ]

    assert company_micros(eur, rows) == [None] * 5
    assert company_micros(rates(), [("USD", MONDAY, 1), ("EUR", MONDAY, 7)]) == [None, 7]


def test_what_does_not_fit_is_null_not_wrong() -> None:
    """
    Nine trillion yen-micros times a large rate leave the range of 64 bits.
    """
    jpy = rates(("EUR", "JPY", MONDAY, "200"), company="JPY")

    assert company_micros(jpy, [("EUR", MONDAY, 9_000_000_000_000_000_000)]) == [None]


amounts = st.integers(-(10**12), 10**12)


@given(
    micros=st.lists(amounts, max_size=20),
    rate=st.decimals(Decimal("0.000001"), Decimal("99999"), places=6),
)
def test_equals_decimal_arithmetic(micros: list[int], rate: Decimal) -> None:
    """
    Every amount is the exact quotient, rounded half-even to a whole micro.
    """
    found = company_micros(
        rates(("EUR", "USD", MONDAY, f"{rate:f}")), [("USD", MONDAY, each) for each in micros]
    )

    assert found == [int((Decimal(each) / rate).quantize(Decimal(1), ROUND_HALF_EVEN)) for each in micros]


@given(micros=st.lists(amounts, min_size=1, max_size=20))
def test_own_currency_keeps_every_micro(micros: list[int]) -> None:
    """
    The sum in company currency of amounts in company currency is the same sum.
    """
    assert sum(filter(None, company_micros(rates(), [("EUR", MONDAY, each) for each in micros]))) == sum(
        micros
    )


@pytest.mark.parametrize("text", ["1.1", "1.123456789012"])
def test_reads_rates_as_decimals(text: str) -> None:
    """
    A rate keeps its digits as published: its own amount converts back to exactly one.
    """
    micros = int(Decimal(text) * 10**12)

    assert company_micros(rates(("EUR", "USD", MONDAY, text)), [("USD", MONDAY, micros)]) == [10**12]
