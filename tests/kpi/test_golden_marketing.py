"""Golden cases of marketing and sales: facts in, score out."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from golden_cases import CASES, Case, by, only, status_of
from made_facts import Row, context, day_of, instant_of, made, scored

from kpi.catalog import find
from kpi.engine import AsOf
from kpi.period import Every, Span
from store.facts import AdSpend, Carts, Customers, OrderLines, Orders, WebSessions
from store.lake import Lake

YEAR = Span(date(2025, 1, 1), date(2025, 12, 31))


def test_roi_is_on_margin_and_roas_on_revenue(lake: Lake) -> None:
    """
    4,100 margin for 2,900 cost; 10,500 revenue for 2,400 ad spend.
    """
    case = CASES["mk_roi_roas"]
    rows = [
        {
            "spend_id": row["campaign"],
            "campaign": row["campaign"],
            "spend_day": "2025-03-03",
            "revenue": row["attributed_revenue"],
            "margin": row["contribution_margin"],
            "cost": row["marketing_cost"],
            "spend": row["ad_spend"],
        }
        for row in case.inputs["campaigns"]
    ]
    facts = {AdSpend: made(AdSpend, rows)}
    roi, roas = find("marketing_roi"), find("roas")

    total_roi, total_roas = only(scored(lake, roi, facts, YEAR)), only(scored(lake, roas, {}, YEAR))
    break_even = only(scored(lake, find("roas_break_even"), {}, YEAR))
    roi_of = by(scored(lake, roi, {}, YEAR, by=("campaign",)), "campaign")
    roas_of = by(scored(lake, roas, {}, YEAR, by=("campaign",)), "campaign")

    for campaign in ("c1", "c2", "c3"):
        expected = case.expected[campaign]
        assert (roi_of[campaign], roas_of[campaign]) == case.close((expected["roi"], expected["roas"]))
    assert (total_roas["numerator"], total_roas["denominator"]) == (10_500, 2_400)
    assert {
        "roi": total_roi["value"],
        "roas": total_roas["value"],
        "breakeven_roas_on_ad_spend": break_even["value"],
    } == case.close(case.expected["total"])
    assert (roas_of["c1"] + roas_of["c2"]) / 2 == case.close(case.wrong["total_roas_mean"])
    case.refuses(total_roi_on_revenue=total_roi["value"], total_roas_mean=total_roas["value"])


def clicks_and_orders(case: Case) -> list[Row]:
    """What an ad account reports: each click on its own day, and order-dated revenue on the day of the order."""
    clicked = {row["click_id"]: row for row in case.inputs["clicks"]}
    credited = {row["click_id"]: row["revenue"] for row in case.inputs["conversions"]}
    rows: list[Row] = [
        {
            "spend_id": f"click {number}",
            "spend_day": row["click_at"],
            "attribution_days": case.params["click_window_days"],
            "spend": row["cost"],
            "revenue": credited.get(number, 0),
            "revenue_ordered": 0,
        }
        for number, row in clicked.items()
    ]
    return rows + [
        {
            "spend_id": f"order of {row['click_id']}",
            "spend_day": row["order_at"],
            "attribution_days": case.params["click_window_days"],
            "spend": 0,
            "revenue": 0,
            "revenue_ordered": row["revenue"],
        }
        for row in case.inputs["conversions"]
    ]


def test_revenue_belongs_to_the_day_of_the_click(lake: Lake) -> None:
    """
    60 of revenue are credited to 1 June, though 40 of them were ordered on 9 June; no day is mature yet.
    """
    case = CASES["mk_roas_attribution_date"]
    facts = {AdSpend: made(AdSpend, clicks_and_orders(case))}
    june = Span(date(2025, 6, 1), date(2025, 6, 30))

    clicked = scored(lake, find("roas"), facts, june, Every.DAY, as_of=case.as_of)
    ordered = scored(lake, find("roas_by_order_day"), {}, june, Every.DAY, as_of=case.as_of)

    of_click = {str(row["period"]): row for row in clicked.iter_rows(named=True)}
    for day, told in case.expected["by_click_date"].items():
        row = of_click[day]
        assert (row["denominator"], row["numerator"], row["value"]) == case.close(
            (told["cost"], told["revenue"], told["roas"])
        )
        assert (status_of(row) == "provisional") is not told["mature"]
    of_order = {str(row["period"]): row for row in ordered.iter_rows(named=True)}
    for day, told in case.expected["by_conversion_date"].items():
        row = of_order[day]
        assert row["numerator"] == case.close(told["revenue"])
        assert "cost" not in told or (row["denominator"], row["value"]) == (told["cost"], told["roas"])


def test_a_click_day_is_mature_when_its_window_is_over(lake: Lake) -> None:
    """
    1 June ends at midnight; its 30 days are over at the end of 1 July.
    """
    case = CASES["mk_roas_attribution_date"]
    facts = {AdSpend: made(AdSpend, clicks_and_orders(case))}
    first = Span(date(2025, 6, 1), date(2025, 6, 1))

    before = scored(lake, find("roas"), facts, first, as_of=AsOf.at(instant_of("2025-07-01T23:59:59Z")))
    after = scored(lake, find("roas"), {}, first, as_of=AsOf.at(instant_of("2025-07-02T00:00:00Z")))

    assert (only(before)["status"], status_of(only(after))) == ("provisional", "ok")


def order(row: Mapping[str, Any]) -> Row:
    return {
        "order_id": row["order_id"],
        "customer_id": row["customer"],
        "ordered_day": row["ordered_at"],
        "status": row["status"],
        "channel": row["channel"],
    }


def test_a_customer_is_new_with_the_first_order_that_counts(lake: Lake) -> None:
    """
    250 spent in January won x and z; y's January order was cancelled, so February won y for 60.
    """
    case = CASES["mk_cac_new_customers"]
    spend = [
        {
            "spend_id": number,
            "channel": row["channel"],
            "spend_day": f"{row['month']}-15",
            "spend": row["cost"],
        }
        for number, row in enumerate(case.inputs["spend"])
    ]
    facts = {
        Orders: made(Orders, [order(row) for row in case.inputs["orders"]]),
        AdSpend: made(AdSpend, spend),
    }
    kpi = find("customer_acquisition_cost")

    months = scored(lake, kpi, facts, YEAR, Every.MONTH)
    channels = scored(lake, kpi, {}, YEAR, Every.MONTH, by=("channel",))

    blended = {str(day)[:7]: value for day, value in by(months, "period").items()}
    for month, told in case.expected.items():
        of_month = channels.filter(channels["period"].cast(str).str.starts_with(month))
        found = {**by(of_month, "channel"), "blended": blended[month]}
        assert {name: found[name] for name in told} == case.close(told)
    case.refuses(
        **{
            "2025-01_blended_without_display": blended["2025-01"],
            "2025-01_customers_incl_cancelled_and_test": blended["2025-01"],
        }
    )


def test_a_session_converts_once(lake: Lake) -> None:
    """
    20 of 1,000 sessions bought, with 32 purchases; 50 had a key event of any kind.
    """
    case = CASES["mk_conversion_session"]
    (row,) = case.inputs["sessions"]
    events = row["sessions_with_purchase"] + row["sessions_with_signup"] + row["sessions_with_download"]
    sessions = made(
        WebSessions,
        [
            {
                "session_id": "day",
                "session_day": "2025-03-03",
                "sessions": row["sessions"],
                "purchase_sessions": row["sessions_with_purchase"],
                "key_event_sessions": events,
            }
        ],
    )

    bought = only(scored(lake, find("conversion_rate"), {WebSessions: sessions}, YEAR))
    any_event = only(scored(lake, find("key_event_conversion_rate"), {}, YEAR))

    assert bought["value"] == case.close(case.expected["purchase_conversion"])
    assert any_event["value"] == case.close(case.expected["any_key_event"])
    case.refuses(orders_over_sessions=bought["value"])


def test_a_cart_is_abandoned_when_its_day_is_over(lake: Lake) -> None:
    """
    Two of three carts were not ordered within 24 hours; the fourth is too young, an express order has none.
    """
    case = CASES["mk_cart_abandonment"]
    carts = made(
        Carts,
        [
            {"cart_id": row["cart_id"], "created_at": row["created_at"], "ordered_at": row["order_at"]}
            for row in case.inputs["carts"]
            if not row["express"]
        ],
    )
    last = day_of(case.params["period_end_exclusive"]) - timedelta(days=1)
    days = Span(day_of(case.params["period_start"]), last)

    found = only(scored(lake, find("cart_abandonment_rate"), {Carts: carts}, days, as_of=case.as_of))

    assert (found["numerator"], found["denominator"]) == (2, 3)
    assert found["value"] == case.close(case.expected["value"])
    assert found["immature"] == case.expected["immature_excluded"]
    case.refuses(one_minus_orders_over_carts=found["value"])


def test_order_value_is_goods_after_discount(lake: Lake) -> None:
    """
    90 and 50 of goods in two orders that count; tax, shipping, refunds and cancelled orders do not.
    """
    case = CASES["mk_aov_exclusions"]
    rows = [
        {
            "order_id": row["order_id"],
            "ordered_day": "2025-03-03",
            "net": row["gross"] - row["discount"],
            "status": {"paid": "completed"}.get(row["status"], row["status"]),
        }
        for row in case.inputs["orders"]
    ]

    found = only(scored(lake, find("average_order_value"), {Orders: made(Orders, rows)}, YEAR))

    assert found["value"] == case.close(case.expected["value"])
    assert (found["n"], found["numerator"]) == (case.expected["orders"], 140)
    case.refuses(
        with_tax_shipping=found["value"], net_of_refund=found["value"], incl_cancelled=found["value"]
    )


def test_each_order_is_converted_at_the_last_rate_before_its_day(lake: Lake) -> None:
    """
    Sunday's dollars take Friday's rate; without a rate of yen the value is incomplete, not wrong.
    """
    case = CASES["mk_aov_mixed_currency_weekend"]
    known = context(
        rates=[
            {"rate_day": row["date"], "currency": row["currency"], "rate": row["per_eur"]}
            for row in case.inputs["fx"]
        ]
    )
    rows = [
        {
            "order_id": row["order_id"],
            "ordered_day": row["date"],
            "currency": row["currency"],
            "net": row["net"],
        }
        for row in case.inputs["orders"]
    ]
    orders = made(Orders, rows, known)

    found = only(scored(lake, find("average_order_value"), {Orders: orders}, YEAR))

    worth = [None if micros is None else micros / 1e6 for micros in orders["net_company_micros"]]
    assert worth == case.close(case.expected["eur_values"])
    assert found["value"] == case.close(case.expected["value"])
    assert (found["n"], found["excluded_no_rate"]) == (
        case.expected["orders_converted"],
        case.expected["orders_without_rate"],
    )
    assert found["status"] == case.expected["status"]
    case.refuses(naive_sum=found["numerator"])


def test_order_value_without_orders_has_no_value(lake: Lake) -> None:
    """
    No orders: no data, not zero.
    """
    case = CASES["mk_aov_no_orders"]
    facts = {Orders: made(Orders, case.inputs["orders"]), OrderLines: made(OrderLines, [])}

    found = only(scored(lake, find("average_order_value"), facts, YEAR))

    assert {name: found[name] for name in case.expected} == case.expected
    case.refuses(value=found["value"])


def test_lifetime_value_divides_by_everyone_who_was_won(lake: Lake) -> None:
    """
    40 of margin within twelve months by four customers, one of whom has no margin row at all.
    """
    case = CASES["mk_clv_observed_cohort"]
    months = {0: "2024-01-15", 3: "2024-04-15", 14: "2025-03-15"}
    orders = [
        {
            "order_id": f"{row['customer']} {row['months_since_first']}",
            "customer_id": row["customer"],
            "ordered_day": months[row["months_since_first"]],
            "margin": row["margin"],
        }
        for row in case.inputs["margins"]
    ]
    facts = {
        Orders: made(Orders, orders),
        Customers: made(Customers, [{"customer_id": "d", "first_order_day": months[0]}]),
    }
    cohort = Span(date(2024, 1, 1), date(2024, 1, 31))

    found = only(
        scored(lake, find("customer_lifetime_value"), facts, cohort, as_of=AsOf.end_of(date(2025, 12, 31)))
    )

    assert (found["numerator"], found["denominator"]) == (40, case.params["acquired_customers"])
    assert found["value"] == case.close(case.expected["value"])
    assert found["value"] / case.params["cac"] == case.close(case.expected["ltv_cac"])
    case.refuses(horizon_ignored=found["value"], per_active_customer=found["value"])


def test_a_customer_of_two_days_is_one_customer(lake: Lake) -> None:
    """
    a, b and c bought; two on each day and two in each country are still three.
    """
    case = CASES["ru_distinct_customers"]
    rows = [
        {
            "order_id": number,
            "ordered_day": row["date"],
            "market": row["country"],
            "customer_id": row["customer"],
        }
        for number, row in enumerate(case.inputs["orders"])
    ]
    kpi, facts = find("active_customers"), {Orders: made(Orders, rows)}

    total = only(scored(lake, kpi, facts, YEAR))
    days = scored(lake, kpi, {}, YEAR, Every.DAY)
    countries = scored(lake, kpi, {}, YEAR, by=("market",))

    assert total["value"] == case.expected["total"]
    assert {str(day): value for day, value in by(days, "period").items()} == case.expected["by_day"]
    assert by(countries, "market") == case.expected["by_country"]
    assert (days["value"].sum(), countries["value"].sum()) == (4, 4)
    case.refuses(sum_of_days=total["value"], sum_of_countries=total["value"])
