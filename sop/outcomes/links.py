"""Which KPIs each procedure drives, and by which number a record of a KPI leads to the case of a procedure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from kpi.catalog import KPIS
from kpi.levels import AsOfDay, Model, Stock
from kpi.model import Composite, Distinct, Kpi, Total
from kpi.rolled import Rolled
from kpi.shares import Product
from sop.library import Shelved
from sop.rules.cases import EVENTS
from sop.rules.known import CASE_TABLES
from store.contract import Table, key_of
from store.facts import Shipments

ANY = ""  # a case of events may be any of the numbers
CASE_NUMBERS = ("order_id", "shipment_id", "ticket_id", "run_id", "entry_id")
KINDS: Mapping[str, str] = {
    "order": "order_id", "shipment": "shipment_id", "ticket": "ticket_id", "batch": "run_id",
}  # fmt: skip
_NOT_BY_RECORD = (Total, Stock, Distinct, Composite, Model, AsOfDay, Product, Rolled)


@dataclass(frozen=True)
class Driven:
    """A KPI with the procedures in force that say they drive it, by key."""

    kpi: str
    sops: tuple[str, ...]


def driven(shelves: Iterable[Shelved], sops: Iterable[str]) -> tuple[Driven, ...]:
    """Every KPI that tells record by record what failed, with those of the named procedures that drive it."""
    known, found = set(sops), dict[str, list[str]]()
    for shelf in shelves:
        now = shelf.effective()
        for key in sorted(now.kpis) if now is not None and shelf.key in known else ():
            found.setdefault(key, []).append(shelf.key)
    return tuple(
        Driven(key, tuple(own))
        for key, own in sorted(found.items())
        if key in KPIS and failing_beyond(KPIS[key]) is not None
    )


def failing_beyond(kpi: Kpi) -> float | None:
    """From which value on a single record failed: none needed of a share of rows, else the target; None without."""
    if isinstance(kpi, _NOT_BY_RECORD) or len(kpi.sides) > 1:
        return None
    if kpi.is_share_of_rows:
        return 0.0
    return kpi.target.at if kpi.target else None


def number_of(table: str) -> str:
    """The column that names a case of this table; of events any of the numbers."""
    return ANY if table == EVENTS else key_of(CASE_TABLES[table])[0]


def pairs(
    facts: pl.LazyFrame, fact: type[Table], number: str, shipments: pl.LazyFrame
) -> pl.LazyFrame | None:
    """
    The records of a fact with the number of their order, shipment, ticket or batch: `record`, `case`. A shipment leads
    to its order and back. None where the fact knows no such number.
    """
    record = pl.concat_str(key_of(fact), separator="|").alias("record")
    known = fact.column_names()
    if number in known:
        return facts.select(record, pl.col(number).alias("case")).drop_nulls()
    ways = {"order_id": "shipment_id", "shipment_id": "order_id"}
    by = ways.get(number)
    if by is None or by not in known or fact is Shipments:
        return None
    near = shipments.select(by, pl.col(number).alias("case")).drop_nulls()
    return facts.select(record, by).join(near, on=by).select("record", "case").unique()


def numbers_of(fact: type[Table]) -> Sequence[str]:
    """The numbers by which records of a fact lead to cases, its own first."""
    return [each for each in CASE_NUMBERS if each in fact.column_names()]
