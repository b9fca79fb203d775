"""Modes and carriers compared like for like: on the same lane, in the same weight band, due in the same week."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

import polars as pl

from store.scope import NO_MARKET

LEAST, LEAST_SHARE, LEAST_EXPECTED = 30, 0.2, 5
CONFIDENCE = 0.99
REACH = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)


class Verdict(StrEnum):
    """What the difference to the others says; less is better for days, cost, damage and holds."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "no clear difference"
    UNKNOWN = "not enough evidence"


@dataclass(frozen=True)
class Measure:
    """A share (`top` of `of`) or a mean (`top` / `of`, with the squares in `squares`), times `scale`."""

    key: str
    top: str
    of: str
    squares: str | None = None
    scale: float = 1.0
    more_is_better: bool = False


ON_TIME = Measure("on_time", "kept", "due", more_is_better=True)
DAYS = Measure("days", "transit_min", "transit_n", "transit_min2", 1 / 1_440)
COST = Measure("cost", "cost_cents", "cost_n", "cost_cents2", 0.01)
DAMAGE = Measure("damage", "damaged", "delivered")
HOLD = Measure("holds", "held", "declared")
MEASURES = (ON_TIME, DAYS, COST, DAMAGE, HOLD)


@dataclass(frozen=True)
class Difference:
    """One option against the others where both carried alike; None where the evidence is not enough.

    `own` and `others` weigh each stratum by what both sides have in it; `comparable` of `rows` have a counterpart.
    """

    measure: str
    rows: int
    comparable: int
    own: float | None = None
    others: float | None = None
    difference: float | None = None
    lower: float | None = None
    upper: float | None = None
    verdict: Verdict = Verdict.UNKNOWN

    @property
    def overlap(self) -> float:
        """The part of the rows that has a counterpart."""
        return self.comparable / self.rows if self.rows else 0.0


def compared(orders: pl.DataFrame, by: str, strata: Sequence[str]) -> dict[str, dict[str, Difference]]:
    """Every option of the dimension `by` against all others, by option and measure; strata are what must be alike.

    `orders` has the columns of `flow_orders`; rows whose option is not known are left out. Differences are those of
    Mantel and Haenszel, with Sato's variance for shares (Biometrics 45, 1989) and the pooled one within strata for
    means; intervals are of 99 %, as many are looked at together. Fewer than 30 rows with a counterpart on either side,
    less than a fifth of the option's rows, or shares with fewer than five hits or misses expected on a side are not
    enough evidence.
    """
    keys = [name for name in strata if name != by]
    columns = list(dict.fromkeys(name for m in MEASURES for name in (m.of, m.top, m.squares) if name))
    known = orders.lazy().filter(pl.col(by) != NO_MARKET)
    own = known.group_by(*keys, by).agg(pl.col(columns).sum().cast(pl.Float64))
    whole = own.group_by(keys).agg(pl.col(columns).sum().name.suffix("_all"))
    both = own.join(whole, on=keys, how="inner")
    told = both.group_by(by).agg(each for measure in MEASURES for each in _sums(measure)).sort(by).collect()
    return {
        row[by]: {measure.key: _judged(measure, _Sums(*(row[f"{measure.key}_{name}"] for name in SUMS)))
                  for measure in MEASURES}
        for row in told.iter_rows(named=True)
    }  # fmt: skip


SUMS = ("rows", "n_a", "n_b", "x_a", "x_b", "own", "others", "weight", "p", "q", "variance")


@dataclass(frozen=True)
class _Sums:
    """What the strata with both sides add up to."""

    rows: float
    n_a: float
    n_b: float
    x_a: float
    x_b: float
    own: float
    others: float
    weight: float
    p: float
    q: float
    variance: float | None

    def enough(self, share: bool) -> bool:
        if min(self.n_a, self.n_b) < LEAST or self.n_a < LEAST_SHARE * self.rows:
            return False
        if not share:
            return self.variance is not None and self.variance > 0
        hits, n = self.x_a + self.x_b, self.n_a + self.n_b
        return min(hits, n - hits) * min(self.n_a, self.n_b) / n >= LEAST_EXPECTED


def _sums(measure: Measure) -> list[pl.Expr]:
    """The sums over the strata of one option, under the names of SUMS after the measure's."""
    n, a = pl.col(measure.of), pl.col(measure.top)
    m, b = pl.col(f"{measure.of}_all") - n, pl.col(f"{measure.top}_all") - a
    there = (n > 0) & (m > 0)
    weight = n * m / (n + m)
    p = (n * n * b - m * m * a + n * m * (m - n) / 2) / (n + m) ** 2
    q = (a * (m - b) + b * (n - a)) / (2 * (n + m))
    told = {
        "rows": n.sum(), "n_a": n.filter(there).sum(), "n_b": m.filter(there).sum(),
        "x_a": a.filter(there).sum(), "x_b": b.filter(there).sum(),
        "own": (a / n * weight).filter(there).sum(), "others": (b / m * weight).filter(there).sum(),
        "weight": weight.filter(there).sum(), "p": p.filter(there).sum(), "q": q.filter(there).sum(),
        "variance": pl.lit(None, pl.Float64) if measure.squares is None else _pooled(measure, n, m, a, b, there),
    }  # fmt: skip
    return [each.alias(f"{measure.key}_{name}") for name, each in told.items()]


def _pooled(measure: Measure, n: pl.Expr, m: pl.Expr, a: pl.Expr, b: pl.Expr, there: pl.Expr) -> pl.Expr:
    """The variance of the weighted difference of means, from the scatter within strata on each side."""
    weight = n * m / (n + m)
    own = pl.col(str(measure.squares))
    parts = []
    for size, total, squares in ((n, a, own), (m, b, pl.col(f"{measure.squares}_all") - own)):
        scatter = (squares - total * total / size).filter(there).sum()
        freedom = (size - 1).filter(there).sum()
        parts.append(scatter / freedom * (weight * weight / size).filter(there).sum())
    return parts[0] + parts[1]


def _judged(measure: Measure, told: _Sums) -> Difference:
    rows, comparable = int(told.rows), int(told.n_a)
    share = measure.squares is None
    if not told.enough(share):
        return Difference(measure.key, rows, comparable)
    own, others = told.own / told.weight, told.others / told.weight
    gap = own - others
    variance = gap * told.p + told.q if told.variance is None else told.variance
    reach = REACH * max(variance, 0.0) ** 0.5 / told.weight
    low, high = gap - reach, gap + reach
    better = (gap > 0) == measure.more_is_better
    verdict = Verdict.SAME if low <= 0 <= high else Verdict.BETTER if better else Verdict.WORSE
    scale = measure.scale
    return Difference(
        measure.key,
        rows,
        comparable,
        own * scale,
        others * scale,
        gap * scale,
        low * scale,
        high * scale,
        verdict,
    )
