"""Gamma-gamma: what an order of a customer is worth on average, drawn towards that of all where few are known.

Of each customer, in arrays of one length: `orders` (how many the mean is of) and `mean` (their mean, in any unit of
money). Fader & Hardie, The Gamma-Gamma Model of Monetary Value (2013); kpi-domain section 1.3.
"""

from dataclasses import dataclass

import numpy as np

from kpi.lifetime.purchases import PENALTY, Floats, NoFit


@dataclass(frozen=True)
class GammaGamma:
    """Orders of a customer scatter as gamma(p, nu), and nu among customers as gamma(q, v)."""

    p: float
    q: float
    v: float

    def expected(self, orders: Floats, mean: Floats) -> Floats:
        """The mean worth of a further order, in the unit of `mean`; without orders that of all customers."""
        found: Floats = self.p * (self.v + orders * mean) / (self.p * orders + self.q - 1)
        return found


def fit_worth(orders: Floats, mean: Floats) -> GammaGamma:
    """The parameters of the greatest likelihood, from customers with orders of a mean above zero.

    Raises NoFit where none is found or the mean of all customers would be infinite.
    """
    from scipy.optimize import minimize  # here and below, as every command would wait for it

    scale = 1.0 / max(float(np.mean(mean)), 1e-12)
    worth = mean * scale

    def loss(logs: Floats) -> float:
        p, q, v = np.exp(logs)
        return float(-np.mean(_log_likelihood(p, q, v, orders, worth)) + PENALTY * np.mean(logs**2))

    found = minimize(
        loss, np.ones(3), method="Nelder-Mead", options={"maxiter": 2_000, "xatol": 1e-5, "fatol": 1e-9}
    )
    p, q, v = (float(each) for each in np.exp(found.x))
    if not found.success or not np.isfinite(found.fun) or q <= 1:
        raise NoFit(
            "The model of worth (gamma-gamma) finds no parameters with a finite mean for these customers."
        )
    return GammaGamma(p, q, v / scale)


def _log_likelihood(p: float, q: float, v: float, orders: Floats, mean: Floats) -> Floats:
    from scipy.special import gammaln

    shape = p * orders
    found: Floats = (
        gammaln(shape + q) - gammaln(shape) - gammaln(q) + q * np.log(v) + (shape - 1) * np.log(mean)
        + shape * np.log(orders) - (shape + q) * np.log(orders * mean + v)
    )  # fmt: skip
    return found
