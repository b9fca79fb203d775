"""Tickets of the made-up firm, the contacts they consist of, and the surveys that follow."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from demo.books import order_numbers
from demo.company import CODES, LANES
from demo.dice import Days, Flags, Number, Whole, identity
from demo.season import demand
from demo.selling import order_counts
from demo.stories import CARRIER, STAFFING, under_way
from demo.world import (
    DAY_S,
    HOUR_S,
    NEVER,
    Slots,
    World,
    fill,
    frame,
    joined,
    local_days,
    market_words,
    numbers,
    place,
    utc,
    whole,
    words,
)
from store.contract import Table
from store.facts import QaReviews, Surveys, TicketContacts, Tickets

TICKETS_A_DAY = 95.0
CHANNELS = ("e-mail", "chat", "phone", "social")
REPLY_MIN = np.array([124.0, 6.0, 2.0, 85.0])
SOLVE_HOURS = np.array([17.0, 11.0, 9.0, 15.0])
STATES = ("open", "solved", "closed")
REASONS = ("where_is_my_order", "return", "damage", "product question", "change of order")
CRITERIA = ("answer", "tone", "procedure", "escalation", "closing")
JAPAN = CODES.index("JP")
WEIGHTS = np.array([4, 2, 2, 1, 1])
REVIEWED = 0.03
EMAIL, CHAT = 0, 1


@dataclass(frozen=True, eq=False)
class Talks:
    """Conversations with their moments in local seconds; NEVER for what does not happen."""

    slots: Slots
    channel: Whole
    begun: Whole
    replied: Whole
    solved: Whole
    raised: Flags
    contacts: Whole
    spam: Flags

    @cached_property
    def closed(self) -> Whole:
        return self.solved + 4 * DAY_S


def ticket_counts(world: World, days: Days) -> Whole:
    """Conversations that begin on each day (row) in each market (column)."""
    shares = np.array([lane.share for lane in LANES])
    mean = world.scale * TICKETS_A_DAY * demand(days)[:, None] ** 0.8 * shares[None, :]
    return world.dice.count("tickets", identity(days[:, None], np.arange(len(LANES))[None, :]), mean)


def ticket_numbers(slots: Slots) -> pl.Series:
    return numbers("T", slots)


def talk(world: World, days: Days) -> Talks:
    """The conversations that begin on these days."""
    dice = world.dice
    slots = fill(ticket_counts(world, days), int(days[0]))
    rolls = slots.rolls
    channel = dice.pick("ticket channel", rolls, [62, 18, 12, 8])
    begun = (
        slots.days * DAY_S + 5 * HOUR_S + (dice.uniform("ticket hour", rolls) * 18 * HOUR_S).astype(np.int64)
    )
    spam = dice.happens("spam", rolls, 0.02)
    replied = np.where(spam, NEVER, begun + _reply_s(world, slots, channel))
    hours = dice.lasting("solve", rolls, SOLVE_HOURS[channel], 0.75)
    solved = np.where(spam, NEVER, replied + (np.minimum(hours, 250) * HOUR_S).astype(np.int64))
    return Talks(
        slots, channel, begun, replied, solved,
        raised=dice.happens("raised", rolls, 0.067),
        contacts=1 + dice.pick("contacts", rolls, [86, 10.5, 3.5]),
        spam=spam,
    )  # fmt: skip


def _reply_s(world: World, slots: Slots, channel: Whole) -> Whole:
    """Seconds to the first reply: one in twelve waits long; e-mail waits longer while people are missing."""
    dice, rolls = world.dice, slots.rolls
    usual = dice.lasting("reply", rolls, REPLY_MIN[channel], 0.42)
    waits = dice.happens("waits", rolls, 0.08)
    minutes = np.where(waits, usual * 6, usual) * (1 + 1.35 * _short_of_people(world, slots, channel))
    return np.asarray((np.minimum(minutes, 4_000) * 60).astype(np.int64) + 20)


def _short_of_people(world: World, slots: Slots, channel: Whole) -> Number:
    return np.asarray(under_way(STAFFING, slots.days, world.anchor, ramp=3) * (channel == EMAIL))


def _desks(markets: Whole) -> pl.Series:
    return words(tuple(lane.desk for lane in LANES), markets)


def tickets(world: World, talks: Talks) -> tuple[type[Table], pl.DataFrame]:
    """One row a conversation that began by the day of the look, as it stands then."""
    dice, slots, rolls = world.dice, talks.slots, talks.slots.rolls
    solved, closed = world.sees(talks.solved), world.sees(talks.closed)
    columns = {
        "ticket_id": ticket_numbers(slots),
        "market": market_words(slots.markets),
        "channel": words(CHANNELS, talks.channel),
        "team": _desks(slots.markets),
        "order_id": _orders(world, slots),
        "reason": words(REASONS, _reasons(world, talks)),
        "status": words(STATES, np.where(closed, 2, np.where(solved, 1, 0))),
        "created_at": utc(talks.begun, slots.markets),
        "first_reply_at": utc(talks.replied, slots.markets, world.sees(talks.replied)),
        "resolved_at": utc(talks.solved, slots.markets, solved),
        "closed_at": utc(talks.closed, slots.markets, closed),
        "escalated_at": utc(talks.replied, slots.markets, talks.raised & world.sees(talks.replied)),
        "reopened_at": utc(talks.closed, slots.markets, dice.happens("reopened", rolls, 0.03) & closed),
        "tiers": whole(1 + (talks.raised & world.sees(talks.replied))),
        "contacts": whole(np.where(world.sees(talks.begun + 6 * DAY_S), talks.contacts, 1)),
        "reassignments": whole(talks.raised & world.sees(talks.replied)),
        "reopens": whole(dice.happens("reopened", rolls, 0.03) & closed),
        "merged_into": pl.Series([None] * len(slots), dtype=pl.String),
        "spam": pl.Series(talks.spam),
        "outbound": pl.Series(dice.happens("outbound", rolls, 0.015)),
        "bot_only": pl.Series((talks.channel == CHAT) & dice.happens("bot", rolls, 0.12)),
    }
    return Tickets, frame(columns, world.sees(talks.begun))


def _reasons(world: World, talks: Talks) -> Whole:
    """Who waits for a late parcel asks where it is: every third as a rule, two of three in Japan in the end."""
    dice, slots = world.dice, talks.slots
    late = 0.5 * under_way(CARRIER, slots.days, world.anchor, ramp=30) * (slots.markets == JAPAN)
    return np.where(
        dice.happens("asks where", slots.rolls, late),
        0,
        dice.pick("reason", slots.rolls, [33, 24, 8, 23, 12]),
    )


def _orders(world: World, slots: Slots) -> pl.Series:
    """Two of three conversations are about an order of the same market placed one to twelve days before."""
    dice, rolls = world.dice, slots.rolls
    days = slots.days - 1 - dice.pick("order age", rolls, [1] * 12)
    start = int(days.min())
    counts = order_counts(world, np.arange(start, int(days.max()) + 1))
    choice = counts[days - start, slots.markets]
    about = Slots(days, slots.markets, (dice.uniform("about", rolls) * choice).astype(np.int64))
    known = (choice > 0) & dice.happens("about an order", rolls, 0.66)
    return order_numbers(about).set(pl.Series(~known), None)


def ticket_contacts(world: World, talks: Talks) -> tuple[type[Table], pl.DataFrame]:
    """One row a contact: the first, and every time the customer writes again within six days."""
    talk = np.repeat(np.arange(len(talks.slots)), talks.contacts)
    nth = np.arange(len(talk)) - (np.cumsum(talks.contacts) - talks.contacts)[talk]
    slots = talks.slots
    markets = slots.markets[talk]
    rolls = identity(slots.days[talk], markets, slots.nth[talk], nth)
    wait = (nth > 0) * (nth - world.dice.uniform("again after", rolls) * 0.9) * 2.9 * DAY_S
    begun = talks.begun[talk] + wait.astype(np.int64)
    solved = np.maximum(talks.solved[talk], begun + HOUR_S)
    ticket_id = ticket_numbers(slots).gather(talk)
    columns = {
        "contact_id": joined(ticket_id, "/", place(nth + 1, 1)),
        "issue_key": ticket_id,
        "market": market_words(markets),
        "channel": words(CHANNELS, talks.channel[talk]),
        "team": _desks(markets),
        "created_at": utc(begun, markets),
        "resolved_at": utc(solved, markets, world.sees(solved) & ~talks.spam[talk]),
        "spam": pl.Series(talks.spam[talk]),
        "escalated": pl.Series(talks.raised[talk] & world.sees(talks.replied[talk])),
        "resolvable": pl.Series(~world.dice.happens("beyond level 1", slots.rolls, 0.05)[talk]),
    }
    return TicketContacts, frame(columns, world.sees(begun))


def surveys(world: World, talks: Talks) -> tuple[type[Table], pl.DataFrame]:
    """One row a survey, sent two hours after the solve; about one in four is answered, within six days."""
    dice, slots, rolls = world.dice, talks.slots, talks.slots.rolls
    sent = talks.solved + 2 * HOUR_S
    answered = sent + HOUR_S + (dice.uniform("answer after", rolls) ** 2 * 5 * DAY_S).astype(np.int64)
    answers = dice.happens("answers", rolls, 0.245) & world.sees(answered)
    unhappy = 0.092 + 0.02 * _short_of_people(world, slots, talks.channel)
    score = np.where(
        dice.happens("unhappy", rolls, unhappy),
        1 + dice.pick("unhappy score", rolls, [3, 3, 4]),
        4 + dice.pick("happy score", rolls, [1, 2]),
    )
    columns = {
        "survey_id": numbers("S", slots),
        "ticket_id": ticket_numbers(slots),
        "market": market_words(slots.markets),
        "channel": words(CHANNELS, talks.channel),
        "team": _desks(slots.markets),
        "sent_at": utc(sent, slots.markets),
        "answered_at": utc(answered, slots.markets, answers),
        "score": whole(score, answers),
        "solved_first": pl.Series(dice.happens("solved first", rolls, 0.74)).set(pl.Series(~answers), None),
    }
    return Surveys, frame(columns, ~talks.spam & world.sees(sent))


def qa_reviews(world: World, talks: Talks) -> tuple[type[Table], pl.DataFrame]:
    """One row a criterion of the conversations a quality coach read, three days after they were solved."""
    dice, slots = world.dice, talks.slots
    read = talks.solved + 3 * DAY_S
    chosen = dice.happens("reviewed", slots.rolls, REVIEWED) & ~talks.spam & world.sees(read)
    talk, criterion = np.repeat(np.flatnonzero(chosen), 5), np.tile(np.arange(5), int(chosen.sum()))
    markets = slots.markets[talk]
    rolls = identity(slots.days[talk], markets, slots.nth[talk], criterion)
    hurried = 0.10 * _short_of_people(world, slots, talks.channel)[talk]
    points = 2 - dice.pick("points", rolls, [84, 11, 5])
    review = numbers("QA", slots).gather(talk)
    columns = {
        "item_id": joined(review, "/", place(criterion + 1, 1)),
        "review_id": review,
        "ticket_id": ticket_numbers(slots).gather(talk),
        "market": market_words(markets),
        "channel": words(CHANNELS, talks.channel[talk]),
        "team": _desks(markets),
        "criterion": words(CRITERIA, criterion),
        "weight": whole(WEIGHTS[criterion]),
        "points": whole(np.where(dice.happens("hurried", rolls, hurried), 0, points)),
        "most": whole(np.full(len(talk), 2)),
        "applicable": pl.Series((criterion != 3) | talks.raised[talk]),
        "critical": pl.Series(criterion == 2),
        "reviewed_at": utc(read[talk], markets),
        "contact_day": local_days(slots.days[talk]),
    }
    return QaReviews, frame(columns, np.ones(len(talk), dtype=np.bool_))
