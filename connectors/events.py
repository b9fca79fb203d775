"""The firm's own events in fairlead.toml: their days, how long they are felt, and how much a day of them weighs."""

from collections.abc import Mapping
from datetime import date

from connectors.block import Block
from store.company import EventPlan

KEYS = ("days", "before", "after", "factor", "market")


def read_events(blocks: Mapping[str, Block]) -> tuple[EventPlan, ...]:
    """One plan a table `[events.NAME]`; raises ConfigError."""
    return tuple(_event(name, block) for name, block in blocks.items())


def _event(name: str, block: Block) -> EventPlan:
    block.only(KEYS)
    return EventPlan(
        name,
        tuple(sorted(_day(block, text) for text in block.texts("days"))),
        block.whole("before", 0) if "before" in block.values else None,
        block.whole("after", 0) if "after" in block.values else None,
        _factor(block),
        block.text("market"),
    )


def _day(block: Block, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise block.wrong("days", f"holds '{text}'; write days like 2025-11-28.") from None


def _factor(block: Block) -> float:
    value = block.values.get("factor", 1.0)
    if not isinstance(value, int | float) or isinstance(value, bool) or value <= 0:
        raise block.wrong(
            "factor", f"is {value!r}; write a number above 0, such as 2.5 for two and a half times."
        )
    return float(value)
