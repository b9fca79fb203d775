"""Planning, supply: do suppliers deliver on time, in full and in order?"""

import narwhals as nw

from kpi.model import AS_OF_DAY, Better, Department, Distribution, Kpi, Ratio, Rows, Unit
from store.facts import SupplierReceipts

OWNER = "Planning lead"
INBOUND = ("supplier", "location", "category")
SOURCING = ("supplier_management", "product_sourcing")
RELIABLE = "Buy from suppliers that deliver"
live = nw.col("status") != "cancelled"

promised = Rows(
    SupplierReceipts,
    day="due_day",
    belongs=live,
    excluded={"no_promise": nw.col("promised_day").is_null()},
    due="promised_day",
    known_day="ordered_day",
)
on_time = Ratio(
    key="supplier_on_time_rate",
    name="Supplier on time",
    department=Department.PLANNING,
    rows=promised,
    numerator=nw.when(nw.col("received_day") <= nw.col("promised_day")).then(nw.lit(1)).otherwise(nw.lit(0)),
    dimensions=INBOUND,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    monthly=True,
    meaning="Purchase order lines that had arrived by the day the supplier confirmed; what is overdue counts as late.",
    formula="lines received whole on or before the promised day / lines whose promise is due",
    source="SCOR RL.2.2 applied to inbound goods",
    sops=SOURCING,
    goal=RELIABLE,
)
in_full = Ratio(
    key="supplier_otif_rate",
    name="Supplier on time in full",
    department=Department.PLANNING,
    rows=Rows(
        SupplierReceipts,
        day="due_day",
        belongs=live,
        excluded={**promised.excluded, "no_quantities": nw.col("units_by_promise").is_null()},
        due="promised_day",
        known_day="ordered_day",
    ),
    numerator=nw.when(nw.col("units_by_promise") >= nw.col("units_ordered"))
    .then(nw.lit(1))
    .otherwise(nw.lit(0)),
    dimensions=INBOUND,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    monthly=True,
    meaning="Purchase order lines of which every piece had arrived by the day the supplier confirmed.",
    formula="lines with all pieces by the promised day / lines whose promise is due",
    source="SCOR RL.2.1 applied to inbound goods",
    variant_of="supplier_on_time_rate",
    sops=SOURCING,
    goal=RELIABLE,
)
fill = Ratio(
    key="supplier_fill_rate",
    name="Supplier fill rate",
    department=Department.PLANNING,
    rows=Rows(
        SupplierReceipts,
        day="due_day",
        belongs=live,
        excluded=promised.excluded,
        due="settles_day",
        known_day="ordered_day",
    ),
    numerator=nw.when(nw.col("units_received").fill_null(0) <= nw.col("units_ordered"))
    .then(nw.col("units_received").fill_null(0))
    .otherwise(nw.col("units_ordered")),
    denominator=nw.col("units_ordered"),
    dimensions=INBOUND,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    monthly=True,
    meaning="Pieces delivered up to fourteen days after the promise, out of those ordered; surplus earns nothing.",
    formula="pieces received, at most those ordered / pieces ordered, of lines promised at least 14 days ago",
    source="kpi-domain 1.5, fill rate applied to inbound goods",
    sops=SOURCING,
    goal=RELIABLE,
)
defects = Ratio(
    key="supplier_defect_rate",
    name="Supplier defects",
    department=Department.PLANNING,
    rows=Rows(
        SupplierReceipts,
        day="received_day",
        belongs=live & ~nw.col("received_day").is_null(),
        excluded={"not_inspected": nw.col("units_inspected").fill_null(0) == 0},
    ),
    numerator=nw.col("units_rejected").fill_null(0),
    denominator=nw.col("units_inspected"),
    dimensions=INBOUND,
    unit=Unit.PERCENT,
    better=Better.LOWER,
    owner=OWNER,
    monthly=True,
    meaning="Pieces refused or found defective on arrival, out of the pieces looked at.",
    formula="pieces rejected / pieces inspected, by day of arrival",
    source="ISO 2859-1 acceptance inspection",
    sops=("inbound_inspection", "supplier_management"),
    goal=RELIABLE,
)
waiting = nw.col("received_day").is_null() | (nw.col("received_day") > AS_OF_DAY)
lead_time = Distribution(
    key="supplier_lead_time",
    name="Supplier lead time",
    department=Department.PLANNING,
    rows=Rows(
        SupplierReceipts,
        day="lead_day",
        belongs=live & ~nw.col("ordered_day").is_null(),
        excluded={"waiting": waiting, "negative": nw.col("lead_s") < 0},
        edges=("received_day",),
        waiting_day="ordered_day",
    ),
    seconds="lead_s",
    bin="lead_bin",
    open=waiting,
    started="waiting_since_epoch",
    dimensions=INBOUND,
    unit=Unit.DAYS,
    better=Better.LOWER,
    owner=OWNER,
    monthly=True,
    meaning="Days from the order to the arrival of its last piece; what is awaited stands beside it.",
    formula="mean of arrival minus order in whole days, over lines that arrived in the period",
    source="kpi-domain 5.4",
    sops=SOURCING,
    goal=RELIABLE,
)

SUPPLY: tuple[Kpi, ...] = (on_time, fill, defects, lead_time, in_full)
