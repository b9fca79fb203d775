"""Two years of the made-up firm, measured once for all tests of its stories."""

from datetime import timedelta

import pytest
from taken_in import LAST, Measured, good_facts


@pytest.fixture(scope="session")
def measured() -> Measured:
    """The KPIs of 730 days that end on Saturday 21 November 2026."""
    return Measured(good_facts(LAST - timedelta(days=729), LAST, known_at=LAST), LAST)
