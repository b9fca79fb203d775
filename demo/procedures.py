"""The procedures of the made-up firm as data: who owns each, who must know it, which KPIs it drives, its versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from demo.dice import Days, Whole
from demo.season import number
from demo.stories import CUSTOMS, STAFFING

CUSTOMS_MENDED = CUSTOMS.ends if CUSTOMS.ends is not None else 0
BEFORE_PEAK = (STAFFING.begins or 0) + 4


@dataclass(frozen=True)
class Version:
    """One version. `effective` counts days from the last day of the first load, like the days of a story."""

    name: str
    effective: int
    minor: bool = False

    def since(self, anchor: date) -> date:
        return anchor + timedelta(days=self.effective)


@dataclass(frozen=True)
class Procedure:
    """One standard operating procedure: `teams` do the work, `kpis` are what it drives, the first step is critical."""

    key: str
    title: str
    department: str
    owner: str
    teams: tuple[str, ...]
    kpis: tuple[str, ...]
    steps: tuple[str, ...]
    versions: tuple[Version, ...]
    review_months: int = 12
    refresher_months: int = 12


TEAM_SIZES: Mapping[str, int] = {
    "Hamburg warehouse": 8, "Ningbo warehouse": 8, "Customs desk": 9, "Hamburg desk": 6, "Toronto desk": 5,
    "Singapore desk": 5, "Crew A": 7, "Crew B": 7, "Crew C": 7, "Marketing team": 5, "Planning team": 5,
    "Quality team": 4,
}  # fmt: skip
TEAMS: tuple[str, ...] = tuple(TEAM_SIZES)
WAREHOUSES = ("Hamburg warehouse", "Ningbo warehouse")
DESKS = ("Hamburg desk", "Toronto desk", "Singapore desk")
CREWS = ("Crew A", "Crew B", "Crew C")
CUSTOMS_DESK, MARKETERS, PLANNERS = ("Customs desk",), ("Marketing team",), ("Planning team",)
QUALITY = ("Quality team",)
SHORT_TEAM = "Hamburg desk"  # where people are missing before peak

FIRST = Version("1", -1200)
SETTLED = (FIRST, Version("2", -760))


def _shipping(key: str, title: str, teams: tuple[str, ...], kpis: tuple[str, ...], steps: tuple[str, ...],
              versions: tuple[Version, ...] = SETTLED, review: int = 12, refresher: int = 6) -> Procedure:  # fmt: skip
    return Procedure(key, title, "shipping", "Shipping lead", teams, kpis, steps, versions, review, refresher)


def _service(key: str, title: str, kpis: tuple[str, ...], steps: tuple[str, ...],
             versions: tuple[Version, ...] = SETTLED, refresher: int = 6) -> Procedure:  # fmt: skip
    return Procedure(
        key, title, "service", "Customer service lead", DESKS, kpis, steps, versions, 6, refresher
    )


def _plant(key: str, title: str, kpis: tuple[str, ...], steps: tuple[str, ...],
           versions: tuple[Version, ...] = SETTLED) -> Procedure:  # fmt: skip
    return Procedure(key, title, "manufacturing", "Production lead", CREWS, kpis, steps, versions, 12, 6)


def _marketing(key: str, title: str, kpis: tuple[str, ...], steps: tuple[str, ...]) -> Procedure:
    return Procedure(key, title, "marketing", "Marketing lead", MARKETERS, kpis, steps, SETTLED, 12, 12)


def _planning(key: str, title: str, kpis: tuple[str, ...], steps: tuple[str, ...]) -> Procedure:
    return Procedure(key, title, "planning", "Planning lead", PLANNERS, kpis, steps, SETTLED, 12, 12)


def _quality(key: str, title: str, kpis: tuple[str, ...], steps: tuple[str, ...]) -> Procedure:
    return Procedure(key, title, "procedures", "Quality manager", QUALITY, kpis, steps, SETTLED, 12, 12)


LIBRARY: tuple[Procedure, ...] = (
    _shipping("order_processing", "Order processing", WAREHOUSES,
              ("order_accuracy_rate", "fulfilment_time", "fulfilment_in_time_rate"),
              ("Payment released", "Stock reserved", "Address on file", "Order confirmed the same day", "Notes read")),
    _shipping("order_fulfilment", "Order fulfilment", WAREHOUSES,
              ("fulfilment_time", "fulfilment_in_time_rate", "on_time_delivery_rate", "otif_rate"),
              ("Item scanned at the pick", "Pieces counted", "Label matches the order", "Handed over by cut-off",
               "Packing slip inside", "Station left clean"),
              (*SETTLED, Version("2.1", -400, minor=True)), refresher=3),
    _shipping("address_verification", "Address verification", WAREHOUSES, ("order_accuracy_rate",),
              ("Address verified before the label", "Postal code matches the city", "Phone number given",
               "Doubts cleared with the customer")),
    _shipping("packaging_labelling", "Packaging and labelling", WAREHOUSES, ("otif_rate", "order_accuracy_rate"),
              ("Profile of the destination used", "Weight on the label", "Fragile goods padded", "Marks complete",
               "Photo of the parcel")),
    _shipping("customs_paperwork", "Customs paperwork", CUSTOMS_DESK,
              ("on_time_delivery_rate", "customs_clearance_time", "customs_hold_rate", "document_error_rate"),
              ("Commodity code complete", "Value matches the invoice", "Packing list enclosed",
               "Certificates enclosed", "Owner of the declaration named", "Papers complete before departure"),
              (*SETTLED, Version("3", CUSTOMS_MENDED)), review=6, refresher=3),
    _shipping("mode_selection", "Choice of transport mode", CUSTOMS_DESK,
              ("transportation_cost_per_order", "on_time_delivery_rate"),
              ("Rule of the lane applied", "Exception has a reason", "Cut-off of the mode checked",
               "Price compared with the budget")),
    _shipping("tracking", "Tracking of parcels", WAREHOUSES, ("on_time_delivery_rate",),
              ("First scan checked after two days", "Silent parcels chased", "Customer told of a delay")),
    _shipping("consolidation", "Consolidation", WAREHOUSES, ("transportation_cost_per_kg",),
              ("Cut-off of the lane kept", "Weights checked", "Manifest complete", "Seal noted")),
    _shipping("sorting", "Sorting at the destination", WAREHOUSES, ("on_time_delivery_rate",),
              ("Pieces counted in", "Missorts written down", "Left the same day")),
    _shipping("last_mile", "Last mile", CUSTOMS_DESK, ("on_time_delivery_rate",),
              ("Window agreed", "Failed attempt called", "Proof of delivery filed")),
    _shipping("tax_calculation", "International tax calculation", CUSTOMS_DESK, ("customs_hold_rate",),
              ("Rule version in force used", "Origin stated", "Threshold checked", "Duty shown to the customer")),
    _shipping("returns", "Returns", WAREHOUSES, ("return_rate",),
              ("Reason recorded", "Inspected within two days", "Refund within the limit", "Stock put back")),
    _service("inquiries", "Handling customer inquiries",
             ("first_response_time", "response_sla_rate", "first_contact_resolution_rate", "resolution_time"),
             ("Customer identified", "Reply within the promise", "Reason tagged", "All questions answered",
              "Next step stated", "Tone as in the guide"),
             (*SETTLED, Version("3", BEFORE_PEAK)), refresher=3),
    _service("escalation", "Escalation", ("escalation_rate", "resolution_time", "first_contact_resolution_rate"),
             ("Criteria met", "Right queue", "Customer told", "Notes complete")),
    _service("service_quality", "Quality of service", ("csat_score",),
             ("Sampled talk scored", "Tone", "Solution complete", "Follow-up kept", "Feedback given")),
    _plant("equipment_operation", "Operation of equipment", ("oee", "oee_availability", "cycle_time"),
           ("Guard closed before the start", "Start-up check done", "Parameters in range", "Changeover steps kept",
            "Deviation written down", "Handed over to the next crew")),
    _plant("hot_melt_binding", "Hot-melt adhesive binding line", ("oee_quality",),
           ("Adhesive at 160 to 180 degrees", "Nozzles clean", "Pull test on the first piece", "Spine width set",
            "Fume extraction on")),
    _plant("quality_control", "Quality control", ("scrap_rate", "first_pass_yield", "oee_quality"),
           ("First piece released", "Sample size as planned", "Gauge calibrated", "Defects coded",
            "Blocked goods marked")),
    _plant("product_inspection", "Product inspection", ("return_rate", "scrap_rate"),
           ("Inspected after production", "Inspected before shipping", "Photos filed", "Report signed")),
    _plant("maintenance", "Preventive maintenance", ("oee_availability",),
           ("Machine locked out", "Work list done", "Parts recorded", "Test run")),
    _plant("production_planning", "Production planning", ("oee_availability",),
              ("Plan frozen on Friday", "Capacity checked", "Changeovers grouped", "Deviations explained")),
    _plant("inbound_inspection", "Inbound inspection", ("scrap_rate",),
              ("Plan drawn from the lot size", "Sample inspected", "Lot released or blocked", "Supplier told")),
    _marketing("campaign_planning", "Campaign planning",
               ("marketing_roi", "roas", "customer_acquisition_cost", "conversion_rate"),
               ("Budget approved", "Brief complete", "Tracking links tested", "Stock checked before launch",
                "Bidding rule reviewed")),
    _marketing("analytics_reporting", "Analytics and reporting", ("cost_per_conversion", "roas"),
               ("Costs loaded on time", "Conversions reconciled", "Currency stated", "Report sent on Monday")),
    _marketing("translation", "Translation of texts", ("conversion_rate",),
               ("Source version current", "Read by a native speaker", "Units converted", "Legal texts checked")),
    _marketing("product_management", "Product management", ("average_order_value", "return_rate"),
               ("Texts approved", "Prices checked", "Pictures current", "Compliance documents filed")),
    _planning("inventory_management", "Inventory management", ("fulfilment_in_time_rate",),
              ("Counts done as planned", "Reorders acted on", "First in, first out kept", "Differences explained")),
    _planning("demand_planning", "Demand planning and S&OP", ("otif_rate",),
              ("Snapshot taken on the day", "Overrides explained", "Decisions have an owner", "Last month reviewed")),
    _planning("supplier_management", "Supplier management", ("scrap_rate",),
              ("Contract current", "Delivery confirmed", "Claims settled", "Scorecard sent")),
    _planning("product_sourcing", "Product sourcing", ("scrap_rate",),
              ("Samples approved", "Factory audited", "Two offers compared", "Terms written down")),
    _quality("sop_management", "Writing, reviewing and checking procedures",
             ("sop_review_overdue_rate", "sop_adherence_rate", "check_pass_rate", "audit_coverage_rate",
              "corrective_action_on_time_rate"),
             ("Why stated", "Each step has one owner", "Tried by the people who do it", "Approved by another person",
              "Checks drawn at random", "Action has an owner and a day")),
    _quality("training", "Training of staff",
             ("training_completion_rate", "refresher_overdue_rate", "quiz_pass_rate"),
             ("Version in force used", "Done before the effective day", "Quiz taken", "Record filed the same day")),
)  # fmt: skip
KEYS: tuple[str, ...] = tuple(each.key for each in LIBRARY)
CUSTOMS_SOP, INQUIRIES_SOP = KEYS.index("customs_paperwork"), KEYS.index("inquiries")


def version_on(sop: int, day: int, anchor: date) -> Version:
    """The version of a procedure in force on a day; the first one before its time."""
    return [each for each in LIBRARY[sop].versions if number(each.since(anchor)) <= day or each is FIRST][-1]


def versions_on(sops: Whole, days: Days, anchor: date) -> list[str]:
    """The names of the versions in force, one a row."""
    known: dict[tuple[int, int], str] = {}
    found = []
    for sop, day in zip(sops.tolist(), days.tolist(), strict=True):
        if (sop, day) not in known:
            known[sop, day] = version_on(sop, day, anchor).name
        found.append(known[sop, day])
    return found
