"""Numbers and days in the reader's way of writing them."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.catalog import find
from kpi.words import Language, days, figures, speaking
from kpi.words.vega import vega_locale
from pages.parts.format import age, age_days, change, count, day, figure, goal, moment, rows, size

RATE, MONEY, HOURS = (
    find(key) for key in ("on_time_delivery_rate", "transportation_cost_per_order", "resolution_time")
)
SIZES = {"": 1, "k": 10**3, "m": 10**6, "bn": 10**9, "万": 10**4, "亿": 10**8}
NOW = date(2026, 9, 14)


def meant(shown: tuple[str, str]) -> Decimal:
    """The number that a reader takes from digits and step."""
    digits, step = shown
    return Decimal(digits.replace(",", "").replace(figures.MINUS, "-")) * SIZES[step]


@given(st.floats(min_value=-1e13, max_value=1e13, allow_nan=False))
def test_all_languages_show_the_same_figure(value: float) -> None:
    """
    12.3 k and 1.23 万 are the same number, and so are all others, to the last digit.
    """
    english = figures.compact(value) or (figures.number(value, 2), "")
    with speaking(Language.CHINESE):
        chinese = figures.compact(value) or (figures.number(value, 2), "")

    assert meant(english) == meant(chinese)


@pytest.mark.parametrize(
    ("kpi", "value", "english", "chinese"),
    [
        (RATE, 0.921, "92.1 %", "92.1%"),
        (MONEY, 12_345.6, "€12.3 k", "€1.23万"),
        (MONEY, 123_456_789.0, "€123.5 m", "€1.235亿"),
        (MONEY, -3.5, "−€3.50", "−€3.50"),
        (HOURS, 28.34, "28.3 h", "28.3小时"),
    ],
)
def test_a_figure_in_two_languages(kpi: object, value: float, english: str, chinese: str) -> None:
    """
    Chinese counts in 万 and 亿 and sets the unit without a space.
    """
    assert str(figure(kpi, value, "EUR")).replace("\u00a0", " ") == english  # type: ignore[arg-type]
    with speaking(Language.CHINESE):
        assert str(figure(kpi, value, "EUR")) == chinese  # type: ignore[arg-type]


def test_separators_follow_the_browser() -> None:
    """
    German and Indian readers of English pages see their own separators; targets drop idle zeros all the same.
    """
    with speaking(Language.ENGLISH, "de-DE"):
        assert (count(1_234_567), goal(RATE, 0.93, "EUR"), goal(RATE, 0.955, "EUR")) == (
            "1.234.567", "93\u00a0%", "95,5\u00a0%",
        )  # fmt: skip
        assert day(NOW, NOW) == "14 Sep"
    with speaking(Language.ENGLISH, "en-IN"):
        assert rows(1_234_567) == "12,34,567 rows"


def test_days_in_both_languages() -> None:
    """
    A day never mixes languages; Americans put the month first.
    """
    with speaking(Language.ENGLISH, "en-US"):
        assert (day(NOW, NOW), day(NOW)) == ("Sep 14", "Sep 14, 2026")
    with speaking(Language.CHINESE, "de-DE"):
        assert (day(NOW, NOW), days.month(NOW), days.month_name(NOW)) == ("9月14日", "2026年9月", "9月")
        assert moment(datetime(2026, 9, 14, 7, 5)) == "2026年9月14日周一 07:05 UTC"
        assert age_days(date(2026, 9, 12), NOW) == "数据滞后 2 天"


def test_small_words_in_chinese() -> None:
    """
    Changes of percentages in points, ages, sizes.
    """
    with speaking(Language.CHINESE):
        assert change(RATE, 0.921, 0.953, "EUR") == "−3.2个百分点"
        assert age(datetime(2026, 9, 14, 7), datetime(2026, 9, 15, 9)) == "26 小时"
        assert size(2_500_000) == "2.5 MB"


def test_vega_gets_the_names_of_the_language_and_the_separators_of_the_reader() -> None:
    """
    The week of a d3 locale begins on Sunday.
    """
    with speaking(Language.CHINESE, "de-DE"):
        told = vega_locale()

    assert (told["number"]["decimal"], told["number"]["thousands"], told["number"]["grouping"][:2]) == (
        ",", ".", [3, 3],
    )  # fmt: skip
    assert (told["time"]["shortDays"][0], told["time"]["shortMonths"][8]) == ("周日", "9月")
