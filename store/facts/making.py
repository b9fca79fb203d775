"""Production runs, their stops and plans: the facts behind OEE, scrap, downtime and plan attainment."""

from typing import ClassVar

import dataframely as dy
import polars as pl

from store.contract import (
    MoneyTable,
    Table,
    amount,
    company_money,
    day,
    epoch,
    flag,
    instant,
    key,
    text,
    whole,
    worked,
)

MONDAY = "Monday of its week, by which plans and runs find each other"


def week_of(day: str) -> pl.Expr:
    """The Monday of a day's week, as text."""
    return pl.col(day).dt.truncate("1w").dt.strftime("%Y-%m-%d")


class ProductionRuns(MoneyTable):
    about = "One work unit making one product in one shift."
    name: ClassVar[str] = "production_runs"
    department: ClassVar[str] = "manufacturing"
    money_day: ClassVar[str | None] = "produced_day"
    month_of: ClassVar[str] = "produced_day"

    run_id = key("Production order, batch or run")
    line = text("Line or work unit")
    product = text("Article made")
    shift = text("Shift or crew")
    started_at = instant("Start of the run")
    produced_day = day("Day of production, in the plant's zone", required=True, of="started_at")
    planned_busy_s = whole("Planned busy time (PBT)", unit="s", required=True)
    run_s = whole("Actual production time (APT)", unit="s", required=True)
    available_s = whole(
        "Time the work unit was there to be used, also without orders or while maintained (POT)", unit="s"
    )
    ideal_us = whole("Ideal time a piece (PRI)", unit="us")
    produced = whole("Pieces produced (PQ)", unit="pieces", required=True)
    good = whole("Good pieces the first time (GQ)", unit="pieces")
    scrap = whole("Scrapped pieces (SQ)", unit="pieces")
    startup_scrap = whole("Of the scrapped pieces, those of starting up", unit="pieces")
    rework = whole("Reworked pieces (RQ)", unit="pieces")
    currency = text("ISO code of the unit cost")
    unit_cost_micros = amount("Cost of one piece", given_as="unit_cost")
    unit_cost_company_micros = company_money("Cost of one piece in company currency", "unit_cost_micros")
    good_first = worked(
        dy.Int64,
        "Good pieces; produced less scrap and rework where they are not counted",
        pl.coalesce(
            "good", pl.col("produced") - pl.col("scrap").fill_null(0) - pl.col("rework").fill_null(0)
        ),
        unit="pieces",
    )
    plan_week = worked(dy.String, MONDAY, week_of("produced_day"))

    @dy.rule()
    def good_at_most_produced(cls) -> pl.Expr:
        return pl.col("good").is_null() | (pl.col("good") <= pl.col("produced"))

    @dy.rule()
    def scrap_and_rework_at_most_produced(cls) -> pl.Expr:
        return pl.col("scrap").fill_null(0) + pl.col("rework").fill_null(0) <= pl.col("produced")

    @dy.rule()
    def startup_scrap_is_part_of_scrap(cls) -> pl.Expr:
        return pl.col("startup_scrap").fill_null(0) <= pl.col("scrap").fill_null(pl.col("produced"))


class Stops(MoneyTable):
    about = (
        "One time a work unit stood still. One that outlasts a shift or a day is split there by the source."
    )
    name: ClassVar[str] = "stops"
    department: ClassVar[str] = "manufacturing"
    money_day: ClassVar[str | None] = "stopped_day"
    month_of: ClassVar[str] = "stopped_day"

    stop_id = key("Stop, downtime entry or fault")
    line = text("Line or work unit")
    product = text("Article it was making")
    shift = text("Shift or crew")
    cause = text("Why it stood: break down, mould, material, set-up, cleaning")
    planned = flag("Planned: maintenance, or no order; no downtime", default=False)
    started_at = instant("When it stopped")
    ended_at = instant("When it ran again; empty while it stands")
    stopped_day = day("Day of the stop, in the plant's zone", required=True, of="started_at")
    stop_s = whole("How long it stood, where begin and end are not known", unit="s")
    currency = text("ISO code of the cost")
    cost_micros = amount("What the stop cost", given_as="cost")
    hour_cost_micros = amount("What an hour of standing costs, where the stop's own cost is not known",
                              given_as="hour_cost")  # fmt: skip
    cost_company_micros = company_money("Cost in company currency", "cost_micros")
    hour_cost_company_micros = company_money("Cost of an hour in company currency", "hour_cost_micros")
    started_epoch = epoch("started_at")
    ended_epoch = epoch("ended_at")
    down_s = worked(
        dy.Int64,
        "How long it stood",
        pl.coalesce("stop_s", pl.col("ended_epoch") - pl.col("started_epoch")),
        unit="s",
    )
    down_cost_company_micros = worked(
        dy.Int64,
        "What it cost; else its time at the cost of an hour",
        pl.coalesce("cost_company_micros", pl.col("hour_cost_company_micros") * pl.col("down_s") // 3_600),
        unit="micros of the company currency",
    )


class ProductionPlans(Table):
    about = (
        "How much of one product was to be made on one day or in one week, as one version of the plan says."
    )
    name: ClassVar[str] = "production_plans"
    department: ClassVar[str] = "manufacturing"
    month_of: ClassVar[str] = "planned_day"

    plan_id = key("Plan row: product and bucket, with the version where several are kept")
    product = text("Article to make", required=True)
    line = text("Line or work unit")
    planned_day = day("The day, or the first day of the bucket", required=True)
    until_day = day("Last day of a bucket of several days, which lies within one week")
    planned = whole("Pieces planned", unit="pieces", required=True)
    frozen_at = instant("When this version was frozen; the last one before the bucket counts")
    frozen_day = day("Day this version was frozen", of="frozen_at")
    last_day = worked(dy.Date, "Last day of the bucket", pl.coalesce("until_day", "planned_day"))
    plan_week = worked(dy.String, MONDAY, week_of("planned_day"))

    @dy.rule()
    def bucket_lies_within_a_week(cls) -> pl.Expr:
        return (pl.col("last_day") >= pl.col("planned_day")) & (pl.col("plan_week") == week_of("last_day"))


class PlanOutcomes(Table):
    about = "One product and bucket of the frozen plan with what was made; prepared from plans and runs."
    name: ClassVar[str] = "plan_outcomes"
    department: ClassVar[str] = "manufacturing"
    month_of: ClassVar[str] = "planned_day"
    prepared: ClassVar[bool] = True

    bucket_id = key("Product and first day of the bucket")
    plan_week = text(MONDAY, required=True)
    product = text("Article", required=True)
    line = text("Line or work unit, where it was only one")
    planned_day = day("First day of the bucket", required=True)
    last_day = day("Last day of the bucket", required=True)
    planned = whole("Pieces planned by the last version frozen before the bucket", unit="pieces")
    made = whole("Pieces made, less scrap", unit="pieces")
    attained = whole("Pieces made, at most those planned", unit="pieces")
    unplanned = whole("Pieces made of what was not planned at all", unit="pieces")
    too_late = flag("No version of the plan was frozen before the bucket began")


__all__ = ["PlanOutcomes", "ProductionPlans", "ProductionRuns", "Stops"]
