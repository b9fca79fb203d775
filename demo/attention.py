"""Advertising, visits and carts of the made-up firm."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from demo.company import CODES, LANES
from demo.dice import Days, Flags, Number, Rolls, Whole, identity
from demo.rates import level_of
from demo.season import demand
from demo.selling import FIRST_ORDERS, ORDERS_A_DAY
from demo.stories import BIDDING, under_way
from demo.world import (
    DAY_S,
    HOUR_S,
    Slots,
    World,
    currencies,
    fill,
    frame,
    joined,
    local_days,
    market_words,
    money,
    numbers,
    place,
    utc,
    whole,
    words,
)
from store.contract import Table
from store.facts import AdSpend, Carts, DesiredActions, WebSessions


@dataclass(frozen=True)
class Campaign:
    """One campaign: its channel, its share of the spend, and what a click and a conversion cost in euro."""

    name: str
    channel: str
    share: float
    click: float
    conversion: float
    acquisition: bool = True


CAMPAIGNS: tuple[Campaign, ...] = (
    Campaign("Search brand", "search", 0.10, 0.42, 14.0), Campaign("Search generic", "search", 0.26, 0.76, 22.6),
    Campaign("Shopping feed", "search", 0.15, 0.60, 19.5), Campaign("Social prospecting", "social", 0.14, 0.70, 23.5),
    Campaign("Social retargeting", "social", 0.05, 0.75, 18.0, False),
    Campaign("Short video", "social", 0.06, 0.66, 25.0), Campaign("Influencers", "social", 0.05, 0.95, 27.0),
    Campaign("Display prospecting", "display", 0.06, 0.62, 27.0),
    Campaign("Display retargeting", "display", 0.03, 0.66, 20.0, False),
    Campaign("Affiliate deals", "affiliate", 0.05, 0.64, 20.0),
    Campaign("Comparison sites", "affiliate", 0.03, 0.58, 21.0),
    Campaign("Newsletter", "e-mail", 0.02, 0.38, 12.5, False),
)  # fmt: skip
GENERIC = [campaign.name for campaign in CAMPAIGNS].index("Search generic")
COST_OF_A_NEW_CUSTOMER = 26.9
WHOLE_COST = 1.05  # agency, tools and creative on top of the media
REVENUE_A_CONVERSION = 94.0
MARGIN = 0.338
SENT_BACK = 0.074
ACTIONS = ("newsletter", "account", "wish list")
TAKEN = np.array([0.021, 0.013, 0.034])
OVERBID = 5.6  # what the bad rule adds to the campaign's spend, in times of its usual spend
CREDITED = np.array([0.56, 0.71, 0.80, 0.86, 0.91, 0.95, 0.98, 1.0])  # by days since the click
VISIT_CHANNELS = ("organic", "direct", "search", "social", "e-mail")
DEVICES = ("mobile", "desktop", "tablet")
SESSIONS_A_DAY = 11_800.0
CARTS_A_DAY = 560.0
ABANDONED = 0.681


def _shares() -> Number:
    return np.array([lane.share for lane in LANES])


@dataclass(frozen=True, eq=False)
class Bought:
    """What campaigns cost and won in the end, in euro: one value for each row of `rolls`."""

    rolls: Rolls
    spend: Number
    clicks: Whole
    won: Number
    revenue: Number


def _buy(world: World, day: Days, market: Whole, campaign: Whole) -> Bought:
    """The usual business, and what the bad rule adds to one campaign: dear clicks of customers we have."""
    dice, rolls = world.dice, identity(day, market, campaign)
    usual = _usual_eur(world, day, market, campaign) * dice.lasting("budget", rolls, 1.0, 0.06)
    outbid = (market == CODES.index("US")) & (campaign == GENERIC)
    extra = usual * OVERBID * outbid * under_way(BIDDING, day, world.anchor, ramp=4)
    click = np.array([each.click for each in CAMPAIGNS])[campaign]
    conversion = np.array([each.conversion for each in CAMPAIGNS])[campaign]
    revenue = usual / conversion * REVENUE_A_CONVERSION + extra * 3.0
    return Bought(
        rolls,
        usual + extra,
        dice.count("clicks", rolls, usual / click + extra / (2 * click)),
        usual / conversion + extra / 44.0,
        revenue * dice.lasting("basket", rolls, 1.0, 0.05),
    )


def ad_spend(world: World, days: Days) -> tuple[type[Table], pl.DataFrame]:
    """One row a campaign, market and day. Conversions are credited to the click day for eight days."""
    axes = np.meshgrid(days, np.arange(len(LANES)), np.arange(len(CAMPAIGNS)), indexing="ij")
    day, market, campaign = (axis.ravel() for axis in axes)
    bought, dice = _buy(world, day, market, campaign), world.dice
    rolls, clicks = bought.rolls, bought.clicks
    credited = CREDITED[np.clip(world.known - day, 0, 7)]
    spend, revenue = bought.spend * level_of(market), bought.revenue * level_of(market)
    won = np.floor(bought.won * credited + dice.uniform("won", rolls))
    columns = {
        "spend_id": _spend_ids(day, market, campaign),
        "market": market_words(market),
        "channel": words(tuple(each.channel for each in CAMPAIGNS), campaign),
        "campaign": words(tuple(each.name for each in CAMPAIGNS), campaign),
        "spend_day": local_days(day),
        "acquisition": pl.Series(np.array([each.acquisition for each in CAMPAIGNS])[campaign]),
        "impressions": whole(clicks * 41.0 + dice.uniform("shown", rolls) * 90),
        "clicks": whole(clicks),
        "conversions": whole(np.minimum(won, clicks)),
        "currency": currencies(market),
        "spend_micros": money(spend, market),
        "cost_micros": money(spend * WHOLE_COST, market),
        "revenue_micros": money(revenue * credited, market),
        "revenue_ordered_micros": money(revenue * dice.lasting("order day", rolls, 1.0, 0.04), market),
        "margin_micros": money(revenue * credited * MARGIN, market),
        "returned_micros": money(
            revenue * credited * SENT_BACK * np.clip((world.known - day - 5) / 33, 0, 1), market
        ),
    }
    return AdSpend, frame(columns, day <= world.known)


def _usual_eur(world: World, day: Days, market: Whole, campaign: Whole) -> Number:
    """The budget: so much for each new customer expected, spread over markets and campaigns."""
    share = np.array([each.share for each in CAMPAIGNS])
    winning = sum(each.share for each in CAMPAIGNS if each.acquisition)
    newcomers = world.scale * ORDERS_A_DAY * FIRST_ORDERS * demand(day)
    return np.asarray(
        newcomers * COST_OF_A_NEW_CUSTOMER / WHOLE_COST / winning * share[campaign] * _shares()[market]
    )


def _spend_ids(day: Days, market: Whole, campaign: Whole) -> pl.Series:
    code = market_words(market)
    return joined("AD", local_days(day).dt.to_string("-%y%m%d-"), code, "-", place(campaign + 1, 2))


def web_sessions(world: World, days: Days) -> tuple[type[Table], pl.DataFrame]:
    """One row a day, market, channel and device: a daily total of visits."""
    axes = np.meshgrid(days, np.arange(len(LANES)), np.arange(5), np.arange(3), indexing="ij")
    day, market, channel, device = (axis.ravel() for axis in axes)
    rolls = identity(day, market, channel, device)
    share = (
        _shares()[market]
        * np.array([0.30, 0.22, 0.26, 0.16, 0.06])[channel]
        * np.array([0.62, 0.33, 0.05])[device]
    )
    sessions = world.dice.count("sessions", rolls, world.scale * SESSIONS_A_DAY * demand(day) * share)
    rate = 0.0283 * np.array([1.0, 1.15, 1.1, 0.6, 1.25])[channel] * np.array([0.78, 1.4, 1.05])[device]
    bought = np.minimum(world.dice.count("bought", rolls, sessions * rate), sessions)
    code = joined(market_words(market), "-", place(channel * 3 + device + 1, 2))
    columns = {
        "session_id": joined("W", local_days(day).dt.to_string("-%y%m%d-"), code),
        "market": market_words(market),
        "channel": words(VISIT_CHANNELS, channel),
        "device": words(DEVICES, device),
        "session_day": local_days(day),
        "sessions": whole(sessions),
        "purchase_sessions": whole(bought),
        "key_event_sessions": whole(
            np.minimum(sessions, bought + world.dice.count("events", rolls, sessions * 0.11))
        ),
    }
    return WebSessions, frame(columns, day <= world.known)


def desired_actions(world: World, days: Days) -> tuple[type[Table], pl.DataFrame]:
    """One row a day, market and action the firm wishes for: a daily total."""
    axes = np.meshgrid(days, np.arange(len(LANES)), np.arange(len(ACTIONS)), indexing="ij")
    day, market, action = (axis.ravel() for axis in axes)
    rolls = identity(day, market, action)
    visits = world.dice.count(
        "could act", rolls, world.scale * SESSIONS_A_DAY * demand(day) * _shares()[market]
    )
    took = np.minimum(world.dice.count("acted", rolls, visits * TAKEN[action]), visits)
    columns = {
        "action_id": joined(
            "W", local_days(day).dt.to_string("-%y%m%d-"), market_words(market), place(action, 1)
        ),
        "market": market_words(market),
        "action": words(ACTIONS, action),
        "action_day": local_days(day),
        "visits": whole(visits),
        "completed": whole(took),
    }
    return DesiredActions, frame(columns, day <= world.known)


def carts(world: World, days: Days) -> tuple[type[Table], pl.DataFrame]:
    """One row a cart; some are ordered only after a day has passed, which no longer counts."""
    dice = world.dice
    mean = world.scale * CARTS_A_DAY * demand(days)[:, None] * _shares()[None, :]
    slots = fill(
        dice.count("carts", identity(days[:, None], np.arange(len(LANES))[None, :]), mean), int(days[0])
    )
    rolls = slots.rolls
    created = (
        slots.days * DAY_S + 6 * HOUR_S + (dice.uniform("cart hour", rolls) * 18 * HOUR_S).astype(np.int64)
    )
    after = np.where(dice.happens("slow buyer", rolls, 0.04), 30.0, dice.lasting("to order", rolls, 0.4, 0.9))
    ordered = created + (np.minimum(after, 40) * HOUR_S).astype(np.int64)
    device = dice.pick("cart device", rolls, [0.55, 0.39, 0.06])
    buys, checkout = _buys(world, slots, device), ordered - 240
    begins = (buys | dice.happens("checkout", rolls, 0.26)) & world.sees(checkout)
    columns = {
        "cart_id": numbers("B", slots),
        "market": market_words(slots.markets),
        "channel": words(VISIT_CHANNELS, dice.pick("cart channel", rolls, [30, 25, 26, 11, 8])),
        "device": words(DEVICES, device),
        "created_at": utc(created, slots.markets),
        "checkout_at": utc(np.maximum(checkout, created), slots.markets, begins & world.sees(created)),
        "ordered_at": utc(ordered, slots.markets, buys & world.sees(ordered)),
    }
    return Carts, frame(columns, world.sees(created))


def _buys(world: World, slots: Slots, device: Whole) -> Flags:
    chance = (1 - ABANDONED) * 1.04 * np.array([0.86, 1.18, 1.1])[device]
    return world.dice.happens("buys", slots.rolls, chance)
