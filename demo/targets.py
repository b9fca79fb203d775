"""Targets of the made-up firm: some for parts of the business, gentler ones at the peak and around Chinese New Year."""

from datetime import date, timedelta
from decimal import Decimal

from demo.company import OWNERS
from demo.season import black_friday, day_of, new_year_in_china
from store.state.precedence import TargetRow

APPROVER = "Henrike Brandt, managing director"
PEAK_DAYS = 28
FESTIVAL_DAYS = 56
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
    ("planning", "stockout_rate", "0.020", "0.035"),
    ("planning", "fill_rate", "0.975", "0.960"),
    ("planning", "forecast_wape", "0.24", "0.28"),
    ("planning", "inventory_accuracy", "0.975", "0.960"),
    ("planning", "supplier_on_time_rate", "0.85", "0.70"),
)
PEAKS: tuple[tuple[str, str, str, str], ...] = (
    ("shipping", "on_time_delivery_rate", "0.92", "0.89"),
    ("shipping", "fulfilment_time", "26", "32"),
    ("shipping", "fulfilment_in_time_rate", "0.93", "0.90"),
    ("planning", "stockout_rate", "0.09", "0.14"),
    ("planning", "fill_rate", "0.93", "0.90"),
    ("planning", "forecast_wape", "0.28", "0.33"),
)
FESTIVALS: tuple[tuple[str, str, str, str], ...] = (
    ("planning", "stockout_rate", "0.12", "0.20"),
    ("planning", "fill_rate", "0.90", "0.85"),
    ("planning", "supplier_on_time_rate", "0.40", "0.25"),
)  # fmt: skip


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
            kpi, opening, Decimal(at), warn=Decimal(warn), basis="agreed with the department",
            owner=owner_of(department), approver=APPROVER, reason="what the firm asks of itself",
        )
        for department, kpi, at, warn in WHOLE
    ]  # fmt: skip
    years = range(opening.year, last.year + 2)
    return (*parts, *whole, *(row for year in years for row in (*_peak(year), *_festival(year))))


def _peak(year: int) -> list[TargetRow]:
    begins = day_of(black_friday(year))
    return _season(PEAKS, begins, begins + timedelta(days=PEAK_DAYS), f"Peak season {year}")


def _festival(year: int) -> list[TargetRow]:
    """From the week the plants shut until the last late ship is in."""
    begins = day_of(new_year_in_china(year)) - timedelta(days=8)
    return _season(FESTIVALS, begins, begins + timedelta(days=FESTIVAL_DAYS), f"Chinese New Year {year}")


def _season(
    rows: tuple[tuple[str, str, str, str], ...], first: date, end: date, reason: str
) -> list[TargetRow]:
    return [
        TargetRow(
            kpi, first, Decimal(at), valid_to=end, warn=Decimal(warn),
            basis="the same season of last year", owner=owner_of(department), approver=APPROVER, reason=reason,
        )
        for department, kpi, at, warn in rows
    ]  # fmt: skip


def owner_of(department: str) -> str:
    """The person who answers for a department's KPIs."""
    return next(owner.name for owner in OWNERS if owner.department == department)
