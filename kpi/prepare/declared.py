"""Which prepared table follows from which others, through which rows, and how its rows are worked out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl

from kpi.prepare.checks import sop_checks
from kpi.prepare.comebacks import returned_orders
from kpi.prepare.costs import POOL_NAME, shipment_costs
from kpi.prepare.covers import stock_covers
from kpi.prepare.customers import customer_values
from kpi.prepare.episodes import contact_episodes
from kpi.prepare.forecasts import forecast_errors
from kpi.prepare.journeys import shipment_outcomes
from kpi.prepare.outcomes import order_outcomes
from kpi.prepare.plans import plan_outcomes
from kpi.prepare.stages import ORDER_NAME, narrowed, shipment_stages
from kpi.prepare.training import training_states
from kpi.prepare.versions import procedure_states
from store.contract import Table
from store.facts import (
    Claims,
    ContactEpisodes,
    Customers,
    CustomerValues,
    CustomsEntries,
    DelayCauses,
    DemandActuals,
    ForecastErrors,
    ForecastSnapshots,
    FreightCharges,
    InventorySnapshots,
    OrderLines,
    OrderOutcomes,
    Orders,
    PlanOutcomes,
    ProcedureStates,
    ProductionPlans,
    ProductionRuns,
    ReturnedOrders,
    Returns,
    ShipmentCosts,
    ShipmentOutcomes,
    Shipments,
    ShipmentStages,
    SopChecks,
    SopReviews,
    SopRunSteps,
    SopVersions,
    StockCovers,
    SupplierReceipts,
    TicketContacts,
    Tickets,
    TrackingEvents,
    TrainingRecords,
    TrainingRequirements,
    TrainingStates,
)  # fmt: skip

Frames = Mapping[str, pl.LazyFrame]


@dataclass(frozen=True)
class Preparation:
    """How one prepared table follows from others.

    `group`: the column whose values are worked out again together. `links`: columns through which a changed
    source row reaches further rows of the first source (its consolidation, its order). `named`: keys of prepared
    rows that stand for something else than a row of the first source. `narrow`: what of the sources the touched
    rows need, where following the links would read too much.

    Several may fill one table, each the rows of which `own` is true, under a `label` of its own. `named_by`: what a
    source calls the column `group`. `told`: changes when the rows must all be worked out again.
    """

    table: type[Table]
    sources: tuple[type[Table], ...]
    group: str
    work: Callable[[Frames], pl.LazyFrame]
    links: tuple[str, ...] = ()
    named: tuple[pl.Expr, ...] = ()
    narrow: Callable[[Frames, pl.DataFrame], Frames] | None = None
    own: pl.Expr | None = None
    label: str = ""
    named_by: Mapping[str, str] = field(default_factory=dict)
    told: str = ""

    @property
    def name(self) -> str:
        """What the ledger calls it."""
        return self.label or self.table.name

    def group_in(self, source: str) -> str:
        """The column of a source that holds the group."""
        return self.named_by.get(source, self.group)


PREPARATIONS: tuple[Preparation, ...] = (
    Preparation(
        ShipmentOutcomes,
        (Shipments, TrackingEvents, Claims, CustomsEntries),
        "shipment_id",
        lambda of: shipment_outcomes(
            of["shipments"], of["tracking_events"], of["claims"], of["customs_entries"]
        ),
    ),
    Preparation(
        OrderOutcomes,
        (Orders, OrderLines, Shipments, Returns, Claims, Tickets, ShipmentOutcomes, CustomsEntries),
        "order_id",
        lambda of: order_outcomes(
            of["orders"],
            of["order_lines"],
            of["shipments"],
            of["returns"],
            of["claims"],
            of["tickets"],
            of["shipment_outcomes"],
            of["customs_entries"],
        ),
    ),
    Preparation(
        ReturnedOrders,
        (Orders, Returns),
        "customer_id",
        lambda of: returned_orders(of["orders"], of["returns"]),
        links=("order_id",),
    ),
    Preparation(
        ShipmentCosts,
        (Shipments, FreightCharges),
        "shipment_id",
        lambda of: shipment_costs(of["shipments"], of["freight_charges"]),
        links=("consolidation", "order_id"),
        named=(pl.lit(POOL_NAME) + pl.col("consolidation"),),
    ),
    Preparation(
        ContactEpisodes, (TicketContacts,), "issue_key", lambda of: contact_episodes(of["ticket_contacts"])
    ),
    Preparation(
        CustomerValues,
        (Customers, Orders),
        "customer_id",
        lambda of: customer_values(of["customers"], of["orders"]),
    ),
    Preparation(
        PlanOutcomes,
        (ProductionPlans, ProductionRuns),
        "plan_week",
        lambda of: plan_outcomes(of["production_plans"], of["production_runs"]),
    ),
    Preparation(
        ForecastErrors,
        (DemandActuals, ForecastSnapshots),
        "series",
        lambda of: forecast_errors(of["demand_actuals"], of["forecast_snapshots"]),
    ),
    Preparation(SopChecks, (SopRunSteps,), "run_id", lambda of: sop_checks(of["sop_run_steps"])),
    Preparation(
        ProcedureStates,
        (SopVersions, SopReviews),
        "sop",
        lambda of: procedure_states(of["sop_versions"], of["sop_reviews"]),
    ),
    Preparation(
        TrainingStates,
        (TrainingRequirements, SopVersions, TrainingRecords),
        "sop",
        lambda of: training_states(of["training_requirements"], of["sop_versions"], of["training_records"]),
    ),
    Preparation(
        StockCovers,
        (InventorySnapshots, ForecastSnapshots, SupplierReceipts),
        "item",
        lambda of: stock_covers(of["inventory_snapshots"], of["forecast_snapshots"], of["supplier_receipts"]),
    ),
    Preparation(
        ShipmentStages,
        (Shipments, Orders, TrackingEvents, CustomsEntries, DelayCauses, ShipmentCosts, Claims),
        "shipment_id",
        shipment_stages,
        links=("order_id",),
        named=(pl.lit(ORDER_NAME) + pl.col("order_id"),),
        narrow=narrowed,
    ),
)
