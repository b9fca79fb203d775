"""Every story of the made-up firm can be found again in its rows."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from taken_in import LAST, Measured

from demo.season import black_friday, day_of, new_year_in_china, plant_is_shut
from demo.stories import BIDDING, CARRIER, CUSTOMS, MOULD, STAFFING, STORIES, Story, under_way
from demo.world import span
from kpi.catalog import KPIS


def between(measured: Measured, key: str, days: tuple[int, int], where: pl.Expr | None = None) -> float:
    """The value of a KPI over the days from `days[0]` to `days[1]` before the last day."""
    return over(measured, key, LAST + timedelta(days=days[0]), LAST + timedelta(days=days[1]), where)


def over(measured: Measured, key: str, first: date, last: date, where: pl.Expr | None = None) -> float:
    rows = measured.values(key, "1d", where=where).filter(pl.col("period").is_between(first, last))
    return float(rows["numerator"].sum() / rows["denominator"].sum())


LANE = (pl.col("market") == "JP") & (pl.col("carrier") == "Nordpost")
GENERIC = (pl.col("market") == "US") & (pl.col("campaign") == "Search generic")


def test_the_carrier_degrades_on_one_lane_only(measured: Measured) -> None:
    """
    Nordpost to Japan falls from over 90 % to under 40 %; the other carrier and Nordpost elsewhere stay over 90 %.
    """
    rest = (pl.col("market") == "JP") & (pl.col("carrier") != "Nordpost")
    elsewhere = (pl.col("market") != "JP") & (pl.col("carrier") == "Nordpost")

    assert between(measured, "on_time_delivery_rate", (-120, -50), LANE) > 0.90
    assert between(measured, "on_time_delivery_rate", (-20, 0), LANE) < 0.40
    assert between(measured, "on_time_delivery_rate", (-20, 0), rest) > 0.90
    assert between(measured, "on_time_delivery_rate", (-20, 0), elsewhere) > 0.90


def test_the_mould_on_line_7_wears_out(measured: Measured) -> None:
    """
    Scrap of line 7 climbs week by week from under 2 % to over 9 %; the other lines stay under 2.2 %.
    """
    worn = pl.col("line") == "Line 7"
    climb = [between(measured, "scrap_rate", (start, start + 6), worn) for start in (-60, -44, -36, -28, -13)]

    assert climb == sorted(climb)
    assert climb[0] < 0.02
    assert climb[-1] > 0.09
    assert between(measured, "scrap_rate", (-13, 0), ~worn) < 0.022


def test_the_worn_mould_shows_where_it_is_made(measured: Measured) -> None:
    """
    At moulding every twelfth piece of line 7 fails, at assembly as few as ever; its mould stops it often.
    """
    worn, moulding = pl.col("line") == "Line 7", pl.col("stage") == "moulding"
    broken = worn & (pl.col("cause") == "mould")

    assert between(measured, "inspection_pass_rate", (-13, 0), worn & moulding) < 0.92
    assert between(measured, "inspection_pass_rate", (-13, 0), worn & ~moulding) > 0.985
    assert between(measured, "inspection_pass_rate", (-13, 0), ~worn & moulding) > 0.975
    stood = measured.values("unplanned_downtime", "1d", where=broken)
    assert stood.filter(pl.col("period") > LAST - timedelta(days=20))["numerator"].sum() > 500
    assert stood.filter(pl.col("period") < LAST - timedelta(days=60))["numerator"].sum() < 1_000


def test_the_plan_is_nearly_made(measured: Measured) -> None:
    """
    Schedule attainment is between 95 % and 100 %, volume a little more, in each of the last twelve weeks.
    """
    weeks = measured.values("schedule_attainment").filter(pl.col("status") == "on_target").tail(12)
    volume = measured.values("volume_attainment").join(weeks, on="period")

    assert weeks.height == 12
    assert weeks["value"].is_between(0.94, 1).all()
    assert (volume["value"] >= volume["value_right"]).all()


def test_people_are_missing_for_email_only(measured: Measured) -> None:
    """
    E-mail takes more than twice as long as before; chat, phone and social take as long as ever.
    """
    email = pl.col("channel") == "e-mail"

    def longer(where: pl.Expr) -> float:
        before = between(measured, "first_response_time", (-100, -30), where)
        return between(measured, "first_response_time", (-18, 0), where) / before

    assert longer(email) > 2.0
    assert 0.9 < longer(~email) < 1.1
    assert between(measured, "response_sla_rate", (-100, -30)) > 0.90
    assert between(measured, "response_sla_rate", (-18, -1)) < 0.65


def test_the_bidding_rule_pays_for_customers_we_have(measured: Measured) -> None:
    """
    In the US new customers cost more than twice as much; the campaign earns a quarter less for each euro.
    """
    us = pl.col("market") == "US"

    assert between(measured, "customer_acquisition_cost", (-100, -40), us) < 30
    assert between(measured, "customer_acquisition_cost", (-28, 0), us) > 60
    assert between(measured, "customer_acquisition_cost", (-28, 0), ~us) < 30
    assert between(measured, "roas", (-100, -40), GENERIC) > 4.0
    assert between(measured, "roas", (-28, -9), GENERIC) < 3.4
    assert between(measured, "cost_per_conversion", (-28, -9), GENERIC) > 35


def test_the_customs_fault_came_and_went(measured: Measured) -> None:
    """
    On-time delivery to the United Kingdom and Canada is about 25 points lower for five weeks, then as before.
    """
    papers = pl.col("market").is_in(["UK", "CA"])

    assert between(measured, "on_time_delivery_rate", (-260, -225), papers) > 0.92
    assert between(measured, "on_time_delivery_rate", (-200, -175), papers) < 0.75
    assert between(measured, "on_time_delivery_rate", (-160, -90), papers) > 0.92
    assert between(measured, "on_time_delivery_rate", (-200, -175), ~papers) > 0.92


def test_black_friday_doubles_orders_and_slows_the_warehouse(measured: Measured) -> None:
    """
    Four days sell more than twice as much as the same weekdays a fortnight before; a fortnight ships later.
    """
    friday = day_of(black_friday(2025))
    before = friday - timedelta(days=14)
    sales = measured.values("net_sales", "1d")

    def sold(first: date) -> float:
        four = pl.col("period").is_between(first, first + timedelta(days=3))
        return float(sales.filter(four)["value"].sum())

    assert friday == date(2025, 11, 28)
    assert sold(friday) > 1.8 * sold(before)
    slower = over(measured, "fulfilment_time", friday, friday + timedelta(days=14))
    assert slower > 1.1 * over(measured, "fulfilment_time", before, friday - timedelta(days=1))
    later = over(measured, "on_time_delivery_rate", friday + timedelta(days=4), friday + timedelta(days=18))
    assert later < over(measured, "on_time_delivery_rate", before, friday) - 0.01


def test_peaks_empty_the_shelves(measured: Measured) -> None:
    """
    Planners foresee a third of Black Friday: too little is forecast, and a tenth of the shelves are empty for weeks.
    """
    friday = day_of(black_friday(2025))
    after = friday + timedelta(days=4), friday + timedelta(days=17)
    before = friday - timedelta(days=40), friday - timedelta(days=10)

    assert over(measured, "forecast_bias", friday - timedelta(days=4), friday) < -0.2
    assert over(measured, "stockout_rate", *after) > 0.06
    assert over(measured, "stockout_rate", *before) < 0.01
    assert over(measured, "fill_rate", *after) < 0.97 < over(measured, "fill_rate", *before)


def test_suppliers_deliver_late_around_chinese_new_year(measured: Measured) -> None:
    """
    Fewer than half of the lines promised to Ningbo arrive on time; Hamburg feels it when the ships come in.
    """
    festival = day_of(new_year_in_china(2026))
    ningbo, hamburg = pl.col("location") == "Ningbo", pl.col("location") == "Hamburg"
    shut = festival - timedelta(days=5), festival + timedelta(days=12)
    at_sea = festival + timedelta(days=21), festival + timedelta(days=38)
    usual = festival + timedelta(days=60), festival + timedelta(days=150)

    assert over(measured, "supplier_on_time_rate", *shut, ningbo) < 0.6
    assert over(measured, "supplier_on_time_rate", *at_sea, hamburg) < 0.6
    assert over(measured, "supplier_on_time_rate", *usual) > 0.85
    assert over(measured, "stockout_rate", *at_sea, hamburg) > 0.05


def test_stock_is_what_came_less_what_left(measured: Measured) -> None:
    """
    Evening by evening and article by article: yesterday's stock, the receipts of today, less the pieces issued.
    """
    facts = measured.facts
    came = (
        facts["supplier_receipts"]
        .group_by("item", pl.col("received_day").alias("snapshot_day"))
        .agg(pl.col("units_received").sum())
    )
    stock = (
        facts["inventory_snapshots"]
        .sort("item", "snapshot_day")
        .join(came, on=["item", "snapshot_day"], how="left")
        .with_columns(
            pl.col("units_received").fill_null(0), pl.col("on_hand").shift().over("item").alias("before")
        )
    )
    settled = stock.filter(pl.col("snapshot_day") > pl.col("snapshot_day").min() + timedelta(days=45))

    assert settled.height > 30_000
    assert settled.filter(
        pl.col("before") + pl.col("units_received") - pl.col("issued") != pl.col("on_hand")
    ).is_empty()


def test_the_plant_is_shut_around_chinese_new_year(measured: Measured) -> None:
    """
    Nothing is made from 15 to 24 February 2026, and lanes from Ningbo deliver later than in March.
    """
    festival = day_of(new_year_in_china(2026))
    runs = measured.facts["production_runs"]
    ningbo = pl.col("market").is_in(["JP", "AU", "SG"])

    assert festival == date(2026, 2, 17)
    assert runs.filter(pl.col("produced_day").is_between(date(2026, 2, 15), date(2026, 2, 24))).is_empty()
    assert runs.filter(pl.col("produced_day") == date(2026, 2, 25)).height == 24
    slow = over(measured, "on_time_delivery_rate", date(2026, 2, 20), date(2026, 3, 4), ningbo)
    assert slow < over(measured, "on_time_delivery_rate", date(2026, 3, 15), date(2026, 4, 15), ningbo) - 0.02


def test_one_day_of_orders_has_no_rate(measured: Measured) -> None:
    """
    Four orders in Icelandic krona make the order value of their week unknown, and of no other week.
    """
    weeks = measured.values("average_order_value").filter(pl.col("status") == "incomplete")

    assert weeks.select("period", "excluded_no_rate").rows() == [(date(2026, 1, 19), 4)]


def test_customers_won_a_year_ago_are_worth_what_they_should(measured: Measured) -> None:
    """
    Twelve months after the first order a customer has earned between 45 and 60 euro, in each of the last months.
    """
    months = measured.values("customer_lifetime_value", "1mo").filter(pl.col("status") == "on_target")

    assert months.filter(pl.col("period") >= date(2025, 1, 1)).height == 10
    assert all(45 < value < 60 for value in months["value"][-10:])


def test_the_customs_papers_held_parcels_for_five_weeks(measured: Measured) -> None:
    """
    Wrong papers and holds to the United Kingdom and Canada more than triple; elsewhere they stay, and they end.
    """
    there = pl.col("market").is_in(["UK", "CA"])
    story, before, after = (-212, -182), (-300, -220), (-170, -60)

    for key in ("document_error_rate", "customs_hold_rate"):
        usual = max(between(measured, key, before, there), between(measured, key, after, there))
        assert between(measured, key, story, there) > 3 * usual
        assert between(measured, key, story, ~there) < 0.04
    assert between(measured, "compliance_cost", story) > 3 * between(measured, "compliance_cost", after)


def test_the_slow_carrier_is_seen_under_way(measured: Measured) -> None:
    """
    Parcels of Nordpost to Japan take longer and miss the carrier's own estimate; the other carrier's do not.
    """
    rest = (pl.col("market") == "JP") & (pl.col("carrier") != "Nordpost")

    for key in ("delivered_within_n_rate", "eta_accuracy_rate"):
        assert between(measured, key, (-24, -10), LANE) < between(measured, key, (-120, -60), LANE) - 0.2
        assert (
            abs(between(measured, key, (-24, -10), rest) - between(measured, key, (-120, -60), rest)) < 0.12
        )


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.key)
def test_a_story_says_where_to_look(story: Story) -> None:
    """
    Each story names what moves and how to see it; the KPIs it puts off target exist.
    """
    assert story.title
    assert story.moves
    assert story.look
    assert set(story.off_target) <= set(KPIS)


@pytest.mark.parametrize("story", [CARRIER, MOULD, STAFFING, BIDDING, CUSTOMS], ids=lambda story: story.key)
def test_a_story_begins_and_ends_on_its_days(story: Story) -> None:
    """
    Nothing the day before its first day; full strength on the last day of one that still goes on, else nothing.
    """
    first = story.first_day(LAST)
    assert first is not None
    strength = under_way(story, span(first - timedelta(days=1), LAST), LAST)

    assert strength[0] == 0
    assert strength[1] > 0
    assert strength[-1] == (1 if story.ends is None else 0)


def test_a_story_of_the_calendar_has_no_begin() -> None:
    """
    Asking how far Black Friday has come is a mistake that says so.
    """
    yearly = next(story for story in STORIES if story.begins is None)

    with pytest.raises(ValueError, match="comes with the calendar"):
        under_way(yearly, np.array([20_000]), LAST)


def test_the_plant_rests_on_sundays_and_on_the_first_of_october() -> None:
    """
    From Monday 28 September to Sunday 4 October 2026 it works three days.
    """
    week = span(date(2026, 9, 28), date(2026, 10, 4))

    assert plant_is_shut(week).tolist() == [False, False, False, True, True, True, True]
