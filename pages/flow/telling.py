"""How the flow page writes durations, shares, money and names."""

from kpi.flow.stages import BY_KEY, NAMES, UNATTRIBUTED, Party
from kpi.words import say
from kpi.words.figures import currency_sign
from pages.parts.format import ABSENT, MINUS, count, decimal, share

DAY_S, HOUR_S = 86_400, 3_600
SHORT_DAYS_S = 2 * DAY_S
MICROS = 1_000_000


def lasting(seconds: float | None) -> str:
    """`40 min`, `18 h`, `3.1 days`."""
    if seconds is None:
        return ABSENT
    size = abs(seconds)
    if size < HOUR_S:
        return say("{n} min", n=count(seconds / 60))
    if size < SHORT_DAYS_S:
        return say("{n} h", n=decimal(seconds / HOUR_S, 1 if size < 9.95 * HOUR_S else 0))
    return say("{n} days", n=decimal(seconds / DAY_S, 1))


def days(number: float) -> str:
    """`1,204 days`; below ten with one decimal."""
    return say("{n} days", n=decimal(number, 1) if abs(number) < 10 else count(number))


def percent(part: float | None) -> str:
    """A share with one decimal; two below ten per cent."""
    return ABSENT if part is None else share(part, 2 if part < 0.09995 else 1)


def points(part: float) -> str:
    """A difference of shares in percentage points with its sign."""
    return f"{signed(part * 100)} {say('pp')}"


def signed(value: float, places: int = 1) -> str:
    """A number with a plus or a true minus."""
    written = decimal(abs(value), places)
    sign = "±" if not written.strip("0.,") else "+" if value > 0 else MINUS
    return f"{sign}{written}"


def money(amount: float, currency: str, places: int | None = None) -> str:
    """An amount of company money; cents below a hundred."""
    digits = places if places is not None else 2 if abs(amount) < 99.995 else 0
    sign = MINUS if amount < 0 else ""
    return f"{sign}{currency_sign(currency)}{decimal(abs(amount), digits)}"


def stage_name(key: str | None) -> str:
    """The stage as a person calls it."""
    if key is None:
        return ABSENT
    return say("Not scanned") if key == UNATTRIBUTED else say(BY_KEY[key].title)


def party_name(key: str | None) -> str:
    """Who answers, in a word."""
    return ABSENT if key is None else say(NAMES[Party(key)])
