"""Days of a column, asked for as few runs of neighbours."""

from collections.abc import Sequence
from datetime import date
from functools import reduce
from operator import or_

import narwhals as nw

_FEW_RUNS = 4


def on_days(columns: Sequence[str], days: Sequence[date]) -> nw.Expr:
    """Whether a day in one of the columns is one of `days`; runs are quicker to ask for than many days."""
    runs: list[list[date]] = []
    for day in sorted(days):
        if runs and (day - runs[-1][-1]).days <= 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    if len(runs) > _FEW_RUNS:
        return reduce(or_, (nw.col(column).is_in(list(days)) for column in columns))
    within = (nw.col(column).is_between(run[0], run[-1]) for column in columns for run in runs)
    return reduce(or_, within, nw.lit(False))
