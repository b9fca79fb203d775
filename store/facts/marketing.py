"""Advertising, visits, carts, and the actions a shop wishes for."""

from typing import ClassVar

import dataframely as dy
import polars as pl

from store.contract import (
    MoneyTable,
    Person,
    Table,
    amount,
    company_money,
    day,
    epoch,
    flag,
    instant,
    key,
    text,
    whole,
    worked,
)


class AdSpend(MoneyTable):
    about = "What one campaign cost and earned on one day."
    name: ClassVar[str] = "ad_spend"
    department: ClassVar[str] = "marketing"
    money_day: ClassVar[str | None] = "spend_day"
    month_of: ClassVar[str] = "spend_day"

    spend_id = key("Campaign and day, or the row of the export")
    market = text("Market the campaign addresses")
    channel = text("Channel: search, social, display, e-mail, affiliate")
    campaign = text("Campaign")
    spend_day = day("Day of the click or impression, in the account's zone", required=True)
    attribution_days = whole("Days after a click in which an order is credited to it", unit="days", default=7)
    acquisition = flag("Aimed at new customers, not at keeping old ones", default=True)
    impressions = whole("Times shown")
    clicks = whole("Clicks")
    conversions = whole("Conversions credited to the day of the click")
    currency = text("ISO code of the amounts")
    spend_micros = amount("Paid to the ad platform", given_as="spend")
    cost_micros = amount(
        "Whole marketing cost: media, agency, tools, creative, promotion; else the spend", given_as="cost"
    )
    revenue_micros = amount("Revenue credited to the day of the click", given_as="revenue", minimum=None)
    revenue_ordered_micros = amount(
        "Credited revenue on the day of the order", given_as="revenue_ordered", minimum=None
    )
    margin_micros = amount(
        "Contribution margin credited to the day of the click", given_as="margin", minimum=None
    )
    returned_micros = amount(
        "Of the revenue credited to the day of the click, what was sent back", given_as="returned"
    )
    spend_company_micros = company_money("Spend in company currency", "spend_micros")
    cost_company_micros = company_money("Cost in company currency", "cost_micros")
    revenue_company_micros = company_money("Credited revenue in company currency", "revenue_micros")
    revenue_ordered_company_micros = company_money(
        "Order-dated revenue in company currency", "revenue_ordered_micros"
    )
    margin_company_micros = company_money("Margin in company currency", "margin_micros")
    returned_company_micros = company_money(
        "Credited revenue sent back in company currency", "returned_micros"
    )
    all_cost_company_micros = worked(
        dy.Int64,
        "Whole cost; where only spend is known, the spend",
        pl.coalesce("cost_company_micros", "spend_company_micros"),
        unit="micros of the company currency",
    )
    settles_day = worked(
        dy.Date,
        "Day after which no further conversion is credited",
        pl.col("spend_day") + pl.duration(days=pl.col("attribution_days") + 1),
    )
    returns_settle_day = worked(
        dy.Date,
        "The same plus 30 days, in which credited orders may come back",
        pl.col("spend_day") + pl.duration(days=pl.col("attribution_days") + 31),
    )


class WebSessions(Table):
    about = "Visits of one day, one row a session or a daily total."
    name: ClassVar[str] = "web_sessions"
    department: ClassVar[str] = "marketing"
    month_of: ClassVar[str] = "session_day"

    session_id = key("Session, or day and slice of the daily total")
    market = text("Market of the shop")
    channel = text("Channel that brought the visit")
    device = text("Device: mobile, desktop, tablet")
    started_at = instant("Start of the session")
    session_day = day("Day of the start, in the property's zone", required=True, of="started_at")
    sessions = whole("Sessions without bots and own people", required=True, default=1)
    purchase_sessions = whole("Sessions with at least one purchase", required=True, default=0)
    key_event_sessions = whole("Sessions with any key event, counted once")
    visitor_id = text("The visitor, hashed; only where a row is one session", person=Person.VISITOR)
    settles_day = worked(
        dy.Date,
        "Day from which the figures are complete: they come in for 48 hours",
        pl.col("session_day") + pl.duration(days=2),
    )

    @dy.rule()
    def purchases_at_most_sessions(cls) -> pl.Expr:
        return pl.col("purchase_sessions") <= pl.col("sessions")


class Carts(Table):
    about = "One cart, with or without an order."
    name: ClassVar[str] = "carts"
    department: ClassVar[str] = "marketing"
    month_of: ClassVar[str] = "created_day"

    cart_id = key("Cart")
    market = text("Market of the shop")
    channel = text("Channel that brought the visit")
    device = text("Device")
    created_at = instant("When the first article was put in", required=True)
    checkout_at = instant("When the checkout was begun")
    ordered_at = instant("When it was ordered")
    checkout_day = day("Local day the checkout was begun", of="checkout_at")
    created_day = day("Local day of creation", of="created_at")
    created_epoch = epoch("created_at")
    ordered_epoch = epoch("ordered_at")
    checkout_epoch = epoch("checkout_at")
    checkout_closes_epoch = worked(
        dy.Int64, "Begin of the checkout plus 24 hours", pl.col("checkout_epoch") + 86_400, unit="s"
    )
    window_closes_epoch = worked(
        dy.Int64, "Creation plus 24 hours", pl.col("created_epoch") + 86_400, unit="s"
    )


class DesiredActions(Table):
    about = "How many visits of a day took one action the shop wishes for; which actions those are is data."
    name: ClassVar[str] = "desired_actions"
    department: ClassVar[str] = "marketing"
    month_of: ClassVar[str] = "action_day"

    action_id = key("Day, slice and action, or the row of the export")
    market = text("Market of the shop")
    channel = text("Channel that brought the visit")
    device = text("Device: mobile, desktop, tablet")
    action = text("The action as the firm names it: newsletter, quote, account, wish list", required=True)
    action_day = day("Day of the visits, in the property's zone", required=True)
    visits = whole("Visits that could have taken it", required=True)
    completed = whole("Visits that took it at least once", required=True)

    @dy.rule()
    def completed_at_most_visits(cls) -> pl.Expr:
        return pl.col("completed") <= pl.col("visits")


__all__ = ["AdSpend", "Carts", "DesiredActions", "WebSessions"]
