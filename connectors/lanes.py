"""What the firm promises on each lane, and how its stages share that time, in fairlead.toml."""

from collections.abc import Mapping

from connectors.block import Block
from store.lane_budget import BUDGETED, BudgetError, LaneBudget

KEYS = ("promise_days", "hours")


def read_lanes(blocks: Mapping[str, Block]) -> Mapping[str, LaneBudget]:
    """One budget a table `[lanes."ORIGIN-MARKET"]`; raises ConfigError, also where it does not add up."""
    return {name: _lane(name, block) for name, block in blocks.items()}


def _lane(name: str, block: Block) -> LaneBudget:
    block.only(KEYS)
    inner = block.block("hours")
    inner.only(BUDGETED)
    try:
        hours = {stage: _number(inner, stage) for stage in inner.values}
        return LaneBudget(name, _number(block, "promise_days"), hours)
    except BudgetError as wrong:
        raise block.wrong("hours", f"cannot be kept. {wrong}") from None


def _number(block: Block, key: str) -> float:
    value = block.values.get(key)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise block.wrong(key, f"is {value!r}; write a number, such as 7 or 1.5.")
    return float(value)
