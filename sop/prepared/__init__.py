"""Do procedures help? Worked out by the worker for every part of the firm that somebody sees; pages only look it up.

Who works it out imports `sop.prepared.job`; whoever looks it up does not load that.
"""

from sop.prepared.reading import prepared
from sop.prepared.tables import EVER, WEEKS, Prepared

__all__ = ["EVER", "WEEKS", "Prepared", "prepared"]
