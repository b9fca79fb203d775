"""How much procedures are followed: what systems and checklists say, read from prepared sums within a scope."""

from sop.adherence.model import Followed, Measured, Misfit, Month, Told
from sop.adherence.reading import by_versions, followed, misfits, months, ordered, split

__all__ = [
    "Followed",
    "Measured",
    "Misfit",
    "Month",
    "Told",
    "by_versions",
    "followed",
    "misfits",
    "months",
    "ordered",
    "split",
]
