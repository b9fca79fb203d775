"""How figures, changes and days are written: few digits, true minus signs, units beside the number, by locale."""

from datetime import date, datetime
from typing import NamedTuple

from kpi.model import Kpi, Unit
from kpi.words import days, figures, marked, say, say_many
from kpi.words.figures import ENGLISH_SIGNS, SPACE
from kpi.words.figures import MINUS as MINUS
from kpi.words.names import plain as plain
from kpi.words.names import words as words

SUFFIXES = {
    Unit.PERCENT: "%", Unit.MINUTES: marked("min"), Unit.HOURS: marked("h"), Unit.DAYS: marked("days"),
    Unit.TIMES: "×", Unit.KG: marked("kg"), Unit.PER_MILLION: marked("per million"),
    Unit.PER_HUNDRED: marked("per 100"), Unit.MONEY_PER_KG: marked("/kg"),
    Unit.MONEY_PER_THOUSAND: marked("per 1,000"), Unit.POINTS: marked("points"), Unit.COUNT: "", Unit.MONEY: "",
}  # fmt: skip
ABSENT = "–"
SYMBOLS = ENGLISH_SIGNS
MONEYS = (Unit.MONEY, Unit.MONEY_PER_KG, Unit.MONEY_PER_THOUSAND)


class Figure(NamedTuple):
    """A number as text and the unit that stands small beside it."""

    number: str
    unit: str

    def __str__(self) -> str:
        return figures.beside(self.number, self.unit)


def suffix(unit: Unit) -> str:
    """What stands small beside a number of this unit."""
    return say(SUFFIXES[unit]) if SUFFIXES[unit] else ""


def figure(kpi: Kpi, value: float | None, currency: str) -> Figure:
    """A value with at most four digits."""
    if value is None:
        return Figure(ABSENT, "")
    number, step = _compact(value * 100 if kpi.unit is Unit.PERCENT else value, kpi.unit)
    return Figure(_signed(kpi, number, currency), _unit(kpi, step))


def goal(kpi: Kpi, value: float | None, currency: str) -> str:
    """A target: without idle zeros, as it was set."""
    shown, mark = figure(kpi, value, currency), figures.decimal_mark()
    if (kpi.unit is Unit.MONEY and not shown.unit) or mark not in shown.number:
        return str(shown)
    return str(Figure(shown.number.rstrip("0").removesuffix(mark), shown.unit))


def change(kpi: Kpi, now: float | None, before: float | None, currency: str) -> str:
    """The change from one period to the next; between two percentages in points."""
    if now is None or before is None:
        return ""
    percent = kpi.unit is Unit.PERCENT
    scale, level = (100, abs(now) * 100) if percent else (1, abs(now))
    shown = round((now - before) * scale, decimals(level, kpi.unit))
    sign = "+" if shown > 0 else MINUS if shown < 0 else "±"
    number, step = _compact(abs(shown), kpi.unit, like=level)
    unit = say("pp") if percent else _unit(kpi, step)
    return str(Figure(f"{sign}{_money(kpi, currency)}{number}", unit))


def arrow(now: float | None, before: float | None, kpi: Kpi) -> str:
    """Up, down or level, as the written change says."""
    told = change(kpi, now, before, "")
    return {"+": "↗", MINUS: "↘", "±": "→"}.get(told[:1], "")


def decimals(size: float, unit: Unit) -> int:
    """One decimal for percentages from 10 %, two below; other values by their size."""
    if unit in (Unit.COUNT, Unit.PER_MILLION):
        return 0
    if unit is Unit.PERCENT:
        return 1 if size >= 9.995 else 2
    if unit in MONEYS:
        return 2 if size < 99.995 else 0
    return 2 if size < 9.995 else 1 if size < 99.95 else 0


def count(number: float) -> str:
    """A whole number with separators."""
    return figures.number(number)


def decimal(number: float, places: int = 2) -> str:
    """A number with separators and so many decimals."""
    return figures.number(number, places)


def share(part: float, places: int = 0) -> str:
    """A share from 0 to 1 in per cent, without a space: `92.1%`."""
    return f"{figures.number(part * 100, places)}%"


def rows(number: float, noun: str = "row") -> str:
    """`1 row`, `1,204 rows`; of the nouns below, also `records` and `rejected rows`."""
    written = count(number)
    match noun:
        case "row":
            return say_many("{n} row", "{n} rows", number, n=written)
        case "record":
            return say_many("{n} record", "{n} records", number, n=written)
        case "rejected row":
            return say_many("{n} rejected row", "{n} rejected rows", number, n=written)
    raise ValueError(f"No texts for the noun {noun}; add a case for it.")


def day(when: date, today: date | None = None) -> str:
    """`12 Oct`, with the year unless it is that of `today`."""
    same = today is not None and when.year == today.year
    return days.short_day(when) if same else days.full_day(when)


def short_day(when: date) -> str:
    """`12 Oct`, whatever the year."""
    return days.short_day(when)


def weekday(when: date) -> str:
    """`Mon 12 Oct 2026`."""
    return days.weekday(when)


def month(when: date) -> str:
    """`October 2026`."""
    return days.month(when)


def moment(when: datetime) -> str:
    """`Mon 12 Oct 2026, 07:46 UTC`."""
    return days.moment(when)


def age(then: datetime, now: datetime) -> str:
    """`40 min`, `26 h`, `3 days`."""
    minutes = max(0, int((now - then).total_seconds() // 60))
    if minutes < 90:
        return say("{n} min", n=minutes)
    return say("{n} h", n=minutes // 60) if minutes < 48 * 60 else say("{n} days", n=count(minutes // 1440))


def size(octets: int) -> str:
    """`12.3 MB`."""
    amount, unit = float(octets), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return f"{figures.number(amount, 0 if unit == 'B' else 1)} {unit}"


def _money(kpi: Kpi, currency: str) -> str:
    return figures.currency_sign(currency) if kpi.unit in MONEYS else ""


def _signed(kpi: Kpi, number: str, currency: str) -> str:
    sign = MINUS if number.startswith(MINUS) else ""
    return sign + _money(kpi, currency) + number.removeprefix(MINUS)


def _unit(kpi: Kpi, step: str) -> str:
    """The step and the unit: `k`, `k days`, `bn /kg`; Chinese sets them together."""
    return figures.beside(step, suffix(kpi.unit)).replace(SPACE, " ") if step else suffix(kpi.unit)


def _compact(value: float, unit: Unit, like: float | None = None) -> tuple[str, str]:
    level = abs(value) if like is None else like
    return figures.compact(value, level) or (figures.number(value, decimals(level, unit)), "")


def age_days(reported: date, today: date) -> str:
    """How many days of data are missing."""
    return say_many("{n} day old", "{n} days old", (today - reported).days)
