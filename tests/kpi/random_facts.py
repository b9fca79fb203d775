"""A few thousand facts of every table from a seed: with gaps, late, open, cancelled and in unknown markets."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from made_facts import Facts, Row, company, context, made
from random_crossborder import CROSSBORDER_MAKERS, claimed, on_its_way, promised, refunded
from random_evidence import EVIDENCE_MAKERS
from random_flow import flow_rows
from random_planning import PLANNING_MAKERS

from store.contract import Table
from store.facts import (
    AdSpend,
    Carts,
    Claims,
    CustomerPredictions,
    Customers,
    DesiredActions,
    ErrorCosts,
    FreightCharges,
    Inspections,
    OrderLines,
    Orders,
    ProductionPlans,
    ProductionRuns,
    QaReviews,
    Returns,
    Shipments,
    Stops,
    Surveys,
    TicketContacts,
    Tickets,
    WebSessions,
)
from store.facts.orders import ERROR_KINDS
from store.facts.shipping import OTHER_CHARGES, SHIPMENT_STATUSES, TRANSPORT_CHARGES
from store.normalise import Context

FIRST, DAYS = date(2024, 5, 1), 460
AS_OF_DAY = date(2025, 6, 30)
MARKETS = ("DE", "US", "JP", None)
CHANNELS = ("web", "market place", None)


def world() -> Context:
    """Three markets in three zones; dollars have a rate on most weeks, yen have none."""
    rates = [
        {"rate_day": FIRST + timedelta(days=n), "currency": "USD", "rate": f"1.{10 + n % 7}"}
        for n in range(0, DAYS, 9)
        if n % 5
    ]
    firm = company(DE="Europe/Berlin", US="America/New_York", JP="Asia/Tokyo")
    return context(firm, rates)


class Dice:
    """Random values, among them nothing."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def maybe(self, value: object, gap: float = 0.15) -> object:
        return None if self.random.random() < gap else value

    def one_of(self, values: Sequence[object]) -> object:
        return self.random.choice(values)

    def whole(self, low: int, high: int) -> int:
        return self.random.randint(low, high)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def day(self) -> date:
        return FIRST + timedelta(days=self.whole(0, DAYS))

    def moment(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=self.whole(0, 86_399))

    def near(self, when: object, days: int) -> Any:
        """A day or moment at most so many days from another; nothing near nothing."""
        return when and when + timedelta(days=self.whole(-days, days))  # type: ignore[operator]

    def money(self, high: int = 200) -> object:
        return self.maybe(f"{self.whole(0, high)}.{self.whole(0, 999_999):06}", 0.1)

    def currency(self) -> object:
        return self.random.choices(["EUR", "USD", "JPY"], [8, 4, 1])[0]

    def place(self) -> Row:
        return {"market": self.one_of(MARKETS), "channel": self.one_of(CHANNELS)}


def customers(dice: Dice, number: int) -> Row:
    return {"customer_id": f"C{number}", **dice.place(), "first_order_day": dice.maybe(dice.day(), 0.6)}


def orders(dice: Dice, number: int) -> Row:
    day = dice.day()
    at = dice.moment(day)
    confirmed = at + timedelta(hours=dice.whole(-1, 40))
    handed = confirmed + timedelta(hours=dice.whole(-3, 90))
    delivered = handed + timedelta(hours=dice.whole(5, 200))
    return {
        "order_id": f"O{number}",
        **dice.place(),
        "customer_id": dice.maybe(f"C{dice.whole(0, 149)}"),
        "status": dice.random.choices(
            ["completed", "open", "cancelled", "test", "gift_card"], [8, 2, 1, 1, 1]
        )[0],
        "ordered_at": at,
        "confirmed_at": dice.maybe(confirmed),
        "handed_over_at": dice.maybe(handed, 0.4),
        "fulfilment_limit_s": dice.maybe(dice.whole(1, 4) * 86_400),
        "promised_day": dice.maybe(day + timedelta(days=dice.whole(1, 20)), 0.3),
        "delivered_at": dice.maybe(delivered, 0.5),
        "address_verified": (True, True, False, None)[number % 4],
        "units": dice.maybe(dice.whole(0, 9), 0.4),
        "units_delivered": dice.maybe(dice.whole(0, 9), 0.6),
        "currency": dice.currency(),
        "net": dice.maybe(dice.money(), 0.3),
        "margin": dice.money(60),
    }


def lines_of(dice: Dice, order: int, known: Row | None) -> list[Row]:
    """The lines of one order; an order nobody knows but its lines has its place and day from them."""
    day = dice.day()
    place = dice.place() if known is None else {"market": None, "channel": None}
    alone = {
        **place,
        "customer_id": None,
        "ordered_day": None if known else day,
        "promised_day": dice.maybe(day + timedelta(days=5), 0.5),
    }
    told, stocked = not dice.chance(0.2), not dice.chance(0.2)
    return [
        {
            "line_id": f"L{order}-{line}",
            "order_id": f"O{order}",
            **alone,
            "units": dice.maybe(units := dice.whole(0, 5), 0.1),
            "units_filled": dice.maybe(units - (dice.chance(0.2)), 0.1) if stocked and units else None,
            "units_by_promise": dice.maybe(units - (dice.chance(0.2)), 0.1) if told and units else None,
            "units_delivered": dice.maybe(units + (dice.chance(0.1)), 0.2),
            "currency": dice.currency(),
            "net": dice.money(),
        }
        for line in range(dice.whole(1, 3))
    ]


def order_lines(dice: Dice, known: Sequence[Row]) -> list[Row]:
    of_known = [
        row for order in range(len(known)) if dice.chance(0.7) for row in lines_of(dice, order, known[order])
    ]
    alone = range(len(known), len(known) + 60)
    return of_known + [row for order in alone for row in lines_of(dice, order, None)]


def shipments(dice: Dice, number: int) -> Row:
    day = dice.day()
    shipped = dice.moment(day)
    arrived = shipped + timedelta(hours=dice.whole(2, 300))
    when: dict[str, object] = {
        "shipped_at": dice.maybe(shipped),
        "promised_day": dice.maybe(day + timedelta(days=dice.whole(1, 12))),
        "delivered_at": dice.maybe(arrived, 0.3),
    }
    if not any(when.values()):
        when["shipped_at"] = shipped
    return {
        "shipment_id": f"S{number}",
        "order_id": dice.maybe(f"O{dice.whole(0, 499)}", 0.3),
        "market": dice.one_of(MARKETS),
        "carrier": dice.one_of(["DHL", "UPS", None]),
        "mode": dice.one_of(["air", "road", None]),
        "origin": dice.one_of(["CN", "DE", None]),
        "zone": dice.maybe(dice.one_of(["Asia/Tokyo", "Europe/Berlin"]), 0.8),
        "status": dice.random.choices(SHIPMENT_STATUSES, [1, 4, 8, 1, 1, 1])[0],
        **when,
        "weight_g": dice.maybe(dice.whole(0, 5_000)),
        "volume_cm3": dice.maybe(dice.whole(0, 30_000), 0.4),
        "orders": dice.maybe(dice.whole(1, 3), 0.7),
        "consolidation": dice.maybe(f"K{dice.whole(0, 120)}", 0.5),
        "currency": dice.currency(),
        "freight": dice.maybe(dice.money(40), 0.4),
    }


def freight_charges(dice: Dice, number: int) -> Row:
    target = (
        {"shipment_id": f"S{dice.whole(0, 700)}"}
        if dice.chance(0.6)
        else {"consolidation": f"K{dice.whole(0, 125)}"}
    )
    return {
        "charge_id": f"F{number}",
        **target,
        "kind": dice.one_of([*TRANSPORT_CHARGES, *TRANSPORT_CHARGES, *OTHER_CHARGES]),
        "service_day": dice.day(),
        "currency": dice.currency(),
        "amount": dice.money(90),
    }


def returns(dice: Dice, number: int) -> Row:
    return {
        "return_id": f"R{number}",
        "order_id": f"O{dice.whole(0, 560)}",
        "returned_day": dice.day(),
        "units": dice.whole(1, 3),
    }


def claims(dice: Dice, number: int) -> Row:
    return {
        "claim_id": f"M{number}",
        "order_id": f"O{dice.whole(0, 560)}",
        "kind": dice.one_of(ERROR_KINDS),
        "reported_day": dice.day(),
        "mistakes": dice.whole(1, 2),
    }


def tickets(dice: Dice, number: int) -> Row:
    created = dice.moment(dice.day())
    replied = created + timedelta(seconds=dice.whole(-600, 90_000))
    solved = created + timedelta(hours=dice.whole(0, 400))
    return {
        "ticket_id": f"T{number}",
        **dice.place(),
        "team": dice.one_of(["north", "south", None]),
        "status": dice.one_of(["open", "solved", "closed"]),
        "created_at": created,
        "first_reply_at": dice.maybe(replied, 0.2),
        "resolved_at": dice.maybe(solved, 0.3),
        "closed_at": dice.maybe(solved + timedelta(hours=5), 0.5),
        "first_response_limit_s": dice.maybe(3_600 * dice.whole(1, 30), 0.3),
        "order_id": dice.maybe(f"O{dice.whole(0, 499)}", 0.3),
        "reason": dice.one_of(["where_is_my_order", "damage", None]),
        "bot_only": dice.maybe(dice.chance(0.1)),
        "escalated_at": dice.maybe(replied + timedelta(hours=dice.whole(1, 500)), 0.7),
        "reassigned_at": dice.maybe(replied + timedelta(hours=dice.whole(1, 500)), 0.8),
        "reopened_at": dice.maybe(solved + timedelta(hours=dice.whole(1, 500)), 0.8),
        "tiers": dice.maybe(dice.whole(1, 3)),
        "contacts": dice.maybe(dice.whole(1, 2)),
        "reassignments": dice.maybe(dice.whole(0, 1)),
        "reopens": dice.maybe(dice.whole(0, 1)),
        "merged_into": dice.maybe("T1", 0.9),
        "spam": dice.maybe(dice.chance(0.1)),
        "outbound": dice.maybe(dice.chance(0.1)),
    }


def ticket_contacts(dice: Dice, number: int) -> Row:
    created = dice.moment(dice.day())
    return {
        "contact_id": f"X{number}",
        "issue_key": f"I{dice.whole(0, 120)}",
        **dice.place(),
        "team": dice.one_of(["north", "south", None]),
        "created_at": created,
        "resolved_at": dice.maybe(created + timedelta(hours=dice.whole(0, 300)), 0.3),
        "outbound": dice.maybe(dice.chance(0.1)),
        "spam": dice.maybe(dice.chance(0.1)),
        "escalated": dice.maybe(dice.chance(0.2)),
        "resolvable": dice.maybe(dice.chance(0.8)),
    }


def surveys(dice: Dice, number: int) -> Row:
    scale = dice.random.choices([3, 5, 7, 10], [1, 6, 1, 1])[0]
    sent = dice.moment(dice.day())
    return {
        "survey_id": f"V{number}",
        **dice.place(),
        "team": dice.one_of(["north", "south", None]),
        "sent_at": sent,
        "answered_at": dice.maybe(sent + timedelta(hours=dice.whole(1, 300)), 0.3),
        "score": dice.maybe(dice.whole(1, scale), 0.3),
        "scale": scale,
        "internal": dice.maybe(dice.chance(0.1)),
        "solved_first": dice.maybe(dice.chance(0.7), 0.4),
    }


def qa_reviews(dice: Dice, number: int) -> Row:
    most = dice.whole(1, 5)
    return {
        "item_id": f"G{number}",
        "review_id": f"G{number // 4}",
        **dice.place(),
        "team": dice.one_of(["north", "south", None]),
        "criterion": dice.one_of(["tone", "answer", "procedure"]),
        "weight": dice.maybe(dice.whole(0, 4)),
        "points": dice.maybe(dice.whole(0, most)),
        "most": most,
        "applicable": dice.maybe(dice.chance(0.8)),
        "critical": dice.maybe(dice.chance(0.3)),
        "reviewed_at": dice.moment(dice.day()),
    }


def error_costs(dice: Dice, number: int) -> Row:
    return {
        "error_id": f"E{number}",
        "market": dice.one_of(MARKETS),
        "kind": dice.one_of(["wrong item", "damage"]),
        "caused_by": dice.one_of(["warehouse", "UPS", None]),
        "error_day": dice.day(),
        "currency": dice.currency(),
        "cost": dice.money(90),
    }


def production_runs(dice: Dice, number: int) -> Row:
    produced = dice.whole(0, 500)
    return {
        "run_id": f"P{number}",
        "line": dice.one_of(["L1", "L2", None]),
        "product": dice.one_of(["cup", "lid"]),
        "shift": dice.one_of(["early", "late", None]),
        "produced_day": dice.day(),
        "planned_busy_s": dice.one_of([0, 14_400, 28_800]),
        "run_s": dice.whole(0, 28_000),
        "ideal_us": dice.maybe(dice.whole(1_000, 90_000_000)),
        "produced": produced,
        "good": dice.maybe(dice.whole(0, produced), 0.5),
        "scrap": dice.maybe(produced // 20),
        "rework": dice.maybe(produced // 30),
        "startup_scrap": dice.maybe(produced // 50 if produced > 99 else 0, 0.5),
        "available_s": dice.maybe(dice.one_of([28_800, 43_200])),
        "currency": dice.currency(),
        "unit_cost": dice.money(9),
    }


def stops(dice: Dice, number: int) -> Row:
    began = dice.moment(dice.day())
    lasted = dice.whole(-60, 30_000)
    return {
        "stop_id": f"H{number}",
        "line": dice.one_of(["L1", "L2", None]),
        "shift": dice.one_of(["early", "late", None]),
        "cause": dice.one_of(["mould", "material", None]),
        "planned": dice.maybe(dice.chance(0.2)),
        "started_at": began,
        "ended_at": dice.maybe(began + timedelta(seconds=lasted)),
        "stop_s": dice.maybe(abs(lasted), 0.8),
        "currency": dice.currency(),
        "cost": dice.maybe(dice.money(), 0.5),
        "hour_cost": dice.maybe(dice.money(), 0.5),
    }


def production_plans(dice: Dice, number: int) -> Row:
    """Weekly and daily buckets of two products, some versions of them frozen too late."""
    monday = FIRST + timedelta(days=5 + 7 * dice.whole(0, 60))
    day = monday if number % 2 else monday + timedelta(days=dice.whole(0, 6))
    return {
        "plan_id": f"N{number}",
        "product": "cup" if number % 2 else "lid",
        "line": dice.one_of(["L1", "L2", None]),
        "planned_day": day,
        "until_day": day + timedelta(days=6) if number % 2 else None,
        "planned": dice.one_of([0, 100, 400]),
        "frozen_at": dice.maybe(dice.moment(day - timedelta(days=dice.whole(-1, 6)))),
    }


def inspections(dice: Dice, number: int) -> Row:
    inspected = dice.whole(0, 300)
    return {
        "inspection_id": f"Q{number}",
        "stage": dice.one_of(["incoming", "moulding", "packing"]),
        "supplier": dice.one_of(["Resin Ltd", "own", None]),
        "line": dice.one_of(["L1", "L2", None]),
        "product": dice.one_of(["cup", "lid", None]),
        "attempt": dice.maybe(dice.one_of([1, 1, 1, 2])),
        "inspected_day": dice.day(),
        "inspected": inspected,
        "passed": dice.maybe(inspected - inspected // 9, 0.5),
        "failed": dice.maybe(inspected // 10, 0.4),
        "accepted": dice.maybe(dice.chance(0.8)),
    }


def ad_spend(dice: Dice, number: int) -> Row:
    return {
        "spend_id": f"A{number}",
        **dice.place(),
        "campaign": dice.one_of(["spring", "brand", None]),
        "spend_day": dice.day(),
        "attribution_days": dice.maybe(dice.one_of([1, 7, 30])),
        "acquisition": dice.maybe(dice.chance(0.8)),
        "clicks": dice.maybe(dice.whole(0, 300)),
        "conversions": dice.maybe(dice.whole(0, 9)),
        "currency": dice.currency(),
        "spend": dice.money(),
        "cost": dice.maybe(dice.money(), 0.6),
        "revenue": dice.money(900),
        "revenue_ordered": dice.money(900),
        "returned": dice.maybe(dice.money(90), 0.3),
        "margin": dice.money(300),
    }


def web_sessions(dice: Dice, number: int) -> Row:
    sessions = dice.whole(0, 900)
    return {
        "session_id": f"W{number}",
        **dice.place(),
        "device": dice.one_of(["mobile", "desktop", None]),
        "session_day": dice.day(),
        "sessions": sessions,
        "purchase_sessions": dice.whole(0, sessions // 10),
        "visitor_id": dice.maybe(f"Z{dice.whole(0, 60)}", 0.3),
        "key_event_sessions": dice.maybe(sessions // 5, 0.3),
    }


def customer_predictions(dice: Dice, number: int) -> Row:
    """Two runs in each of three months; the earlier one of a month is no closing level."""
    return {
        "prediction_id": f"P{number}",
        **dice.place(),
        "customer_id": f"C{number % 60}",
        "predicted_day": date(2025, 3 + number % 3, 9 + 19 * (number % 2)),
        "margin_12m_micros": dice.maybe(dice.whole(-5_000_000, 90_000_000)),
    }


def carts(dice: Dice, number: int) -> Row:
    created = dice.moment(dice.day())
    return {
        "cart_id": f"B{number}",
        **dice.place(),
        "device": dice.one_of(["mobile", "desktop", None]),
        "created_at": created,
        "checkout_at": dice.maybe(created + timedelta(minutes=dice.whole(0, 900)), 0.4),
        "ordered_at": dice.maybe(created + timedelta(minutes=dice.whole(1, 3_000)), 0.6),
    }


def desired_actions(dice: Dice, number: int) -> Row:
    visits = dice.whole(0, 400)
    return {
        "action_id": f"D{number}",
        **dice.place(),
        "action": dice.one_of(["newsletter", "quote"]),
        "action_day": dice.day(),
        "visits": visits,
        "completed": visits // 7,
    }


Maker = Callable[[Dice, int], Row]
MAKERS: dict[type[Table], tuple[Maker, int]] = {
    Customers: (customers, 120),
    Orders: (orders, 500),
    Shipments: (shipments, 700),
    FreightCharges: (freight_charges, 600),
    Returns: (returns, 250),
    Claims: (claims, 250),
    Tickets: (tickets, 600),
    TicketContacts: (ticket_contacts, 900),
    Surveys: (surveys, 400),
    ProductionRuns: (production_runs, 400),
    Stops: (stops, 300),
    ProductionPlans: (production_plans, 160),
    Inspections: (inspections, 400),
    QaReviews: (qa_reviews, 500),
    ErrorCosts: (error_costs, 250),
    DesiredActions: (desired_actions, 200),
    AdSpend: (ad_spend, 500),
    WebSessions: (web_sessions, 300),
    Carts: (carts, 300),
    CustomerPredictions: (customer_predictions, 120),
    **CROSSBORDER_MAKERS,
    **PLANNING_MAKERS,
    **EVIDENCE_MAKERS,
}


def random_rows(seed: int, scale: float = 1.0) -> dict[type[Table], list[Row]]:
    """Given columns of every mapped table."""
    dice = Dice(seed)
    rows = {
        table: [make(dice, number) for number in range(int(count * scale))]
        for table, (make, count) in MAKERS.items()
    }
    rows[OrderLines] = order_lines(dice, rows[Orders])
    for table, more in ((Shipments, on_its_way), (Orders, promised), (Returns, refunded), (Claims, claimed)):
        rows[table] = [more(dice, row) for row in rows[table]]
    rows |= flow_rows(Dice(seed + 1_000), scale)
    return rows


def random_facts(seed: int, scale: float = 1.0) -> Facts:
    """Normalised facts of every mapped table."""
    known = world()
    return {table: made(table, rows, known) for table, rows in random_rows(seed, scale).items()}
