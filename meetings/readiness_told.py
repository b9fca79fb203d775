"""The gate of a peak in words: each check, what is missing of it, and how long there is still time."""

from datetime import date

from kpi.figures import count
from kpi.figures import day as day_told
from kpi.words import marked, say, say_many
from meetings.readiness import Check, Found, Light
from store.state.peak_records import FINAL, Peak

CHECKS = {
    Check.REFRESHED: marked("People are refreshed"), Check.STOCK: marked("Stock reaches the end"),
    Check.CARRIER: marked("Carriers have the capacity"), Check.STAFF: marked("Teams have the people"),
}  # fmt: skip
OPEN = {
    Check.REFRESHED: marked("refreshers"), Check.STOCK: marked("stock"), Check.CARRIER: marked("carriers"),
    Check.STAFF: marked("teams"),
}  # fmt: skip
LIGHTS = {
    Light.READY: marked("Ready"), Light.TO_DO: marked("To do"), Light.MISSING: marked("Missing"),
    Light.UNKNOWN: marked("Not known"),
}  # fmt: skip
UNKNOWN = {
    Check.REFRESHED: marked("Nobody was asked for a refresher yet"),
    Check.STOCK: marked("No stock or forecast is known"),
    Check.CARRIER: marked("Nobody has said what it takes"), Check.STAFF: marked("Nobody has said what it takes"),
}  # fmt: skip


def found_told(found: Found, *, few: bool = False) -> str:
    """What is missing; without numbers where they are of `few` people, whom they would tell of."""
    n, all_of = count(found.left), count(found.whole)
    if not found.whole:
        return say(UNKNOWN[found.check])
    if few:
        return say("of fewer than five people")
    match found.check:
        case Check.REFRESHED:
            return say("{n} of {all} people are not refreshed", n=n, all=all_of)
        case Check.STOCK if found.light is Light.UNKNOWN:
            return say("the forecast of {n} of {all} articles does not reach the end", n=n, all=all_of)
        case Check.STOCK:
            return say("{n} of {all} articles run out before the end", n=n, all=all_of)
        case Check.CARRIER:
            return say("{n} of {all} carriers fall short", n=n, all=all_of)
        case Check.STAFF:
            return say("{n} of {all} teams fall short", n=n, all=all_of)


def time_told(peak: Peak, day: date) -> str:
    """How long it is until a peak, or that it is under way or over."""
    if day > peak.ends:
        return say("over")
    if day >= peak.begins:
        return say("under way")
    told = say_many("begins in {n} day", "begins in {n} days", (peak.begins - day).days)
    left = (peak.begins - FINAL - day).days
    return (
        told
        if left < 0
        else say("{begins}, to be ready by {day}", begins=told, day=day_told(peak.begins - FINAL))
    )
