"""Numbers by the reader's locale: separators from Babel, large numbers in the steps people count in."""

from decimal import Decimal
from functools import cache, lru_cache
from math import log10

from babel import Locale
from babel.numbers import format_decimal, get_currency_symbol

from kpi.words.speech import Language, spoken

MINUS, SPACE = "−", "\u00a0"
ENGLISH_SIGNS = {
    "EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "CNY": "CN¥", "INR": "₹", "KRW": "₩", "PLN": "zł",
}  # fmt: skip
STEPS = {
    Language.ENGLISH: ((1e9, 1e9, "bn"), (1e6, 1e6, "m"), (1e4, 1e3, "k")),
    Language.CHINESE: ((1e8, 1e8, "亿"), (1e4, 1e4, "万")),
}
SMALLEST_STEP = 1e4


def number(value: float, decimals: int = 0) -> str:
    """A number with separators and a true minus sign, rounded to so many decimals."""
    rounded = f"{abs(value):.{decimals}f}"
    sign = MINUS if value < 0 and rounded.strip("0.") else ""
    return sign + _separated(rounded, decimals, spoken().numbers)


def compact(value: float, like: float | None = None) -> tuple[str, str] | None:
    """A number of ten thousand or more in the language's steps, and the step: `12.3`, `k`; None for smaller ones.

    All languages round alike (12.3 k, 1.23 万). `like`: the size that decides on the step, else the number's own.
    """
    level = abs(value) if like is None else abs(like)
    if level < SMALLEST_STEP - 0.5:
        return None
    steps = STEPS[spoken().language]
    size, letter = next((size, letter) for least, size, letter in steps if level >= least - 0.5)
    unit = _rounded_to(level)
    decimals = max(0, round(log10(size) - log10(unit)))
    shown = value if unit <= size else round(value / unit) * unit
    return number(shown / size, decimals), letter


def _rounded_to(level: float) -> float:
    """The last digit that is shown of a large number."""
    thresholds = ((9.995e9, 1e8), (1e9 - 0.5, 1e7), (9.995e6, 1e5), (1e6 - 0.5, 1e4))
    return next((unit for least, unit in thresholds if level >= least), 1e2)


def decimal_mark() -> str:
    """What stands between whole and part: a point or a comma."""
    return _mark(spoken().numbers)


@cache
def _mark(locale: str) -> str:
    return str(Locale.parse(locale).number_symbols["latn"]["decimal"])


@cache
def _whole_pattern(locale: str) -> str:
    return str(Locale.parse(locale).decimal_formats[None].pattern).split(".")[0]


@lru_cache(maxsize=20_000)
def _separated(rounded: str, decimals: int, locale: str) -> str:
    pattern = _whole_pattern(locale) + ("." + "0" * decimals if decimals else "")
    return format_decimal(Decimal(rounded), format=pattern, locale=locale)


def currency_sign(currency: str) -> str:
    """The sign of a currency as the language writes it before a number, else its code and a space."""
    if not currency:
        return ""
    sign = _sign(currency, spoken().language)
    return f"{currency}{SPACE}" if sign == currency else sign


@cache
def _sign(currency: str, language: Language) -> str:
    if language is Language.ENGLISH:
        return ENGLISH_SIGNS.get(currency, currency)
    return get_currency_symbol(currency, locale=language.locale)


def beside(text: str, unit: str) -> str:
    """A number and its unit; Chinese sets no space between them."""
    joined = "" if spoken().language is Language.CHINESE or unit == "×" else SPACE
    return f"{text}{joined}{unit}" if unit else text
