"""How many checks it takes to know an adherence well enough."""

from math import ceil
from statistics import NormalDist


def checks_needed(
    half_width: float, *, expected: float = 0.5, confidence: float = 0.95, population: int | None = None
) -> int:
    """The fewest random checks whose interval reaches at most `half_width` (0 to 1) to either side.

    n = z² p (1 - p) / h² (Cochran), about 0.96 / h² at worst: 385 checks for 5 points, 97 for 10. `expected` is the
    adherence if something is known of it; with `population` (runs there are to draw from) fewer suffice.
    Raises ValueError unless both shares lie between 0 and 1.
    """
    if not 0 < half_width < 1 or not 0 < expected < 1:
        raise ValueError(
            f"Half-width {half_width:g} at an adherence of {expected:g}: both lie between 0 and 1, 5 points are 0.05."
        )
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    endless = z * z * expected * (1 - expected) / half_width**2
    if population is None:
        return ceil(endless)
    return min(population, ceil(endless / (1 + (endless - 1) / population)))
