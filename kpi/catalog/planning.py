"""Planning (S&OP): is there enough, is it foreseen, does it arrive, and what does keeping it cost?"""

from kpi.catalog.demand import DEMAND
from kpi.catalog.stock import STOCK
from kpi.catalog.supply import SUPPLY
from kpi.catalog.warehouse import WAREHOUSE
from kpi.model import Kpi

PLANNING: tuple[Kpi, ...] = (*STOCK, *DEMAND, *SUPPLY, *WAREHOUSE)
