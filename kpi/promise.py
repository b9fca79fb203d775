"""The delivery promise, worked out step by step, so that a miss can be laid at the step that caused it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from store.state.calendars import WorkDays


@dataclass(frozen=True)
class Warehouse:
    """
    Where orders are made ready: its zone, its working days, and the local time up to which an order counts today.

    `hands_over`: local time at which a day's parcels leave. `handling_days`: working days from day 0 to hand-over.
    """

    zone: str
    calendar: WorkDays
    cutoff: time
    handling_days: int
    hands_over: time = time(18)


@dataclass(frozen=True)
class Transit:
    """How long the way takes: days after the hand-over, in working days of `calendar`, or in calendar days without."""

    days: int
    zone: str
    calendar: WorkDays | None = None


@dataclass(frozen=True)
class Promise:
    """Every step of a promise, each a local day; a fact table stores them beside the order.

    `placed_day`: local day of the order at the warehouse. `after_cutoff`: it came too late for that day.
    `accepted_day`: day 0, the first working day that reaches the cut-off. `ship_by_day`: day 0 plus handling.
    `departs_day`: the hand-over as a day of the destination. `promised_day`: that plus transit.
    """

    placed_day: date
    after_cutoff: bool
    accepted_day: date
    ship_by_day: date
    departs_day: date
    promised_day: date


def promise(placed_at: datetime, warehouse: Warehouse, transit: Transit | None = None) -> Promise:
    """
    The promise for an order placed at an instant (with its zone); without `transit` it ends at the hand-over.

    An order at the cut-off itself is too late. D+n counts days after day 0. Source: kpi-domain 7.2. Raises
    CalendarError when a calendar does not reach far enough and ValueError for an instant without zone.
    """
    if placed_at.tzinfo is None:
        raise ValueError(f"{placed_at} has no time zone; give the instant with one, such as {placed_at}Z.")
    local = placed_at.astimezone(ZoneInfo(warehouse.zone))
    late = local.time() >= warehouse.cutoff
    first = local.date() + timedelta(days=1) if late else local.date()
    accepted = warehouse.calendar.on_or_after(first)
    ship_by = warehouse.calendar.after(accepted, warehouse.handling_days)
    if transit is None:
        return Promise(local.date(), late, accepted, ship_by, ship_by, ship_by)
    leaves = datetime.combine(ship_by, warehouse.hands_over, ZoneInfo(warehouse.zone))
    departs = leaves.astimezone(ZoneInfo(transit.zone)).date()
    return Promise(local.date(), late, accepted, ship_by, departs, _arrival(departs, transit))


def _arrival(departs: date, transit: Transit) -> date:
    if transit.calendar is None:
        return departs + timedelta(days=transit.days)
    return transit.calendar.after(departs, transit.days)
