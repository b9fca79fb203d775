"""What the flowchart says of a checkpoint."""

from decimal import Decimal

import pytest

from sop.procedure.flowchart import shown_by
from sop.procedure.steps import Check, CheckKind

LOW, HIGH = Decimal("160"), Decimal("175.5")


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (LOW, HIGH, "160 to 175.5 °C"),
        (LOW, LOW, "exactly 160 °C"),
        (LOW, None, "at least 160 °C"),
        (None, HIGH, "at most 175.5 °C"),
    ],
)
def test_a_range_is_told_by_the_limits_it_has(low: Decimal | None, high: Decimal | None, told: str) -> None:
    """
    Two limits, one of them, or twice the same.
    """
    assert shown_by(Check(CheckKind.VALUE, low, high, "°C")) == told
