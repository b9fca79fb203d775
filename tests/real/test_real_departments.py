"""Service, manufacturing and marketing figures of real exports, against those worked out beside the data."""

import pytest
from real_sets import Load

from kpi.period import Every


def test_olist_csat(load: Load) -> None:
    """
    2,134 of 4,103 pairs of review and order have four or five points.
    """
    total = load("olist_csat").total("csat_score")

    assert (total["denominator"], round(total["value"], 6)) == (4103, 0.520107)


def test_incidents_solved_at_first_contact(load: Load) -> None:
    """
    8,740 of 17,136 incidents were never reassigned and never reopened.
    """
    incidents = load("incident_log")
    total = incidents.total("first_contact_resolution_by_ticket")

    assert (total["denominator"], round(total["value"], 6)) == (17136, 0.510037)
    slices = incidents.ask("first_contact_resolution_by_ticket", Every.TOTAL, "channel").rows(named=True)
    told = incidents.figures("incident_log", "first_contact_resolution_by_channel")
    assert {r["channel"]: (r["n"], round(r["value"], 6)) for r in slices} == {
        r["channel"]: (r["n"], r["rate"]) for r in told
    }


def test_incidents_resolution(load: Load) -> None:
    """
    15,906 incidents have a resolution; the 1,230 without are left out and counted.
    """
    incidents = load("incident_log")
    (told,) = incidents.figures("incident_log", "resolution_hours")

    total = incidents.total("resolution_time")

    assert (total["n"], total["excluded_unsolved"], total["excluded_negative"]) == (15906, 1230, 0)
    assert round(total["median"], 6) == 28.341667
    assert (round(total["value"], 6), round(total["p90"], 6)) == (told["mean"], told["p90"])


def test_helpdesk_first_response(load: Load) -> None:
    """
    Half of the 4,285 tickets taken in charge were so within 16.389722 hours.
    """
    tickets = load("helpdesk_log")
    (told,) = tickets.figures("helpdesk_log", "first_response_hours")

    total = tickets.total("first_response_time")

    assert total["n"] == told["n"]
    assert round(total["median"] / 60, 6) == 16.389722
    assert (round(total["value"] / 60, 6), round(total["p90"] / 60, 6)) == (told["mean"], told["p90"])


def test_helpdesk_resolution(load: Load) -> None:
    """
    From the first event to the first solve, in days.
    """
    tickets = load("helpdesk_log")
    (told,) = tickets.figures("helpdesk_log", "resolution_days")

    total = tickets.total("resolution_time")

    assert total["n"] == told["n"]
    found = [round(total[name] / 24, 6) for name in ("value", "median", "p90")]
    assert found == [told["mean"], told["median"], told["p90"]]


def test_soda_line_efficiency(load: Load) -> None:
    """
    2,470 minutes of ideal time in 3,858 minutes of the line.
    """
    line = load("soda_line")
    total = line.total("oee")

    assert round(total["value"], 6) == 0.640228
    assert total["n"] == 38
    crews = line.ask("oee", Every.TOTAL, "shift").rows(named=True)
    told = line.figures("soda_line", "line_efficiency_by_operator")
    assert {r["shift"]: round(r["value"], 6) for r in crews} == {r["operator"]: r["rate"] for r in told}


def test_online_retail_order_value(load: Load) -> None:
    """
    Lines become 9,659 orders worth 499.68594 each.
    """
    shop = load("online_retail")
    total = shop.total("average_order_value")

    assert (total["denominator"], round(total["value"], 5)) == (9659, 499.68594)
    months = shop.ask("net_sales", Every.MONTH).rows(named=True)
    told = shop.figures("online_retail", "revenue_by_month")
    assert [(str(m["period"]), round(m["value"], 3)) for m in months] == [
        (r["month"], r["gross"]) for r in told
    ]


def test_online_retail_by_country(load: Load) -> None:
    """
    Gross sales and invoices of the six largest countries.
    """
    shop = load("online_retail")
    slices = shop.ask("average_order_value", Every.TOTAL, "market").rows(named=True)
    found = {row["market"]: row for row in slices}

    for row in shop.figures("online_retail", "top_countries"):
        country = found[row["Country"]]
        assert (round(country["numerator"], 2), country["n"]) == (round(row["gross"], 2), row["invoices"])


@pytest.mark.parametrize(
    ("key", "told"),
    [("marketing_roi", "roi"), ("roas", "roas"), ("ad_click_conversion_rate", "conversion_rate"),
     ("cost_per_conversion", "cost_per_conversion")],
)  # fmt: skip
def test_ad_performance(load: Load, key: str, told: str) -> None:
    """
    Totals, campaigns, banners and each of the days.
    """
    ads = load("ad_performance")
    (total,) = ads.figures("ad_performance", "total")

    assert round(ads.total(key)["value"], 6) == total[told]
    for dimension, figure, column in (
        ("campaign", "by_campaign", "campaign_number"),
        ("channel", "by_banner", "banner"),
    ):
        found = {
            row[dimension]: row["value"] for row in ads.ask(key, Every.TOTAL, dimension).rows(named=True)
        }
        for row in ads.figures("ad_performance", figure):
            assert round(found[row[column]], 6) == row[told]
    days = {f"{row['period']:%B %-d}": row["value"] for row in ads.ask(key, Every.DAY).rows(named=True)}
    for row in ads.figures("ad_performance", "by_day"):
        assert round(days[f"{row['mon']} {row['day']}"], 6) == row[told]


def test_online_shoppers_conversion(load: Load) -> None:
    """
    1,908 of 12,330 sessions ended in a purchase.
    """
    shop = load("online_shoppers")
    total = shop.total("conversion_rate")

    assert (total["numerator"], total["denominator"], round(total["value"], 6)) == (1908, 12330, 0.154745)


def test_online_shoppers_by_month_and_visitor(load: Load) -> None:
    """
    Ten months and three kinds of visitor.
    """
    shop = load("online_shoppers")
    months = {f"{r['period']:%b}": r for r in shop.ask("conversion_rate", Every.MONTH).rows(named=True)}
    visitors = {r["channel"]: r for r in shop.ask("conversion_rate", Every.TOTAL, "channel").rows(named=True)}

    for row in shop.figures("online_shoppers", "by_month"):
        month = months[row["mon"][:3]]
        assert (month["denominator"], round(month["value"], 6)) == (row["n"], row["rate"])
    for row in shop.figures("online_shoppers", "by_visitor"):
        assert round(visitors[row["VisitorType"]]["value"], 6) == row["rate"]


@pytest.mark.parametrize(
    ("name", "value"), [("olist_order_value", 145.950182), ("olist_order_value_kept", 139.918032)]
)
def test_olist_order_value(load: Load, name: str, value: float) -> None:
    """
    With all orders that have items, and without those cancelled or unavailable.
    """
    assert round(load(name).total("average_order_value")["value"], 6) == value
