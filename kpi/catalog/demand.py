"""Planning, demand: was it foreseen, and could it be filled from stock?"""

import narwhals as nw

from kpi.catalog.carrying import NOT_AN_ORDER
from kpi.model import Better, Department, Kpi, Ratio, Rows, Unit
from store.facts import DemandActuals, ForecastErrors, OrderOutcomes

OWNER = "Planning lead"
SALES = ("market", "channel")
BUCKETS = ("market", "category", "location")
PLANNED = ("demand_planning",)
FORESEE = "Foresee demand"
AVAILABLE = "Have what customers ask for"
LEVEL = "by product, market and location as planned, frozen four weeks before"

judged = Rows(
    ForecastErrors,
    day="bucket_day",
    excluded={
        "no_forecast": nw.col("forecast_units").is_null(),
        "no_demand_told": nw.col("actual_units").is_null(),
    },
    due="ends_day",
)
with_naive = Rows(
    ForecastErrors,
    day="bucket_day",
    excluded={**judged.excluded, "no_benchmark": nw.col("naive_units").is_null()},
    due="ends_day",
)
with_history = Rows(
    ForecastErrors,
    day="bucket_day",
    excluded={**judged.excluded, "no_history": nw.col("naive_step_milli").is_null()},
    due="ends_day",
)
wape = Ratio(
    key="forecast_wape",
    name="Forecast error",
    department=Department.PLANNING,
    rows=judged,
    numerator=nw.col("absolute_error"),
    denominator=nw.col("actual_units"),
    dimensions=BUCKETS,
    unit=Unit.PERCENT,
    better=Better.LOWER,
    owner=OWNER,
    meaning="Pieces forecast too many or too few, out of the pieces asked for; the forecast of four weeks before.",
    formula=f"sum of |forecast - demand| / sum of demand, {LEVEL} (WAPE)",
    source="Hyndman and Koehler 2006; kpi-domain 1.5",
    sops=PLANNED,
    goal=FORESEE,
)
accuracy = Ratio(
    key="forecast_accuracy",
    name="Forecast accuracy",
    department=Department.PLANNING,
    rows=judged,
    numerator=nw.col("actual_units") - nw.col("absolute_error"),
    denominator=nw.col("actual_units"),
    dimensions=BUCKETS,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="What the forecast error leaves of 100 %; below zero where the errors exceed the demand.",
    formula=f"1 - sum of |forecast - demand| / sum of demand, {LEVEL}",
    source="kpi-domain 1.5",
    variant_of="forecast_wape",
    sops=PLANNED,
    goal=FORESEE,
)
bias = Ratio(
    key="forecast_bias",
    name="Forecast bias",
    department=Department.PLANNING,
    rows=judged,
    numerator=nw.col("error"),
    denominator=nw.col("actual_units"),
    dimensions=BUCKETS,
    unit=Unit.PERCENT,
    better=Better.LOWER,
    owner=OWNER,
    meaning="Pieces forecast in excess of those asked for; above zero too much was forecast, below zero too little.",
    formula=f"sum of (forecast - demand) / sum of demand, {LEVEL}",
    source="kpi-domain 1.5",
    variant_of="forecast_wape",
    sops=PLANNED,
    goal=FORESEE,
)
value_added = Ratio(
    key="forecast_value_added",
    name="Forecast value added",
    department=Department.PLANNING,
    rows=with_naive,
    numerator=nw.col("naive_absolute_error") - nw.col("absolute_error"),
    denominator=nw.col("actual_units"),
    dimensions=BUCKETS,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="How much smaller the error is than that of simply repeating the last demand known, in points.",
    formula=f"forecast error of the benchmark - forecast error, {LEVEL}; the benchmark is given or naive",
    source="kpi-domain 1.5",
    sops=PLANNED,
    goal=FORESEE,
)
mase = Ratio(
    key="forecast_mase",
    name="Scaled forecast error",
    department=Department.PLANNING,
    rows=with_history,
    numerator=nw.col("absolute_error") * 1_000,
    denominator=nw.col("naive_step_milli"),
    dimensions=BUCKETS,
    unit=Unit.TIMES,
    better=Better.LOWER,
    owner=OWNER,
    meaning="Forecast error in steps the demand usually takes from bucket to bucket; below 1 beats repeating it.",
    formula=f"sum of |forecast - demand| / sum of mean |step| of the demand known when forecast, {LEVEL} (MASE)",
    source="Hyndman and Koehler 2006; kpi-domain 1.5",
    variant_of="forecast_wape",
    sops=PLANNED,
    goal=FORESEE,
    shown_per=1_000,
)

released = Rows(
    OrderOutcomes,
    day="confirmed_day",
    belongs=~NOT_AN_ORDER & ~nw.col("confirmed_epoch").is_null(),
    excluded={
        "no_lines": nw.col("lines").fill_null(0) == 0,
        "no_quantities": nw.col("units_filled").is_null(),
    },
)
unit_fill = Ratio(
    key="fill_rate",
    name="Fill rate",
    department=Department.PLANNING,
    rows=released,
    numerator=nw.col("units_filled"),
    denominator=nw.col("units"),
    dimensions=SALES,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Ordered pieces that were in stock when the order was first released, out of all ordered pieces.",
    formula="pieces filled from stock at the first release / pieces ordered, by day of release (type 2 service)",
    source="Hydrian; kpi-domain 1.5",
    sops=("inventory_management",),
    goal=AVAILABLE,
)
line_fill = Ratio(
    key="line_fill_rate",
    name="Fill rate, by line",
    department=Department.PLANNING,
    rows=released,
    numerator=nw.col("lines_filled"),
    denominator=nw.col("lines"),
    dimensions=SALES,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Order lines that could be filled whole from stock at the first release, out of all lines.",
    formula="lines filled completely from stock / lines ordered, by day of release",
    source="Hydrian; kpi-domain 1.5",
    variant_of="fill_rate",
    sops=("inventory_management",),
    goal=AVAILABLE,
)
order_fill = Ratio(
    key="order_fill_rate",
    name="Fill rate, by order",
    department=Department.PLANNING,
    rows=released,
    numerator=nw.when(nw.col("lines_filled") == nw.col("lines")).then(nw.lit(1)).otherwise(nw.lit(0)),
    dimensions=SALES,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Orders of which every line could be filled whole from stock at the first release.",
    formula="orders with every line filled from stock / orders released",
    source="Hydrian; kpi-domain 1.5",
    variant_of="fill_rate",
    sops=("inventory_management",),
    goal=AVAILABLE,
)
demand_fill = Ratio(
    key="demand_fill_rate",
    name="Fill rate, by product",
    department=Department.PLANNING,
    rows=Rows(
        DemandActuals,
        day="bucket_day",
        excluded={"no_quantities": nw.col("units_filled").is_null()},
        due="ends_day",
    ),
    numerator=nw.col("units_filled"),
    denominator=nw.col("units"),
    dimensions=BUCKETS,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Pieces asked for that stock could fill at once, by product family and market of the demand.",
    formula="pieces filled from stock / pieces asked for, by the bucket of the demand",
    source="kpi-domain 1.5",
    variant_of="fill_rate",
    sops=("inventory_management",),
    goal=AVAILABLE,
)

DEMAND: tuple[Kpi, ...] = (
    unit_fill, wape, value_added, bias, accuracy, mase, line_fill, order_fill, demand_fill,
)  # fmt: skip
