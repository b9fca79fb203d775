"""The words other systems use for the columns of our fact tables."""

import re
from collections.abc import Iterable, Mapping, Sequence

from store.contract import Field, Kind, Table, fields, key_of
from store.facts import MAPPED

WORDS: Mapping[str, tuple[str, ...]] = {
    "order_id": (
        "order",
        "order no",
        "order number",
        "order nr",
        "bestellnummer",
        "sales order",
        "po",
        "invoice no",
    ),
    "line_id": ("line", "order line", "item id", "order item id", "position"),
    "shipment_id": ("shipment", "shipment no", "tracking number", "tracking", "consignment", "parcel", "awb"),
    "ticket_id": ("ticket", "ticket no", "case", "case number", "incident", "number", "conversation"),
    "contact_id": ("contact", "message id", "call id"),
    "survey_id": ("survey", "review id", "response id"),
    "return_id": ("return", "rma", "refund id"),
    "claim_id": ("claim", "complaint"),
    "stop_id": ("stop", "downtime id", "fault id", "event id"),
    "plan_id": ("plan", "schedule id"),
    "inspection_id": ("inspection", "inspection lot", "check id", "test id"),
    "item_id": ("review item", "qa item"),
    "error_id": ("error", "error no", "cost id"),
    "run_id": ("batch", "run", "production order", "work order", "job"),
    "spend_id": ("ad id", "row id"),
    "session_id": ("session", "visit id"),
    "cart_id": ("cart", "basket", "checkout id"),
    "customer_id": ("customer", "customer no", "client", "buyer", "customerid", "kundennummer"),
    "market": (
        "country",
        "destination",
        "destination country",
        "ship country",
        "region",
        "land",
        "market place",
    ),
    "channel": ("sales channel", "source medium", "contact type", "medium"),
    "carrier": ("shipper", "forwarder", "courier", "ship via", "carrier name"),
    "mode": ("shipment mode", "transport mode", "service level"),
    "status": ("state", "order status", "incident state", "shipment status"),
    "ordered_at": ("order date", "created at", "purchase date", "order purchase timestamp", "invoice date"),
    "ordered_day": ("order date", "date ordered"),
    "shipped_at": ("ship date", "shipped date", "dispatched at", "shipped", "sent", "sent at", "dispatched"),
    "shipped_day": ("ship date", "shipped date", "dispatch date", "sent", "sent on", "shipped"),
    "promised_day": (
        "scheduled delivery date",
        "required date",
        "promise date",
        "promised",
        "promised date",
        "promised delivery date",
        "promised delivery",
        "deliver by",
        "delivery due",
        "estimated delivery date",
        "eta",
        "due date",
        "order estimated delivery date",
    ),
    "delivered_at": (
        "delivered",
        "delivery date",
        "delivered to client date",
        "order delivered customer date",
    ),
    "delivered_day": (
        "delivery date",
        "delivered date",
        "delivered to client date",
        "delivered",
        "delivered on",
    ),
    "weight_g": ("weight", "weight kg", "weight kilograms", "gross weight"),
    "freight": ("freight cost", "freight cost usd", "freight value", "shipping cost", "transport cost"),
    "amount": ("charge", "cost", "total"),
    "net": ("net value", "net amount", "total", "order value", "line total", "price"),
    "units": ("quantity", "qty", "pieces", "line item quantity", "menge"),
    "currency": ("currency code", "curr", "iso currency", "waehrung"),
    "created_at": ("opened at", "created", "opened", "created date"),
    "first_reply_at": ("first response at", "first reply", "responded at"),
    "resolved_at": ("resolved", "solved at", "resolution date"),
    "closed_at": ("closed", "closed date"),
    "reassignments": ("reassignment count",),
    "reopens": ("reopen count", "reopened"),
    "team": ("group", "assignment group", "queue"),
    "score": ("rating", "review score", "csat", "satisfaction"),
    "sent_at": ("survey sent", "review creation date"),
    "answered_at": ("review answer timestamp", "answered", "response date"),
    "produced": ("quantity produced", "total count", "pieces made", "output"),
    "scrap": ("rejects", "scrapped", "defects", "ausschuss"),
    "good": ("good count", "good pieces"),
    "planned_busy_s": ("planned time", "planned min", "planned production time"),
    "run_s": ("run time", "operating time", "actual time"),
    "line": ("machine", "line", "work center", "work unit", "asset"),
    "location": ("warehouse", "site", "plant", "store", "depot", "lager", "lagerort"),
    "category": ("product family", "product group", "commodity", "warengruppe"),
    "snapshot_day": ("date", "stock date", "as of", "snapshot date"),
    "on_hand": ("stock", "stock on hand", "quantity on hand", "qoh", "inventory level", "bestand"),
    "reserved": ("allocated", "committed"),
    "blocked": ("quarantine", "on hold", "quality hold"),
    "in_transit": ("on the way", "goods in transit", "unterwegs"),
    "forecast": ("forecast quantity", "expected demand", "demand forecast"),
    "lead_time_days": ("lead time", "replenishment lead time"),
    "issued": ("units sold", "issues", "outbound quantity"),
    "counted_day": ("count date", "inventory date", "date counted"),
    "book": ("system quantity", "book quantity", "expected quantity"),
    "counted": ("count quantity", "counted quantity", "actual quantity"),
    "bin": ("bin location", "shelf", "storage bin", "lagerplatz"),
    "bucket_day": ("week", "week start", "month", "period", "bucket", "date"),
    "made_day": ("forecast date", "snapshot date", "created on", "frozen on"),
    "purchase_order": ("po", "po number", "purchase order number"),
    "received_day": ("receipt date", "goods receipt", "received on", "delivery date"),
    "units_ordered": ("order quantity", "quantity ordered", "ordered quantity"),
    "units_received": ("received quantity", "quantity received", "receipt quantity"),
    "units_rejected": ("rejected quantity", "defective units", "quantity rejected"),
    "units_inspected": ("inspected quantity", "sample size"),
    "product": ("article", "sku", "item", "stock code", "material"),
    "ended_at": (
        "end time",
        "end",
        "ended",
        "finished",
        "available at",
        "put away at",
        "departed",
        "departure",
    ),
    "cause": ("reason", "stop reason", "downtime reason", "fault"),
    "stop_s": ("downtime", "duration", "stop duration", "minutes down", "downtime min"),
    "available_s": ("available time", "shift time", "calendar time"),
    "planned_day": ("plan date", "planned date", "bucket", "week starting", "week beginning"),
    "planned": ("planned quantity", "plan quantity", "plan qty", "quantity planned"),
    "frozen_at": ("frozen", "plan version date", "released at"),
    "stage": ("step", "operation", "inspection stage", "checkpoint", "process step"),
    "inspected_day": ("inspection date", "date inspected", "test date"),
    "inspected": ("inspected quantity", "quantity inspected", "sample size", "checked"),
    "passed": ("passed quantity", "ok quantity", "accepted quantity"),
    "failed": ("failed quantity", "defective", "defective quantity", "nok quantity"),
    "supplier": ("vendor", "supplier name", "vendor name", "manufacturer", "maker", "lieferant"),
    "reason": ("topic", "contact reason", "subject category"),
    "criterion": ("question", "check", "criteria"),
    "points": ("points given", "mark"),
    "most": ("max points", "maximum points", "out of"),
    "kind": ("error type", "type of error", "charge type"),
    "caused_by": ("responsible", "root cause", "responsible department"),
    "error_day": ("error date", "date of error"),
    "started_at": ("start time", "start", "started"),
    "produced_day": ("date", "production date"),
    "spend_day": ("date", "day"),
    "spend": ("cost", "ad spend", "amount spent"),
    "impressions": ("displays", "views"),
    "clicks": ("link clicks",),
    "conversions": ("post click conversions", "purchases"),
    "revenue": ("conversion value", "sales amount"),
    "campaign": ("campaign name", "campaign number"),
    "session_day": ("date", "visit date"),
    "entry_id": (
        "declaration",
        "declaration no",
        "declaration number",
        "customs entry",
        "mrn",
        "entry number",
    ),
    "lodged_at": ("lodged", "declared at", "declaration date", "filed at"),
    "arrived_at": ("arrived", "arrival", "arrival date"),
    "presented_at": ("presented", "presentation", "presented to customs"),
    "held_at": ("held", "hold date", "detained at"),
    "released_at": ("released", "cleared", "cleared at", "clearance date", "release date"),
    "event_id": ("scan id", "tracking event", "event number"),
    "event": ("event code", "scan code", "emsevt", "tracking status"),
    "occurred_at": ("event time", "scan time", "scanned at", "event date"),
    "stage_id": ("stay", "receipt", "receipt no", "grn"),
    "began_at": ("arrived", "received at", "receipt date", "arrival"),
    "missorted": ("mis sorted", "sort errors", "missorts"),
    "check_id": ("check", "check no"),
    "eta_day": ("eta", "estimated delivery", "estimated arrival"),
    "requested_at": ("return requested", "rma date"),
    "refunded_at": ("refunded", "refund date", "credited at"),
    "cancelled_by": ("cancellation reason", "cancel reason", "cancelled reason"),
    "ship_by_day": ("ship by", "ship by date", "latest ship date"),
    "co2e_g": ("co2", "co2e", "emissions"),
    "broker": ("customs broker", "customs agent", "declarant"),
    "hs_chapter": ("hs code", "commodity code", "tariff code"),
    "penalty_id": ("penalty", "notice", "notice no"),
    "penalty_day": ("date", "penalty date", "notice date"),
    "rate": ("exchange rate",),
    "rate_day": ("date",),
}
SURE_NAME = 0.9
LIKE: Mapping[Kind, tuple[Kind, ...]] = {
    Kind.DAY: (Kind.DAY, Kind.INSTANT),
    Kind.INSTANT: (Kind.INSTANT, Kind.DAY),
    Kind.WHOLE: (Kind.WHOLE, Kind.AMOUNT),
    Kind.AMOUNT: (Kind.AMOUNT, Kind.WHOLE),
    Kind.FLAG: (Kind.FLAG, Kind.WHOLE),
    Kind.TEXT: tuple(Kind),
}


def plain(name: str) -> str:
    """A name without case, punctuation and units."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
    return " ".join("".join(letter if letter.isalnum() else " " for letter in parted).split())


def likeness(field: Field, column: str) -> float:
    """How well the name of a source column fits a field: 1 for the same name, less for a synonym, 0 for none."""
    ours, theirs = plain(field.given_as), plain(column)
    if ours == theirs:
        return 1.0
    words = [plain(word) for word in WORDS.get(field.given_as, ())]
    if theirs in words:
        return 0.9
    return 0.6 if any(f" {word} " in f" {theirs} " for word in [ours, *words] if len(word) > 4) else 0.0


def best_table(columns: Iterable[tuple[str, Kind]]) -> tuple[type[Table], Mapping[str, tuple[str, float]]]:
    """The fact table most columns fit, and for each of its fields the column that fits best with how well."""
    seen = list(columns)
    fits = {table: fits_of(table, seen) for table in MAPPED}
    table = max(
        MAPPED,
        key=lambda table: sum(
            share if share >= SURE_NAME else share / 2 for _, share in fits[table].values()
        ),
    )
    return table, fits[table]


def fits_of(table: type[Table], columns: Sequence[tuple[str, Kind]]) -> Mapping[str, tuple[str, float]]:
    """For each field of the table the column that fits best, with how well."""
    pairs = [
        (share, kind is field.kind, field.given_as, name)
        for field in fields(table).values()
        if field.mapped
        for name, kind in columns
        if (share := likeness(field, name)) > 0
        if _may_hold(field, kind, share) or field.name in key_of(table)
    ]
    taken: dict[str, tuple[str, float]] = {}
    for share, _, field_name, name in sorted(pairs, key=lambda pair: (-pair[0], not pair[1])):
        if field_name not in taken and name not in {column for column, _ in taken.values()}:
            taken[field_name] = (name, share)
    return taken


def _may_hold(field: Field, kind: Kind, share: float) -> bool:
    """
    Numbers may stand among words such as "invoiced separately" where the name is right; a word in common says
    little where dates or numbers would fill a text.
    """
    wanted = field.kind or Kind.TEXT
    if share >= SURE_NAME:
        return kind in LIKE[wanted] or (kind is Kind.TEXT and wanted in (Kind.AMOUNT, Kind.WHOLE))
    return kind in LIKE[wanted] and (wanted is not Kind.TEXT or kind is Kind.TEXT)


UNIT_WORDS: Mapping[str, Mapping[str, str]] = {
    "g": {"kg": "kg", "kilograms": "kg", "kilogram": "kg", "lb": "lb", "lbs": "lb", "pounds": "lb"},
    "s": {"min": "min", "minutes": "min", "mins": "min", "h": "h", "hours": "h", "hrs": "h"},
    "us": {"s": "s", "sec": "s", "seconds": "s", "min": "min", "minutes": "min", "ms": "ms"},
}


def named_unit(field: Field, column: str) -> str | None:
    """The unit a column's name states, where the field is stored in another one."""
    words = UNIT_WORDS.get(field.unit, {})
    return next((words[word] for word in plain(column).split() if word in words), None)
