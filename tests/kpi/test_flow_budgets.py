"""A lane's stages share its promise, all of it and no more."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.config import read_config
from connectors.errors import ConfigError
from kpi.flow.budgets import LEAST, SCHEMA, Past, lane_rows, proposed
from store.lane_budget import BudgetError, LaneBudget

DAY = pl.Series(["2025-04-27"]).str.to_date().item()
NOTHING = pl.DataFrame(schema=SCHEMA)


def test_a_budget_must_add_up_to_the_promise() -> None:
    """
    20 + 60 h against 4 days is refused with the lane, the sum and the promise; 20 + 76 h is 96 h.
    """
    with pytest.raises(BudgetError, match=r"lane 'CN-DE' add up to 80 h, its promise of 4 days is 96 h"):
        LaneBudget("CN-DE", 4, {"warehouse": 20, "transit": 60})

    assert sum(LaneBudget("CN-DE", 4, {"warehouse": 20, "transit": 76}).seconds.values()) == 4 * 86_400


def test_the_configuration_names_file_lane_sum_and_promise() -> None:
    """
    The complaint says where it stands in fairlead.toml.
    """
    text = '[lanes."CN-DE"]\npromise_days = 4\nhours = { warehouse = 20, transit = 60 }'

    with pytest.raises(ConfigError, match=r"fairlead.toml: lanes.CN-DE.hours .*'CN-DE' add up to 80 h.*96 h"):
        read_config(text)

    good = read_config(text.replace("60", "76")).company.lanes["CN-DE"]
    assert (good.promise_days, good.seconds["transit"]) == (4, 76 * 3_600)


def test_an_unknown_stage_is_refused() -> None:
    """
    `last_mle` is not a stage; returns come after the promise.
    """
    with pytest.raises(ConfigError, match="Did you mean 'last_mile'"):
        read_config('[lanes."CN-DE"]\npromise_days = 1\nhours = { last_mle = 24 }')
    with pytest.raises(BudgetError, match="no stage before the delivery"):
        LaneBudget("CN-DE", 1, {"after_sales": 24})


@given(
    st.integers(1, 60), st.lists(st.floats(0, 1e6), min_size=7, max_size=7), st.integers(0, 2 * LEAST),
    st.sampled_from(["1247", "1234567", "124"]),
)  # fmt: skip
def test_a_proposal_adds_up(promise: int, seconds: list[float], orders: int, route: str) -> None:
    """
    Whatever the past was, the proposed hours are whole and make up the promise.
    """
    budget = proposed(Past("CN-DE", "DE", route, orders, promise, tuple(seconds)))

    assert sum(budget.seconds.values()) == promise * 86_400


def test_a_proposal_follows_the_past() -> None:
    """
    A lane that spent a quarter of its time in the warehouse and the rest in transit gets 24 and 72 of 96 h.
    """
    budget = proposed(Past("CN-DE", "DE", "1247", LEAST, 4, (0, 1_000.0, 0, 3_000.0, 0, 0, 0)))

    assert {stage: told for stage, told in budget.hours.items() if told} == {"warehouse": 24, "transit": 72}


def test_a_proposal_is_kept_and_gives_way_to_what_is_set() -> None:
    """
    The second proposal is the first one, whatever the past has become; a budget of the firm replaces it.
    """
    past = Past("CN-DE", "DE", "1247", LEAST, 4, (0, 1_000.0, 0, 3_000.0, 0, 0, 0))
    first = lane_rows({"CN-DE": past}, {}, NOTHING, DAY)
    moved = Past("CN-DE", "DE", "1247", LEAST, 4, (0, 3_000.0, 0, 1_000.0, 0, 0, 0))

    assert lane_rows({"CN-DE": moved}, {}, first, DAY).equals(first)

    fixed = {"CN-DE": LaneBudget("CN-DE", 2, {"transit": 48})}
    assert lane_rows({"CN-DE": moved}, fixed, first, DAY).select("basis", "promise_s").row(0) == (
        "set",
        172_800,
    )
