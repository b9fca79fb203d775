"""Customs: how fast are goods let go, what holds them, are the papers right, and what do mistakes cost?"""

import narwhals as nw

from kpi.catalog.carrying import OWNER, when
from kpi.model import AS_OF_EPOCH, Better, Department, Distribution, Kpi, Ratio, Rows, Total, Unit
from store.facts import CustomsEntries, Penalties, Shipments

BORDER = ("market", "broker", "control")
SMOOTH = "Get goods over the border"
PAPERS = ("customs_paperwork",)

imports = nw.col("direction") == "import"
inside = (nw.col("released_epoch").is_null() & nw.col("released_day").is_null()) | (
    nw.col("released_epoch") > AS_OF_EPOCH
)


clearance_time = Distribution(
    key="customs_clearance_time",
    name="Customs clearance",
    department=Department.SHIPPING,
    rows=Rows(
        CustomsEntries,
        day="presented_day",
        belongs=imports & ~nw.col("presented_epoch").is_null(),
        excluded={"waiting": inside, "negative": nw.col("clearance_s") < 0},
        edges=("released_epoch",),
    ),
    seconds="clearance_s",
    bin="clearance_bin",
    open=inside,
    started="presented_epoch",
    dimensions=BORDER,
    unit=Unit.HOURS,
    better=Better.LOWER,
    owner=OWNER,
    meaning="Hours from presentation to release of the goods; what is still with customs is counted beside it.",
    formula="mean of release minus presentation (UPU EDB to EDC or EMF), by day of presentation",
    source="UPU EMSEVT; kpi-domain 1.4",
    sops=PAPERS,
    goal=SMOOTH,
)
border_time = Distribution(
    key="customs_border_time",
    name="Arrival to release",
    department=Department.SHIPPING,
    rows=Rows(
        CustomsEntries,
        day="arrived_day",
        belongs=imports & ~nw.col("arrived_epoch").is_null(),
        excluded={"waiting": inside, "negative": nw.col("border_s") < 0},
        edges=("released_epoch",),
    ),
    seconds="border_s",
    bin="border_bin",
    open=inside,
    started="arrived_epoch",
    dimensions=BORDER,
    unit=Unit.HOURS,
    better=Better.LOWER,
    owner=OWNER,
    meaning="Hours from the arrival of the goods to their release, with the wait before they are presented.",
    formula="mean of release minus arrival (scope of the Time Release Study), by day of arrival",
    source="WCO Time Release Study v3; kpi-domain 1.4",
    sops=PAPERS,
    goal=SMOOTH,
    variant_of="customs_clearance_time",
)
hold_rate = Ratio(
    key="customs_hold_rate",
    name="Customs holds",
    department=Department.SHIPPING,
    rows=Rows(
        CustomsEntries,
        day="customs_day",
        belongs=imports,
        excluded={"not_presented": nw.col("presented_day").is_null()},
        edges=("held_epoch",),
    ),
    numerator=when(
        nw.col("was_held") & (nw.col("held_epoch").is_null() | (nw.col("held_epoch") <= AS_OF_EPOCH))
    ),
    dimensions=BORDER,
    unit=Unit.PERCENT,
    better=Better.LOWER,
    owner=OWNER,
    meaning="Declarations of which customs held the goods, out of all that were presented.",
    formula="declarations with a hold (UPU EME) / declarations presented, by day of presentation",
    source="UPU EMSEVT; WTO TFA 7.6 asks for the release time, no target is published; kpi-domain 1.4",
    sops=PAPERS,
    goal=SMOOTH,
)
released_in_time = Ratio(
    key="broker_release_in_time_rate",
    name="Broker releases in time",
    department=Department.SHIPPING,
    rows=Rows(
        CustomsEntries,
        day="presented_day",
        belongs=imports & ~nw.col("presented_epoch").is_null() & ~nw.col("broker").is_null(),
        due="release_due_epoch",
    ),
    numerator=when(nw.col("released_epoch") <= nw.col("release_due_epoch")),
    dimensions=BORDER,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Declarations released within the time the broker agreed to, out of all whose time is up.",
    formula="declarations released by presentation plus agreed time (48 h unless stated) / declarations due; "
    "open ones are misses",
    source="Fairlead; the maturity rule of kpi-domain 0.4",
    sops=PAPERS,
    goal=SMOOTH,
)
document_errors = Ratio(
    key="document_error_rate",
    name="Document errors",
    department=Department.SHIPPING,
    rows=Rows(CustomsEntries, day="lodged_day"),
    numerator=when(nw.col("document_error")),
    dimensions=BORDER,
    unit=Unit.PERCENT,
    better=Better.LOWER,
    owner=OWNER,
    meaning="Declarations with a correction or an authority's question that the shipper caused, out of all lodged.",
    formula="declarations with at least one shipper-caused correction or question / declarations lodged",
    source="kpi-domain 1.4",
    sops=PAPERS,
    goal=SMOOTH,
)
broker_errors = Ratio(
    key="broker_error_rate",
    name="Broker errors",
    department=Department.SHIPPING,
    rows=Rows(CustomsEntries, day="lodged_day", belongs=~nw.col("broker").is_null()),
    numerator=when(nw.col("broker_corrections") > 0),
    dimensions=BORDER,
    unit=Unit.PERCENT,
    better=Better.LOWER,
    owner=OWNER,
    meaning="Declarations that had to be corrected because of the broker, out of all the broker lodged.",
    formula="declarations with at least one broker-caused correction / declarations lodged by a broker",
    source="Fairlead; counted like document_error_rate, kpi-domain 1.4",
    variant_of="broker_release_in_time_rate",
    sops=PAPERS,
    goal=SMOOTH,
)

charged = Rows(
    Penalties,
    day="penalty_day",
    excluded={"no_rate": nw.col("amount_company_micros").is_null() & ~nw.col("amount_micros").is_null()},
)
penalties = Total(
    key="penalty_cost",
    name="Penalties",
    department=Department.SHIPPING,
    rows=charged,
    numerator=nw.col("amount_company_micros"),
    dimensions=("market", "kind", "cause"),
    unit=Unit.MONEY,
    better=Better.LOWER,
    owner=OWNER,
    minimum=1,
    incomplete_if=("no_rate",),
    meaning="Fines, storage, demurrage, re-labelling and other costs of mistakes, by the day they arose.",
    formula="sum of all penalties in company currency, refunds taken off",
    source="kpi-domain 1.4",
    sops=PAPERS,
    goal="Carry goods at a fair cost",
)
compliance_cost = Ratio(
    key="compliance_cost",
    name="Compliance cost per 1,000 shipments",
    department=Department.SHIPPING,
    rows=Rows(Penalties, day="penalty_day", belongs=nw.col("paperwork"), excluded=charged.excluded),
    numerator=nw.col("amount_company_micros"),
    denominator=nw.lit(1),
    over=Rows(
        Shipments,
        day="sent_day",
        belongs=~nw.col("status").is_in(["cancelled_before_dispatch", "open"])
        & ~nw.col("shipped_day").is_null(),
    ),
    dimensions=("market",),
    unit=Unit.MONEY_PER_THOUSAND,
    better=Better.LOWER,
    owner=OWNER,
    incomplete_if=("no_rate",),
    meaning="Fines, storage and re-labelling caused by documents, for each thousand shipments sent.",
    formula="fines, storage and re-labelling with cause documents, by day of the event / shipments sent / 1,000",
    source="kpi-domain 1.4",
    sops=PAPERS,
    goal="Carry goods at a fair cost",
)

CUSTOMS: tuple[Kpi, ...] = (
    clearance_time, hold_rate, document_errors, released_in_time, compliance_cost, penalties,
    border_time, broker_errors,
)  # fmt: skip
