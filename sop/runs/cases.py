"""What a procedure is run for: an order, shipment, ticket or batch, looked up in the facts by its number."""

from dataclasses import dataclass

import polars as pl

from store.contract import Table, key_of, polars_schema
from store.facts import Orders, ProductionRuns, Shipments, Tickets
from store.facts.checks import CASE_KINDS
from store.lake import Lake
from store.scope import Principal
from store.state import WrongEntry
from store.state.run_records import Case

TABLES: dict[str, type[Table]] = dict(
    zip(CASE_KINDS, (Orders, Shipments, Tickets, ProductionRuns), strict=True)
)
OF_DEPARTMENT = {"shipping": "order", "service": "ticket", "manufacturing": "batch"}
MARKET, PRODUCT, TEAM = "market", "product", "team"


@dataclass(frozen=True)
class Found:
    """A case and what the facts say of it; empty where they do not say."""

    case: Case
    market: str = ""
    product: str = ""


def find_case(lake: Lake, principal: Principal, kind: str, id: str) -> Found:
    """
    The case of a number; one the principal may not see is as unknown as one that is not there. Raises WrongEntry for a
    kind there is not.
    """
    if kind not in TABLES:
        raise WrongEntry(f"'{kind}' is none of {', '.join(TABLES)}.")
    table, wanted = TABLES[kind], id.strip()
    if lake.version(table.name) < 0:
        return Found(Case(kind, wanted))
    schema, number = polars_schema(table), key_of(table)[0]
    told = [each for each in (MARKET, PRODUCT, TEAM) if each in schema]
    rows = lake.read(
        table.name,
        pl.Schema({each: schema[each] for each in (number, "deleted", *told)}),
        lambda stored: principal.scope.limit(
            stored.filter(pl.col(number) == wanted, ~pl.col("deleted").fill_null(False))
        ).head(1),
    )
    if rows.is_empty():
        return Found(Case(kind, wanted, False))
    row = rows.row(0, named=True)
    return Found(Case(kind, wanted, True), str(row.get(MARKET) or ""), str(row.get(PRODUCT) or ""))
