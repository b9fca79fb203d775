"""Inspections of goods: what came in, what each step of the process let through, what may leave."""

from typing import ClassVar

import dataframely as dy
import polars as pl

from store.contract import Table, day, flag, instant, key, text, whole, worked

INCOMING = "incoming"


class Inspections(Table):
    """One inspection of a lot or a batch at one stage."""

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


__all__ = ["INCOMING", "Inspections"]
