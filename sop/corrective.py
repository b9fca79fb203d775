"""Whether corrective actions were closed by the day that was promised first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sop.share import Share


@dataclass(frozen=True)
class Action:
    """One corrective action. `due` is the original due day: a later extension does not move it."""

    key: str
    due: date
    closed: date | None = None


@dataclass(frozen=True)
class OnTime:
    """Closed in time of those due; those not due yet; those due and still open, which count as late."""

    closed: Share
    not_due: int
    overdue_open: tuple[str, ...]


def on_time(actions: Sequence[Action], as_of: date) -> OnTime:
    """Actions due by `as_of` and closed by their due day (kpi-domain 1.6). Closings after `as_of` are not known yet."""
    due = [each for each in actions if each.due <= as_of]
    kept = sum(each.closed is not None and each.closed <= each.due for each in due)
    still_open = tuple(each.key for each in due if each.closed is None or each.closed > as_of)
    return OnTime(Share(kept, len(due)), len(actions) - len(due), still_open)
