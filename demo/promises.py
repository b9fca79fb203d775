"""What the people of the made-up firm promised to do about its stories, and what they noted on their days."""

from datetime import date, timedelta

from demo.meeting import earlier
from demo.stories import BIDDING, CARRIER, CUSTOMS, MOULD, STAFFING, Story
from demo.targets import owner_of
from store.scope import Principal
from store.state import Action, Note, State

PROMISES: tuple[tuple[Story, str, str, str, int], ...] = (
    (
        CARRIER,
        "on_time_delivery_rate",
        "market=JP",
        "Move half of Nordpost's parcels to Blue Crane Express",
        5,
    ),
    (
        STAFFING,
        "first_response_time",
        "",
        "Two temps for the e-mail desk until the week after Black Friday",
        -3,
    ),
    (MOULD, "scrap_rate", "", "Weld and polish the mould of line 7 in the night shift", 9),
)  # one is overdue
NOTES: tuple[tuple[Story, int, str, str, str], ...] = (
    (CARRIER, -44, "on_time_delivery_rate", "market=JP", "Nordpost moves its hub from Osaka to Nagoya"),
    (STAFFING, -24, "first_response_time", "", "Three people of the e-mail desk left"),
    (MOULD, -47, "scrap_rate", "", "Mould of line 7 past its planned life"),
    (BIDDING, -36, "customer_acquisition_cost", "market=US", "New bidding rule for generic search"),
    (CUSTOMS, -180, "on_time_delivery_rate", "", "Customs papers with the missing code in force"),
)


def promise(state: State, principal: Principal, last: date) -> None:
    """
    Store them, counted from the last day of the first load and promised the week before last; nothing where people
    have promised or noted before.
    """
    if not state.actions.rows(principal):
        before = state.at(earlier(last))
        for story, kpi, segment, text, days in PROMISES:
            owner, due = owner_of(story.department), last + timedelta(days=days)
            before.actions.add(principal, Action(kpi, story.department, text, owner, due, segment))
    if not state.annotations.rows(principal, removed=True):
        for story, days, kpi, segment, text in NOTES:
            day = last + timedelta(days=days)
            state.annotations.add(principal, Note(day, day, text, story.department, kpi, segment))
