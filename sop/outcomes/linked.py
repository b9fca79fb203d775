"""What the worker joins: the KPIs that procedures in force say they drive, and by which number their cases go."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from sop.library import library
from sop.outcomes.links import Driven, driven, number_of
from sop.systems import Governed
from store.contract import polars_schema
from store.facts import SopRunSteps
from store.lake import Lake
from store.scope import Principal
from store.state import State


@dataclass(frozen=True)
class Linked:
    """The KPIs with their procedures, and the number by which cases go of those that systems judge."""

    kpis: tuple[Driven, ...]
    numbers: Mapping[str, str]


def linked_of(
    lake: Lake, state: State, principal: Principal, governed: Iterable[Governed], day: date
) -> Linked:
    """Of the procedures that systems judge, and of those with runs that are tied to a record."""
    numbers = {
        each.sop: number_of(each.cases.table) for each in sorted(governed, key=lambda each: each.since)
    }
    runs = lake.read(
        SopRunSteps.name, polars_schema(SopRunSteps),
        lambda scan: scan.filter(pl.col("case_id").is_not_null()).select(pl.col("sop").unique()),
    )  # fmt: skip
    sops = numbers.keys() | set(runs["sop"])
    return Linked(driven(library(state.procedures.rows(principal), day), sops), numbers)
