"""The canonical fact tables: one contract a business entity, never one a vendor."""

from collections.abc import Mapping

from store.contract import Table
from store.facts.checks import (
    CorrectiveActions,
    PlannedChecks,
    ProcessEvents,
    SopCases,
    SopCaseSteps,
    SopChecks,
    SopRunSteps,
)
from store.facts.customs import CustomsEntries, Penalties
from store.facts.demand import DemandActuals, ForecastErrors, ForecastSnapshots
from store.facts.flow import CustomsHolds, DelayCauses, ShipmentStages
from store.facts.making import PlanOutcomes, ProductionPlans, ProductionRuns, Stops
from store.facts.marketing import AdSpend, Carts, DesiredActions, WebSessions
from store.facts.orders import Claims, Customers, CustomerValues, OrderLines, OrderOutcomes, Orders
from store.facts.predictions import CustomerPredictions
from store.facts.quality import ErrorCosts, Inspections
from store.facts.rates import FxRates
from store.facts.returning import ReturnedOrders, Returns
from store.facts.service import ContactEpisodes, QaReviews, Surveys, TicketContacts, Tickets
from store.facts.shipping import FreightCharges, ShipmentCosts, Shipments
from store.facts.stock import InventoryCounts, InventorySnapshots, LocationDays, StockCovers
from store.facts.supply import SupplierReceipts
from store.facts.tracking import PackagingChecks, ShipmentOutcomes, StageEvents, TrackingEvents
from store.facts.training import (
    ProcedureStates,
    QuizAttempts,
    SopReviews,
    SopVersions,
    TrainingRecords,
    TrainingRequirements,
    TrainingStates,
)

MAPPED: tuple[type[Table], ...] = (
    FxRates, Customers, Orders, OrderLines, Shipments, FreightCharges, Returns, Claims, Tickets,
    TicketContacts, Surveys, ProductionRuns, AdSpend, WebSessions, Carts, CustomsEntries, Penalties, Stops,
    ProductionPlans, Inspections, InventorySnapshots, InventoryCounts, LocationDays, DemandActuals,
    ForecastSnapshots, SupplierReceipts, QaReviews, ErrorCosts, DesiredActions,
    SopRunSteps, ProcessEvents, PlannedChecks, CorrectiveActions,
    SopVersions, SopReviews, TrainingRequirements, TrainingRecords, QuizAttempts,
    TrackingEvents, StageEvents, PackagingChecks, DelayCauses, CustomsHolds,
)  # fmt: skip
PREPARED: tuple[type[Table], ...] = (
    ShipmentOutcomes, OrderOutcomes, ReturnedOrders, ShipmentCosts, ContactEpisodes, CustomerValues,
    PlanOutcomes, ForecastErrors,
    CustomerPredictions,
    SopChecks, SopCaseSteps, SopCases, ProcedureStates, TrainingStates,
    StockCovers, ShipmentStages,
)  # fmt: skip
TABLES: Mapping[str, type[Table]] = {table.name: table for table in (*MAPPED, *PREPARED)}

__all__ = [
    "MAPPED", "PREPARED", "TABLES", "AdSpend", "Carts", "Claims", "ContactEpisodes", "CorrectiveActions",
    "CustomerPredictions", "CustomerValues", "Customers", "CustomsEntries", "CustomsHolds", "DelayCauses",
    "DemandActuals", "DesiredActions", "ErrorCosts", "ForecastErrors", "ForecastSnapshots",
    "FreightCharges", "FxRates", "Inspections",
    "InventoryCounts", "InventorySnapshots", "LocationDays", "OrderLines", "OrderOutcomes", "Orders",
    "PackagingChecks", "Penalties", "PlanOutcomes", "PlannedChecks", "ProcedureStates", "ProcessEvents",
    "ProductionPlans", "ProductionRuns", "QaReviews", "QuizAttempts", "ReturnedOrders", "Returns",
    "ShipmentCosts", "ShipmentOutcomes", "ShipmentStages", "Shipments", "SopCaseSteps", "SopCases",
    "SopChecks", "SopReviews", "SopRunSteps", "SopVersions",
    "StageEvents", "StockCovers", "Stops", "SupplierReceipts", "Surveys", "TicketContacts", "Tickets",
    "TrackingEvents", "TrainingRecords", "TrainingRequirements", "TrainingStates", "WebSessions",
]  # fmt: skip
