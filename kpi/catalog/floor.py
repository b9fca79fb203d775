"""The shop floor: how long did lines stand, what did that cost, and was the plan made?"""

import narwhals as nw

from kpi.catalog.manufacturing import IDEAL, OWNER
from kpi.model import AS_OF_EPOCH, Better, Department, Kpi, Ratio, Rows, Target, Total, Unit
from store.facts import PlanOutcomes, ProductionRuns, Stops

CAUSES = ("line", "shift", "cause")
PLANNED = ("line", "product")
PLAN = "MachineMetrics; kpi-domain 1.2"
standing = (nw.col("ended_epoch") > AS_OF_EPOCH) | nw.col("down_s").is_null()
time_known = {"still_standing": standing, "negative": nw.col("down_s") < 0}
unplanned = ~nw.col("planned").fill_null(False)
stopped = Rows(Stops, day="stopped_day", belongs=unplanned, excluded=time_known, edges=("ended_epoch",))
costed = Rows(
    Stops,
    day="stopped_day",
    belongs=unplanned,
    excluded={
        **time_known,
        "no_rate": nw.col("down_cost_company_micros").is_null()
        & ~(nw.col("cost_micros").is_null() & nw.col("hour_cost_micros").is_null()),
        "no_cost": nw.col("cost_micros").is_null() & nw.col("hour_cost_micros").is_null(),
    },
    edges=("ended_epoch",),
)
bucket = Rows(
    PlanOutcomes, day="planned_day", excluded={"frozen_too_late": nw.col("too_late")}, due="last_day"
)

downtime = Total(
    key="unplanned_downtime",
    name="Unplanned downtime",
    department=Department.MANUFACTURING,
    rows=stopped,
    numerator=nw.col("down_s"),
    dimensions=CAUSES,
    unit=Unit.MINUTES,
    better=Better.LOWER,
    owner=OWNER,
    minimum=1,
    meaning="Minutes lines stood without being planned to, on the day the stop began; read it by cause.",
    formula="sum of the duration of stops that were not planned and are over",
    source=IDEAL,
    sops=("equipment_operation", "maintenance"),
    goal="Use the line",
)
downtime_cost = Total(
    key="downtime_cost",
    name="Cost of downtime",
    department=Department.MANUFACTURING,
    rows=costed,
    numerator=nw.col("down_cost_company_micros"),
    dimensions=CAUSES,
    unit=Unit.MONEY,
    better=Better.LOWER,
    owner=OWNER,
    minimum=1,
    incomplete_if=("no_rate",),
    meaning="What unplanned stops cost: as booked, else their time at the cost of an hour.",
    formula="sum of the cost of stops that were not planned and are over",
    source=IDEAL,
    variant_of="unplanned_downtime",
    sops=("equipment_operation", "maintenance"),
    goal="Use the line",
)
downtime_rate = Ratio(
    key="unplanned_downtime_rate",
    name="Unplanned downtime rate",
    department=Department.MANUFACTURING,
    rows=stopped,
    numerator=nw.col("down_s"),
    denominator=nw.col("planned_busy_s"),
    over=Rows(ProductionRuns, day="produced_day"),
    dimensions=("line", "shift"),
    unit=Unit.PERCENT,
    better=Better.LOWER,
    owner=OWNER,
    minimum=1,
    meaning="Time lines stood without being planned to, out of the planned busy time.",
    formula="duration of unplanned stops / planned busy time",
    source=IDEAL,
    variant_of="unplanned_downtime",
    sops=("equipment_operation", "maintenance"),
    goal="Use the line",
    shown_per=60,
)
schedule = Ratio(
    key="schedule_attainment",
    name="Schedule attainment",
    department=Department.MANUFACTURING,
    rows=bucket,
    numerator=nw.col("attained"),
    denominator=nw.col("planned"),
    dimensions=PLANNED,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    target=Target(at=0.90, warn=0.70),
    owner=OWNER,
    minimum=1,
    meaning="Planned pieces that were made in their bucket; more of one product does not make up for another.",
    formula="sum of the smaller of made and planned, by product and bucket / planned pieces",
    source=PLAN,
    sops=("production_planning", "equipment_operation"),
    goal="Make what was planned",
)
volume = Ratio(
    key="volume_attainment",
    name="Volume attainment",
    department=Department.MANUFACTURING,
    rows=bucket,
    numerator=nw.col("made"),
    denominator=nw.col("planned"),
    dimensions=PLANNED,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    minimum=1,
    meaning="Pieces made, out of the pieces planned; it may exceed 100 % and hides a wrong mix.",
    formula="pieces made / pieces planned",
    source=PLAN,
    variant_of="schedule_attainment",
    sops=("production_planning", "equipment_operation"),
    goal="Make what was planned",
)
unplanned_output = Total(
    key="unplanned_output",
    name="Unplanned output",
    department=Department.MANUFACTURING,
    rows=bucket,
    numerator=nw.col("unplanned"),
    dimensions=PLANNED,
    unit=Unit.COUNT,
    better=Better.LOWER,
    owner=OWNER,
    minimum=1,
    meaning="Pieces made of products that the plan of their bucket does not hold; they earn no attainment.",
    formula="sum of pieces made where nothing was planned",
    source=PLAN,
    variant_of="schedule_attainment",
    sops=("production_planning", "equipment_operation"),
    goal="Make what was planned",
)

FLOOR_KPIS: tuple[Kpi, ...] = (schedule, downtime, downtime_rate, downtime_cost, volume, unplanned_output)
