"""Days of cover: for how long the stock lasts when it is run down against the dated forecast."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cover:
    """Days until the stock is gone; `is_capped` when it outlasts the forecast, so that the days are at least these."""

    days: float
    is_capped: bool


def days_of_cover(
    on_hand: float, forecast: Sequence[float], receipts: Mapping[int, float] | None = None
) -> Cover:
    """Run `on_hand` units down against a forecast in units for day 1, 2, … (kpi-domain 1.5, days of cover).

    Receipts (day number → units) are there at the start of their day. Inside the day of the stock-out demand is
    spread evenly. Nothing on hand and no receipt on the first day is 0 days. Raises ValueError for a negative forecast.
    """
    left, coming = on_hand, receipts or {}
    for number, wanted in enumerate(forecast, start=1):
        if wanted < 0:
            raise ValueError(f"The forecast of day {number} is {wanted}; demand cannot be negative.")
        left += coming.get(number, 0.0)
        if left <= 0:
            return Cover(float(number - 1), False)
        if wanted > left:
            return Cover(number - 1 + left / wanted, False)
        left -= wanted
    return Cover(float(len(forecast)), left > 0)
