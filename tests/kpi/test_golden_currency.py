"""Golden cases of exchange rates: constant currency, the customs rate, the rate of a tax return."""

from datetime import date

import pytest
from golden_cases import CASES
from made_facts import context, made, scored

from kpi.catalog import find
from kpi.currency import NoMoney, constant_currency
from kpi.engine import AsOf
from kpi.period import Span
from kpi.results import SliceError
from store.facts import Orders
from store.lake import Lake
from store.rate_days import customs_rate_day, tax_return_rate
from store.scope import LOCAL_OWNER

SPANS = {
    "P0": Span(date(2025, 1, 1), date(2025, 1, 31)),
    "P1": Span(date(2025, 2, 1), date(2025, 2, 28)),
}


def test_sales_without_what_the_dollar_did(lake: Lake) -> None:
    """
    1,000 dollars in both months; the dollar fell from 1.00 to 0.80 euro: 20 % less reported, nothing less sold.
    """
    case = CASES["fx_constant_currency"]
    rates = [
        {"rate_day": date(2025, SPANS[row["period"]].start.month, day), "currency": "USD", "rate": row["per_eur"]}
        for row in case.inputs["periods"] for day in (1, 8, 15, 22, 28)
    ]  # fmt: skip
    orders = [
        {"order_id": row["period"], "ordered_day": SPANS[row["period"]].start, "currency": "USD", "net": row["usd"]}
        for row in case.inputs["periods"]
    ]  # fmt: skip
    known, sales = context(rates=rates), find("net_sales")
    as_of = AsOf.end_of(date(2025, 3, 1))
    scored(lake, sales, {Orders: made(Orders, orders, known)}, SPANS["P1"], as_of=as_of)

    found = constant_currency(lake, LOCAL_OWNER, sales, SPANS["P0"], SPANS["P1"], known.rates)

    assert [found.before, found.reported] == case.close(case.expected["reported"])
    assert [found.before, found.constant] == case.close(case.expected["constant_currency"])
    assert found.effect == case.close(case.expected["fx_effect"])
    assert found.reported_change == case.close(case.expected["reported_change"])
    assert found.constant_change == case.close(case.expected["constant_currency_change"])
    assert found.rates == {"USD": (pytest.approx(1.0), pytest.approx(0.8))}


def test_order_value_and_mixed_currencies(lake: Lake) -> None:
    """
    A euro order of 50 each month and a dollar order of 100, worth 100 and then 80: order value 75, then 65.
    """
    rates = [
        {"rate_day": date(2025, 1, 31), "currency": "USD", "rate": "1"},
        {"rate_day": date(2025, 2, 1), "currency": "USD", "rate": "1.25"},
    ]
    orders = [
        {"order_id": f"{day}{currency}", "ordered_day": day, "currency": currency, "net": net}
        for day in (date(2025, 1, 31), date(2025, 2, 2)) for currency, net in (("EUR", 50), ("USD", 100))
    ]  # fmt: skip
    known, kpi = context(rates=rates), find("average_order_value")
    as_of = AsOf.end_of(date(2025, 3, 1))
    scored(lake, kpi, {Orders: made(Orders, orders, known)}, SPANS["P1"], as_of=as_of)

    found = constant_currency(lake, LOCAL_OWNER, kpi, SPANS["P0"], SPANS["P1"], known.rates)

    assert (found.before, found.reported, found.constant) == (75.0, 65.0, pytest.approx(75.0))
    empty = Span(date(2024, 1, 1), date(2024, 1, 2))
    with pytest.raises(ValueError, match="no value from 2024"):
        constant_currency(lake, LOCAL_OWNER, kpi, empty, SPANS["P1"], known.rates)


def test_what_rates_do_not_move_is_refused(lake: Lake) -> None:
    """
    A share, a margin that is no longer in the currency of its orders, and more days than facts are read for.
    """
    rates = context().rates
    for key in ("on_time_delivery_rate", "customer_lifetime_value"):
        with pytest.raises(NoMoney):
            constant_currency(lake, LOCAL_OWNER, find(key), SPANS["P0"], SPANS["P1"], rates)
    year = Span(date(2024, 1, 1), date(2024, 12, 31))
    with pytest.raises(SliceError, match="at most 92 days"):
        constant_currency(lake, LOCAL_OWNER, find("net_sales"), year, SPANS["P1"], rates)


def test_customs_goes_by_a_wednesday_of_the_month_before() -> None:
    """
    November 2025 by 22 October, the last Wednesday but one.
    """
    case = CASES["fx_customs_rate_date"]

    found = {
        row["month"]: str(customs_rate_day(date.fromisoformat(f"{row['month']}-01")))
        for row in case.inputs["months"]
    }

    assert found == case.expected["rate_fixed_on"]


def test_a_tax_return_takes_the_next_rate() -> None:
    """
    31 May 2025 is a Saturday: Monday's rate, not Friday's; after the last publication there is none yet.
    """
    case = CASES["fx_oss_period_end"]
    rates = context(
        rates=[
            {"rate_day": row["date"], "currency": "USD", "rate": row["usd_per_eur"]}
            for row in case.inputs["rates"]
        ]
    ).rates

    found = tax_return_rate(rates, "USD", date.fromisoformat(case.params["period_end"]))

    assert found is not None
    assert found.units == case.close(case.expected["rate"])
    assert str(found.day) == case.expected["rate_date"]
    case.refuses(previous_day=found.units)
    assert tax_return_rate(rates, "USD", date(2025, 6, 3)) is None
