"""Targets of the made-up firm: parts of the business with a goal of their own, and gentler ones in peak season."""

from datetime import date, timedelta
from decimal import Decimal

from demo.company import OWNERS
from demo.season import black_friday, day_of
from store.state.precedence import TargetRow

APPROVER = "Henrike Brandt, managing director"
PEAK_DAYS = 28
PARTS: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("shipping", "on_time_delivery_rate", "market=DE", "0.94", "0.91", "short lanes"),
    ("shipping", "on_time_delivery_rate", "market=JP", "0.92", "0.88", "long lane over Ningbo"),
    ("shipping", "transportation_cost_per_order", "market=DE", "5.60", "6.20", "no air freight"),
    ("shipping", "transportation_cost_per_order", "market=US", "14.60", "15.80", "air freight"),
    ("shipping", "transportation_cost_per_order", "market=AU", "17.60", "19.00", "longest lane"),
    ("service", "first_response_time", "channel=chat", "15", "25", "promise on the chat window"),
    ("service", "first_response_time", "channel=phone", "5", "8", "promise of the menu"),
    ("service", "first_response_time", "channel=e-mail", "260", "340", "promise in the automatic reply"),
    ("manufacturing", "scrap_rate", "line=Line 8", "0.022", "0.030", "dear pieces"),
    ("marketing", "customer_acquisition_cost", "market=US", "30", "36", "dearer clicks"),
    ("marketing", "roas", "channel=display", "3.4", "2.9", "first touch, seldom the last"),
)
WHOLE: tuple[tuple[str, str, str, str], ...] = (
    ("procedures", "sop_adherence_rate", "0.92", "0.88"),
    ("procedures", "training_completion_rate", "0.95", "0.90"),
    ("procedures", "refresher_overdue_rate", "0.08", "0.12"),
    ("procedures", "sop_review_overdue_rate", "0.12", "0.20"),
    ("procedures", "audit_coverage_rate", "0.88", "0.82"),
    ("procedures", "corrective_action_on_time_rate", "0.75", "0.65"),
    ("procedures", "quiz_pass_rate", "0.80", "0.70"),
)
PEAKS: tuple[tuple[str, str, str, str], ...] = (
    ("shipping", "on_time_delivery_rate", "0.92", "0.89"),
    ("shipping", "fulfilment_time", "26", "32"),
    ("shipping", "fulfilment_in_time_rate", "0.93", "0.90"),
)


def demo_targets(last: date) -> tuple[TargetRow, ...]:
    """The parts, valid for all of the history before `last`, and an overlay for each peak season in it and the next."""
    opening = date(last.year - 2, 1, 1)
    parts = [
        TargetRow(
            kpi, opening, Decimal(at), segment, warn=Decimal(warn), basis="agreed with the department",
            owner=owner_of(department), approver=APPROVER, reason=reason,
        )
        for department, kpi, segment, at, warn, reason in PARTS
    ]  # fmt: skip
    whole = [
        TargetRow(
            kpi, opening, Decimal(at), warn=Decimal(warn), basis="quality manual", owner=owner_of(department),
            approver=APPROVER, reason="what the firm asks of itself",
        )
        for department, kpi, at, warn in WHOLE
    ]  # fmt: skip
    return (*parts, *whole, *(row for year in range(opening.year, last.year + 2) for row in _peak(year)))


def _peak(year: int) -> list[TargetRow]:
    begins = day_of(black_friday(year))
    return [
        TargetRow(
            kpi, begins, Decimal(at), valid_to=begins + timedelta(days=PEAK_DAYS), warn=Decimal(warn),
            basis="last year's peak", owner=owner_of(department), approver=APPROVER, reason=f"Peak season {year}",
        )
        for department, kpi, at, warn in PEAKS
    ]  # fmt: skip


def owner_of(department: str) -> str:
    """The person who answers for a department's KPIs."""
    return next(owner.name for owner in OWNERS if owner.department == department)
