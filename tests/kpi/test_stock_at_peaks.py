"""Which articles run out before the end of a peak, with pieces a person can count."""

from datetime import date, timedelta

from made_facts import Row, made

from kpi.stock.peak import Supplies, lead_times, reaching
from store.facts import ForecastSnapshots, InventorySnapshots, SupplierReceipts
from store.state.peak_records import Reach, Short

SUNDAY = date(2025, 1, 5)
PLACE = {"product": "cup", "location": "DE1"}
ENDS = SUNDAY + timedelta(days=20)


def day(n: int) -> date:
    return SUNDAY + timedelta(days=n)


def known(on_hand: int, receipts: list[Row], days: int = 40, **more: object) -> Supplies:
    """Cups of which ten a day are wanted, forecast for so many days."""
    forecast = [
        {"forecast_id": n, **PLACE, "made_day": SUNDAY, "bucket_day": day(n), "bucket_days": 1, "units": 10}
        for n in range(1, days + 1)
    ]
    stock = [{"snapshot_id": "S", **PLACE, "snapshot_day": SUNDAY, "on_hand": on_hand, **more}]
    tables = ((InventorySnapshots, stock), (ForecastSnapshots, forecast), (SupplierReceipts, receipts))
    return Supplies(*(made(table, rows).lazy() for table, rows in tables))


def came(n: int, took: int) -> Row:
    """An order of long ago that took so many days."""
    return {"receipt_id": f"C{n}", **PLACE, "status": "received", "ordered_day": day(-60), "units_ordered": 1,
            "promised_day": day(-60 + took), "received_day": day(-60 + took)}  # fmt: skip


def ordered(n: int, promised: int, units: int) -> Row:
    return {"receipt_id": f"O{n}", **PLACE, "status": "open", "ordered_day": SUNDAY, "units_ordered": units,
            "promised_day": day(promised)}  # fmt: skip


TEN = [came(n, n + 1) for n in range(10)]  # they took 1 to 10 days


def test_nine_of_ten_orders_had_come_by_then() -> None:
    """Ten orders took 1 to 10 days: nine of ten came within 10 at the most careful reading; four tell nothing."""
    stock = known(0, TEN)
    assert lead_times(stock.receipts).collect().rows() == [("DE1", 10)]
    assert lead_times(known(0, TEN[:4]).receipts).collect().is_empty()


def test_what_ends_inside_the_peak_is_listed_with_the_last_day_to_order() -> None:
    """150 pieces at ten a day are gone after day 15, so day 16 lacks them; an order must leave ten days before."""
    found = reaching(known(150, TEN), SUNDAY, ENDS, ())
    assert found.short == (Short("cup", "DE1", None, 150, day(16), day(6)),)
    assert found.reaches == (Reach(None, 1, 0),)
    assert found.day == SUNDAY


def test_what_lasts_to_the_end_is_not_listed() -> None:
    """200 pieces are gone after day 20, the last of the peak; one less is short on that day."""
    assert reaching(known(200, []), SUNDAY, ENDS, ()).short == ()
    (short,) = reaching(known(199, []), SUNDAY, ENDS, ()).short
    assert (short.runs_out_on, short.order_by) == (ENDS, None)


def test_an_open_order_counts_on_the_day_nine_of_ten_came_and_not_when_promised() -> None:
    """
    Promised for day 2 but usually there by day 10: with 50 pieces day 6 is empty. With 100 the order comes in time
    for day 11. Promised later than usual, the promise counts.
    """
    early, late = [*TEN, ordered(1, 2, 100)], [*TEN, ordered(1, 14, 100)]
    (short,) = reaching(known(50, early), SUNDAY, ENDS, ()).short
    assert short.runs_out_on == day(6)
    assert reaching(known(100, early), SUNDAY, ENDS, ()).short == ()
    (short,) = reaching(known(100, late), SUNDAY, ENDS, ()).short
    assert short.runs_out_on == day(11)


def test_a_forecast_that_ends_before_the_peak_tells_nothing_of_it() -> None:
    """With a forecast for ten days only, 1,000 pieces last at least so long: nobody knows of day 20."""
    found = reaching(known(1000, [], days=10), SUNDAY, ENDS, ())
    assert (found.short, found.reaches) == ((), (Reach(None, 1, 1),))
    found = reaching(known(1000, [], days=0), SUNDAY, ENDS, ())
    assert found.reaches == (Reach(None, 1, 1),)


def test_only_articles_of_the_markets_of_the_peak_and_of_none_are_looked_at() -> None:
    """Cups kept for France are left out of a peak in Germany; so are those that are no longer listed."""
    assert reaching(known(0, [], market="FR"), SUNDAY, ENDS, ("DE",)).reaches == ()
    assert reaching(known(0, [], market="DE"), SUNDAY, ENDS, ("DE",)).reaches == (Reach("DE", 1, 0),)
    assert reaching(known(0, []), SUNDAY, ENDS, ("DE",)).reaches == (Reach(None, 1, 0),)
    assert reaching(known(0, [], active=False), SUNDAY, ENDS, ()).reaches == ()
