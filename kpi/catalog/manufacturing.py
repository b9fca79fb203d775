"""Manufacturing: how much of the planned time made good pieces?"""

import narwhals as nw

from kpi.model import Better, Composite, Department, Flag, Kpi, Ratio, Rows, Target, Unit
from store.facts import ProductionRuns

OWNER = "Production lead"
MINUTE_US = 60_000_000
FLOOR = ("line", "product", "shift")
IDEAL = "kpi-domain 1.2, ISO 22400-2"
runs = Rows(ProductionRuns, day="produced_day")
with_ideal = Rows(ProductionRuns, day="produced_day", excluded={"no_ideal": nw.col("ideal_us").is_null()})
with_cost = Rows(
    ProductionRuns,
    day="produced_day",
    excluded={"no_rate": nw.col("unit_cost_company_micros").is_null() & ~nw.col("unit_cost_micros").is_null(),
              "no_unit_cost": nw.col("unit_cost_micros").is_null()},
)  # fmt: skip
with_scrap = Rows(ProductionRuns, day="produced_day", excluded={"no_scrap": nw.col("scrap").is_null()})

availability = Ratio(
    key="oee_availability",
    name="Availability",
    department=Department.MANUFACTURING,
    rows=with_ideal,
    numerator=nw.col("run_s"),
    denominator=nw.col("planned_busy_s"),
    dimensions=FLOOR,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    target=Target(at=0.88, warn=0.85),
    owner=OWNER,
    minimum=1,
    meaning="Time the line really produced, out of the planned busy time.",
    formula="actual production time / planned busy time",
    source=IDEAL,
    sops=("equipment_operation",),
    goal="Use the line",
    shown_per=60,
)
performance = Ratio(
    key="oee_performance",
    name="Performance",
    department=Department.MANUFACTURING,
    rows=with_ideal,
    numerator=nw.col("ideal_us") * nw.col("produced"),
    denominator=nw.col("run_s") * 1_000_000,
    dimensions=FLOOR,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    target=Target(at=0.92, warn=0.88),
    owner=OWNER,
    minimum=1,
    meaning="Ideal time of the pieces made, out of the time the line ran; above 100 % means a wrong ideal time.",
    formula="ideal time a piece x pieces / actual production time",
    source=IDEAL,
    sops=("equipment_operation",),
    goal="Use the line",
    shown_per=MINUTE_US,
    flag=Flag(above=1.0, word="performance_above_1"),
)
quality = Ratio(
    key="oee_quality",
    name="Quality",
    department=Department.MANUFACTURING,
    rows=with_ideal,
    numerator=nw.col("ideal_us") * nw.col("good_first"),
    denominator=nw.col("ideal_us") * nw.col("produced"),
    dimensions=FLOOR,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    target=Target(at=0.96, warn=0.945),
    owner=OWNER,
    minimum=1,
    meaning="Good pieces, out of all pieces, each weighed with its ideal time.",
    formula="ideal time of good pieces / ideal time of all pieces",
    source=IDEAL,
    sops=("quality_control",),
    goal="Make it right the first time",
    shown_per=MINUTE_US,
)
oee = Composite(
    key="oee",
    name="OEE",
    department=Department.MANUFACTURING,
    rows=with_ideal,
    numerator=nw.col("ideal_us") * nw.col("good_first"),
    denominator=nw.col("planned_busy_s") * 1_000_000,
    factors=("oee_availability", "oee_performance", "oee_quality"),
    dimensions=FLOOR,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    target=Target(at=0.75, warn=0.70),
    owner=OWNER,
    minimum=1,
    meaning="Share of the planned time that made good pieces at the ideal speed.",
    formula="availability x performance x quality = ideal time of good pieces / planned busy time",
    source=IDEAL,
    sops=("equipment_operation", "quality_control"),
    goal="Use the line",
    shown_per=MINUTE_US,
)
cycle_time = Ratio(
    key="cycle_time",
    name="Cycle time",
    department=Department.MANUFACTURING,
    rows=runs,
    numerator=nw.col("run_s"),
    denominator=nw.col("produced"),
    dimensions=FLOOR,
    unit=Unit.MINUTES,
    better=Better.LOWER,
    owner=OWNER,
    minimum=1,
    meaning="Minutes a work unit takes for one piece; time without output stays in.",
    formula="actual production time / pieces produced",
    source=IDEAL,
    sops=("equipment_operation",),
    goal="Use the line",
)
scrap_rate = Ratio(
    key="scrap_rate",
    name="Scrap rate",
    department=Department.MANUFACTURING,
    rows=with_scrap,
    numerator=nw.col("scrap"),
    denominator=nw.col("produced"),
    dimensions=FLOOR,
    unit=Unit.PERCENT,
    better=Better.LOWER,
    target=Target(at=0.025, warn=0.035),
    owner=OWNER,
    minimum=1,
    meaning="Pieces thrown away, out of the pieces produced; reworked pieces are not scrap.",
    formula="scrapped pieces / produced pieces",
    source=IDEAL,
    sops=("quality_control", "equipment_operation"),
    goal="Make it right the first time",
)
scrap_cost = Ratio(
    key="scrap_cost_rate",
    name="Scrap cost rate",
    department=Department.MANUFACTURING,
    rows=with_cost,
    numerator=nw.col("scrap") * nw.col("unit_cost_company_micros"),
    denominator=nw.col("produced") * nw.col("unit_cost_company_micros"),
    dimensions=FLOOR,
    unit=Unit.PERCENT,
    better=Better.LOWER,
    owner=OWNER,
    minimum=1,
    incomplete_if=("no_rate",),
    meaning="Cost of the pieces thrown away, out of the cost of all pieces produced.",
    formula="scrapped pieces x unit cost / produced pieces x unit cost",
    source=IDEAL,
    sops=("quality_control", "equipment_operation"),
    goal="Make it right the first time",
    variant_of="scrap_rate",
    shown_per=1_000_000,
)
first_pass_yield = Ratio(
    key="first_pass_yield",
    name="First-pass yield",
    department=Department.MANUFACTURING,
    rows=runs,
    numerator=nw.col("good_first"),
    denominator=nw.col("produced"),
    dimensions=FLOOR,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    target=Target(at=0.955, warn=0.94),
    owner=OWNER,
    minimum=1,
    meaning="Pieces that were good without rework, out of the pieces produced.",
    formula="(produced - scrap - rework) / produced",
    source=IDEAL,
    sops=("quality_control",),
    goal="Make it right the first time",
)

MANUFACTURING: tuple[Kpi, ...] = (
    oee, availability, performance, quality, scrap_rate, cycle_time, first_pass_yield, scrap_cost,
)  # fmt: skip
