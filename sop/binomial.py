"""How likely a count of failures is: exact probabilities, binomial and hypergeometric."""

from math import exp, lgamma, log


def exactly(hits: int, of: int, chance: float) -> float:
    """Probability of `hits` among `of` independent trials that each succeed with `chance` (0 to 1)."""
    if chance in (0.0, 1.0):
        return float(hits == of * chance)
    return exp(_ways(of, hits) + hits * log(chance) + (of - hits) * log(1 - chance))


def at_most(hits: int, of: int, chance: float) -> float:
    """Probability of `hits` or fewer."""
    return min(1.0, sum(exactly(each, of, chance) for each in range(min(hits, of) + 1)))


def at_least(hits: int, of: int, chance: float) -> float:
    """Probability of `hits` or more."""
    return min(1.0, sum(exactly(each, of, chance) for each in range(max(hits, 0), of + 1)))


def at_least_drawn(hits: int, of: int, marked: int, among: int) -> float:
    """Probability of `hits` or more when `of` are drawn from `among` of which `marked` are hits (Fisher's exact test).

    If all people fail alike, this is how likely one of them has so many of all failures, whatever the true rate is.
    """
    most = min(of, marked)
    return min(
        1.0,
        sum(_drawn(each, of, marked, among) for each in range(max(hits, of + marked - among, 0), most + 1)),
    )


def _drawn(hits: int, of: int, marked: int, among: int) -> float:
    ways = _ways(marked, hits) + _ways(among - marked, of - hits) - _ways(among, of)
    return exp(ways)


def _ways(of: int, chosen: int) -> float:
    """Logarithm of the number of ways to choose."""
    return lgamma(of + 1) - lgamma(chosen + 1) - lgamma(of - chosen + 1)
