"""When something is due again: calendar months, clamped to the last day of a shorter month."""

from calendar import monthrange
from datetime import date


def after_months(day: date, months: int) -> date:
    """The same day `months` calendar months later; 31 January plus one month is the last day of February."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
