"""The peaks of the made-up firm, and what it has agreed on for them with carriers and teams."""

from datetime import date, timedelta

from demo.targets import owner_of
from sop.peaks import plan_peaks
from store.scope import Principal
from store.state import State
from store.state.peak_records import Need, NeedKind, Peak

AHEAD, DAYS = timedelta(days=33), timedelta(days=6)
SALE = "Birthday sale"  # there is one to prepare for at any time of the year
NEEDS: tuple[tuple[NeedKind, str, str, int, int, str], ...] = (
    (NeedKind.CARRIER, "Elbe Parcel", "market=DE", 260, 260, "shipping"),
    (NeedKind.CARRIER, "Kestrel Mail", "market=UK", 150, 150, "shipping"),
    (NeedKind.CARRIER, "Nordpost", "market=JP", 180, 120, "shipping"),
    (NeedKind.CARRIER, "Blue Crane Express", "market=US", 210, 210, "shipping"),
    (NeedKind.STAFF, "Hamburg desk", "", 14, 11, "service"),
    (NeedKind.STAFF, "Toronto desk", "", 9, 9, "service"),
)


def prepare(state: State, principal: Principal, last: date) -> None:
    """Enters them, counted from the last day of the first load; nothing where people entered a peak before."""
    if state.peaks.rows(principal):
        return
    begins = last + AHEAD
    sale = state.peaks.add(principal, Peak(SALE, begins, begins + DAYS))
    plan_peaks(state, last)
    for kind, what, segment, needed, promised, department in NEEDS:
        owner = owner_of(department)
        need = Need(
            sale.id, kind, what, needed, promised, department=department, segment=segment, owner=owner
        )
        state.peaks.add_need(principal, need)
