"""Safety stock, reorder point and order-up-to level, for a share of cycles or a share of pieces served from stock."""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

NORMAL = NormalDist()
WIDEST = 40.0


@dataclass(frozen=True)
class Supply:
    """Demand a day and lead time in days, each with its standard deviation (kpi-domain 5.4)."""

    mean_demand: float
    sd_demand: float
    mean_lead_time: float
    sd_lead_time: float = 0.0

    def sigma(self, review_days: float = 0.0) -> float:
        """The deviation of demand over the lead time (and the days until the next review), in units.

        √((L + R)·σ_d² + d²·σ_L²): the uncertain lead time counts as much as the uncertain demand (kpi-domain 5.4).
        """
        of_demand = (self.mean_lead_time + review_days) * self.sd_demand**2
        return sqrt(of_demand + self.mean_demand**2 * self.sd_lead_time**2)


@dataclass(frozen=True)
class Levels:
    """Safety stock and the level that triggers (or, with a review period, fills up to) an order, in units."""

    safety_stock: float
    level: float


def cycle_factor(service_level: float) -> float:
    """Deviations to keep so that this share of cycles ends without a stock-out. Raises ValueError outside (0, 1)."""
    if not 0 < service_level < 1:
        raise ValueError(
            f"A service level of {service_level} is no share between 0 and 1; write 0.95 for 95 %."
        )
    return NORMAL.inv_cdf(service_level)


def reorder_point(supply: Supply, service_level: float) -> Levels:
    """Order when stock and open orders fall to the level: d·L + z·σ (continuous review, kpi-domain 5.4)."""
    safety = cycle_factor(service_level) * supply.sigma()
    return Levels(safety, supply.mean_demand * supply.mean_lead_time + safety)


def order_up_to(supply: Supply, review_days: float, service_level: float) -> Levels:
    """Fill up to the level at every review: d·(L + R) + z·σ over lead time and review period (kpi-domain 5.4)."""
    safety = cycle_factor(service_level) * supply.sigma(review_days)
    return Levels(safety, supply.mean_demand * (supply.mean_lead_time + review_days) + safety)


def forecast_reorder_point(lead_time_demand: float, sigma_error: float, service_level: float) -> Levels:
    """The better form: forecast units over the lead time, and the backtest's error of that very total (5.4).

    `sigma_error` comes from `Backtest.sigma(periods of the lead time)`.
    """
    safety = cycle_factor(service_level) * sigma_error
    return Levels(safety, lead_time_demand + safety)


def loss(k: float) -> float:
    """Mean of what a standard normal demand exceeds k by: φ(k) − k·(1 − Φ(k)) (kpi-domain 5.4)."""
    return NORMAL.pdf(k) - k * NORMAL.cdf(-k)


def fill_factor(fill_rate: float, order_quantity: float, sigma: float) -> float:
    """Deviations to keep so that this share of pieces is served from stock: σ·G(k)/Q = 1 − β, solved for k (5.4).

    It depends on the order quantity (units): large orders are rarely near their end. Raises ValueError for a rate
    outside (0, 1), or a quantity or deviation that is not above 0.
    """
    if not 0 < fill_rate < 1:
        raise ValueError(f"A fill rate of {fill_rate} is no share between 0 and 1; write 0.98 for 98 %.")
    if order_quantity <= 0 or sigma <= 0:
        raise ValueError(
            f"Order quantity {order_quantity} and deviation {sigma} must both be above 0; without deviation no safety "
            "stock is needed."
        )
    missing = (1 - fill_rate) * order_quantity / sigma
    low, high = -WIDEST - missing, WIDEST
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if loss(middle) > missing else (low, middle)
    return (low + high) / 2
