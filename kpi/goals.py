"""The goal tree: goal, department, KPI, SOP and owner as data, and what hangs nowhere in it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kpi.model import Department, Kpi


class Sop(StrEnum):
    """The keys of the procedures that drive KPIs; a KPI names them in `sops`."""

    ORDER_PROCESSING = "order_processing"
    ORDER_FULFILMENT = "order_fulfilment"
    ADDRESS_VERIFICATION = "address_verification"
    PACKAGING_LABELLING = "packaging_labelling"
    MODE_SELECTION = "mode_selection"
    CUSTOMS_PAPERWORK = "customs_paperwork"
    TRACKING = "tracking"
    CONSOLIDATION = "consolidation"
    SORTING = "sorting"
    LAST_MILE = "last_mile"
    RETURNS = "returns"
    TAX_CALCULATION = "tax_calculation"
    INQUIRIES = "inquiries"
    ESCALATION = "escalation"
    SERVICE_QUALITY = "service_quality"
    EQUIPMENT_OPERATION = "equipment_operation"
    MAINTENANCE = "maintenance"
    PRODUCTION_PLANNING = "production_planning"
    QUALITY_CONTROL = "quality_control"
    PRODUCT_INSPECTION = "product_inspection"
    INBOUND_INSPECTION = "inbound_inspection"
    CAMPAIGN_PLANNING = "campaign_planning"
    ANALYTICS_REPORTING = "analytics_reporting"
    PRODUCT_MANAGEMENT = "product_management"
    TRANSLATION = "translation"
    INVENTORY_MANAGEMENT = "inventory_management"
    DEMAND_PLANNING = "demand_planning"
    PRODUCT_SOURCING = "product_sourcing"
    SUPPLIER_MANAGEMENT = "supplier_management"
    SOP_MANAGEMENT = "sop_management"
    TRAINING = "training"

    @property
    def label(self) -> str:
        """What a page calls it."""
        words = {Sop.SOP_MANAGEMENT: "SOP management", Sop.PACKAGING_LABELLING: "Packaging and labelling"}
        return words.get(self, self.value.replace("_", " ").capitalize())

    @property
    def owner(self) -> str:
        """The role that answers for the procedure until the library names a person."""
        return next(role for role, keys in _OWNERS.items() if self in keys)


_OWNERS: Mapping[str, frozenset[Sop]] = {
    "Shipping lead": frozenset({
        Sop.ORDER_PROCESSING, Sop.ORDER_FULFILMENT, Sop.ADDRESS_VERIFICATION, Sop.PACKAGING_LABELLING,
        Sop.MODE_SELECTION, Sop.CUSTOMS_PAPERWORK, Sop.TRACKING, Sop.CONSOLIDATION, Sop.SORTING, Sop.LAST_MILE,
        Sop.RETURNS, Sop.TAX_CALCULATION,
    }),
    "Customer service lead": frozenset({Sop.INQUIRIES, Sop.ESCALATION, Sop.SERVICE_QUALITY}),
    "Production lead": frozenset({
        Sop.EQUIPMENT_OPERATION, Sop.MAINTENANCE, Sop.PRODUCTION_PLANNING, Sop.QUALITY_CONTROL,
        Sop.PRODUCT_INSPECTION, Sop.INBOUND_INSPECTION,
    }),
    "Marketing lead": frozenset({
        Sop.CAMPAIGN_PLANNING, Sop.ANALYTICS_REPORTING, Sop.PRODUCT_MANAGEMENT, Sop.TRANSLATION,
    }),
    "Planning lead": frozenset({
        Sop.INVENTORY_MANAGEMENT, Sop.DEMAND_PLANNING, Sop.PRODUCT_SOURCING, Sop.SUPPLIER_MANAGEMENT,
    }),
    "Quality manager": frozenset({Sop.SOP_MANAGEMENT, Sop.TRAINING}),
}  # fmt: skip

# What the firm wants, by the department that answers for it; a KPI names one of them in `goal`.
GOALS: Mapping[str, Department] = {
    "Keep the delivery promise": Department.SHIPPING,
    "Send the right goods": Department.SHIPPING,
    "Carry goods at a fair cost": Department.SHIPPING,
    "Get goods over the border": Department.SHIPPING,
    "Lose and break nothing": Department.SHIPPING,
    "Know where every parcel is": Department.SHIPPING,
    "Carry goods with less carbon": Department.SHIPPING,
    "Settle returns quickly": Department.SHIPPING,
    "Solve it the first time": Department.SERVICE,
    "Answer quickly": Department.SERVICE,
    "Leave customers satisfied": Department.SERVICE,
    "Use the line": Department.MANUFACTURING,
    "Make what was planned": Department.MANUFACTURING,
    "Make it right the first time": Department.MANUFACTURING,
    "Buy good material": Department.MANUFACTURING,
    "Spend where it pays": Department.MARKETING,
    "Win customers at a fair price": Department.MARKETING,
    "Turn visits into orders": Department.MARKETING,
    "Grow the order": Department.MARKETING,
    "Keep customers": Department.MARKETING,
    "Have what customers ask for": Department.PLANNING,
    "Foresee demand": Department.PLANNING,
    "Tie up little money": Department.PLANNING,
    "Know what lies where": Department.PLANNING,
    "Buy from suppliers that deliver": Department.PLANNING,
    "Work as agreed": Department.PROCEDURES,
    "Train people before they need it": Department.PROCEDURES,
    "Keep procedures current": Department.PROCEDURES,
}


@dataclass(frozen=True)
class Branch:
    """One path of the tree; the SOP and its owner are empty where no procedure drives the KPI."""

    goal: str
    department: Department
    kpi: str
    owner: str
    sop: str
    sop_owner: str


def tree(kpis: Iterable[Kpi], goals: Mapping[str, Department] = GOALS) -> list[Branch]:
    """Every path goal, department, KPI, SOP and owners, in the order of the goals; KPIs without a goal come last."""
    order = {goal: number for number, goal in enumerate(goals)}
    found = [branch for kpi in kpis for branch in _branches(kpi)]
    return sorted(found, key=lambda branch: (order.get(branch.goal, len(order)), branch.kpi, branch.sop))


def _branches(kpi: Kpi) -> Iterator[Branch]:
    for sop in kpi.sops or ("",):
        owner = Sop(sop).owner if sop in set(Sop) else ""
        yield Branch(kpi.goal, kpi.department, kpi.key, kpi.owner, sop, owner)


class Missing(StrEnum):
    """What keeps a KPI, an SOP or a goal out of the tree."""

    GOAL = "KPI without a goal"
    UNKNOWN_GOAL = "KPI with a goal nobody has"
    OWNER = "KPI without an owner"
    SOP = "KPI without an SOP"
    UNKNOWN_SOP = "KPI with an SOP nobody has"
    KPI_OF_SOP = "SOP that drives no KPI"
    KPI_OF_GOAL = "Goal without a KPI"
    OWNER_OF_SOP = "SOP without an owner"
    OWNER_OF_STEP = "Step without an owner"
    UNKNOWN_KPI = "SOP with a KPI nobody has"


@dataclass(frozen=True)
class Orphan:
    """One thing that hangs nowhere: what is missing, the key of the KPI, SOP or goal, and the way out."""

    missing: Missing
    key: str
    way_out: str


def orphans(
    kpis: Iterable[Kpi],
    goals: Mapping[str, Department] = GOALS,
    sops: Iterable[str] = tuple(Sop),
) -> list[Orphan]:
    """Everything that hangs nowhere, KPIs first (N25 of the product's requirements).

    `goals`: the goals the firm has, with their department; `sops`: the keys of its procedures.
    """
    kpis, sops = list(kpis), list(sops)
    found = [orphan for kpi in kpis for orphan in _of_kpi(kpi, goals, sops)]
    driving = {sop for kpi in kpis for sop in kpi.sops}
    wanted = {kpi.goal for kpi in kpis}
    found += [
        Orphan(Missing.KPI_OF_SOP, str(sop), "Name it in `sops` of a KPI it drives, or retire it.")
        for sop in sops
        if sop not in driving
    ]
    found += [
        Orphan(Missing.KPI_OF_GOAL, goal, "Give it a KPI, or drop the goal.")
        for goal in goals
        if goal not in wanted
    ]
    return found


def _of_kpi(kpi: Kpi, goals: Mapping[str, Department], sops: Iterable[str]) -> Iterator[Orphan]:
    if not kpi.goal:
        yield Orphan(Missing.GOAL, kpi.key, f"Set `goal` of {kpi.key} to one of GOALS in kpi/goals.py.")
    elif kpi.goal not in goals:
        yield Orphan(
            Missing.UNKNOWN_GOAL, kpi.key, f"Add '{kpi.goal}' to GOALS in kpi/goals.py, or name another."
        )
    if not kpi.owner:
        yield Orphan(Missing.OWNER, kpi.key, f"Set `owner` of {kpi.key} to the role that answers for it.")
    if not kpi.sops:
        yield Orphan(Missing.SOP, kpi.key, f"Name in `sops` of {kpi.key} the procedures that drive it.")
    for sop in set(kpi.sops) - set(sops):
        yield Orphan(Missing.UNKNOWN_SOP, kpi.key, f"Add '{sop}' to Sop in kpi/goals.py, or name another.")
