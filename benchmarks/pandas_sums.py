"""Daily sums in pandas: masks and amounts of many KPIs gathered first, then one group-by for all of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import pandas as pd

Column: TypeAlias = pd.Series  # one value a row: a mask (bool) or an amount
Zero = 0


@dataclass
class Daily:
    """The sums of one component table; `rows` are already limited to those it speaks of."""

    rows: pd.DataFrame
    day: str
    dimensions: list[str]
    columns: dict[str, Column | int] = field(default_factory=dict)
    _made: dict[tuple[int, int], tuple[Column, Column, Column]] = field(default_factory=dict)

    def add(
        self,
        key: str,
        counted: Column,
        numerator: Column | int,
        denominator: Column | int = 1,
        *,
        waits: Column | int = Zero,
        excluded: Mapping[str, Column | int],
        last: bool = True,
    ) -> None:
        """One KPI: `counted` and `waits` are masks; a numerator is a mask or an amount."""
        waiting = Zero if isinstance(waits, int) else waits
        self.columns |= {
            f"{key}__num": self._only(counted, numerator),
            f"{key}__den": self._only(counted, denominator),
            f"{key}__n": counted if last else Zero,
            f"{key}__wait": waiting,
            f"{key}__wait_den": Zero if isinstance(waiting, int) else self._only(waiting, denominator),
            **{f"{key}__x_{reason}": mask for reason, mask in excluded.items()},
        }

    def grouped(self) -> pd.DataFrame:
        """The sums by day and dimensions; a column gathered twice is summed once."""
        different = {id(column): column for column in self.columns.values() if not isinstance(column, int)}
        keys = self.keys()
        sums = (
            pd.DataFrame({str(name): column for name, column in different.items()})
            .groupby(keys, observed=True)
            .sum()
        )
        named = {
            name: Zero if isinstance(column, int) else sums[str(id(column))]
            for name, column in self.columns.items()
        }
        return pd.DataFrame(named, index=sums.index).reset_index()

    def durations(self, key: str, counted: Column, seconds: Column, waiting: Column) -> None:
        """What a duration has beside its sums: squared minutes, and how many are still open."""
        minutes = seconds // 60
        self.columns |= {f"{key}__sq": self._only(counted, minutes * minutes), f"{key}__open": waiting}

    def with_oldest(self, oldest: Mapping[str, tuple[Column, Column]]) -> pd.DataFrame:
        """The sums, and for each KPI the earliest start of what is still open."""
        sums, keys = self.grouped(), ["day", *self.dimensions]
        for key, (waiting, started) in oldest.items():
            open_ones = (
                started[waiting].groupby([column[waiting] for column in self.keys()], observed=True).min()
            )
            sums = sums.merge(open_ones.rename(f"{key}__oldest").reset_index(), on=keys, how="left")
        return sums

    def bins(self, counted: Column, numbers: Column) -> pd.DataFrame:
        """How many counted rows lie in each bin."""
        keys = [*(column[counted] for column in self.keys()), numbers[counted].rename("bin")]
        return numbers[counted].groupby(keys, observed=True).size().rename("count").reset_index()

    def keys(self) -> list[Column]:
        return [self.rows[self.day].rename("day"), *(self.rows[name] for name in self.dimensions)]

    def _only(self, mask: Column, amount: Column | int) -> Column | int:
        """The amount where the mask holds, else zero; the same question is answered once."""
        if isinstance(amount, int):
            return mask if amount else Zero
        found = self._made.get((id(mask), id(amount)))
        if found is None:
            both = (
                mask & amount
                if amount.dtype == bool
                else pd.Series(np.where(mask, amount, 0), index=mask.index)
            )
            found = self._made[id(mask), id(amount)] = (mask, amount, both)
        return found[2]
