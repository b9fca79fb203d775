"""How pages write figures, changes and days: as everything below them does (`kpi/figures.py`)."""

from kpi.figures import (
    ABSENT,
    MINUS,
    MONEYS,
    SUFFIXES,
    SYMBOLS,
    Figure,
    age,
    age_days,
    arrow,
    change,
    count,
    day,
    decimal,
    decimals,
    figure,
    goal,
    moment,
    month,
    plain,
    rows,
    share,
    short_day,
    size,
    suffix,
    weekday,
    words,
)  # fmt: skip

__all__ = [
    "ABSENT", "MINUS", "MONEYS", "SUFFIXES", "SYMBOLS", "Figure", "age", "age_days", "arrow", "change", "count",
    "day", "decimal", "decimals", "figure", "goal", "moment", "month", "plain", "rows", "share", "short_day", "size",
    "suffix", "weekday", "words",
]  # fmt: skip
