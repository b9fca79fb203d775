"""Production runs of work units, the facts behind OEE, cycle time and scrap."""

from typing import ClassVar

import dataframely as dy
import polars as pl

from store.contract import MoneyTable, amount, company_money, day, instant, key, text, whole, worked


class ProductionRuns(MoneyTable):
    """One work unit making one product in one shift."""

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
    ideal_us = whole("Ideal time a piece (PRI)", unit="us")
    produced = whole("Pieces produced (PQ)", unit="pieces", required=True)
    good = whole("Good pieces the first time (GQ)", unit="pieces")
    scrap = whole("Scrapped pieces (SQ)", unit="pieces")
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

    @dy.rule()
    def good_at_most_produced(cls) -> pl.Expr:
        return pl.col("good").is_null() | (pl.col("good") <= pl.col("produced"))

    @dy.rule()
    def scrap_and_rework_at_most_produced(cls) -> pl.Expr:
        return pl.col("scrap").fill_null(0) + pl.col("rework").fill_null(0) <= pl.col("produced")


__all__ = ["ProductionRuns"]
