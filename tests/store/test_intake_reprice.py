"""What happens to rows when an exchange rate arrives after them."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from store.company import Company
from store.contract import polars_schema
from store.facts import TABLES
from store.home import Store, load_context, open_store
from store.intake import take_in
from store.reprice import reprice, reprice_all

MONDAY = date(2025, 12, 1)
ORDERS = TABLES["orders"]
EURO, DOLLAR = Company(currency="EUR"), Company(currency="USD")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Three orders of 100: two in dollars on Monday and on Wednesday, one in euro."""
    store = open_store(tmp_path)
    rows = pl.DataFrame(
        {
            "order_id": ["usd-1", "usd-3", "eur"],
            "customer_id": ["ann", "bob", "ann"],
            "ordered_day": [MONDAY, MONDAY + timedelta(days=2), MONDAY],
            "currency": ["USD", "USD", "EUR"],
            "net_micros": [100_000_000] * 3,
        }
    )
    take_in(store, load_context(store, EURO), ORDERS, rows, source="shop", sequence=1)
    yield store
    store.close()


def publish(store: Store, *rates: tuple[int, str], sequence: int = 1) -> None:
    """Rates of the dollar, by days after Monday."""
    days = [MONDAY + timedelta(days=n) for n, _ in rates]
    rows = pl.DataFrame(
        {
            "rate_id": [f"EUR-USD-{day}" for day in days],
            "currency": ["USD"] * len(days),
            "rate_day": days,
            "rate": [rate for _, rate in rates],
        }
    )
    take_in(store, load_context(store, EURO), TABLES["fx_rates"], rows, source="ecb", sequence=sequence)


def nets(store: Store) -> dict[str, int | None]:
    rows = store.lake.read("orders", polars_schema(ORDERS)).sort("order_id")
    return {
        order: None if net is None else net // 1_000_000
        for order, net in rows.select("order_id", "net_company_micros").iter_rows()
    }


def repriced(store: Store, company: Company = EURO) -> int:
    return reprice(store, load_context(store, company), ORDERS)


def test_a_late_rate_reaches_the_rows_that_waited(store: Store) -> None:
    """
    Without rates the dollars are unknown; at 1.25 a euro 100 dollars are 80 euro. Once is enough.
    """
    assert nets(store) == {"eur": 100, "usd-1": None, "usd-3": None}
    publish(store, (0, "1.25"))

    assert [repriced(store), repriced(store)] == [2, 0]
    assert nets(store) == {"eur": 100, "usd-1": 80, "usd-3": 80}


def test_a_newer_rate_replaces_a_carried_one(store: Store) -> None:
    """
    Wednesday's order was converted at Monday's rate until Wednesday's was published.
    """
    publish(store, (0, "1.25"))
    repriced(store)
    publish(store, (2, "2"), sequence=2)

    assert repriced(store) == 1
    assert nets(store) == {"eur": 100, "usd-1": 80, "usd-3": 50}


def test_a_corrected_rate_is_used(store: Store) -> None:
    """
    Monday's 1.25 was a typing error for 1.6: both orders change.
    """
    publish(store, (0, "1.25"))
    repriced(store)
    publish(store, (0, "1.6"), sequence=2)

    assert repriced(store) == 2
    assert nets(store)["usd-1"] == 62


def test_another_company_currency_converts_everything(store: Store) -> None:
    """
    Counted in dollars, the euro order is 125 and the dollar orders are what they are.
    """
    publish(store, (0, "1.25"))
    repriced(store)

    assert repriced(store, DOLLAR) == 3
    assert nets(store) == {"eur": 125, "usd-1": 100, "usd-3": 100}


def test_nothing_else_of_a_row_changes(store: Store) -> None:
    """
    Customers are not hashed a second time, days stay, and the rows keep their source.
    """
    kept = ["order_id", "customer_id", "ordered_day", "source", "net_micros", "month"]
    before = store.lake.read("orders", polars_schema(ORDERS)).select(kept).sort("order_id")
    publish(store, (0, "1.25"))
    assert reprice_all(store, load_context(store, EURO)) == {"orders": 2}

    assert store.lake.read("orders", polars_schema(ORDERS)).select(kept).sort("order_id").equals(before)


def test_a_table_without_amounts_is_refused(store: Store) -> None:
    """
    Tickets cost nothing.
    """
    with pytest.raises(ValueError, match="'tickets' has no amounts"):
        reprice(store, load_context(store, EURO), TABLES["tickets"])
