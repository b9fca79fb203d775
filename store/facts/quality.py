"""Inspections of goods at every stage, and what errors cost."""

from typing import ClassVar

import dataframely as dy
import polars as pl

from store.contract import (
    MoneyTable,
    Table,
    amount,
    company_money,
    day,
    flag,
    instant,
    key,
    text,
    whole,
    worked,
)

INCOMING = "incoming"


class Inspections(Table):
    about = "One inspection of a lot or a batch at one stage."
    name: ClassVar[str] = "inspections"
    department: ClassVar[str] = "manufacturing"
    month_of: ClassVar[str] = "inspected_day"

    inspection_id = key("Inspection or inspection lot")
    stage = text(
        f"{INCOMING} for goods from suppliers, else the step: moulding, assembly, post-production, pre-shipping",
        required=True,
    )
    supplier = text("Supplier, contract manufacturer or own plant that made it")
    line = text("Line or work unit")
    product = text("Article or material")
    attempt = whole("1 the first time, more for the same pieces again after rework", default=1)
    inspected_at = instant("When it was inspected")
    inspected_day = day("Day of the inspection, in the place's zone", required=True, of="inspected_at")
    inspected = whole("Pieces inspected", unit="pieces", required=True)
    passed = whole("Pieces without a defect", unit="pieces")
    failed = whole("Pieces with a defect", unit="pieces")
    accepted = flag("The lot was accepted")
    good_pieces = worked(
        dy.Int64,
        "Pieces without a defect; inspected less failed where they are not counted",
        pl.coalesce("passed", pl.col("inspected") - pl.col("failed")),
        unit="pieces",
    )

    @dy.rule()
    def passed_and_failed_at_most_inspected(cls) -> pl.Expr:
        return pl.col("passed").fill_null(0) + pl.col("failed").fill_null(0) <= pl.col("inspected")


class ErrorCosts(MoneyTable):
    about = "What one error cost: the goods, the second carriage, the goodwill, the work to put it right."
    name: ClassVar[str] = "error_costs"
    department: ClassVar[str] = "shipping"
    money_day: ClassVar[str | None] = "error_day"
    month_of: ClassVar[str] = "error_day"

    error_id = key("Claim, credit note or booking")
    market = text("Market of the order")
    kind = text("What went wrong: wrong item, wrong address, damage, late, defect", required=True)
    caused_by = text("Department or partner that caused it")
    order_id = text("The order it concerns")
    product = text("Article")
    error_day = day("Day of the error, not of the booking", required=True)
    currency = text("ISO code of the cost")
    cost_micros = amount("What it cost; money that came back is negative", given_as="cost", minimum=None)
    cost_company_micros = company_money("Cost in company currency", "cost_micros")


__all__ = ["INCOMING", "ErrorCosts", "Inspections"]
