"""The weekly sums of the flow: as plain SQL says, and the same whether made at once or day by day."""

from collections.abc import Iterator
from datetime import timedelta

import duckdb
import polars as pl
import pytest
from made_facts import Facts, company, put
from random_facts import AS_OF_DAY, Dice, random_facts
from stored_tables import differences, rows
from test_refresh_random import change, some

from kpi.compute import prepare_all
from kpi.engine import AsOf
from kpi.flow.job import compute_flow
from kpi.flow.stages import PROMISED
from kpi.flow.tables import BINS, CLEARED, HOLDS, OPEN, ORDERS, STAGES, WEEKLY
from store.contract import polars_schema
from store.facts import ShipmentStages
from store.lake import Lake

AS_OF = AsOf.end_of(AS_OF_DAY)
FIRM = company(DE="Europe/Berlin", US="America/New_York", JP="Asia/Tokyo")
TABLES = (*WEEKLY, OPEN, HOLDS, CLEARED)


@pytest.fixture(scope="module")
def flowing(facts_of_seed: Facts, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """The facts of the seed with their flow computed; tests read it only."""
    lake = Lake(tmp_path_factory.mktemp("flow") / "lake")
    for table, given in facts_of_seed.items():
        put(lake, table, given)
    prepare_all(lake)
    compute_flow(lake, AS_OF, FIRM)
    return lake


@pytest.fixture(scope="module")
def sql(flowing: Lake, facts_of_seed: Facts) -> Iterator[duckdb.DuckDBPyConnection]:
    """The mapped facts and the prepared stages as tables of DuckDB."""
    with duckdb.connect() as connection:
        for table, given in facts_of_seed.items():
            connection.register(table.name, given)
        stages = flowing.read(ShipmentStages.name, polars_schema(ShipmentStages))
        connection.register("shipment_stages", stages)
        yield connection


def stored(
    lake: Lake, name: str, *keys: str, **sums: pl.Expr
) -> dict[tuple[object, ...], tuple[object, ...]]:
    """Sums of a flow table by key, those of nothing left out."""
    found = lake.read(name, lake.schema(name)).group_by(keys).agg(**sums)
    return {row[: len(keys)]: row[len(keys) :] for row in found.iter_rows() if any(row[len(keys) :])}


def asked(
    sql: duckdb.DuckDBPyConnection, keys: int, query: str
) -> dict[tuple[object, ...], tuple[object, ...]]:
    moment = {
        name: value for name, value in {"day": AS_OF.day, "epoch": AS_OF.epoch}.items() if f"${name}" in query
    }
    found = sql.execute(query, moment).fetchall()
    return {tuple(row[:keys]): tuple(row[keys:]) for row in found if any(row[keys:])}


def test_time_by_stage_equals_plain_sql(flowing: Lake, sql: duckdb.DuckDBPyConnection) -> None:
    """
    Orders and seconds of each week, market and stage, of what had ended at the moment.
    """
    parts = [
        f"SELECT due_day, market, '{stage.key}' AS stage, stage_{stage.number}_s AS s FROM ended"
        for stage in PROMISED
    ]
    expected = asked(
        sql, 3,
        "WITH ended AS (SELECT * FROM shipment_stages WHERE NOT deleted AND ended_epoch <= $epoch) "
        "SELECT date_trunc('week', due_day)::DATE, coalesce(market, '(unknown)'), stage, count(s), sum(s)::BIGINT "
        f"FROM ({' UNION ALL '.join(parts)}) WHERE s IS NOT NULL GROUP BY ALL HAVING count(s) > 0",
    )  # fmt: skip
    found = stored(flowing, STAGES, "day", "market", "stage", n=pl.col("n").sum(), s=pl.col("seconds").sum())

    told = {place: sums for place, sums in found.items() if place[2] not in ("unattributed", "after_sales")}
    assert len(expected) > 50
    assert {place: (n, s) for place, (n, s) in told.items() if n} == expected


def test_promises_kept_equal_plain_sql(flowing: Lake, sql: duckdb.DuckDBPyConnection) -> None:
    """
    Due, kept and late days of each week, from the shipments and orders themselves.
    """
    expected = asked(
        sql, 1,
        """
        WITH told AS (
            SELECT s.shipment_id, coalesce(s.promised_day, o.promised_day) AS promised, s.delivered_day AS delivered,
                coalesce(epoch(s.delivered_at)::BIGINT, epoch(s.delivered_day)::BIGINT) AS at
            FROM shipments s LEFT JOIN orders o USING (order_id)
            WHERE s.status <> 'cancelled_before_dispatch'
                AND coalesce(o.status, 'completed') NOT IN ('cancelled', 'test', 'gift_card')
            UNION ALL
            SELECT o.order_id, o.promised_day, o.delivered_day, epoch(o.delivered_at)::BIGINT FROM orders o
            WHERE o.status NOT IN ('cancelled', 'test', 'gift_card')
                AND NOT EXISTS (SELECT 1 FROM shipments s WHERE s.order_id = o.order_id))
        SELECT date_trunc('week', promised)::DATE, count(*) FROM told WHERE promised <= $day GROUP BY ALL""",
    )  # fmt: skip

    assert len(expected) > 10
    assert stored(flowing, ORDERS, "day", due=pl.col("due").sum()) == expected


def test_late_days_and_parts_equal_plain_sql(flowing: Lake, sql: duckdb.DuckDBPyConnection) -> None:
    """
    The late days of each week are those of its orders, and the parts of the stages add up to exactly them.
    """
    expected = asked(
        sql, 1,
        "SELECT date_trunc('week', due_day)::DATE, sum(delivered_day - promised_day)::BIGINT FROM shipment_stages "
        "WHERE NOT deleted AND ended_epoch <= $epoch AND delivered_day > promised_day AND promised_day <= $day "
        "GROUP BY ALL",
    )  # fmt: skip
    parts = stored(flowing, STAGES, "day", days=pl.col("late_s").sum() // 86_400)

    assert len(expected) > 10
    assert stored(flowing, ORDERS, "day", days=pl.col("late_days").sum()) == expected
    assert parts == expected


def test_bins_count_the_same_orders(flowing: Lake) -> None:
    """
    As many orders lie in the bins of a stage as have a time in it.
    """
    whole = stored(flowing, STAGES, "day", "lane", "stage", n=pl.col("n").sum())
    of_stage = pl.when(pl.col("of") == "stage").then("count").otherwise(0).sum()
    counted = stored(flowing, BINS, "day", "lane", "stage", n=of_stage)

    assert counted == {place: sums for place, sums in whole.items() if place[2] != "unattributed"}


def test_first_pass_and_holds_are_all_that_was_cleared(flowing: Lake, sql: duckdb.DuckDBPyConnection) -> None:
    """
    Of the declarations released, those held and those that passed at once are all; the holds are the noted ones and
    those the declarations tell.
    """
    found = flowing.read(CLEARED, flowing.schema(CLEARED))
    expected = sql.execute(
        """
        SELECT count(*), count(*) FILTER (is_held)
        FROM (SELECT e.*, coalesce(e.released_epoch, n.released) AS free,
                (e.was_held OR n.entry_id IS NOT NULL)
                    AND coalesce(n.began, e.held_epoch, 0) <= $epoch AS is_held
            FROM customs_entries e LEFT JOIN (SELECT entry_id, min(held_epoch) AS began,
                max(released_epoch) AS released FROM customs_holds GROUP BY entry_id) n USING (entry_id)
            WHERE e.direction = 'import' AND e.presented_day IS NOT NULL AND e.customs_day <= $day
                AND e.customs_day >= $day - INTERVAL (53 * 7 + weekday($day) - 1) DAY
                AND e.entry_day >= $day - INTERVAL (53 * 7 + weekday($day) - 1 + 31) DAY)
        WHERE free <= $epoch""",
        {"day": AS_OF.day, "epoch": AS_OF.epoch},
    ).fetchone()

    assert found["cleared"].sum() == found["first_pass"].sum() + found["held"].sum() > 100
    assert (found["cleared"].sum(), found["held"].sum()) == expected


def test_day_by_day_equals_at_once(lake: Lake) -> None:
    """
    New, changed and deleted rows, and a moment that moves on and back: the weeks touched are all that changed.
    """
    dice = Dice(seed=4)
    versions = random_facts(4, 0.3), random_facts(104, 0.3)
    for table, given in versions[0].items():
        put(lake, table, some(dice, given, 0.7))
    moved = AS_OF
    prepare_all(lake)
    compute_flow(lake, moved, FIRM)
    for days in (3, 0, -6, 12):
        change(lake, dice, versions)
        moved = AsOf.end_of(moved.day + timedelta(days=days))
        prepare_all(lake)
        compute_flow(lake, moved, FIRM)
    followed = {name: rows(lake, name) for name in TABLES}

    compute_flow(lake, moved, FIRM, full=True)

    assert differences(followed, {name: rows(lake, name) for name in TABLES}) == {}


def test_a_quiet_day_works_on_a_few_weeks(lake: Lake) -> None:
    """
    One new scan touches one week, not the years before it.
    """
    facts = random_facts(5, 0.3)
    for table, given in facts.items():
        put(lake, table, given)
    prepare_all(lake)
    compute_flow(lake, AS_OF, FIRM)
    assert compute_flow(lake, AS_OF, FIRM) == []

    table, scans = next((table, given) for table, given in facts.items() if table.name == "tracking_events")
    put(
        lake,
        table,
        scans.head(1).with_columns(event=pl.lit("EMG"), occurred_epoch=pl.col("occurred_epoch") + 60),
    )
    prepare_all(lake)

    done = {each.table: each.days for each in compute_flow(lake, AS_OF, FIRM)}
    assert done.get(STAGES, 0) in (0, 1)
