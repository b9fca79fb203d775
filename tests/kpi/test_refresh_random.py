"""After any run of changes and moved evaluations, a refresh has what a full compute has."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
from made_facts import Facts, put
from random_facts import AS_OF_DAY, Dice, random_facts
from stored_tables import computed, differences

from kpi.catalog import KPIS, find
from kpi.compute import refresh
from kpi.engine import AsOf
from store.lake import Lake

ALL = tuple(KPIS.values())
FALLING_DUE = [
    find(key)
    for key in ("on_time_delivery_rate", "otif_rate", "cart_abandonment_rate", "response_sla_rate", "return_rate",
                "first_contact_resolution_rate", "fulfilment_time", "roas")
]  # fmt: skip


def some(dice: Dice, rows: pl.DataFrame, share: float) -> pl.DataFrame:
    return rows.filter(pl.Series([dice.chance(share) for _ in range(rows.height)], dtype=pl.Boolean))


def change(lake: Lake, dice: Dice, versions: tuple[Facts, Facts]) -> None:
    """A sync's worth of new, changed and deleted rows in a few tables."""
    for table, rows in dice.one_of(versions).items():  # type: ignore[attr-defined]
        if dice.chance(0.5):
            put(lake, table, some(dice, rows, 0.1))
        if dice.chance(0.2):
            put(lake, table, some(dice, rows, 0.03).with_columns(deleted=pl.lit(True)))


def test_refresh_equals_a_full_compute(lake: Lake, tmp_path: Path) -> None:
    """
    New, changed, deleted and returning rows, evaluations that move on, stand still and go back.
    """
    dice = Dice(seed=2)
    versions = random_facts(2, 0.15), random_facts(102, 0.15)
    for table, rows in versions[0].items():
        put(lake, table, some(dice, rows, 0.7))
    moved = AsOf.end_of(AS_OF_DAY)
    refresh(lake, moved)

    for days in (12, -9):
        change(lake, dice, versions)
        moved = AsOf.end_of(moved.day + timedelta(days=days))
        refresh(lake, moved)
    fresh = Lake(tmp_path / "fresh")
    for table in versions[0]:
        put(fresh, table, lake.read(table.name, lake.schema(table.name)))
    refresh(fresh, moved)

    assert differences(computed(lake, ALL), computed(fresh, ALL)) == {}


def test_a_quiet_day_moves_what_falls_due(lake: Lake) -> None:
    """
    Nothing arrives for three days; promises, windows and promised times fall due all the same.
    """
    for table, rows in random_facts(3, 0.3).items():
        put(lake, table, rows)
    start = date(2025, 3, 1)
    refresh(lake, AsOf.end_of(start), kpis=FALLING_DUE)
    before = computed(lake, FALLING_DUE)

    for days in (1, 2, 3):
        refresh(lake, AsOf.end_of(start + timedelta(days=days)), kpis=FALLING_DUE)
    followed = computed(lake, FALLING_DUE)
    refresh(lake, AsOf.end_of(start + timedelta(days=3)), full=True, kpis=FALLING_DUE)

    assert len(differences(before, followed)) > 3
    assert differences(followed, computed(lake, FALLING_DUE)) == {}
