"""What people do in Fairlead becomes facts, so that it counts in KPIs like what other systems send.

Each part has a module here with its `Recorder`s; they are listed in `RECORDERS`.
"""

from sop.recorded.record import record_work
from sop.recorded.recorder import OURS, Recorder, Row

__all__ = ["OURS", "Recorder", "Row", "record_work"]
