"""Days, months and times of day by the reader's locale, from Babel."""

from datetime import date, datetime
from functools import lru_cache

from babel import Locale
from babel.dates import format_date

from kpi.words.speech import Language, spoken

HOUSE = {
    (Language.ENGLISH.locale, "MMMd"): "d MMM",
    (Language.ENGLISH.locale, "yMMMd"): "d MMM y",
    (Language.ENGLISH.locale, "yMMMEd"): "E d MMM y",
    (Language.CHINESE.locale, "LLLL"): "M月",
}


def short_day(when: date) -> str:
    """`12 Oct`, `10月12日`."""
    return _written("MMMd", when, spoken().days)


def full_day(when: date) -> str:
    """`12 Oct 2026`, `2026年10月12日`."""
    return _written("yMMMd", when, spoken().days)


def weekday(when: date) -> str:
    """`Mon 12 Oct 2026`, `2026年10月12日周一`."""
    return _written("yMMMEd", when, spoken().days)


def month(when: date) -> str:
    """`October 2026`, `2026年10月`."""
    return _written("yMMMM", when, spoken().days)


def short_month(when: date) -> str:
    """`Oct 2026`, `2026年10月`."""
    return _written("yMMM", when, spoken().days)


def month_name(when: date) -> str:
    """`October`, `10月`."""
    return _written("LLLL", when, spoken().days)


def moment(when: datetime) -> str:
    """`Mon 12 Oct 2026, 07:46 UTC`."""
    between = " " if spoken().language is Language.CHINESE else ", "
    return f"{weekday(when.date())}{between}{when:%H:%M} UTC"


def pattern_of(skeleton: str, locale: str) -> str:
    """The Unicode pattern of a skeleton such as `MMMd`: ours where the locale is only a language, else Babel's."""
    if ours := HOUSE.get((locale, skeleton)):
        return ours
    known = Locale.parse(locale).datetime_skeletons.get(skeleton)
    return str(known.pattern) if known else skeleton


@lru_cache(maxsize=10_000)
def _written(skeleton: str, when: date, locale: str) -> str:
    return format_date(when, pattern_of(skeleton, locale), locale=locale)
