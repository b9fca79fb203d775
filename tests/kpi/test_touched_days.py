"""Which days a refresh works out again: exactly those that a change or a moved evaluation can alter."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import polars as pl
import pytest
from made_facts import Row, instant_of, made, put, scored
from stored_tables import rows

from kpi.catalog import find
from kpi.compute import Computed, recompute, refresh, touched_days
from kpi.engine import AsOf, grains
from kpi.ledger import entries
from kpi.model import Kpi
from kpi.opened import Opened
from kpi.period import Every, Span
from kpi.tables import component_table
from store.facts import Carts, Claims, Orders, Shipments, Tickets
from store.lake import Lake

OTD = find("on_time_delivery_rate")
START = date(2025, 3, 10)


def day(number: int) -> date:
    return date(2025, 3, number)


def parcel(name: str, promised: int | None, delivered: int | None = None, **more: object) -> Row:
    return {
        "shipment_id": name,
        "shipped_day": day(1),
        "promised_day": promised and day(promised),
        "delivered_day": delivered and day(delivered),
        "carrier": "DHL",
        **more,
    }


def touched(lake: Lake, kpi: Kpi, as_of: AsOf) -> Sequence[date] | None:
    (grain,) = grains([kpi])
    return touched_days(Opened(lake, [grain]), grain, as_of, entries(lake)[component_table(grain)])


@pytest.fixture
def parcels(lake: Lake) -> Lake:
    """a and b promised for the 5th and 7th, c for the 12th; computed at the end of the 10th."""
    put(lake, Shipments, made(Shipments, [parcel("a", 5, 4), parcel("b", 7), parcel("c", 12)]))
    refresh(lake, AsOf.end_of(START), kpis=[OTD])
    return lake


def test_a_delivery_touches_the_day_of_its_promise(parcels: Lake) -> None:
    """
    b arrives on the 9th: the 7th is worked out again, nothing else.
    """
    put(parcels, Shipments, made(Shipments, [parcel("b", 7, 9)]))

    assert touched(parcels, OTD, AsOf.end_of(START)) == [day(7)]


def test_a_changed_day_touches_the_old_and_the_new_one(parcels: Lake) -> None:
    """
    a was promised for the 6th, not the 5th.
    """
    put(parcels, Shipments, made(Shipments, [parcel("a", 6, 4)]))

    assert touched(parcels, OTD, AsOf.end_of(START)) == [day(5), day(6)]


def test_a_change_the_kpi_cannot_see_touches_nothing(parcels: Lake) -> None:
    """
    The weight of a is another: on time or late does not depend on it. Beside it, b arrives.
    """
    put(parcels, Shipments, made(Shipments, [parcel("a", 5, 4, weight_g=700), parcel("b", 7, 9)]))

    assert touched(parcels, OTD, AsOf.end_of(START)) == [day(7)]


def test_a_state_that_judges_a_row_alike_touches_nothing_and_one_that_leaves_it_out_does(
    parcels: Lake,
) -> None:
    """
    a went back to its sender, which is a promise kept all the same; b was cancelled before dispatch.
    """
    put(parcels, Shipments, made(Shipments, [parcel("a", 5, 4, status="returned_to_sender")]))
    assert touched(parcels, OTD, AsOf.end_of(START)) == []

    put(parcels, Shipments, made(Shipments, [parcel("b", 7, status="cancelled_before_dispatch")]))
    assert touched(parcels, OTD, AsOf.end_of(START)) == [day(7)]


def test_a_changed_slice_touches_one_day_and_moves_the_row(parcels: Lake) -> None:
    """
    a went with UPS: the 5th has no DHL row any more.
    """
    put(parcels, Shipments, made(Shipments, [parcel("a", 5, 4, carrier="UPS")]))
    assert touched(parcels, OTD, AsOf.end_of(START)) == [day(5)]

    refresh(parcels, AsOf.end_of(START), kpis=[OTD])

    (grain,) = grains([OTD])
    found = rows(parcels, component_table(grain)).filter(pl.col("day") == day(5))
    assert found["carrier"].to_list() == ["UPS"]


def test_a_deleted_row_touches_its_day(parcels: Lake) -> None:
    """
    b was a mistake of the source: the 7th is left without a row.
    """
    put(parcels, Shipments, made(Shipments, [parcel("b", 7)]).with_columns(deleted=pl.lit(True)))
    assert touched(parcels, OTD, AsOf.end_of(START)) == [day(7)]

    refresh(parcels, AsOf.end_of(START), kpis=[OTD])

    (grain,) = grains([OTD])
    assert day(7) not in rows(parcels, component_table(grain))["day"].to_list()


def test_the_same_rows_again_touch_nothing(parcels: Lake) -> None:
    """
    An identical sync leaves every table at its version and no day to work out.
    """
    before = {name: parcels.version(name) for name in parcels.names()}

    put(parcels, Shipments, made(Shipments, [parcel("a", 5, 4), parcel("b", 7)]))

    assert touched(parcels, OTD, AsOf.end_of(START)) == []
    assert refresh(parcels, AsOf.end_of(START), kpis=[OTD]) == []
    assert {name: parcels.version(name) for name in parcels.names()} == before


def test_a_quiet_day_touches_only_what_falls_due(parcels: Lake) -> None:
    """
    From the 10th to the 11th only the new day; to the 12th c falls due; and back again.
    """
    assert touched(parcels, OTD, AsOf.end_of(day(11))) == [day(11)]
    assert touched(parcels, OTD, AsOf.end_of(day(12))) == [day(11), day(12)]
    assert touched(parcels, OTD, AsOf.end_of(day(6))) == [day(7), day(8), day(9), day(10)]


def test_a_parcel_not_yet_due_waits_and_then_counts(parcels: Lake) -> None:
    """
    c waits on the 10th, is late on the 12th, and waits again when the evaluation goes back.
    """
    march = Span(day(1), day(31))

    told = [
        scored(parcels, OTD, {}, march, as_of=AsOf.end_of(day(number)))
        .select("numerator", "denominator", "immature")
        .row(0)
        for number in (10, 12, 10, 4)
    ]

    assert told == [(1, 2, 1), (1, 3, 0), (1, 2, 1), (0, 0, 3)]


def test_a_window_closes_by_the_second(lake: Lake) -> None:
    """
    A cart of 10 March 15:00 is abandoned from 11 March 15:00 on, and only then is its day touched.
    """
    kpi = find("cart_abandonment_rate")
    put(lake, Carts, made(Carts, [{"cart_id": "x", "created_at": "2025-03-10T15:00:00Z"}]))
    refresh(lake, at("2025-03-11T14:00:00Z"), kpis=[kpi])

    assert touched(lake, kpi, at("2025-03-11T14:59:59Z")) == []
    assert touched(lake, kpi, at("2025-03-11T15:00:00Z")) == [day(10)]


def at(text: str) -> AsOf:
    return AsOf.at(instant_of(text))


def test_a_claim_touches_the_day_of_the_hand_over(lake: Lake) -> None:
    """
    Through the prepared order: the claim of 20 March belongs to the order handed over on 2 March.
    """
    kpi = find("order_accuracy_rate")
    orders = [{"order_id": n, "ordered_day": day(1), "handed_over_day": day(n)} for n in (2, 3)]
    put(lake, Orders, made(Orders, orders))
    now = AsOf.end_of(date(2025, 6, 30))
    refresh(lake, now, kpis=[kpi])
    claim = {"claim_id": "m", "order_id": 2, "reported_day": day(20), "kind": "wrong_item"}

    put(lake, Claims, made(Claims, [claim]))
    done = refresh(lake, now, kpis=[kpi])

    (grain,) = grains([kpi])
    assert Computed(grain.name, 1) in done
    found = rows(lake, component_table(grain)).select("day", "order_accuracy_rate__num")
    assert found.sort("day").rows() == [(day(2), 0), (day(3), 1)]


def test_a_reply_moves_a_ticket_from_waiting_to_its_day(lake: Lake) -> None:
    """
    Waiting since the 10th, answered on the 12th: both days are touched, and the ticket counts on the 12th.
    """
    kpi = find("first_response_time")
    ticket = {"ticket_id": "t", "created_at": datetime(2025, 3, 10, 8)}
    put(lake, Tickets, made(Tickets, [ticket]))
    now = AsOf.end_of(day(12))
    waiting = scored(lake, kpi, {}, Span(day(1), day(31)), as_of=now)

    put(lake, Tickets, made(Tickets, [{**ticket, "first_reply_at": datetime(2025, 3, 12, 8)}]))
    days = touched(lake, kpi, now)
    answered = scored(lake, kpi, {}, Span(day(1), day(31)), as_of=now)

    assert days == [day(10), day(12)]
    assert (waiting["open"].item(), waiting["n"].item(), waiting["value"].item()) == (1, 0, None)
    assert (answered["open"].item(), answered["n"].item(), answered["value"].item()) == (0, 1, 48 * 60)


def test_a_reply_of_tomorrow_is_not_known_today(lake: Lake) -> None:
    """
    Asked on the 10th and answered on the 12th, the ticket waits on the 11th and has its time on the 12th.
    """
    kpi, march = find("first_response_time"), Span(day(1), day(31))
    asked, answered = datetime(2025, 3, 10, 8), datetime(2025, 3, 12, 8)
    tickets = made(Tickets, [{"ticket_id": "t", "created_at": asked, "first_reply_at": answered}])

    told = [
        scored(lake, kpi, {Tickets: tickets}, march, Every.DAY, as_of=AsOf.end_of(day(number)))
        .select("period", "open", "n")
        .row(0)
        for number in (10, 11, 12, 11)
    ]

    assert told == [(day(10), 1, 0), (day(10), 1, 0), (day(12), 0, 1), (day(10), 1, 0)]


def test_a_table_of_an_older_definition_is_computed_anew(parcels: Lake) -> None:
    """
    When the meaning of a KPI changes, so do all of its days.
    """
    stricter = replace(OTD, rows=replace(OTD.rows, due="delivered_day"))
    (grain,) = grains([stricter])
    known = entries(parcels)[component_table(grain)]

    assert touched_days(Opened(parcels, [grain]), grain, AsOf.end_of(START), known) is None


def test_a_promise_far_ahead_is_not_lost(lake: Lake) -> None:
    """
    Shipped today, promised in sixty days: it waits on the promised day from today on, not before.
    """
    put(lake, Shipments, made(Shipments, [parcel("a", None, promised_day=day(1) + timedelta(days=60))]))
    span = Span(day(1), date(2025, 5, 31))

    before = scored(lake, OTD, {}, span, as_of=AsOf.end_of(date(2025, 2, 28)))
    after = scored(lake, OTD, {}, span, as_of=AsOf.end_of(day(1)))

    assert (before["immature"].item(), after["immature"].item()) == (0, 1)
    assert after["status"].item() == "no_data"


def test_a_compute_that_was_cut_off_before_its_ledger_is_done_anew(
    parcels: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    b arrived on the 6th and is computed, but the ledger is never written; then b has not arrived after all. Since the
    ledger nothing has changed, and still the 7th, which says that b was in time, is worked out again.
    """
    now = AsOf.end_of(START)
    (grain,) = grains([OTD])
    before = rows(parcels, component_table(grain))

    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    put(parcels, Shipments, made(Shipments, [parcel("b", 7, 6)]))
    with monkeypatch.context() as cut:
        cut.setattr("kpi.compute.record", cut_off)
        with pytest.raises(KeyboardInterrupt):
            recompute(parcels, now, kpis=[OTD])
    assert not rows(parcels, component_table(grain)).equals(before)
    put(parcels, Shipments, made(Shipments, [parcel("b", 7)]))
    refresh(parcels, now, kpis=[OTD])

    assert rows(parcels, component_table(grain)).equals(before)
