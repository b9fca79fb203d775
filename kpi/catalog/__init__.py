"""Every KPI Fairlead knows, by key and by department."""

from collections.abc import Mapping
from difflib import get_close_matches

from kpi.catalog.conversations import CONVERSATIONS
from kpi.catalog.customs import CUSTOMS
from kpi.catalog.floor import FLOOR_KPIS
from kpi.catalog.manufacturing import MANUFACTURING
from kpi.catalog.marketing import MARKETING
from kpi.catalog.order_desk import ORDER_DESK
from kpi.catalog.perfect import PERFECT
from kpi.catalog.planning import PLANNING
from kpi.catalog.procedures import PROCEDURES
from kpi.catalog.quality import QUALITY
from kpi.catalog.returning import RETURNING
from kpi.catalog.service import SERVICE
from kpi.catalog.shipping import SHIPPING
from kpi.catalog.shop import SHOP
from kpi.catalog.tracking import TRACKING
from kpi.catalog.transit import TRANSIT
from kpi.model import Department, Kpi
from kpi.words import say

KPIS: Mapping[str, Kpi] = {
    kpi.key: kpi
    for kpi in (
        *SHIPPING, *PERFECT, *TRANSIT, *CUSTOMS, *TRACKING, *RETURNING, *SERVICE, *MANUFACTURING,
        *QUALITY, *FLOOR_KPIS, *MARKETING, *PLANNING, *ORDER_DESK, *CONVERSATIONS, *PROCEDURES, *SHOP,
    )
}  # fmt: skip


DEPARTMENTS: Mapping[str, str] = {key: kpi.department.value for key, kpi in KPIS.items()}


class UnknownKpi(ValueError):
    """No KPI has the key that was asked for."""


def find(key: str) -> Kpi:
    """The KPI of that key; raises `UnknownKpi` with the nearest keys."""
    if key in KPIS:
        return KPIS[key]
    near = get_close_matches(key, KPIS, n=3, cutoff=0.6)
    hint = f" {say('Did you mean {near}?', near=', '.join(near))}" if near else ""
    told = say("There is no KPI '{key}'.{hint} `fairlead kpi list` shows all.", key=key, hint=hint)
    raise UnknownKpi(told)


def of(department: Department) -> list[Kpi]:
    """The KPIs of a department, main ones first."""
    return [kpi for kpi in KPIS.values() if kpi.department is department]
