"""After any run of changes and moved evaluations, a refresh has what a full compute has."""

from datetime import date, timedelta

import polars as pl
import pytest
from made_facts import Facts, put
from random_facts import AS_OF_DAY, Dice, random_facts
from stored_tables import computed, differences

from kpi.catalog import KPIS
from kpi.compute import refresh
from kpi.engine import AsOf
from store.lake import Lake

ALL = tuple(KPIS.values())


def some(dice: Dice, rows: pl.DataFrame, share: float) -> pl.DataFrame:
    return rows.filter(pl.Series([dice.chance(share) for _ in range(rows.height)], dtype=pl.Boolean))


def change(lake: Lake, dice: Dice, versions: tuple[Facts, Facts]) -> None:
    """A sync's worth of new, changed and deleted rows in a few tables."""
    for table, rows in dice.one_of(versions).items():  # type: ignore[attr-defined]
        if dice.chance(0.5):
            put(lake, table, some(dice, rows, 0.1))
        if dice.chance(0.2):
            put(lake, table, some(dice, rows, 0.03).with_columns(deleted=pl.lit(True)))


@pytest.mark.parametrize("seed", [1, 2])
def test_refresh_equals_a_full_compute(
    lake: Lake, seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """
    New, changed, deleted and returning rows, evaluations that move on, stand still and go back.
    """
    dice = Dice(seed)
    versions = random_facts(seed, 0.15), random_facts(seed + 100, 0.15)
    for table, rows in versions[0].items():
        put(lake, table, some(dice, rows, 0.7))
    moved = AsOf.end_of(AS_OF_DAY)
    refresh(lake, moved)

    for days in (0, 1, 12, -9):
        change(lake, dice, versions)
        moved = AsOf.end_of(moved.day + timedelta(days=days))
        refresh(lake, moved)
    followed = computed(lake, ALL)
    refresh(lake, moved, full=True)

    assert differences(followed, computed(lake, ALL)) == {}
    fresh = Lake(tmp_path_factory.mktemp("fresh"))
    for table in versions[0]:
        put(fresh, table, lake.read(table.name, lake.schema(table.name)))
    refresh(fresh, moved)
    assert differences(followed, computed(fresh, ALL)) == {}


def test_a_quiet_day_moves_what_falls_due(lake: Lake) -> None:
    """
    Nothing arrives for three days; promises, windows and promised times fall due all the same.
    """
    for table, rows in random_facts(3, 0.15).items():
        put(lake, table, rows)
    start = date(2025, 3, 1)
    refresh(lake, AsOf.end_of(start))
    before = computed(lake, ALL)

    for days in (1, 2, 3):
        refresh(lake, AsOf.end_of(start + timedelta(days=days)))
    followed = computed(lake, ALL)
    refresh(lake, AsOf.end_of(start + timedelta(days=3)), full=True)

    assert differences(before, followed) != {}
    assert differences(followed, computed(lake, ALL)) == {}
