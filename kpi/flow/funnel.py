"""Is the service the same everywhere? Limits by volume, wide enough that equal markets are rarely told apart."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kpi.signals.limits import adaptive_p

OVERALL = 0.02  # chance that any of all markets, when equal, is told apart
LEAST = 30
BISECTIONS = 60
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Place:
    """One market: its share, the limits at its volume, and which side of them it lies on (-1, 0, 1)."""

    name: str
    hits: float
    of: float
    lower: float
    upper: float
    side: int

    @property
    def share(self) -> float:
        """Hits out of rows, 0 to 1."""
        return self.hits / self.of

    @property
    def enough(self) -> bool:
        """A share of fewer than 30 rows is drawn, and hardly ever told apart."""
        return self.of >= LEAST


@dataclass(frozen=True)
class Funnel:
    """Markets around their common share. `wander`: how much a market's share of the period moves without a cause.

    `spread` is the distance from the lowest to the highest share; `beyond_chance` is the standard deviation between
    markets that is left once chance is taken out, 0 where chance explains all of it.
    """

    centre: float
    wander: float
    places: tuple[Place, ...]
    spread: float
    beyond_chance: float

    @property
    def apart(self) -> tuple[Place, ...]:
        """The markets outside their limits, the furthest first."""
        out = [place for place in self.places if place.side]
        return tuple(sorted(out, key=lambda place: -abs(place.share - self.centre)))

    def limits(self, volumes: Sequence[float]) -> tuple[Floats, Floats]:
        """Lower and upper limit at each volume, for drawing."""
        return _limits(self.centre, np.asarray(volumes, float), self.wander**2, len(self.places))


def funnel(names: Sequence[str], hits: Floats, of: Floats) -> Funnel | None:
    """Markets (rows) by period (columns): shares of the whole span with limits for all of them together.

    The limits are exact binomial ones at 2 % over all markets (Bonferroni), at a volume made smaller where the shares
    wander from period to period more than counting explains (tau of `adaptive_p`, averaged over the markets). A market
    outside no longer counts for the common share. None with fewer than two markets that have any rows.
    """
    told = np.nansum(of, axis=1) > 0
    kept = [name for name, there in zip(names, told, strict=True) if there]
    if len(kept) < 2:
        return None
    hits, of = np.nan_to_num(hits[told]), np.nan_to_num(of[told])
    wander2 = _wander(hits, of)
    k, n = hits.sum(axis=1), of.sum(axis=1)
    centre, sides = _stepped(k, n, wander2)
    low, high = _limits(centre, n, wander2, len(kept))
    rows = zip(kept, k, n, low, high, sides, strict=True)
    places = tuple(
        Place(name, float(a), float(b), float(lo), float(hi), int(s)) for name, a, b, lo, hi, s in rows
    )
    shares = k / n
    return Funnel(
        centre, wander2**0.5, places, float(shares.max() - shares.min()), _between(shares, n, wander2)
    )  # fmt: skip


def _wander(hits: Floats, of: Floats) -> float:
    """Variance of a market's share over the span that its wandering from period to period brings, beside counting."""
    periods = (of > 0).sum(axis=1)
    if of.shape[1] < 8 or not (periods >= 8).any():
        return 0.0
    many = periods >= 8
    tau = adaptive_p(hits[many], np.where(of[many] > 0, of[many], np.nan)).spread
    return float(np.nanmean(np.nan_to_num(tau) ** 2 / periods[many]))


def _stepped(k: Floats, n: Floats, wander2: float) -> tuple[float, NDArray[np.int64]]:
    """The common share of the markets inside, and the side of each: the furthest one outside leaves first."""
    outside = np.zeros(len(k), dtype=bool)
    while True:
        centre = float(k[~outside].sum() / n[~outside].sum())
        below, above = _tails(k, n, centre, wander2)
        chance = np.where(outside, 1.0, np.minimum(below, above))
        worst = int(np.argmin(chance))
        if chance[worst] >= OVERALL / 2 / len(k) or (~outside).sum() <= 2:
            limit = OVERALL / 2 / len(k)
            return centre, np.where(below < limit, -1, np.where(above < limit, 1, 0))
        outside[worst] = True


def _effective(n: Floats, centre: float, wander2: float) -> Floats:
    """The volume at which counting alone would scatter as much as counting and wandering together."""
    counting = centre * (1 - centre)
    return n if counting <= 0 else np.asarray(counting / (counting / n + wander2))


def _tails(k: Floats, n: Floats, centre: float, wander2: float) -> tuple[Floats, Floats]:
    """The chance of a share at least so low, and at least so high, where every market is the same."""
    from scipy.special import betainc  # here, as it takes a third of a second to load

    size = _effective(n, centre, wander2)
    hits = k / n * size
    below = np.where(hits >= size, 1.0, betainc(np.maximum(size - hits, 1e-12), hits + 1, 1 - centre))
    above = np.where(hits <= 0, 1.0, betainc(np.maximum(hits, 1e-12), size - hits + 1, centre))
    return np.asarray(below), np.asarray(above)


def _limits(centre: float, n: Floats, wander2: float, markets: int) -> tuple[Floats, Floats]:
    """The shares at which the tails reach the limit, by halving."""
    limit = OVERALL / 2 / markets
    sides = []
    for side in (0, 1):
        inner, outer = np.full(len(n), centre), np.full(len(n), float(side))
        for _ in range(BISECTIONS):
            middle = (inner + outer) / 2
            told_apart = _tails(middle * n, n, centre, wander2)[side] < limit
            outer, inner = np.where(told_apart, middle, outer), np.where(told_apart, inner, middle)
        sides.append(outer)
    return sides[0], sides[1]


def _between(shares: Floats, n: Floats, wander2: float) -> float:
    """Standard deviation between markets beyond chance, by moments (DerSimonian and Laird 1986)."""
    pooled = float((shares * n).sum() / n.sum())
    within = pooled * (1 - pooled) / n + wander2
    if not (within > 0).all():
        return float(shares.std())
    weight = 1 / within
    mean = float((weight * shares).sum() / weight.sum())
    scatter = float((weight * (shares - mean) ** 2).sum()) - (len(n) - 1)
    room = float(weight.sum() - (weight**2).sum() / weight.sum())
    return max(0.0, scatter / room) ** 0.5 if room > 0 else 0.0
