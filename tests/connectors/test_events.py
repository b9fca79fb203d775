"""What a firm may say about events in fairlead.toml, and that pages read it back."""

from datetime import date
from pathlib import Path

import pytest

from connectors.config import read_config
from connectors.errors import ConfigError
from store.company import EventPlan
from store.company_file import load_company, save_company

EVENTS = """
[events.black_friday]
factor = 2.5

[events.sale]
days = ["2026-07-01", 2025-07-01]
before = 1
market = "DE"
"""


def test_events_are_read_and_kept_beside_the_lake(tmp_path: Path) -> None:
    """
    A known event with a weight, an own one with days; the home folder gives both back.
    """
    company = read_config(EVENTS).company
    save_company(tmp_path, company)

    assert company.events == (
        EventPlan("black_friday", factor=2.5),
        EventPlan("sale", (date(2025, 7, 1), date(2026, 7, 1)), before=1, market="DE"),
    )
    assert load_company(tmp_path) == company


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('days = ["1 July"]', "holds '1 July'; write days like 2025-11-28"),
        ("factor = 0", "is 0; write a number above 0"),
        ("colour = 1", "events.sale.colour is not known here"),
    ],
)
def test_a_slip_is_named(line: str, complaint: str) -> None:
    """
    Key, value and the way out.
    """
    with pytest.raises(ConfigError, match=complaint):
        read_config(f"[events.sale]\n{line}")
