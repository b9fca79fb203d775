"""What was said in last week's meeting of shipping at the made-up firm, and when its people promised what."""

from datetime import UTC, date, datetime, time, timedelta

from demo.stories import CARRIER
from store.state.meeting_records import monday_of

BEGINS, LASTS, CARRIED_ON = time(9), timedelta(minutes=40), timedelta(days=3)
STORY = (
    "Nordpost brought parcels to Osaka late, week after week",
    "Its hub is being moved",
    "Give it half as many",
)
OTHERS = (
    "It is off, and nobody has looked at its records yet",
    "Not known",
    "Look at the records of its worst days",
)
DECIDED = "Less for Nordpost until its hub stands; looked at again next week"
WISH = "Ask Nordpost for the scans of Osaka that are missing"
PRESENT = ("Mareike Keller", "Tomasz Zielinski")


def earlier(last: date) -> datetime:
    """When the firm promised what last week's meeting met already, for a load that ends on a day."""
    return morning(monday_of(last + timedelta(days=1)) - timedelta(days=11))


def morning(day: date) -> datetime:
    """When meetings begin."""
    return datetime.combine(day, BEGINS, UTC)


def said_of(kpi: str) -> tuple[str, str, str]:
    """What happened, why, and what is next."""
    return STORY if any(each.startswith(kpi) for each in CARRIER.moves) else OTHERS
