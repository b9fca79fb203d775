"""BG/NBD: how many orders a customer will still place, from how many, how recent and over how long they were.

Of each customer, in arrays of one length: `repeats` (orders after the first), `recency` (weeks from the first to the
last of them, 0 without any) and `age` (weeks from the first to now). Fader, Hardie & Lee, Marketing Science 24 (2005)
275-284; kpi-domain section 1.3.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
PENALTY = 1e-3  # on the size of the log parameters: keeps thin data from running off to infinity


class NoFit(ValueError):
    """The model finds no parameters for these customers."""


@dataclass(frozen=True)
class BgNbd:
    """Orders at a rate of gamma(r, alpha) a week; after each one a customer leaves with a chance of beta(a, b)."""

    r: float
    alpha: float
    a: float
    b: float

    def expected(self, repeats: Floats, recency: Floats, age: Floats, weeks: float) -> Floats:
        """Orders a customer is expected to place in the next `weeks`. Equation 10."""
        from scipy.special import hyp2f1  # here and below, as every command would wait for it

        top, grown = self.r + repeats, self.alpha + age
        share = weeks / (grown + weeks)
        first = (self.a + self.b + repeats - 1) / (self.a - 1)
        series = hyp2f1(top, self.b + repeats, self.a + self.b + repeats - 1, share)
        found: Floats = (
            first * (1 - (grown / (grown + weeks)) ** top * series) / self._gone(repeats, recency, age)
        )
        return found

    def alive(self, repeats: Floats, recency: Floats, age: Floats) -> Floats:
        """The chance (0 to 1) that a customer is still one."""
        found: Floats = 1 / self._gone(repeats, recency, age)
        return found

    def _gone(self, repeats: Floats, recency: Floats, age: Floats) -> Floats:
        top = self.r + repeats
        odds = self.a / np.maximum(self.b + repeats - 1, 1e-12)
        later = ((self.alpha + age) / (self.alpha + recency)) ** top
        found: Floats = 1 + np.where(repeats > 0, odds * later, 0.0)
        return found


def fit_purchases(repeats: Floats, recency: Floats, age: Floats) -> BgNbd:
    """The parameters of the greatest likelihood; raises NoFit where none is found."""
    from scipy.optimize import minimize

    scale = 10.0 / max(float(age.max()), 1e-9)  # ages up to ten: alpha then has the size of the others

    def loss(logs: Floats) -> float:
        r, alpha, a, b = np.exp(logs)
        likely = _log_likelihood(r, alpha, a, b, repeats, recency * scale, age * scale)
        return float(-np.mean(likely) + PENALTY * np.mean(logs**2))

    found = minimize(
        loss, np.zeros(4), method="Nelder-Mead", options={"maxiter": 2_000, "xatol": 1e-5, "fatol": 1e-9}
    )
    if not found.success or not np.isfinite(found.fun):
        raise NoFit("The purchase model (BG/NBD) finds no parameters for these customers.")
    r, alpha, a, b = (float(each) for each in np.exp(found.x))
    return BgNbd(r, alpha / scale, a, b)


def _log_likelihood(
    r: float, alpha: float, a: float, b: float, repeats: Floats, recency: Floats, age: Floats
) -> Floats:
    """Equation 6 of each customer, up to what no parameter changes."""
    from scipy.special import betaln, gammaln

    top = r + repeats
    common = gammaln(top) - gammaln(r) + r * np.log(alpha) + betaln(a, b + repeats) - betaln(a, b)
    still = -top * np.log(alpha + age)
    left = np.log(a) - np.log(np.maximum(b + repeats - 1, 1e-12)) - top * np.log(alpha + recency)
    # betaln(a, b + x) holds those who stayed; those who left have a / (b + x - 1) of it
    found: Floats = common + np.where(repeats > 0, np.logaddexp(still, left), still)
    return found
