"""How numbers, changes and days are written: few digits, true minus signs, units beside the number."""

from datetime import date, datetime
from typing import NamedTuple

from kpi.model import Kpi, Unit

MINUS, SPACE = "−", "\u00a0"
SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "CNY": "CN¥", "INR": "₹", "KRW": "₩", "PLN": "zł"}
SUFFIXES = {
    Unit.PERCENT: "%", Unit.MINUTES: "min", Unit.HOURS: "h", Unit.DAYS: "days", Unit.TIMES: "×", Unit.KG: "kg",
    Unit.PER_MILLION: "per million", Unit.PER_HUNDRED: "per 100", Unit.MONEY_PER_KG: "/kg",
    Unit.MONEY_PER_THOUSAND: "per 1,000", Unit.POINTS: "points", Unit.COUNT: "", Unit.MONEY: "",
}  # fmt: skip
ABSENT = "–"
MONEYS = (Unit.MONEY, Unit.MONEY_PER_KG, Unit.MONEY_PER_THOUSAND)


class Figure(NamedTuple):
    """A number as text and the unit that stands small beside it."""

    number: str
    unit: str

    def __str__(self) -> str:
        return f"{self.number}{SPACE}{self.unit}".strip() if self.unit != "×" else self.number + self.unit


def suffix(unit: Unit) -> str:
    """What stands small beside a number of this unit."""
    return SUFFIXES[unit]


def figure(kpi: Kpi, value: float | None, currency: str) -> Figure:
    """A value with at most four digits."""
    if value is None:
        return Figure(ABSENT, "")
    number, size = _compact(value * 100 if kpi.unit is Unit.PERCENT else value, kpi.unit)
    sign = MINUS if number.startswith("-") else ""
    return Figure(
        sign + _money(kpi, currency) + number.removeprefix("-"), f"{size}{suffix(kpi.unit)}".strip()
    )


def goal(kpi: Kpi, value: float | None, currency: str) -> str:
    """A target: without idle zeros, as it was set."""
    shown = figure(kpi, value, currency)
    number = shown.number.rstrip("0").rstrip(".") if "." in shown.number else shown.number
    return str(Figure(number if kpi.unit is not Unit.MONEY else shown.number, shown.unit))


def change(kpi: Kpi, now: float | None, before: float | None, currency: str) -> str:
    """The change from one period to the next; between two percentages in points."""
    if now is None or before is None:
        return ""
    percent = kpi.unit is Unit.PERCENT
    scale, level = (100, abs(now) * 100) if percent else (1, abs(now))
    shown = round((now - before) * scale, decimals(level, kpi.unit))
    sign = "+" if shown > 0 else MINUS if shown < 0 else "±"
    number, size = _compact(abs(shown), kpi.unit, like=level)
    unit = "pp" if percent else f"{size}{suffix(kpi.unit)}".strip()
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
    return f"{number:,.0f}".replace("-", MINUS)


def rows(number: float, noun: str = "row") -> str:
    """`1 row`, `1,204 rows`."""
    return f"{count(number)} {noun}{'' if number == 1 else 's'}"


def day(when: date, today: date | None = None) -> str:
    """`12 Oct`, with the year unless it is that of `today`."""
    same = today is not None and when.year == today.year
    return f"{when.day} {when:%b}" if same else f"{when.day} {when:%b %Y}"


def weekday(when: date) -> str:
    return f"{when:%a} {when.day} {when:%b %Y}"


def moment(when: datetime) -> str:
    return f"{weekday(when.date())}, {when:%H:%M} UTC"


def age(then: datetime, now: datetime) -> str:
    """`40 min`, `26 h`, `3 days`."""
    minutes = max(0, int((now - then).total_seconds() // 60))
    if minutes < 90:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} days"


def words(name: str) -> str:
    """A column or reason as a person would write it: `no_promise` is `No promise`."""
    return name.replace("_", " ").strip().capitalize()


def size(octets: int) -> str:
    """`12.3 MB`."""
    amount, unit = float(octets), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"


def _money(kpi: Kpi, currency: str) -> str:
    if kpi.unit not in MONEYS:
        return ""
    return SYMBOLS.get(currency, f"{currency}{SPACE}" if currency else "")


def _compact(value: float, unit: Unit, like: float | None = None) -> tuple[str, str]:
    level = abs(value) if like is None else like
    for least, size, letter in ((1e9, 1e9, "bn "), (1e6, 1e6, "m "), (10_000, 1e3, "k ")):
        if level >= least - 0.5:
            scaled = value / size
            return f"{scaled:,.{2 if abs(level / size) < 9.995 else 1}f}", letter
    return f"{value:,.{decimals(level, unit)}f}", ""


def age_days(reported: date, today: date) -> str:
    """How many days of data are missing."""
    days = (today - reported).days
    return f"{days} day{'' if days == 1 else 's'} old"
