"""Tickets, single contacts and the surveys that follow them."""

from typing import ClassVar

import dataframely as dy
import polars as pl

from store.contract import (
    LogBin,
    Person,
    Table,
    WorkingSeconds,
    day,
    epoch,
    flag,
    instant,
    key,
    text,
    whole,
    worked,
)

DAY_S = 86_400
WISMO = "where_is_my_order"
# The lowest answer that counts as satisfied, by the highest point of the scale: no scale is read as another one.
SATISFIED_FROM = {3: 3, 5: 4, 7: 6, 10: 9}


class Tickets(Table):
    about = "One conversation with a customer."
    name: ClassVar[str] = "tickets"
    department: ClassVar[str] = "service"
    month_of: ClassVar[str] = "created_day"

    ticket_id = key("Ticket or conversation number")
    market = text("Market of the customer")
    channel = text("Channel of the first contact: e-mail, chat, phone, social")
    team = text("Team responsible for it")
    order_id = text("The order it is about")
    reason = text(f"What it is about; {WISMO} are those who ask for their order")
    status = text("open, solved or closed", required=True, default="open")
    created_at = instant("When the conversation began", required=True)
    first_reply_at = instant("First public reply by a person; bots do not count")
    resolved_at = instant("The last solve; null while it is open")
    closed_at = instant("When it was closed for good")
    escalated_at = instant("When a second level of support took it over")
    reassigned_at = instant("When it first moved to another group")
    reopened_at = instant("When it was first opened again after a solve")
    first_response_limit_s = whole("Promised time to the first reply", unit="s", default=14_400)
    tiers = whole("Levels of support that handled it", default=1)
    contacts = whole("Inbound contacts of the customer about it")
    reassignments = whole("Times it moved to another group", default=0)
    reopens = whole("Times it was opened again after a solve", default=0)
    merged_into = text("The ticket it was merged into")
    spam = flag("Spam or internal", default=False)
    outbound = flag("Begun by us", default=False)
    bot_only = flag("Only a bot talked to the customer", default=False)
    created_day = day("Local day it began", of="created_at")
    first_reply_day = day("Local day of the first reply", of="first_reply_at")
    resolved_day = day("Local day of the last solve", of="resolved_at")
    created_epoch = epoch("created_at")
    first_reply_epoch = epoch("first_reply_at")
    resolved_epoch = epoch("resolved_at")
    closed_epoch = epoch("closed_at")
    escalated_epoch = epoch("escalated_at")
    reassigned_epoch = epoch("reassigned_at")
    reopened_epoch = epoch("reopened_at")
    first_response_s = worked(
        dy.Int64,
        "Creation to first reply, around the clock",
        pl.col("first_reply_epoch") - pl.col("created_epoch"),
        unit="s",
    )
    first_response_working_s = worked(
        dy.Int64,
        "Creation to first reply within working hours",
        WorkingSeconds("created_at", "first_reply_at"),
        unit="s",
    )
    resolution_s = worked(
        dy.Int64,
        "Creation to last solve, around the clock",
        pl.col("resolved_epoch") - pl.col("created_epoch"),
        unit="s",
    )
    resolution_working_s = worked(
        dy.Int64,
        "Creation to last solve within working hours",
        WorkingSeconds("created_at", "resolved_at"),
        unit="s",
    )
    first_response_bin = worked(dy.Int64, "1 % bin of the first response", LogBin("first_response_s"))
    first_response_working_bin = worked(
        dy.Int64, "1 % bin, working hours", LogBin("first_response_working_s")
    )
    resolution_bin = worked(dy.Int64, "1 % bin of the resolution", LogBin("resolution_s"))
    resolution_working_bin = worked(dy.Int64, "1 % bin, working hours", LogBin("resolution_working_s"))
    response_day = worked(
        dy.Date,
        "Day of the first reply; while it waits, the day it began",
        pl.coalesce("first_reply_day", "created_day"),
    )
    solve_day = worked(
        dy.Date,
        "Day of the last solve; while it is open, the day it began",
        pl.coalesce("resolved_day", "created_day"),
    )
    response_due_epoch = worked(
        dy.Int64,
        "End of the promised time to the first reply",
        pl.col("created_epoch") + pl.col("first_response_limit_s"),
        unit="s",
    )
    settled_epoch = worked(
        dy.Int64,
        "When an escalation can no longer happen: closure, at the latest 14 days after the beginning",
        pl.min_horizontal(pl.col("closed_epoch"), pl.col("created_epoch") + 14 * DAY_S),
        unit="s",
    )
    repeat_window_epoch = worked(
        dy.Int64,
        "End of the seven days in which a repeat counts",
        pl.col("created_epoch") + 7 * DAY_S,
        unit="s",
    )

    @dy.rule()
    def status_is_known(cls) -> pl.Expr:
        return pl.col("status").is_in(["open", "solved", "closed"])


class TicketContacts(Table):
    about = "One contact; contacts of the same issue close to each other make an episode."
    name: ClassVar[str] = "ticket_contacts"
    department: ClassVar[str] = "service"
    month_of: ClassVar[str] = "created_day"

    contact_id = key("Contact or message number")
    issue_key = text(
        "Customer and reason, or the explicit link between contacts; hashed",
        required=True,
        person=Person.CUSTOMER,
    )
    market = text("Market of the customer")
    channel = text("Channel of the contact")
    team = text("Team that handled it")
    created_at = instant("When the contact began", required=True)
    resolved_at = instant("When it was resolved")
    outbound = flag("Begun by us", default=False)
    spam = flag("Spam or a bot-only conversation", default=False)
    escalated = flag("Transferred or escalated", default=False)
    resolvable = flag("Could be resolved at level 1", default=True)
    created_day = day("Local day of the contact", of="created_at")
    created_epoch = epoch("created_at")


class ContactEpisodes(Table):
    about = "Contacts of one issue with gaps of at most seven days; prepared from ticket_contacts."
    name: ClassVar[str] = "contact_episodes"
    department: ClassVar[str] = "service"
    month_of: ClassVar[str] = "first_contact_day"
    prepared: ClassVar[bool] = True

    episode_id = key("Number of the first contact")
    issue_key = text("Customer and reason, hashed", required=True, person=Person.CUSTOMER)
    market = text("Market of the customer")
    channel = text("Channel of the first contact")
    team = text("Team of the first contact")
    first_contact_day = day("Local day of the first contact", required=True)
    window_closes_epoch = whole("First contact plus seven days", unit="s", minimum=None)
    contacts = whole("Contacts in the episode")
    escalated = flag("Any contact was escalated")
    resolved_epoch = whole("When the last contact was resolved", unit="s", minimum=None)
    resolvable = flag("Level 1 could have resolved it")


class Surveys(Table):
    about = "One survey sent to a customer, answered or not; the last answer of a survey counts."
    name: ClassVar[str] = "surveys"
    department: ClassVar[str] = "service"
    month_of: ClassVar[str] = "sent_day"

    survey_id = key("Survey number")
    ticket_id = text("The ticket it is about")
    order_id = text("The order it is about")
    market = text("Market of the customer")
    channel = text("Channel of the contact")
    team = text("Team of the contact")
    sent_at = instant("When it was delivered to the customer")
    sent_day = day("Local day it was delivered", of="sent_at")
    answered_at = instant("When it was answered")
    answered_day = day("Local day of the answer", of="answered_at")
    score = whole("The answer on the scale", unit="points")
    scale = whole("Highest point of the scale: 3, 5, 7 or 10", unit="points", required=True, default=5)
    internal = flag("Answered by our own people", default=False)
    solved_first = flag("The customer says that the first contact solved it")
    satisfied = worked(
        dy.Bool,
        "Top two of five or seven, top one of three, nine or ten of ten",
        pl.col("score")
        >= pl.col("scale").replace_strict(SATISFIED_FROM, default=None, return_dtype=pl.Int64),
    )
    answer_or_sent_day = worked(
        dy.Date, "Day of the answer; without one the day it was sent", pl.coalesce("answered_day", "sent_day")
    )
    asked_day = worked(
        dy.Date, "Day it was sent; without one the day of the answer", pl.coalesce("sent_day", "answered_day")
    )
    answer_due_day = worked(
        dy.Date, "Day it was sent plus seven days", pl.coalesce("sent_day", "answered_day").dt.offset_by("7d")
    )

    @dy.rule()
    def score_is_on_the_scale(cls) -> pl.Expr:
        return pl.col("scale").is_in(list(SATISFIED_FROM)) & (
            pl.col("score").is_null() | pl.col("score").is_between(1, pl.col("scale"))
        )

    @dy.rule()
    def has_a_day(cls) -> pl.Expr:
        return pl.col("asked_day").is_not_null()


class QaReviews(Table):
    about = (
        "One criterion of one review of a conversation. Reviews judge how work was done, never who is better."
    )
    name: ClassVar[str] = "qa_reviews"
    department: ClassVar[str] = "service"
    month_of: ClassVar[str] = "contact_day"

    item_id = key("Review and criterion")
    review_id = text("The review it belongs to", required=True)
    ticket_id = text("The conversation that was reviewed")
    market = text("Market of the customer")
    channel = text("Channel of the conversation")
    team = text("Team that led it")
    criterion = text("What was judged: tone, answer, procedure, escalation", required=True)
    weight = whole("How much the criterion weighs", default=1)
    points = whole("Points given; none for a criterion that nobody answered", unit="points")
    most = whole("Most points there are", unit="points", required=True, minimum=1, default=1)
    applicable = flag("The criterion applies to this conversation", default=True)
    critical = flag("Failing it fails the whole conversation", default=False)
    reviewed_at = instant("When it was reviewed")
    reviewed_day = day("Local day of the review", of="reviewed_at")
    contact_day = day("Local day of the conversation, else of the review", required=True, of="reviewed_at")
    earned = worked(
        dy.Int64, "Weighted points", pl.col("weight") * pl.col("points").fill_null(0), unit="points"
    )
    possible = worked(dy.Int64, "Weighted points there are", pl.col("weight") * pl.col("most"), unit="points")

    @dy.rule()
    def points_at_most_those_there_are(cls) -> pl.Expr:
        return pl.col("points").is_null() | (pl.col("points") <= pl.col("most"))


__all__ = ["WISMO", "ContactEpisodes", "QaReviews", "Surveys", "TicketContacts", "Tickets"]
