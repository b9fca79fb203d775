"""What customs does with a consignment, and what mistakes at the border cost."""

from typing import ClassVar

import dataframely as dy
import polars as pl

from store.contract import (
    LogBin,
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

DIRECTIONS = ("import", "export")
CONTROLS = ("green", "documents", "inspection")
DOCUMENT_ERRORS = (
    "hs_code",
    "value",
    "origin",
    "consignee_id",
    "ioss_number",
    "quantity",
    "missing_document",
)
PENALTY_KINDS = ("fine", "storage", "demurrage", "relabelling", "confiscation", "other")
PENALTY_CAUSES = ("documents", "packaging", "late", "capacity", "other")
PAPERWORK_COSTS = ("fine", "storage", "relabelling")


class CustomsEntries(Table):
    about = "One customs declaration: lodged, presented, perhaps held, released."
    name: ClassVar[str] = "customs_entries"
    department: ClassVar[str] = "shipping"
    month_of: ClassVar[str] = "entry_day"

    entry_id = key("Declaration number, unique in the source")
    shipment_id = text("The shipment declared")
    order_id = text("The order declared, where the declaration names one")
    market = text("Destination market")
    origin = text("Where the goods were sent from")
    direction = text(f"One of {', '.join(DIRECTIONS)}", required=True, default="import")
    broker = text("Who lodged the declaration")
    mode = text("Mode of transport")
    control = text(f"What customs asked for, one of {', '.join(CONTROLS)}")
    hs_chapter = text("First two digits of the commodity code")
    zone = text("Time zone of the customs office, where the market's zone is not right")
    lodged_at = instant("When the declaration was lodged")
    lodged_day = day("Local day it was lodged", of="lodged_at")
    arrived_at = instant("Arrival of the goods at the place of clearance (UPU EMD)")
    arrived_day = day("Local day of the arrival", of="arrived_at")
    presented_at = instant("When the goods were presented to customs (UPU EDB)")
    presented_day = day("Local day of the presentation", of="presented_at")
    held_at = instant("When customs held the goods (UPU EME)")
    held = flag("Customs held the goods, where the moment is not known")
    hold_reason = text("Why they were held")
    released_at = instant("When customs let the goods go (UPU EDC or EMF)")
    released_day = day("Local day of the release", of="released_at")
    release_limit_s = whole(
        "Time the broker agreed to from presentation to release", unit="s", default=172_800
    )
    shipper_corrections = whole("Corrections of the declaration that the shipper caused", default=0)
    shipper_queries = whole("Questions of the authority about a mistake of the shipper", default=0)
    broker_corrections = whole("Corrections that the broker caused", default=0)
    error_code = text(f"The first mistake of the shipper, one of {', '.join(DOCUMENT_ERRORS)}")
    entry_day = worked(
        dy.Date,
        "Day of the declaration; without one the first day known",
        pl.coalesce("lodged_day", "arrived_day", "presented_day", "released_day"),
    )
    customs_day = worked(
        dy.Date,
        "Day of presentation; before that of the arrival or the declaration",
        pl.coalesce("presented_day", "arrived_day", "lodged_day", "released_day"),
    )
    presented_epoch = epoch("presented_at")
    arrived_epoch = epoch("arrived_at")
    held_epoch = epoch("held_at")
    released_epoch = epoch("released_at")
    was_held = worked(
        dy.Bool,
        "Customs held the goods",
        pl.col("held").fill_null(False) | pl.col("held_at").is_not_null(),
    )
    document_error = worked(
        dy.Bool,
        "The shipper caused a correction or a question; a random inspection is no error",
        pl.col("shipper_corrections") + pl.col("shipper_queries") > 0,
    )
    clearance_s = worked(
        dy.Int64,
        "Presentation to release, around the clock",
        pl.col("released_epoch") - pl.col("presented_epoch"),
        unit="s",
    )
    clearance_bin = worked(dy.Int64, "1 % bin of the clearance", LogBin("clearance_s"), unit="bin")
    border_s = worked(
        dy.Int64,
        "Arrival to release, around the clock",
        pl.col("released_epoch") - pl.col("arrived_epoch"),
        unit="s",
    )
    border_bin = worked(dy.Int64, "1 % bin of arrival to release", LogBin("border_s"), unit="bin")
    release_due_epoch = worked(
        dy.Int64,
        "Presentation plus the time the broker agreed to",
        pl.col("presented_epoch") + pl.col("release_limit_s"),
        unit="s",
    )

    @dy.rule()
    def direction_is_known(cls) -> pl.Expr:
        return pl.col("direction").is_in(DIRECTIONS)

    @dy.rule()
    def control_is_known(cls) -> pl.Expr:
        return pl.col("control").is_null() | pl.col("control").is_in(CONTROLS)

    @dy.rule()
    def error_code_is_known(cls) -> pl.Expr:
        return pl.col("error_code").is_null() | pl.col("error_code").is_in(DOCUMENT_ERRORS)

    @dy.rule()
    def has_a_day(cls) -> pl.Expr:
        return pl.col("entry_day").is_not_null()


class Penalties(MoneyTable):
    about = "A fine or another cost that a mistake on the way of the goods caused."
    name: ClassVar[str] = "penalties"
    department: ClassVar[str] = "shipping"
    money_day: ClassVar[str | None] = "penalty_day"
    month_of: ClassVar[str] = "penalty_day"

    penalty_id = key("Notice or invoice line")
    shipment_id = text("The shipment it was charged for")
    entry_id = text("The declaration it was charged for")
    market = text("Destination market")
    broker = text("Broker of the declaration")
    kind = text(f"One of {', '.join(PENALTY_KINDS)}", required=True, default="other")
    cause = text(f"One of {', '.join(PENALTY_CAUSES)}", required=True, default="other")
    penalty_day = day("Day of the event, not of the payment", required=True)
    currency = text("ISO code of the amount")
    amount_micros = amount("What was charged; a refund is negative", given_as="amount", minimum=None)
    amount_company_micros = company_money("The charge in company currency", "amount_micros")
    paperwork = worked(
        dy.Bool,
        "A fine, storage or re-labelling that documents caused",
        (pl.col("cause") == "documents") & pl.col("kind").is_in(PAPERWORK_COSTS),
    )

    @dy.rule()
    def kind_is_known(cls) -> pl.Expr:
        return pl.col("kind").is_in(PENALTY_KINDS)

    @dy.rule()
    def cause_is_known(cls) -> pl.Expr:
        return pl.col("cause").is_in(PENALTY_CAUSES)


__all__ = ["CustomsEntries", "Penalties"]
