"""Why an alert is raised: a target that is missed informs, only these interrupt a person."""

from collections.abc import Collection
from enum import StrEnum

from alerts.state import Outcome
from kpi.score import Status

USABLE = (Status.ON_TARGET, Status.AT_RISK, Status.OFF_TARGET, Status.OK)


class Reason(StrEnum):
    """What may open an alert; one alert of a KPI and segment carries all of its reasons."""

    SPECIAL_CAUSE = "special cause, to the worse"
    DATA_STALE = "data stale"
    FORECAST_BREACH = "forecast breach"
    SOP_OVERDUE = "SOP overdue"


def outcome_of(status: Status, reasons: Collection[Reason]) -> Outcome:
    """What the evaluation of one closed period is (kpi-domain 4).

    Values that cannot be judged (no data, incomplete, small sample, provisional) are missing: they never alert and
    never resolve. Off target without a reason is no breach: it would open 7.7 times a year on a healthy KPI.
    """
    if status not in USABLE:
        return Outcome.MISSING
    return Outcome.BREACH if reasons else Outcome.OK
