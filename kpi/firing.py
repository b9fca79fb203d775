"""What fires or is off target: every KPI that is not as it should be, since when, and by which of the two lights."""

from collections.abc import Iterable
from datetime import date

from kpi.decisions import Decision
from kpi.headline import ALARMING, is_exception
from kpi.score import Status
from kpi.standing import Period, Standing, beyond, rows_between


def firing(standings: Iterable[Standing]) -> list[Decision]:
    """The exceptions, each as one line: off target first, then signals, then what is only watched; the oldest first.

    `off_target` is false where only the signal speaks.
    """
    found = [_fires(each, each.current) for each in standings if each.current and is_exception(each)]
    return sorted(found, key=lambda each: (_rank(each), each.since, each.kpi.key))


def alarming_since(standing: Standing) -> date | None:
    """The first day of the unbroken run of periods that miss the target or the watch line, up to the current one."""
    since: date | None = None
    if standing.at is None:
        return since
    for period in reversed(standing.periods[: standing.at + 1]):
        if period.status not in ALARMING:
            break
        since = period.start
    return since


def _fires(standing: Standing, current: Period) -> Decision:
    signal = standing.signal
    if current.status in ALARMING:
        since = standing.since or alarming_since(standing) or current.start
        return Decision(standing.kpi, current, since, beyond(standing.kpi, current), signal)
    began = standing.chart.began(current.start) if standing.chart else None
    usual = signal.centre if signal and signal.centre is not None else current.value or 0.0
    rows = rows_between(standing.kpi, current, usual)
    return Decision(standing.kpi, current, began or current.start, rows, signal, off_target=False)


def _rank(each: Decision) -> int:
    if not each.off_target:
        return 1
    return 0 if each.period.status is Status.OFF_TARGET else 2
