"""Prepared facts follow their sources: only what changed is worked out again, and it equals the whole."""

from collections.abc import Sequence
from typing import Any

import polars as pl
import pytest
from made_facts import Row, made, put
from stored_tables import differences, rows

from kpi.ledger import entries, record
from kpi.prepare import PREPARATIONS, prepare
from store.contract import Table
from store.facts import (
    Claims,
    ContactEpisodes,
    Customers,
    CustomerValues,
    FreightCharges,
    OrderLines,
    OrderOutcomes,
    Orders,
    Returns,
    ShipmentCosts,
    Shipments,
    TicketContacts,
)
from store.lake import Lake


def follow(lake: Lake) -> None:
    """Bring every prepared table up to date, as a refresh does."""
    for preparation in PREPARATIONS:
        if entry := prepare(lake, preparation, entries(lake).get(preparation.table.name)):
            record(lake, [entry])


def whole(lake: Lake) -> None:
    """Work every prepared table out from all of its sources."""
    for preparation in PREPARATIONS:
        prepare(lake, preparation, None, full=True)


def tables(lake: Lake) -> dict[str, pl.DataFrame]:
    return {each.table.name: rows(lake, each.table.name) for each in PREPARATIONS}


def sync(lake: Lake, table: type[Table], *given: Row, deleted: bool = False) -> None:
    """Rows arrive (or are deleted), prepared facts follow, and equal what a whole preparation gives."""
    put(lake, table, made(table, given).with_columns(deleted=pl.lit(deleted)))
    follow(lake)
    followed = tables(lake)
    whole(lake)
    assert differences(followed, tables(lake)) == {}


def told(lake: Lake, table: type[Table], *columns: str) -> dict[str, Any]:
    """The rows of a prepared table by key."""
    found = rows(lake, table.name).filter(~pl.col("deleted"))
    key = table.primary_key()[0]
    return {row[0]: row[1] if len(row) == 2 else row[1:] for row in found.select(key, *columns).iter_rows()}


def parcel(name: str, weight: int, **more: object) -> Row:
    return {"shipment_id": name, "shipped_day": "2025-03-03", "weight_g": weight, **more}


def charge(name: str, amount: object, **more: object) -> Row:
    return {"charge_id": name, "service_day": "2025-03-03", "amount": amount, **more}


def costs(lake: Lake) -> dict[str, float]:
    return {
        name: micros / 1e6 for name, micros in told(lake, ShipmentCosts, "transport_company_micros").items()
    }


def test_a_parcel_that_joins_a_consolidation_changes_the_shares_of_all(lake: Lake) -> None:
    """
    30 for 1 and 2 kg is 10 and 20; with a third of 3 kg it is 5, 10 and 15.
    """
    sync(lake, Shipments, parcel("a", 1_000, consolidation="K"), parcel("b", 2_000, consolidation="K"))
    sync(lake, FreightCharges, charge("f", 30, consolidation="K"))
    assert costs(lake) == {"a": 10, "b": 20}

    sync(lake, Shipments, parcel("c", 3_000, consolidation="K"))
    assert costs(lake) == {"a": 5, "b": 10, "c": 15}

    sync(lake, Shipments, parcel("b", 2_000, consolidation="L"))
    assert costs(lake) == {"a": 7.5, "b": 0, "c": 22.5}


def test_a_parcel_that_is_not_sent_takes_no_share(lake: Lake) -> None:
    """
    Of 30 for 1 and 2 kg, the other takes all when one is cancelled before dispatch.
    """
    sync(lake, FreightCharges, charge("f", 30, consolidation="K"))
    sync(lake, Shipments, parcel("a", 1_000, consolidation="K"), parcel("b", 2_000, consolidation="K"))

    sync(lake, Shipments, parcel("b", 2_000, consolidation="K", status="cancelled_before_dispatch"))

    assert costs(lake) == {"a": 30, "b": 0}


def test_shares_add_up_to_the_micro(lake: Lake) -> None:
    """
    10 for three parcels of the same weight is 3.333333 twice; one takes the micro that is left.
    """
    sync(lake, FreightCharges, charge("f", 10, consolidation="K"))
    sync(lake, Shipments, *(parcel(name, 500, consolidation="K") for name in "abc"))

    assert sorted(costs(lake).values()) == [3.333333, 3.333333, 3.333334]


@pytest.mark.parametrize("deleted", [False, True])
def test_an_order_split_over_parcels_counts_with_the_first_that_has_a_cost(lake: Lake, deleted: bool) -> None:
    """
    The order counts with parcel a; when a is cancelled or gone, it counts with b.
    """
    a, b = (
        parcel("a", 1_000, order_id="O", freight=5),
        parcel("b", 1_000, order_id="O", freight=7),
    )
    sync(lake, Shipments, a, b)
    assert told(lake, ShipmentCosts, "orders") == {"a": 1, "b": 0}

    sync(lake, Shipments, {**a, "status": "cancelled_before_dispatch"}, deleted=deleted)

    assert told(lake, ShipmentCosts, "orders")["b"] == 1


def contact(name: str, day: int, **more: object) -> Row:
    return {
        "contact_id": name,
        "issue_key": "I",
        "created_at": f"2025-03-{day:02}T10:00:00Z",
        "resolved_at": f"2025-03-{day:02}T11:00:00Z",
        **more,
    }


def test_a_late_contact_joins_two_issues_and_its_deletion_parts_them(lake: Lake) -> None:
    """
    Contacts of 1 and 14 March are two issues; one of 8 March, arriving late, makes them one.
    """
    sync(lake, TicketContacts, contact("x", 1), contact("z", 14))
    assert told(lake, ContactEpisodes, "contacts") == {"x": 1, "z": 1}

    sync(lake, TicketContacts, contact("y", 8))
    assert told(lake, ContactEpisodes, "contacts") == {"x": 3}

    sync(lake, TicketContacts, contact("y", 8), deleted=True)
    assert told(lake, ContactEpisodes, "contacts") == {"x": 1, "z": 1}


def test_a_gap_of_exactly_seven_days_is_the_same_issue(lake: Lake) -> None:
    """
    Seven days to the second is a repeat; one second more is a new issue.
    """
    later = {**contact("z", 15), "created_at": "2025-03-15T10:00:01Z"}

    sync(lake, TicketContacts, contact("x", 1), contact("y", 8), later)

    assert told(lake, ContactEpisodes, "contacts") == {"x": 2, "z": 1}


def test_a_contact_that_moves_to_another_issue_leaves_the_old_one(lake: Lake) -> None:
    """
    The second contact was about something else: two issues of one contact each.
    """
    sync(lake, TicketContacts, contact("x", 1), contact("y", 2))
    assert told(lake, ContactEpisodes, "contacts") == {"x": 2}

    sync(lake, TicketContacts, contact("y", 2, issue_key="J"))

    assert told(lake, ContactEpisodes, "contacts") == {"x": 1, "y": 1}


def order(name: str, day: str, **more: object) -> Row:
    return {"order_id": name, "ordered_day": day, "customer_id": "c", "margin": 10, **more}


def won(lake: Lake) -> list[tuple[str, float]]:
    """Day of the first order and margin of twelve months of each customer."""
    found = told(lake, CustomerValues, "first_order_day", "margin_12m_micros").values()
    return [(str(day), micros / 1e6) for day, micros in found]


def test_a_first_order_that_is_cancelled_later_moves_the_customer(lake: Lake) -> None:
    """
    Won in January with two orders; without the January one, in February with one; without any, not at all.
    """
    sync(lake, Orders, order("1", "2025-01-05"), order("2", "2025-02-05"))
    assert won(lake) == [("2025-01-05", 20)]

    sync(lake, Orders, order("1", "2025-01-05", status="cancelled"))
    assert won(lake) == [("2025-02-05", 10)]

    sync(lake, Orders, order("2", "2025-02-05"), deleted=True)
    assert won(lake) == []


def test_a_customer_known_from_the_customers_table_needs_no_order(lake: Lake) -> None:
    """
    The source knows the first order of long ago; an order seen later does not move it.
    """
    sync(lake, Customers, {"customer_id": "c", "first_order_day": "2023-06-01"})
    assert won(lake) == [("2023-06-01", 0)]

    sync(lake, Orders, order("1", "2025-01-05"))

    assert won(lake) == [("2023-06-01", 0)]


def test_an_order_gathers_lines_parcels_returns_and_claims(lake: Lake) -> None:
    """
    Each arrives by itself and changes the one row of its order.
    """
    columns = ("lines", "delivered_day", "units_returned", "mistakes")
    line = {"line_id": "l", "order_id": "O", "ordered_day": "2025-03-01", "units": 2, "units_by_promise": 2}
    sync(lake, OrderLines, line)
    assert told(lake, OrderOutcomes, *columns) == {"O": (1, None, 0, 0)}

    sync(lake, Orders, order("O", "2025-03-01"), order("P", "2025-03-01"))
    sync(lake, Shipments, parcel("s", 100, order_id="O", delivered_day="2025-03-05"))
    sync(lake, Returns, {"return_id": "r", "order_id": "O", "returned_day": "2025-03-20", "units": 1})
    claim = {"claim_id": "m", "order_id": "O", "reported_day": "2025-03-06", "kind": "wrong_item"}
    sync(lake, Claims, claim)
    gathered = told(lake, OrderOutcomes, *columns)
    assert (gathered["O"][0], str(gathered["O"][1]), *gathered["O"][2:]) == (1, "2025-03-05", 1, 1)
    assert gathered["P"] == (None, None, 0, 0)

    sync(lake, Claims, {**claim, "order_id": "P"})
    gathered = told(lake, OrderOutcomes, *columns)
    assert (gathered["O"][3], gathered["P"][3]) == (0, 0)


def test_an_order_is_delivered_with_its_last_parcel(lake: Lake) -> None:
    """
    While one of two parcels is on its way, the order is not delivered.
    """
    sync(lake, Orders, order("O", "2025-03-01"))
    sync(
        lake,
        Shipments,
        parcel("a", 1, order_id="O", delivered_day="2025-03-05"),
        parcel("b", 1, order_id="O"),
    )
    assert told(lake, OrderOutcomes, "delivered_day") == {"O": None}

    sync(lake, Shipments, parcel("b", 1, order_id="O", delivered_day="2025-03-09"))

    assert {str(day) for day in told(lake, OrderOutcomes, "delivered_day").values()} == {"2025-03-09"}


def test_nothing_new_prepares_nothing(lake: Lake) -> None:
    """
    A second run without a change writes no version of any prepared table.
    """
    sync(lake, Orders, order("O", "2025-03-01"))
    follow(lake)
    before = versions(lake)

    follow(lake)

    assert versions(lake) == before


def versions(lake: Lake) -> Sequence[int]:
    return [lake.version(each.table.name) for each in PREPARATIONS]
