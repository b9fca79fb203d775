"""What kind of demand a series is, which decides the methods that may forecast it."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

ADI_CUT, CV2_CUT = 1.32, 0.49


class DemandClass(StrEnum):
    """The four kinds of Syntetos, Boylan and Croston (2005), and a series that never had any demand."""

    SMOOTH = "smooth"
    ERRATIC = "erratic"
    INTERMITTENT = "intermittent"
    LUMPY = "lumpy"
    NONE = "none"

    @property
    def is_sparse(self) -> bool:
        """A forecast of it is a rate, so only the total over the horizon can be judged."""
        return self in (DemandClass.INTERMITTENT, DemandClass.LUMPY, DemandClass.NONE)


@dataclass(frozen=True)
class Demand:
    """Mean interval between demands in periods, squared variation of their sizes, and the class that follows."""

    adi: float | None
    cv2: float | None
    kind: DemandClass


def demand_of(history: ArrayLike, adi_cut: float = ADI_CUT, cv2_cut: float = CV2_CUT) -> Demand:
    """The demand of a history (units a period, oldest first): ADI = periods / periods with demand, CV² of their sizes
    with the population's deviation (empty where gains and losses cancel out).

    Source: Syntetos, Boylan and Croston 2005, cut-offs 1.32 and 0.49.
    """
    values = np.asarray(history, dtype=np.float64)
    sizes = values[values != 0]
    if not len(sizes):
        return Demand(None, None, DemandClass.NONE)
    adi, mean = len(values) / len(sizes), float(sizes.mean())
    cv2 = float(sizes.var() / mean**2) if mean else None
    steady = cv2 is not None and cv2 < cv2_cut
    if adi < adi_cut:
        return Demand(adi, cv2, DemandClass.SMOOTH if steady else DemandClass.ERRATIC)
    return Demand(adi, cv2, DemandClass.INTERMITTENT if steady else DemandClass.LUMPY)
