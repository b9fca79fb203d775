"""Rows come in: the good ones to the lake, the others aside with a reason."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.company import Company, Market
from store.contract import polars_schema
from store.facts import TABLES
from store.gate import gate
from store.home import Store, load_context, open_store
from store.intake import Context, Drift, Taken, take_in
from store.normalise import normalise
from store.permits import Role
from store.rejected import export_rejected, list_rejected, purge_rejected, rejected_rows, resolve
from store.scope import Principal, Scope

MONDAY = date(2025, 12, 1)
ORDERS, SHIPMENTS = TABLES["orders"], TABLES["shipments"]
COMPANY = Company(currency="EUR", timezone="UTC", markets={"DE": Market("DE", "Europe/Berlin", "EUR", "DE")})
ANYONE = Principal("anyone", role=Role.ADMIN)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path)
    yield store
    store.close()


@pytest.fixture
def context(store: Store) -> Context:
    return load_context(store, COMPANY)


def orders(*numbers: int, **columns: Any) -> pl.DataFrame:
    """Orders of Monday with a net value of 10 euro each; `columns` replace or add some."""
    made = {
        "order_id": [str(n) for n in numbers],
        "source_id": [f"orders.csv:{n}" for n in numbers],
        "market": ["DE"] * len(numbers),
        "ordered_day": [MONDAY] * len(numbers),
        "net_micros": [10_000_000] * len(numbers),
    }
    return pl.DataFrame(made | columns)


def taken(store: Store, context: Context, rows: pl.DataFrame, sequence: int = 1, **more: Any) -> Taken:
    return take_in(store, context, ORDERS, rows, source="shop", sequence=sequence, **more)


def stored(store: Store) -> pl.DataFrame:
    return store.lake.read("orders", polars_schema(ORDERS))


def reasons(context: Context, table: str, **columns: Any) -> list[str]:
    rows = normalise(TABLES[table], pl.DataFrame(columns), context, source="test")
    found: list[str] = gate(TABLES[table], rows).bad["why"].to_list()
    return found


def test_counts_what_it_did(store: Store, context: Context) -> None:
    """
    Three new orders on one day; then the same again: nothing new, nothing changed, no day touched.
    """
    assert taken(store, context, orders(1, 2, 3)) == Taken("orders", 3, 3, 0, 0, 0, 0, 1)
    assert taken(store, context, orders(1, 2, 3), 2) == Taken("orders", 3, 0, 0, 3, 0, 0, 0)


def test_a_changed_row_touches_its_old_and_its_new_day(store: Store, context: Context) -> None:
    """
    Order 2 moves from Monday to Tuesday: one changed row, two days.
    """
    taken(store, context, orders(1, 2, 3))
    moved = orders(1, 2, 3, ordered_day=[MONDAY, MONDAY + timedelta(days=1), MONDAY])

    assert taken(store, context, moved, 2) == Taken("orders", 3, 0, 1, 2, 0, 0, 2)


def test_a_bad_row_is_kept_aside_once(store: Store, context: Context) -> None:
    """
    Minus three pieces never reach the lake; reading the file again does not add the row a second time.
    """
    rows = orders(1, 2, units=[-3, 4])
    texts = pl.DataFrame({"source_id": rows["source_id"], "Pieces": ["-3", "4"]})

    for sequence in (1, 2):
        assert taken(store, context, rows, sequence, raw=texts).rejected == 1
    kept = rejected_rows(store.lake, ANYONE)

    assert stored(store)["order_id"].to_list() == ["2"]
    assert kept.select("table", "source", "source_id", "market", "reason", "raw", "run").rows() == [
        ("orders", "shop", "orders.csv:1", "DE", "units is -3; it must be at least 0", '{"Pieces":"-3"}', 1)
    ]


def test_refused_rows_are_kept_with_the_others(store: Store, context: Context) -> None:
    """
    What a connector could not read is counted and kept like what a rule rejects.
    """
    refused = pl.DataFrame(
        {
            "source_id": ["orders.csv:9"],
            "reason": ["Date is '31.02.2025'; there is no such day"],
            "raw": ["{}"],
        }
    )

    assert taken(store, context, orders(1), refused=refused) == Taken("orders", 2, 1, 0, 0, 0, 1, 1)
    assert rejected_rows(store.lake, ANYONE)["reason"].to_list() == refused["reason"].to_list()


def test_a_key_twice_in_one_load_rejects_all_its_rows(store: Store, context: Context) -> None:
    """
    Nobody can say which of two rows of one order is right.
    """
    rows = orders(1, 2, 2, 2)

    assert taken(store, context, rows).rejected == 3
    assert stored(store)["order_id"].to_list() == ["1"]
    assert set(rejected_rows(store.lake, ANYONE)["reason"]) == {"order_id '2' occurs 3 times in this load"}


def test_a_mended_row_is_resolved(store: Store, context: Context) -> None:
    """
    The source sends the row again with three pieces: the rejected one leaves the list, and comes back if broken anew.
    """
    taken(store, context, orders(1, units=[-3]))
    taken(store, context, orders(1, units=[3]), 2)

    assert rejected_rows(store.lake, ANYONE).is_empty()
    assert rejected_rows(store.lake, ANYONE, with_resolved=True)["resolved_at"].null_count() == 0

    taken(store, context, orders(1, units=[-3]), 3)
    assert rejected_rows(store.lake, ANYONE, with_resolved=True)["resolved_at"].to_list() == [None]


def test_another_row_in_the_same_place_mends_nothing(store: Store, context: Context) -> None:
    """
    The file of the next day has the same name and order 2 in the first line: order 1 is still rejected.
    """
    place = {"source_id": ["today.csv:1"]}
    taken(store, context, orders(1, units=[-3], **place))
    taken(store, context, orders(2, units=[3], **place), 2)

    assert rejected_rows(store.lake, ANYONE)["key"].to_list() == ["1"]


def test_a_row_that_is_bad_in_another_way_is_listed_once(store: Store, context: Context) -> None:
    """
    Minus three pieces become minus four: the list shows the latest complaint about order 1 only.
    """
    taken(store, context, orders(1, units=[-3]))
    taken(store, context, orders(1, units=[-4]), 2)

    assert rejected_rows(store.lake, ANYONE)["reason"].to_list() == ["units is -4; it must be at least 0"]


def test_an_unreadable_row_is_mended_in_its_place(store: Store, context: Context) -> None:
    """
    A row without a readable key is known by its place in the source only.
    """
    refused = pl.DataFrame({"source_id": ["orders.csv:1"], "reason": ["no such day"], "raw": ["{}"]})
    taken(store, context, orders(2), refused=refused)
    taken(store, context, orders(1, 2), 2)

    assert rejected_rows(store.lake, ANYONE).is_empty()


def test_an_export_runs_nothing(store: Store, context: Context, tmp_path: Path) -> None:
    """
    A spreadsheet takes what begins with an equals sign for a formula; the export makes it a text.
    """
    taken(store, context, orders(1, units=[-3], source_id=["=1+1"]))

    assert export_rejected(store.lake, ANYONE, tmp_path / "rejected.csv") == 1
    assert pl.read_csv(tmp_path / "rejected.csv")["source_id"].to_list() == ["'=1+1"]
    assert list_rejected(store.lake, ANYONE)["source_id"].to_list() == ["=1+1"]


def test_drift_takes_nothing(store: Store, context: Context) -> None:
    """
    Five of twenty rows are bad, a quarter: the batch stops, nothing is written, and the message says why.
    """
    with pytest.raises(Drift, match=r"5 of 20 rows are bad.*5 x units is -1; it must be at least 0"):
        taken(store, context, orders(*range(20), units=[-1] * 5 + [1] * 15))

    assert stored(store).is_empty()
    assert rejected_rows(store.lake, ANYONE).is_empty()


@pytest.mark.parametrize(("bad", "rows"), [(4, 20), (19, 19)])
def test_a_fifth_or_a_handful_is_no_drift(store: Store, context: Context, bad: int, rows: int) -> None:
    """
    Exactly 20 % passes, and so does any share of fewer than twenty rows.
    """
    units = [-1] * bad + [1] * (rows - bad)

    assert taken(store, context, orders(*range(rows), units=units)).rejected == bad


def test_a_batch_that_is_all_bad_leaves_no_table(store: Store, context: Context) -> None:
    """
    Nothing good in it: nothing new, and the rejected row is kept.
    """
    assert taken(store, context, orders(1, units=[-1])) == Taken("orders", 1, 0, 0, 0, 0, 1, 0)


def test_an_empty_batch_is_fine(store: Store, context: Context) -> None:
    """
    A source without news is no error.
    """
    assert taken(store, context, orders(1).clear()) == Taken("orders", 0, 0, 0, 0, 0, 0, 0)


def test_reasons_are_sentences(context: Context) -> None:
    """
    Each rule tells the column as mapped, the value, and what would be right.
    """
    day = [MONDAY]

    assert reasons(context, "shipments", shipment_id=[""], shipped_day=day) == ["shipment_id is empty"]
    assert reasons(context, "shipments", shipment_id=[None], shipped_day=day) == ["shipment_id is missing"]
    assert reasons(context, "shipments", shipment_id=["1"], shipped_day=day, freight_micros=[-3_500_000]) == [
        "freight is -3.5; it must be at least 0"
    ]
    assert reasons(
        context, "orders", order_id=["1"], ordered_at=pl.Series([None], dtype=pl.Datetime("us", "UTC"))
    ) == ["ordered_day is missing, and so is ordered_at"]
    assert reasons(context, "shipments", shipment_id=["1"], shipped_day=[date(1900, 1, 1)]) == [
        "shipped_day is 1900-01-01; it must be at least 1970-01-01"
    ]
    assert reasons(
        context, "shipments", shipment_id=["1"], shipped_at=[datetime(2999, 1, 1, tzinfo=UTC)]
    ) == ["shipped_at is 2999-01-01 00:00 UTC; it must be at most 2099-12-31"]


def test_reasons_of_rules_over_columns(context: Context) -> None:
    """
    Rules name the values they looked at; worked columns are traced to what was given.
    """
    assert reasons(context, "shipments", shipment_id=["1"], shipped_day=[MONDAY], status=["gone"]) == [
        "status is 'gone', which is not known: One of open, in_transit, delivered, lost, returned_to_sender, "
        "cancelled_before_dispatch"
    ]
    assert reasons(context, "shipments", shipment_id=["1"]) == [
        "not so: has a day (promised_day is missing, shipped_day is missing, delivered_day is missing)"
    ]
    assert reasons(
        context, "production_runs", run_id=["1"], produced_day=[MONDAY], planned_busy_s=[60], run_s=[60],
        produced=[10], good=[12],
    ) == ["not so: good at most produced (good is 12, produced is 10)"]  # fmt: skip
    assert reasons(context, "shipments", shipment_id=["1"], shipped_day=[MONDAY], zone=["Mars"]) == [
        "zone is 'Mars', which is no time zone such as Europe/Berlin"
    ]
    assert reasons(context, "fx_rates", rate_id=["1"], currency=["USD"], rate_day=[MONDAY], rate=["-1"]) == [
        "rate is '-1', which is not written like a plain number such as 1.25"
    ]


def test_several_reasons_are_all_told(context: Context) -> None:
    """
    Whoever mends the row mends it once.
    """
    (reason,) = reasons(
        context,
        "orders",
        order_id=["1"],
        ordered_day=[MONDAY],
        status=["?"],
        units=[-1],
        units_delivered=[-2],
    )

    assert reason.count("; it must be at least 0") == 2
    assert "status is '?'" in reason


def test_raw_values_fall_back_on_what_was_read(store: Store, context: Context) -> None:
    """
    Without the source's own text the given columns are kept, customers hashed.
    """
    taken(store, context, orders(1, units=[-3], customer_id=["ann"]))
    raw = json.loads(rejected_rows(store.lake, ANYONE)["raw"][0])

    assert (raw["order_id"], raw["units"]) == ("1", -3)
    assert re.fullmatch("hashed:[0-9a-f]{32}", raw["customer_id"])


def test_rejected_rows_are_kept_thirty_days(store: Store, context: Context) -> None:
    """
    Purged on day 31, not on day 29.
    """
    taken(store, context, orders(1, units=[-3]))
    now = datetime.now(UTC)

    assert purge_rejected(store.lake, now=now + timedelta(days=29)) == 0
    assert purge_rejected(store.lake, now=now + timedelta(days=31)) == 1
    assert rejected_rows(store.lake, ANYONE).is_empty()


def test_a_replayed_row_is_marked(store: Store, context: Context) -> None:
    """
    Resolving by id works once.
    """
    taken(store, context, orders(1, units=[-3]))
    ids = rejected_rows(store.lake, ANYONE)["id"].to_list()

    assert [resolve(store.lake, ids), resolve(store.lake, ids)] == [1, 0]
    assert rejected_rows(store.lake, ANYONE).is_empty()


def test_rejected_rows_keep_to_the_scope(store: Store, context: Context) -> None:
    """
    Orders are shipping's; who sees France only does not see Germany's rows, nor those of an unknown market.
    """
    refused = pl.DataFrame({"source_id": ["x"], "reason": ["unreadable"], "raw": ["{}"]})
    taken(store, context, orders(1, units=[-3]), refused=refused)

    def seen(**scope: frozenset[str]) -> int:
        return rejected_rows(store.lake, Principal("somebody", Scope(**scope), role=Role.ADMIN)).height

    assert seen() == 2
    assert seen(departments=frozenset({"shipping"})) == 2
    assert seen(departments=frozenset({"service"})) == 0
    assert seen(markets=frozenset({"DE"})) == 1
    assert seen(markets=frozenset({"FR"})) == 0
    assert rejected_rows(store.lake, ANYONE, source="other").is_empty()
    assert rejected_rows(store.lake, ANYONE, table="orders").height == 2


row = st.fixed_dictionaries(
    {
        "order_id": st.sampled_from(["", "1", "2", "3", "4", "5", None]),
        "units": st.integers(-2, 5) | st.none(),
        "status": st.sampled_from(["open", "completed", "who knows", None]),
        "net_micros": st.integers(-(10**12), 10**12) | st.none(),
        "ordered_day": st.dates(date(1900, 1, 1), date(2200, 1, 1)) | st.none(),
    }
)


@given(rows=st.lists(row, max_size=15))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_no_row_is_lost(context: Context, rows: list[dict[str, Any]]) -> None:
    """
    Good and bad rows are all rows, every bad one has a reason, and no micro goes missing on the way.
    """
    given_types = {
        name: polars_schema(ORDERS)[name]
        for name in ("order_id", "units", "status", "net_micros", "ordered_day")
    }
    frame = pl.DataFrame(rows, schema=given_types)
    gated = gate(ORDERS, normalise(ORDERS, frame, context, source="test"))

    assert gated.good.height + gated.bad.height == len(rows)
    assert gated.bad["why"].null_count() == 0
    assert not (gated.bad["why"] == "").any()
    assert gated.good["net_micros"].sum() + gated.bad["net_micros"].sum() == frame["net_micros"].sum()
    assert gated.good["net_company_micros"].sum() == gated.good["net_micros"].sum()
    assert not gated.good["fx_rate"].is_nan().any()


def test_a_table_with_a_reason_of_its_own_keeps_it(store: Store, context: Context) -> None:
    """
    Returns say why goods came back; that is not why a row is rejected.
    """
    rows = pl.DataFrame(
        {
            "return_id": ["1", "2"],
            "order_id": ["a", "b"],
            "reason": ["too small", "broken"],
            "returned_day": [date(2025, 3, 3), date(2025, 3, 4)],
            "units": [1, -1],
            "source_id": ["r:1", "r:2"],
        }
    )

    took = take_in(store, context, TABLES["returns"], rows, source="shop", sequence=1)

    assert (took.new, took.rejected) == (1, 1)
    assert rejected_rows(store.lake, ANYONE)["reason"].to_list() == ["units is -1; it must be at least 0"]
