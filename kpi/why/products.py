"""How much each factor of a product brought to its change: LMDI-I, and Shapley where a factor is not positive."""

from collections.abc import Callable, Mapping
from itertools import permutations
from math import expm1, log, prod

MOST_FACTORS = 5

Factors = Mapping[str, float]


def lmdi(before: Factors, after: Factors) -> dict[str, float]:
    """Effects of the factors, in the product's unit, that add up to its change: L(V1, V0) x ln(x1 / x0).

    L is the logarithmic mean. Raises ValueError unless every factor is above zero. Source: kpi-domain section 3.3.
    """
    if low := [name for name in before if before[name] <= 0 or after[name] <= 0]:
        raise ValueError(f"LMDI needs factors above zero; {', '.join(low)} is not. Use Shapley.")
    mean = logarithmic_mean(prod(after.values()), prod(before.values()))
    return {name: mean * log(after[name] / before[name]) for name in before}


def logarithmic_mean(a: float, b: float) -> float:
    """(a - b) / (ln a - ln b) of two positive numbers, and a where they are equal. kpi-domain 3."""
    distance = log(a / b)
    return a if distance == 0 else b * expm1(distance) / distance


def shapley(before: Factors, after: Factors) -> dict[str, float]:
    """Effects of the factors as the mean over every order in which they could have changed; they add up exactly.

    Raises ValueError for more than five factors (120 orders). Source: kpi-domain section 3.3.
    """
    if len(before) > MOST_FACTORS:
        raise ValueError(f"{len(before)} factors have too many orders; explain at most {MOST_FACTORS}.")
    orders = list(permutations(before))
    effects = dict.fromkeys(before, 0.0)
    for order in orders:
        now = dict(before)
        for name in order:
            was = prod(now.values())
            now[name] = after[name]
            effects[name] += (prod(now.values()) - was) / len(orders)
    return effects


def method_for(before: Factors, after: Factors) -> Callable[[Factors, Factors], dict[str, float]]:
    """LMDI where every factor is above zero in both periods, else Shapley."""
    return lmdi if min([*before.values(), *after.values()]) > 0 else shapley
