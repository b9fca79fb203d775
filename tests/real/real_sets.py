"""One real set, loaded into a store of its own, and the figures worked out beside it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from kpi.catalog import find
from kpi.engine import AsOf
from kpi.period import Every, Span
from kpi.question import Question
from kpi.results import values
from kpi.score import Judgement
from store.home import Store
from store.scope import LOCAL_OWNER

HERE = Path(__file__).parent
AS_OF = AsOf.end_of(date(2025, 1, 1))
EVER = Span(date(1990, 1, 1), date(2025, 1, 1))


@dataclass(frozen=True)
class Loaded:
    """One real set in a store of its own, computed as of 2025."""

    store: Store
    name: str
    shared: Path

    def ask(self, key: str, every: Every = Every.TOTAL, *by: str) -> pl.DataFrame:
        """Scored rows without a smallest sample."""
        question = Question(EVER, every, by)
        return values(self.store.lake, LOCAL_OWNER, find(key), question, Judgement(minimum=0))

    def total(self, key: str) -> dict[str, Any]:
        return self.ask(key).row(0, named=True)

    def figures(self, folder: str, name: str) -> list[dict[str, Any]]:
        """What the set's own kpis.json says under a name."""
        told = json.loads((self.shared / "data" / folder / "kpis.json").read_text(encoding="utf-8"))
        rows: list[dict[str, Any]] = told[name]["rows"]
        return rows


Load = Callable[..., Loaded]
