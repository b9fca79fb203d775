"""How likely a count of failures is: exact binomial probabilities."""

from math import exp, lgamma, log


def exactly(hits: int, of: int, chance: float) -> float:
    """Probability of `hits` among `of` independent trials that each succeed with `chance` (0 to 1)."""
    if chance in (0.0, 1.0):
        return float(hits == of * chance)
    ways = lgamma(of + 1) - lgamma(hits + 1) - lgamma(of - hits + 1)
    return exp(ways + hits * log(chance) + (of - hits) * log(1 - chance))


def at_most(hits: int, of: int, chance: float) -> float:
    """Probability of `hits` or fewer."""
    return min(1.0, sum(exactly(each, of, chance) for each in range(min(hits, of) + 1)))


def at_least(hits: int, of: int, chance: float) -> float:
    """Probability of `hits` or more."""
    return min(1.0, sum(exactly(each, of, chance) for each in range(max(hits, 0), of + 1)))
