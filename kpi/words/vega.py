"""What Vega needs to write axes and tooltips by the reader's locale."""

import re
from functools import cache
from typing import Any

from babel import Locale

from kpi.words.days import pattern_of
from kpi.words.speech import Speech, spoken

TOKENS = {"d": "%-d", "dd": "%d", "M": "%-m", "MM": "%m", "MMM": "%b", "MMMM": "%B", "y": "%Y", "yy": "%y"}
SEPARATE_GROUPS = 4


def vega_locale() -> dict[str, Any]:
    """`config.locale` of a Vega-Lite spec: `number` and `time` (d3 locales)."""
    return _locale(spoken())


@cache
def _pattern(skeleton: str, locale: str) -> str:
    pattern = pattern_of(skeleton, locale).replace("L", "M").replace("'", "")
    return re.sub(r"d+|M+|y+", lambda found: TOKENS.get(found[0], "%Y"), pattern)


@cache
def _locale(speech: Speech) -> dict[str, Any]:
    numbers, days = Locale.parse(speech.numbers), Locale.parse(speech.days)
    symbols = numbers.number_symbols["latn"]
    first, then = numbers.decimal_formats[None].grouping
    weekdays = {width: days.days["format"][width] for width in ("wide", "abbreviated")}
    months = {width: days.months["format"][width] for width in ("wide", "abbreviated")}
    return {
        "number": {
            "decimal": symbols["decimal"], "thousands": symbols["group"],
            "grouping": [first, *[then] * SEPARATE_GROUPS], "currency": ["", ""], "minus": "−",
        },
        "time": {
            "dateTime": f"{_pattern('yMMMd', speech.days)} %H:%M", "date": _pattern("yMMMd", speech.days),
            "time": "%H:%M", "periods": ["AM", "PM"],
            "days": [weekdays["wide"][day] for day in (6, 0, 1, 2, 3, 4, 5)],
            "shortDays": [weekdays["abbreviated"][day] for day in (6, 0, 1, 2, 3, 4, 5)],
            "months": [months["wide"][number] for number in range(1, 13)],
            "shortMonths": [months["abbreviated"][number] for number in range(1, 13)],
        },
    }  # fmt: skip
