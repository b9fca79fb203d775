"""The made-up firm as a source: its history once, then what is new or has changed."""

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from connectors.batch import Batch
from connectors.errors import SourceError
from connectors.plan import SourceConfig
from demo.connector import DemoConnector
from store.contract import key_of
from store.facts import MAPPED, FxRates

FRIDAY = date(2026, 11, 20)
SMALL = DemoConnector(FRIDAY, days=240, scale=0.05)


def pull(connector: DemoConnector, cursors: Mapping[str, str] | None = None) -> list[Batch]:
    return list(connector.pull(cursors or {}, full=False, since=None))


def cursors_of(batches: list[Batch]) -> dict[str, str]:
    return {batch.table.name: batch.cursor for batch in batches if batch.cursor}


def stored(batches: list[Batch]) -> dict[str, pl.DataFrame]:
    """What is left when later rows replace earlier ones of the same key."""
    return {
        table.name: pl.concat(batch.rows for batch in batches if batch.table is table)
        .unique(key_of(table), keep="last", maintain_order=True)
        .drop("source_id")
        .sort(key_of(table))
        for table in MAPPED
    }


def test_the_first_pull_is_the_whole_history_with_rates_first() -> None:
    """
    240 days up to 20 November begin on 26 March: two batches of at most six months, but one batch of rates.
    """
    batches = pull(SMALL)
    orders = [batch.rows for batch in batches if batch.table.name == "orders"]

    assert batches[0].table is FxRates
    assert {batch.table for batch in batches} == set(MAPPED)
    assert len(orders) == 2
    assert orders[0]["order_id"].str.slice(3, 6).min() == "260326"
    assert all(batch.read == batch.rows.height for batch in batches)


def test_no_key_comes_in_two_batches() -> None:
    """
    Each batch promises that its keys came in no earlier one, also those of customers from before the opening.
    """
    batches = pull(SMALL)

    assert all(batch.distinct for batch in batches)
    for table in MAPPED:
        keys = [batch.rows.select(key_of(table)).unique() for batch in batches if batch.table is table]
        together = pl.concat(keys).filter(pl.col(key_of(table)[0]) != "")
        assert together.is_unique().all(), table.name


def test_the_last_batch_of_a_table_has_its_cursor() -> None:
    """
    Every table ends with the day reached and the day the stories lead up to.
    """
    batches = pull(SMALL)
    last = {batch.table.name: batch.cursor for batch in batches}

    assert set(last.values()) == {"2026-11-20 anchored 2026-11-20"}
    assert sum(batch.cursor is not None for batch in batches) == len(MAPPED)


def test_pulling_again_changes_nothing() -> None:
    """
    The second pull of the same day sends 46 days again, and every row is one that is already there.
    """
    first = pull(SMALL)
    again = pull(SMALL, cursors_of(first))

    assert 0 < sum(batch.read for batch in again) < sum(batch.read for batch in first)
    for name, rows in stored(first + again).items():
        assert_frame_equal(rows, stored(first)[name])


def test_five_days_later_the_sum_of_the_pulls_is_a_full_pull() -> None:
    """
    What grew and what changed in five days comes with the second pull; nothing older moved.
    """
    first = pull(SMALL)
    later = DemoConnector(FRIDAY + timedelta(days=5), days=240, scale=0.05)
    second = pull(later, cursors_of(first))
    whole = list(later.pull(cursors_of(first), full=True, since=None))

    assert cursors_of(second)["orders"] == "2026-11-25 anchored 2026-11-20"
    for name, rows in stored(first + second).items():
        assert_frame_equal(rows, stored(whole)[name])


def test_since_reads_from_that_day() -> None:
    """
    Since 18 November means three days of production.
    """
    batches = list(SMALL.pull({}, full=True, since=date(2026, 11, 18)))
    runs = next(batch.rows for batch in batches if batch.table.name == "production_runs")

    assert runs["produced_day"].unique().sort().to_list() == [date(2026, 11, day) for day in (18, 19, 20)]


def test_a_table_without_cursor_makes_the_pull_whole() -> None:
    """
    After an interrupted first pull everything is sent again, with the stories where they were.
    """
    later = DemoConnector(FRIDAY + timedelta(days=2), days=240, scale=0.05)
    batches = pull(later, {"fx_rates": "2026-11-20 anchored 2026-11-20"})

    assert cursors_of(batches)["orders"] == "2026-11-22 anchored 2026-11-20"
    assert sum(batch.table.name == "orders" for batch in batches) == 2


def test_a_cursor_of_something_else_is_refused() -> None:
    """
    The message shows the cursor and the way out.
    """
    with pytest.raises(SourceError, match=r"cursor is '17'.*--full"):
        pull(SMALL, {"orders": "17"})


def config(**options: object) -> SourceConfig:
    return SourceConfig(name="example", connector="demo", options=options)  # type: ignore[call-arg]


def test_the_configuration_names_days_scale_seed_and_end() -> None:
    """
    What fairlead.toml says counts; what it leaves out is two years, usual volume, up to yesterday.
    """
    assert DemoConnector.of(config(), FRIDAY) == DemoConnector(FRIDAY, "example")
    assert DemoConnector.of(config(days=90, scale=2, seed=0, end=date(2026, 1, 31)), FRIDAY) == DemoConnector(
        date(2026, 1, 31), "example", 90, 2.0, 0
    )


@pytest.mark.parametrize("wrong", [{"scale": "much"}, {"scale": -1}, {"days": "all"}, {"end": "today"}])
def test_a_wrong_option_is_named(wrong: dict[str, object]) -> None:
    """
    The message names the source, the value and what to write.
    """
    with pytest.raises(SourceError, match=f"'example'.*{next(iter(wrong.values()))}"):
        DemoConnector.of(config(**wrong), FRIDAY)
