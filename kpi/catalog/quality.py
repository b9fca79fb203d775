"""Quality of goods: what does each stage let through, and what comes in wrong?"""

import narwhals as nw

from kpi.catalog.manufacturing import FLOOR, IDEAL, OWNER, runs
from kpi.model import Better, Department, Kpi, Ratio, Rows, Unit
from kpi.rolled import Rolled
from store.facts import Inspections, ProductionRuns
from store.facts.quality import INCOMING

STAGES = ("stage", "supplier", "line")
RIGHT = "Make it right the first time"
incoming = nw.col("stage") == INCOMING
first_look = nw.col("attempt").fill_null(1) <= 1
no_result = {"no_result": nw.col("good_pieces").is_null()}

rework_rate = Ratio(
    key="rework_rate",
    name="Rework rate",
    department=Department.MANUFACTURING,
    rows=Rows(ProductionRuns, day="produced_day", excluded={"no_rework": nw.col("rework").is_null()}),
    numerator=nw.col("rework"),
    denominator=nw.col("produced"),
    dimensions=FLOOR,
    unit=Unit.PERCENT,
    better=Better.LOWER,
    owner=OWNER,
    minimum=1,
    meaning="Pieces that were good only after rework, out of the pieces produced; scrap is not rework.",
    formula="reworked pieces / produced pieces",
    source=IDEAL,
    sops=("quality_control",),
    goal=RIGHT,
)
final_yield = Ratio(
    key="final_yield",
    name="Final yield",
    department=Department.MANUFACTURING,
    rows=Rows(ProductionRuns, day="produced_day", excluded={"no_scrap": nw.col("scrap").is_null()}),
    numerator=nw.col("produced") - nw.col("scrap"),
    denominator=nw.col("produced"),
    dimensions=FLOOR,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    minimum=1,
    meaning="Pieces that were good in the end, rework included; with the scrap rate it makes 100 %.",
    formula="(produced - scrap) / produced",
    source=IDEAL,
    variant_of="first_pass_yield",
    sops=("quality_control",),
    goal=RIGHT,
)
startup_scrap = Ratio(
    key="startup_scrap_rate",
    name="Start-up scrap rate",
    department=Department.MANUFACTURING,
    rows=Rows(
        ProductionRuns, day="produced_day", excluded={"not_told_apart": nw.col("startup_scrap").is_null()}
    ),
    numerator=nw.col("startup_scrap"),
    denominator=nw.col("produced"),
    dimensions=FLOOR,
    unit=Unit.PERCENT,
    better=Better.LOWER,
    owner=OWNER,
    minimum=1,
    meaning="Pieces thrown away while a line starts up, out of the pieces produced; part of the scrap rate.",
    formula="scrapped pieces of starting up / produced pieces",
    source=IDEAL,
    variant_of="scrap_rate",
    sops=("equipment_operation",),
    goal=RIGHT,
)
time_to_ideal = Ratio(
    key="cycle_time_to_ideal",
    name="Cycle time to ideal",
    department=Department.MANUFACTURING,
    rows=Rows(ProductionRuns, day="produced_day", excluded={"no_ideal": nw.col("ideal_us").is_null()}),
    numerator=nw.col("run_s") * 1_000_000,
    denominator=nw.col("ideal_us") * nw.col("produced"),
    dimensions=FLOOR,
    unit=Unit.TIMES,
    better=Better.LOWER,
    owner=OWNER,
    minimum=1,
    meaning="How many times its ideal a piece takes; the cycle time that may be read across products.",
    formula="actual production time / ideal time of the pieces produced",
    source=IDEAL,
    variant_of="cycle_time",
    sops=("equipment_operation",),
    goal="Use the line",
    shown_per=60_000_000,
)
capacity = Ratio(
    key="capacity_utilisation",
    name="Capacity utilisation",
    department=Department.MANUFACTURING,
    rows=Rows(runs.fact, day="produced_day", excluded={"no_capacity": nw.col("available_s").is_null()}),
    numerator=nw.col("run_s"),
    denominator=nw.col("available_s"),
    dimensions=FLOOR,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    minimum=1,
    meaning="Time the lines really produced, out of the time they were there to be used, orders or not.",
    formula="actual production time / available time, with planned maintenance and time without orders",
    source="ISO 22400-2 (APT, POT); kpi-domain 1.2",
    sops=("equipment_operation", "production_planning"),
    goal="Use the line",
    shown_per=60,
)
pass_rate = Ratio(
    key="inspection_pass_rate",
    name="Inspection pass rate",
    department=Department.MANUFACTURING,
    rows=Rows(Inspections, day="inspected_day", belongs=first_look, excluded=no_result),
    numerator=nw.col("good_pieces"),
    denominator=nw.col("inspected"),
    dimensions=STAGES,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    minimum=1,
    meaning="Pieces without a defect at their first inspection, out of the pieces inspected; read it by stage.",
    formula="pieces passed at the first inspection / pieces inspected, by stage and maker",
    source="kpi-domain 1.2; ISO 2859-1 terms",
    sops=("quality_control", "product_inspection"),
    goal=RIGHT,
)
lot_pass_rate = Ratio(
    key="inspection_lot_pass_rate",
    name="Lots accepted",
    department=Department.MANUFACTURING,
    rows=Rows(
        Inspections,
        day="inspected_day",
        belongs=first_look,
        excluded={"no_decision": nw.col("accepted").is_null()},
    ),
    numerator=nw.when(nw.col("accepted")).then(nw.lit(1)).otherwise(nw.lit(0)),
    dimensions=STAGES,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Lots accepted at their first inspection, out of the lots decided on.",
    formula="lots accepted at the first inspection / lots decided on",
    source="kpi-domain 1.2; ISO 2859-1 terms",
    variant_of="inspection_pass_rate",
    sops=("quality_control", "product_inspection"),
    goal=RIGHT,
)
rolled_yield = Rolled(
    key="rolled_throughput_yield",
    name="Rolled throughput yield",
    department=Department.MANUFACTURING,
    rows=Rows(Inspections, day="inspected_day", belongs=first_look & ~incoming, excluded=no_result),
    numerator=nw.col("good_pieces"),
    denominator=nw.col("inspected"),
    along="stage",
    dimensions=STAGES,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    minimum=1,
    meaning="Chance of a piece to pass every stage of the process the first time; incoming goods are no stage of it.",
    formula="product over the stages of (pieces passed at the first inspection / pieces inspected)",
    source=IDEAL,
    variant_of="first_pass_yield",
    sops=("quality_control",),
    goal=RIGHT,
)
inbound_defects = Ratio(
    key="inbound_defect_rate",
    name="Inbound defects",
    department=Department.MANUFACTURING,
    rows=Rows(Inspections, day="inspected_day", belongs=first_look & incoming, excluded=no_result),
    numerator=nw.col("inspected") - nw.col("good_pieces"),
    denominator=nw.col("inspected"),
    dimensions=("supplier", "product"),
    unit=Unit.PERCENT,
    better=Better.LOWER,
    owner=OWNER,
    minimum=1,
    meaning="Pieces with a defect among goods from suppliers, out of the pieces inspected when they came in.",
    formula="defective pieces / pieces inspected at the incoming stage",
    source="kpi-domain 1.2",
    sops=("inbound_inspection", "supplier_management"),
    goal="Buy good material",
)

QUALITY: tuple[Kpi, ...] = (
    rework_rate, pass_rate, inbound_defects, capacity, rolled_yield, final_yield, lot_pass_rate, startup_scrap,
    time_to_ideal,
)  # fmt: skip
