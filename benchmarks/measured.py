"""The KPIs the comparison with other tools is about: those for which their statements are written."""

from kpi.catalog import KPIS
from kpi.model import Kpi

KEYS = (
    "on_time_delivery_rate", "otif_rate", "order_accuracy_rate", "transportation_cost_per_order",
    "fulfilment_time", "fulfilment_in_time_rate", "return_rate", "otif_line_rate", "otif_unit_rate",
    "line_error_rate", "order_defects_per_million", "transportation_cost_per_shipment",
    "transportation_cost_per_kg", "transportation_cost_of_sales", "first_contact_resolution_rate",
    "first_response_time", "response_sla_rate", "resolution_time", "csat_score", "csat_response_rate",
    "escalation_rate", "first_contact_resolution_net_rate", "first_contact_resolution_by_ticket",
    "first_response_time_business", "resolution_time_business", "csat_mean_score", "oee",
    "oee_availability", "oee_performance", "oee_quality", "scrap_rate", "cycle_time", "first_pass_yield",
    "scrap_cost_rate", "marketing_roi", "roas", "customer_acquisition_cost", "conversion_rate",
    "ad_click_conversion_rate", "cost_per_conversion", "cart_abandonment_rate", "average_order_value",
    "customer_lifetime_value", "net_sales", "active_customers", "roas_by_order_day", "roas_break_even",
    "key_event_conversion_rate",
)  # fmt: skip
MEASURED: list[Kpi] = [KPIS[key] for key in KEYS]
