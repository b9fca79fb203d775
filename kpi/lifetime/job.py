"""The job that predicts lifetime values: enough data or none, tested on what it did not see, stored once a day."""

from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime

import numpy as np
import polars as pl

from kpi.engine import AsOf
from kpi.ledger import Entry, entries, record
from kpi.lifetime.history import History, back_to, history
from kpi.lifetime.purchases import BgNbd, Floats, NoFit, fit_purchases
from kpi.lifetime.worth import GammaGamma, fit_worth
from store.contract import business_columns, key_of, polars_schema
from store.facts import CustomerPredictions, Orders
from store.lake import Lake
from store.upsert import upsert

DEFINITION = "1"
RUNS = "lifetime_runs"
HORIZON_WEEKS = 52.0
LEAST_CUSTOMERS, LEAST_REPEATING, LEAST_WEEKS = 200, 100, 26.0
MOST_FITTED = 20_000
EARLY = 0.7
BOUNDS = (2 / 3, 3 / 2)
MOST_UNKNOWN = 0.1
COLUMNS = ("order_id", "customer_id", "ordered_day", "status", "market", "channel", "margin_company_micros")


@dataclass(frozen=True)
class Run:
    """One run: what it was made from, its parameters, how it did on the last 30 % of the time, or why it said nothing.

    `predicted` and `actual`: orders of the time it did not see. `reason` is empty where predictions were stored.
    """

    day: date
    data_version: str
    customers: int
    repeating: int
    weeks: float
    reason: str = ""
    predicted: float | None = None
    actual: float | None = None
    r: float | None = None
    alpha: float | None = None
    a: float | None = None
    b: float | None = None
    p: float | None = None
    q: float | None = None
    v: float | None = None


SCHEMA = pl.Schema(
    {
        "day": pl.Date(), "data_version": pl.String(), "customers": pl.Int64(), "repeating": pl.Int64(),
        "weeks": pl.Float64(), "reason": pl.String(),
        **dict.fromkeys(("predicted", "actual", "r", "alpha", "a", "b", "p", "q", "v"), pl.Float64()),
    }
)  # fmt: skip


def predict_lifetimes(lake: Lake, as_of: AsOf, *, again: bool = False) -> Run | None:
    """Predict every customer's next twelve months as of the evaluation day and store it; None when that was done.

    Nothing is stored, and the run says why, with fewer than 200 customers, 100 who came back, or 26 weeks; when a tenth
    of the orders has no margin; or when the model misses the orders of the last 30 % of the time by half or more.
    """
    known, version = entries(lake).get(RUNS), lake.version(Orders.name)
    if version < 0:
        return None
    if known and not again and (known.as_of_day, known.definition) == (as_of.day, DEFINITION):
        return None
    orders = _orders(lake)
    told = history(orders, as_of.day)
    run = _blank(told, str(version))
    try:
        _refuse_little(told, run)
        run = _tested(orders, as_of.day, run)
        buys, worth = _fitted(told)
        _store(lake, told, buys, worth, run)
        run = _with(run, buys, worth)
    except NoFit as thin:
        run = replace(run, reason=str(thin))
    frame = pl.DataFrame([asdict(run)], schema=SCHEMA)
    lake.replace_days(RUNS, frame, [run.day], marks={"lifetime": lake.version(RUNS) + 1})
    record(lake, [Entry(RUNS, {Orders.name: version}, DEFINITION, as_of.day, as_of.epoch)])
    return run


def _orders(lake: Lake) -> pl.DataFrame:
    schema = polars_schema(Orders)
    return lake.read(Orders.name, schema, lambda scan: scan.filter(~pl.col("deleted")).select(COLUMNS))


def _blank(told: History, version: str) -> Run:
    repeating = int((told.repeats > 0).sum())
    return Run(told.until, version, told.customers.height, repeating, round(told.weeks, 2))


def _with(run: Run, buys: BgNbd, worth: GammaGamma) -> Run:
    return replace(run, r=buys.r, alpha=buys.alpha, a=buys.a, b=buys.b, p=worth.p, q=worth.q, v=worth.v)


def _refuse_little(told: History, run: Run) -> None:
    """Raises NoFit where there is not enough to learn from."""
    if run.customers < LEAST_CUSTOMERS or run.repeating < LEAST_REPEATING or run.weeks < LEAST_WEEKS:
        raise NoFit(
            f"Not enough evidence: {run.customers} customers, {run.repeating} who came back, {run.weeks:.0f} weeks; "
            f"at least {LEAST_CUSTOMERS}, {LEAST_REPEATING} and {LEAST_WEEKS:.0f} are needed."
        )
    if told.unknown_share > MOST_UNKNOWN:
        raise NoFit(
            f"Not enough evidence: {told.unknown_share:.0%} of the orders have no margin in company currency; map the "
            "margin of orders, and load missing exchange rates."
        )


def _tested(orders: pl.DataFrame, until: date, run: Run) -> Run:
    """The run with what the model said of the last part of the time; raises NoFit where it was far off."""
    early, later, weeks = back_to(orders, until, EARLY)
    model = fit_purchases(*_sample(early))
    predicted = float(model.expected(early.repeats, early.recency, early.age, weeks).sum())
    actual = float(later.sum())
    if actual == 0 or not BOUNDS[0] <= predicted / actual <= BOUNDS[1]:
        raise NoFit(
            f"The model fails its test: it expected {predicted:,.0f} orders in the last {weeks:.0f} weeks, and "
            f"{actual:,.0f} came. Its predictions are not shown."
        )
    return replace(run, predicted=predicted, actual=actual)


def _sample(told: History) -> tuple[Floats, Floats, Floats]:
    """At most 20,000 customers to fit on, every n-th by id."""
    step = -(-told.customers.height // MOST_FITTED)
    place = np.argsort(told.customers["customer_id"].to_numpy(), kind="stable")[::step]
    return told.repeats[place], told.recency[place], told.age[place]


def _fitted(told: History) -> tuple[BgNbd, GammaGamma]:
    buys = fit_purchases(*_sample(told))
    earning = told.customers.filter((pl.col("known") > 0) & (pl.col("mean") > 0)).head(MOST_FITTED)
    if earning.height < LEAST_REPEATING // 2:
        raise NoFit(
            f"Not enough evidence: only {earning.height} customers came back with an order that earned anything."
        )
    orders, mean = (
        earning[name].cast(pl.Float64).to_numpy().astype(np.float64) for name in ("known", "mean")
    )
    return buys, fit_worth(orders, mean)


def _store(lake: Lake, told: History, buys: BgNbd, worth: GammaGamma, run: Run) -> None:
    expected = buys.expected(told.repeats, told.recency, told.age, HORIZON_WEEKS)
    known, mean = (told.customers[name].cast(pl.Float64).to_numpy() for name in ("known", "mean"))
    margin = expected * worth.expected(known, mean)
    alive = buys.alive(told.repeats, told.recency, told.age)
    month = f"{run.day:%Y-%m}"
    rows = told.customers.select("customer_id", "market", "channel", "repeats").with_columns(
        prediction_id=pl.lit(f"{month}|") + pl.col("customer_id"),
        predicted_day=pl.lit(run.day),
        alive_ppm=_whole(alive * 1e6),
        orders_12m_micros=_whole(expected * 1e6),
        margin_12m_micros=_whole(margin),
        data_version=pl.lit(run.data_version),
        source=pl.lit("fairlead"),
        source_id=pl.lit(f"orders {run.data_version}"),
        seen_at=pl.lit(datetime.now(UTC)),
        deleted=pl.lit(False),
        month=pl.lit(month),
    )
    table = CustomerPredictions
    upsert(
        lake,
        table.name,
        rows.select(polars_schema(table).names()).cast(polars_schema(table)),
        key=key_of(table),
        business=business_columns(table),
        marks={"lifetime": lake.version(table.name) + 1},
    )


def _whole(values: Floats) -> pl.Series:
    return pl.Series(np.rint(values).astype(np.int64))


def last_run(lake: Lake) -> Run | None:
    """The latest run; None before the first."""
    rows = lake.read(RUNS, SCHEMA).sort("day").tail(1)
    return Run(**{name: rows[name].item() for name in SCHEMA}) if rows.height else None
