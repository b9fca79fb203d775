"""How numbers are written."""

from dataclasses import replace
from datetime import date

import pytest

from kpi.catalog import find
from kpi.model import Unit
from pages.parts.charts import axis_writer
from pages.parts.format import age_days, change, count, day, figure, goal, rows, size, suffix, words

RATE, MONEY, HOURS, TIMES = (
    find(key) for key in ("on_time_delivery_rate", "transportation_cost_per_order", "resolution_time", "roas")
)


@pytest.mark.parametrize(
    ("kpi", "value", "text"),
    [
        (RATE, 0.921, "92.1 %"),
        (RATE, 0.0345, "3.45 %"),
        (RATE, 1.0, "100.0 %"),
        (RATE, -0.2, "−20.0 %"),
        (RATE, None, "–"),
        (MONEY, 29.1, "€29.10"),
        (MONEY, 145.95, "€146"),
        (MONEY, 12_345.6, "€12.3 k"),
        (MONEY, 1_234_567.0, "€1.23 m"),
        (MONEY, -3.5, "−€3.50"),
        (HOURS, 28.34, "28.3 h"),
        (HOURS, 999.96, "1,000 h"),
        (TIMES, 4.126, "4.13×"),
    ],
)
def test_a_figure_has_at_most_four_digits(kpi: object, value: float | None, text: str) -> None:
    """
    Unit beside the number, true minus, small sizes by letter.
    """
    assert str(figure(kpi, value, "EUR")).replace("\u00a0", " ") == text  # type: ignore[arg-type]


def test_a_currency_without_a_sign_is_written_out() -> None:
    """
    Swiss francs have none.
    """
    assert str(figure(MONEY, 5.0, "CHF")) == "CHF\u00a05.00"


def test_a_target_is_written_as_it_was_set() -> None:
    """
    93 %, not 93.0 %; money keeps its cents, but not a tenth of nothing.
    """
    assert goal(RATE, 0.93, "EUR") == "93\u00a0%"
    assert goal(RATE, 0.955, "EUR") == "95.5\u00a0%"
    assert goal(MONEY, 11.5, "EUR") == "€11.50"
    assert goal(MONEY, 600_000.0, "EUR").replace("\u00a0", " ") == "€600 k"


@pytest.mark.parametrize(
    ("kpi", "now", "before", "text"),
    [
        (RATE, 0.921, 0.953, "−3.2 pp"),
        (RATE, 0.9204, 0.92, "±0.0 pp"),
        (RATE, 0.9196, 0.92, "±0.0 pp"),
        (RATE, 0.034, 0.032, "+0.20 pp"),
        (MONEY, 12.5, 11.5, "+€1.00"),
        (MONEY, 11.5, 12.5, "−€1.00"),
        (RATE, None, 0.9, ""),
    ],
)
def test_the_sign_follows_the_rounded_change(kpi: object, now: float, before: float, text: str) -> None:
    """
    There is no −0.0; percentages change in points.
    """
    assert change(kpi, now, before, "EUR").replace("\u00a0", " ") == text  # type: ignore[arg-type]


def test_days_leave_out_the_year_that_is_meant_anyway() -> None:
    """
    12 Oct this year, 12 Oct 2024 last year.
    """
    assert day(date(2025, 10, 12), date(2025, 11, 1)) == "12 Oct"
    assert day(date(2024, 10, 12), date(2025, 11, 1)) == "12 Oct 2024"


def test_small_words_are_right() -> None:
    """
    One row, two rows; reasons without underscores; sizes with one decimal.
    """
    assert (rows(1), rows(1204), count(-3)) == ("1 row", "1,204 rows", "−3")
    assert words("no_promise") == "No promise"
    assert (size(999), size(38_300), size(2_500_000)) == ("999 B", "38.3 kB", "2.5 MB")
    assert age_days(date(2025, 4, 26), date(2025, 4, 27)) == "1 day old"


@pytest.mark.parametrize("unit", Unit)
def test_every_unit_can_be_written(unit: Unit) -> None:
    """
    A new unit is found here first.
    """
    kpi = replace(RATE, unit=unit)

    assert any(digit in str(figure(kpi, 1.5, "EUR")) for digit in "12")
    assert any(digit in axis_writer(kpi, "EUR")(1.5) for digit in "12")
    assert suffix(unit) == suffix(unit).strip()
